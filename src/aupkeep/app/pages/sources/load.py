"""The pages of who claims things, and what a person does there."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.staff import actor_of
from aupkeep.app.context import AppContext
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.sources.page import (
    ReceivedReport,
    SourceEvent,
    SourceListRow,
    SourceOffer,
    SourcePage,
    SourcesPage,
)
from aupkeep.app.reporters.sources import (
    cached_lane,
    current_lane,
    misuse_count,
    misuse_rule,
    track_record,
)
from aupkeep.app.sanctions.held_reports import is_held
from aupkeep.app.sanctions.sanction import find_source, with_delivered_warning
from aupkeep.app.sanctions.source_details import history_of, proposal_of
from aupkeep.casework.reporting_misuse import may
from aupkeep.casework.track_record import TrackRecord
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.moments import parse_moment
from aupkeep.model.origin import parse_origin
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.model.source import Lane, SanctionStep, Source
from aupkeep.notify import phrases
from aupkeep.store import cases, notices, sources
from aupkeep.store.log import Logged

ROWS = 50
REPORTS = 20
UNPROVEN = "unproven"
VIEWS = ("", UNPROVEN)
STANDINGS = 10  # sources whose record is counted for one case page
LANES = {Lane.FAST: "in good standing", Lane.SLOW: "slow lane", Lane.SUSPENDED: "suspended"}
SOUNDED = "sounded"  # stands for reasons where the rule is asked and nothing is done
KINDS = {
    "mail": "by mail",
    "form": "by the form",
    "api": "API token",
    "feed": "feed we fetch",
    "telemetry": "our telemetry",
    "detector": "our detector",
}
TITLES = {
    SanctionStep.WARN: ("Warn", "A mail says what was unfounded, and what may follow.", 0),
    SanctionStep.SLOW: ("Slow lane", "Read after others; no rule acts on its word alone.", 30),
    SanctionStep.SUSPEND: ("Suspend", "Reports are kept in the inbox and not processed.", 30),
    SanctionStep.TRUST: ("Trusted flagger", "Read and considered first; no newcomer.", 365),
    SanctionStep.RESTORE: ("Restore", "Back to normal; what waited is processed.", 0),
}
DONE = {
    "warn": "Warned",
    "slow": "Put into the slow lane",
    "suspend": "Suspended",
    "trust": "Trusted",
    "restore": "Restored",
    "confirmed": "A report confirmed",
    "refuted": "A report refuted",
    "unfounded": "A report called manifestly unfounded",
}
NAMED = 20  # cases of one report on the page


def sources_page(context: AppContext, person: Person, view: str, cursor: str) -> SourcesPage:
    """A page of the sources. Raises `Invalid`, `Missing`, `Forbidden`."""
    authorised(person.id, StaffAct.SEE_REPORTERS)
    if view not in VIEWS:
        raise Invalid(f"view: expected {UNPROVEN} or none, found {view[:40]!r}")
    if cursor and sources.get(cursor) is None:
        raise Missing(f"sources: expected the id of the last one shown, found {cursor[:60]!r}")
    listed = sources.page(ROWS + 1, cursor or None, proven=view != UNPROVEN)
    rows = tuple(_row(context, source, count, last) for source, count, last in listed[:ROWS])
    return SourcesPage(
        header=page_header(context, person),
        rows=rows,
        view=view,
        cursor=cursor,
        next_cursor=rows[-1].id if len(listed) > ROWS else None,
    )


def source_page(context: AppContext, person: Person, name: str) -> SourcePage:
    """One source. Raises `Missing`, `Forbidden`."""
    authorised(person.id, StaffAct.SEE_REPORTERS)
    source = find_source(name)
    reports = sources.reports_of(source.key, REPORTS)
    total = sources.count_of(source.key)
    seen = with_delivered_warning(source)
    return SourcePage(
        header=page_header(context, person),
        row=_row(context, source, total, reports[0].at if reports else None),
        first_at=source.first_at,
        address=source.address or "",
        warned_at=source.warned_at,
        warning=_warning(source),
        trusted_until=source.trusted_until,
        trusted_reasons=source.trusted_reasons,
        counted=_counted(context, seen),
        offers=tuple(_offer(context, seen, person, step) for step in _sensible(context, source)),
        reports=tuple(_received(report) for report in reports),
        history=tuple(_event(logged) for logged in history_of(source)),
    )


def record_words(record: TrackRecord) -> str:
    """A track record in a few words, with what it rests on.

    >>> record_words(TrackRecord(confirmed=9, refuted=1, weight=10, precision=0.596))
    'at least 59 % right, of 10 judged'
    """
    if not record.judged:
        return "no record yet"
    return f"at least {int(record.precision * 100)} % right, of {record.judged} judged"


def standings(context: AppContext, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Of each source its id and its standing in words, by key; the first few of many."""
    known = sources.by_keys(list(dict.fromkeys(keys))[:STANDINGS])
    return {key: (source.id, _standing(context, source)) for key, source in known.items()}


def _standing(context: AppContext, source: Source) -> str:
    lane = cached_lane(context, source)
    words = record_words(track_record(context, source.key))
    if lane is Lane.NORMAL:
        return words
    until = f" until {source.until:%Y-%m-%d}" if lane is not Lane.FAST and source.until else ""
    return f"{words}, {LANES[lane]}{until}"


def _row(context: AppContext, source: Source, reports: int, last: datetime | None) -> SourceListRow:
    lane = current_lane(context, source)
    origin = parse_origin(source.key)
    held = lane in (Lane.SLOW, Lane.SUSPENDED)
    return SourceListRow(
        id=source.id,
        key=source.key,
        name=origin.identity,
        kind=KINDS.get(origin.channel, origin.channel.value),
        proven=source.proven,
        lane=lane,
        until=source.until if held else None,
        record=track_record(context, source.key),
        reports=reports,
        last_at=last,
        proposed=proposal_of(context, source),
    )


def _sensible(context: AppContext, source: Source) -> list[SanctionStep]:
    """The steps that make sense where the source stands; an unproven name has none."""
    if not source.proven:
        return []
    lane = current_lane(context, source)
    trusted = source.trusted_until is not None and source.trusted_until > context.now()
    steps = {
        Lane.SUSPENDED: [],
        Lane.SLOW: [SanctionStep.SUSPEND],
        Lane.NORMAL: [SanctionStep.WARN, SanctionStep.SLOW, SanctionStep.TRUST],
        Lane.FAST: [SanctionStep.WARN, *([] if trusted else [SanctionStep.TRUST])],
    }[lane]
    return [
        *steps,
        *([SanctionStep.RESTORE] if trusted or lane in (Lane.SLOW, Lane.SUSPENDED) else []),
    ]


def _offer(context: AppContext, source: Source, person: Person, step: SanctionStep) -> SourceOffer:
    """One step, sounded at the rule as this person would ask for it; nothing is written."""
    title, what, days = TITLES[step]
    now = context.now()
    refused = may(
        step,
        source,
        misuse_count(context, source),
        actor_of(person.id),
        SOUNDED,
        until=now + timedelta(days=days) if days else None,
        now=now,
        rules=misuse_rule(context),
    )
    return SourceOffer(
        step=step, title=title, what=what, days=days, barred=refused.reason if refused else ""
    )


def _counted(context: AppContext, source: Source) -> str:
    counted, rules = misuse_count(context, source), misuse_rule(context)
    since = f"; {counted.since_warning} since the warning" if source.warned_at else ""
    return (
        f"{counted.unfounded} of {counted.notices} reports in {rules.period.days} days were "
        f"manifestly unfounded{since}. The rule asks for {rules.count} and {rules.share:.0%}."
    )


def _warning(source: Source) -> str:
    """How far the warning came."""
    if source.warned_at is None:
        return ""
    notice = notices.get(source.warning) if source.warning else None
    if notice is None:
        return "by other means"
    if notice.failure:
        return f"not delivered: {notice.failure}"
    return f"sent {phrases.moment(notice.sent_at, None)}" if notice.sent_at else "not sent yet"


def _received(report: Report) -> ReceivedReport:
    named, count = cases.references_of_report(report.id, NAMED)
    return ReceivedReport(
        id=report.id,
        at=report.at,
        title=report.reading.title,
        findings=len(report.reading.findings),
        cases=named,
        more=count - len(named),
        judged=report.judged,
        waits=(report.inbox_reason or "") if is_held(report) and report.done_at is None else "",
    )


def _event(logged: Logged) -> SourceEvent:
    payload = logged.entry.payload
    until = payload.get("until")
    word = str(payload.get("step") or payload.get("said") or "")
    return SourceEvent(
        at=logged.entry.at,
        index=logged.index,
        who=logged.entry.actor.name or logged.entry.actor.id,
        what=DONE.get(word, "erased" if logged.erased else word),
        reasons=str(payload.get("reasons") or ""),
        until=parse_moment(str(until)) if until else None,
    )
