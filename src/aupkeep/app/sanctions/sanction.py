"""Steps a person takes about a source: warn, slow lane, suspend, trust, restore (DSA Art. 22, 23).

Each is one entry in the journal with its author, reasons and counts. A warning counts once it was
sent: a source whose warning bounced is neither slowed nor suspended.
"""

import dataclasses
from datetime import datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.notices import (
    add_notice,
    language_of,
    make_notice,
    provider_facts,
    reporter_link,
)
from aupkeep.app.notifying.receipts import report_reference
from aupkeep.app.notifying.without_customer import MOST, without_customers
from aupkeep.app.reading.join import consider_effect
from aupkeep.app.reading.retractions import weighed_anew
from aupkeep.app.reporters.sources import misuse_count, misuse_rule
from aupkeep.casework.reporting_misuse import UnfoundedCount, may
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.grant import GrantKind
from aupkeep.model.moments import show_moment
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.model.report import Report
from aupkeep.model.roles import StaffAct
from aupkeep.model.source import ClaimVerdict, Lane, SanctionStep, Source
from aupkeep.notify import phrases
from aupkeep.store import cases, notices, reports, sources
from aupkeep.store.confirmed_sources import WRONG

LANES = {
    SanctionStep.SLOW: Lane.SLOW,
    SanctionStep.SUSPEND: Lane.SUSPENDED,
    SanctionStep.RESTORE: Lane.NORMAL,
}
EXAMPLES = 5  # reports named in a warning
FOUND_WRONG = "a person judged a report behind it wrong: it counts no more"
FOUND_RIGHT = "a person judged a report behind it right: it counts"
SAYABLE = (ClaimVerdict.CONFIRMED, ClaimVerdict.REFUTED, ClaimVerdict.UNFOUNDED)


def find_source(name: str) -> Source:
    """The source of a key or an id. Raises `Missing`."""
    source = sources.by_key(name) or sources.get(name)
    if source is None:
        raise Missing(f"source: expected a key such as mail:cert.example, found {name[:60]!r}")
    return source


def take_step(
    context: AppContext,
    source: Source,
    step: SanctionStep,
    *,
    person: str,
    reasons: str,
    days: int | None = None,
    warned_how: str = "",
) -> Source:
    """Take a step, if the provider's rule lets it; the answer is the source as it is then.

    `days` is how long it lasts; `warned_how` is for who has no address. Raises
    `Forbidden` with the reason, `Invalid` when nobody could be told, and `Conflict` when the source
    changed meanwhile.
    """
    now, actor = context.now(), authorised(person, act_of_step(step))
    until = now + timedelta(days=days) if days else None
    seen = with_delivered_warning(source)
    count = misuse_count(context, seen)
    refused = may(
        step, seen, count, actor, reasons, until=until, now=now, rules=misuse_rule(context)
    )
    if refused is not None:
        raise Forbidden(f"refused: {refused.reason}")
    changes = ChangeSet()
    changed = _changed(source, step, actor, reasons, until, now)
    if step is SanctionStep.WARN:
        changed = _warning(context, changed, count, reasons, warned_how, changes)
    elif step in (SanctionStep.SLOW, SanctionStep.SUSPEND):
        _tell_lane(context, changed, changes)
    payload = {
        "source": source.key,
        "step": step.value,
        "until": show_moment(until) if until else None,
        "reasons": reasons,
        "unfounded": count.unfounded,
        "notices": count.notices,
        "since_warning": count.since_warning,
        "told": warned_how or None,
    }
    new_entry = entry(context, EntryType.SOURCE_CHANGED, actor, payload)
    record(
        context,
        [new_entry, *changes.entries],
        rows=[changed, *changes.rows],
        effects=changes.effects,
        seen=[source],
    )
    return changed


def act_of_step(step: SanctionStep) -> StaffAct:
    """What a step asks of a person: trust is a grant, the others are everyday work."""
    return StaffAct.GRANT if step is SanctionStep.TRUST else StaffAct.DECIDE


def with_delivered_warning(source: Source) -> Source:
    """The source with its warning only if that was delivered: from when it was sent."""
    if source.warning is None:
        return source
    notice = notices.get(source.warning)
    sent = notice.sent_at if notice and not notice.failure else None
    return dataclasses.replace(source, warned_at=sent)


def judge_report(
    context: AppContext, report_id: str, said: str, *, person: str, reasons: str
) -> Report:
    """Judge one report, instead of the outcome of its cases. Raises `Missing`, `Invalid`.

    Every case with claims of it is looked at anew, and every measure that stands.
    """
    actor = authorised(person, StaffAct.DECIDE)
    report = reports.get(report_id)
    if report is None:
        raise Missing(f"report: expected a known one, found {report_id[:60]!r}")
    if said not in SAYABLE:
        raise Invalid(f"judgement: expected {', '.join(SAYABLE)}, found {said[:40]!r}")
    if not reasons.strip():
        raise Invalid("reasons: expected why, found nothing")
    if report.source is None:
        raise Conflict(f"report {report.id}: expected one with a source, found none")
    now = context.now()
    changed = dataclasses.replace(report, judged=ClaimVerdict(said), judged_at=now)
    payload = {"report": report.id, "source": report.source, "said": said, "reasons": reasons}
    new_entry = entry(context, EntryType.CLAIM_JUDGED, actor, payload)
    changes = ChangeSet(rows=[changed], entries=[new_entry], seen=[report])
    for case in cases.of_report(report.id):
        changes.effects.append(consider_effect(context, case.id))
        why = FOUND_WRONG if changed.judged in WRONG else FOUND_RIGHT
        sides = {"without" if changed.judged in WRONG else "with_": {changed.id}}
        changes.add(weighed_anew(context, case, why, **sides)[0])
    changes.effects.append(recheck_effect(context))  # what rested on it is looked at without it
    record_changes(context, changes)
    return changed


def _changed(
    source: Source,
    step: SanctionStep,
    actor: Actor,
    reasons: str,
    until: datetime | None,
    now: datetime,
) -> Source:
    if step is SanctionStep.TRUST:
        return dataclasses.replace(
            source, trusted_until=until, trusted_by=actor.id, trusted_reasons=reasons
        )
    if step is SanctionStep.WARN:
        return dataclasses.replace(source, step_at=now, by=actor.id, reasons=reasons)
    if step is SanctionStep.RESTORE:  # it starts anew: an old warning carries no new step
        source = dataclasses.replace(
            source, trusted_until=None, trusted_by="", trusted_reasons="", warned_at=None,
            warning=None,
        )  # fmt: skip
    return dataclasses.replace(
        source, lane=LANES[step], until=until, step_at=now, by=actor.id, reasons=reasons
    )


def _warning(
    context: AppContext,
    source: Source,
    count: UnfoundedCount,
    reasons: str,
    warned_how: str,
    changes: ChangeSet,
) -> Source:
    """The source, warned: by a mail with some of the reports, or as `warned_how` says."""
    if source.address is None or withheld(context, GrantKind.RECEIPTS):
        if not warned_how.strip():
            why = "listen mode: nothing leaves" if source.address else "no proven address is known"
            raise Invalid(f"warning: expected how {source.key} was told, found nothing; {why}")
        return dataclasses.replace(source, warned_at=context.now(), warning=None)
    unfounded = [
        report
        for report in sources.judged_reports(source.key)
        if report.judged is ClaimVerdict.UNFOUNDED
    ]
    facts = _facts(context, source, unfounded[0] if unfounded else None, changes) | {
        "days": context.settings.sources.misuse_days,
        "notices": count.notices,
        "unfounded": count.unfounded,
        "examples": tuple(
            f"{report_reference(report)}  {phrases.moment(report.at, None)}"
            for report in unfounded[:EXAMPLES]
        ),
        "reasons": _readable(source, reasons),
    }
    to = (Party.REPORTER, source.address, language_of(context.settings.provider.language))
    notice = make_notice(context, NoticeKind.WARNING, to, facts)
    add_notice(context, notice, changes)
    return dataclasses.replace(source, warned_at=context.now(), warning=notice.id)


def _tell_lane(context: AppContext, source: Source, changes: ChangeSet) -> None:
    """Notify the source of its lane and how long it lasts, where it has an address."""
    if source.address is None or source.until is None:
        return
    if withheld(context, GrantKind.RECEIPTS):
        return
    facts = _facts(context, source, None, changes) | {
        "lane": source.lane,
        "until": source.until,
        "reasons": _readable(source, source.reasons),
    }
    to = (Party.REPORTER, source.address, language_of(context.settings.provider.language))
    add_notice(context, make_notice(context, NoticeKind.LANE, to, facts), changes)


def _readable(source: Source, reasons: str) -> str:
    """The reasons without whom the source's reports were about."""
    concerned = {case.id: case for report in sources.reports_of(source.key)
                 for case in cases.of_report(report.id)}  # fmt: skip
    return without_customers(reasons, list(concerned.values())[:MOST])


def _facts(
    context: AppContext, source: Source, about: Report | None, changes: ChangeSet
) -> dict[str, object]:
    """Facts of both notices: our reference, and a link to a report's status page or to us."""
    newest = about or next(iter(sources.reports_of(source.key, 1)), None)
    link = context.settings.provider.url
    if newest is not None and source.address is not None:
        link = reporter_link(context, newest.id, source.address, changes)
    reference = report_reference(newest) if newest else "R"
    return {**provider_facts(context), "reference": reference, "link": link}
