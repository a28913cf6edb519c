"""Sources for people and the API: track record, recent reports, acts of people."""

from dataclasses import asdict, dataclass
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.reporters.sources import current_lane, misuse_count, misuse_rule, track_record
from aupkeep.app.sanctions.held_reports import resume_source
from aupkeep.app.sanctions.sanction import (
    act_of_step,
    find_source,
    take_step,
    with_delivered_warning,
)
from aupkeep.casework.reporting_misuse import proposed
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.report import Report
from aupkeep.model.source import ClaimVerdict, Lane, SanctionStep, Source
from aupkeep.store import log, sources
from aupkeep.store.log import Logged

RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOverview:
    """A source, its lane, and its track record; `proposed` is the step that the rule suggests.

    `precision` is a lower bound, `weight` what it rests on.
    """

    source: str
    id: str
    proven: bool
    lane: Lane
    until: datetime | None
    proposed: SanctionStep | None
    confirmed: int
    refuted: int
    unfounded: int
    unanswered: int
    precision: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource(SourceOverview):
    """A source in a list: how many reports it sent, and when the last one came."""

    reports: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class SentReport:
    """A recent report of a source; `inbox` is the reason while it waits."""

    report: str
    at: datetime
    title: str
    findings: int
    judged: ClaimVerdict | None
    inbox: str | None


@dataclass(frozen=True, slots=True)
class SourceAct:
    """What a person did about a source: a step, or a judgement of one of its reports."""

    index: int
    at: datetime
    by: str
    what: object
    until: object
    reasons: object


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDetails(SourceOverview):
    """A source with its recent reports and what people did about it, the newest first."""

    first: datetime
    address: str | None
    warned: datetime | None
    trusted_until: datetime | None
    reasons: str | None
    by: str | None
    reports: tuple[SentReport, ...]
    history: tuple[SourceAct, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionedSource(SourceOverview):
    """A source after a step; `resumed` counts reports that were processed after they waited."""

    step: SanctionStep
    resumed: int


def list_sources(
    context: AppContext, *, limit: int = 50, after: str | None = None, proven: bool = True
) -> list[ListedSource]:
    """Sources, the most recent first, each with its record and what the rule proposes.

    Or the names nobody proved, the newest first; `after` is the id of the last one seen.
    """
    return [
        ListedSource(**asdict(_summary(context, source)), reports=count, last=last)
        for source, count, last in sources.page(limit, after, proven=proven)
    ]


def _summary(context: AppContext, source: Source) -> SourceOverview:
    """What every view of a source shows."""
    record = track_record(context, source.key)
    lane = current_lane(context, source)
    held = lane in (Lane.SLOW, Lane.SUSPENDED)
    return SourceOverview(
        source=source.key,
        id=source.id,
        proven=source.proven,
        lane=lane,
        until=source.until if held else None,
        proposed=proposal_of(context, source),
        confirmed=record.confirmed,
        refuted=record.refuted,
        unfounded=record.unfounded,
        unanswered=record.unanswered,
        precision=round(record.precision, 3),
        weight=round(record.weight, 1),
    )


def proposal_of(context: AppContext, source: Source) -> SanctionStep | None:
    """The step that the provider's rule suggests to a person."""
    seen = with_delivered_warning(source)
    return proposed(seen, misuse_count(context, seen), context.now(), misuse_rule(context))


def show_source(context: AppContext, name: str) -> SourceDetails:
    """A source with its recent reports and what was done about it. Raises `Missing`."""
    source = find_source(name)
    return SourceDetails(
        **asdict(_summary(context, source)),
        first=source.first_at,
        address=source.address,
        warned=source.warned_at,
        trusted_until=source.trusted_until,
        reasons=source.reasons or None,
        by=source.by or None,
        reports=tuple(map(_report, sources.reports_of(source.key, RECENT))),
        history=tuple(map(_act, history_of(source))),
    )


def _report(report: Report) -> SentReport:
    return SentReport(
        report=report.id,
        at=report.at,
        title=report.reading.title,
        findings=len(report.reading.findings),
        judged=report.judged,
        inbox=report.inbox_reason if report.done_at is None else None,
    )


def history_of(source: Source) -> list[Logged]:
    """What people did about a source and said of its reports, the newest first."""
    kinds = (EntryType.SOURCE_CHANGED, EntryType.CLAIM_JUDGED)
    acts = [x for x in log.entries(types=kinds) if x.entry.payload.get("source") == source.key]
    return acts[::-1]


def _act(logged: Logged) -> SourceAct:
    payload = logged.entry.payload
    return SourceAct(
        index=logged.index,
        at=logged.entry.at,
        by=logged.entry.actor.id,
        what=payload.get("step") or payload.get("said"),
        until=payload.get("until"),
        reasons=payload.get("reasons"),
    )


def step_source(
    context: AppContext,
    name: str,
    step: SanctionStep,
    *,
    person: str,
    reasons: str,
    days: int | None = None,
    warned_how: str = "",
    resume: bool = False,
) -> SanctionedSource:
    """`take_step` by name; `resume` processes the reports that waited, after a restore."""
    authorised(person, act_of_step(step))  # who may not learns of no source
    source = find_source(name)
    if resume and step is not SanctionStep.RESTORE:
        raise Invalid("resume: expected it with restore, found another step")
    changed = take_step(
        context, source, step, person=person, reasons=reasons, days=days, warned_how=warned_how
    )
    resumed = resume_source(context, changed, person=person, reasons=reasons) if resume else 0
    return SanctionedSource(**asdict(_summary(context, changed)), step=step, resumed=resumed)
