"""Sources as plain data, for the command line and the API: who claims things, and how it went."""

from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.reporters.sources import counted_of, lane_now, misuse_of, record_of
from aupkeep.app.sanctions.held_reports import resume_source
from aupkeep.app.sanctions.sanction import find_source, take_step, warned
from aupkeep.casework.misuse import proposed
from aupkeep.casework.track_record import TrackRecord
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import show_moment
from aupkeep.model.report import Report
from aupkeep.model.source import Lane, Source, Step
from aupkeep.store import log, sources
from aupkeep.store.log import Logged

RECENT = 20


def list_sources(
    context: AppContext, *, limit: int = 50, after: str | None = None, proven: bool = True
) -> list[dict[str, Any]]:
    """Sources, who was heard last first, each with its record and what the rule proposes.

    Or the names nobody proved, the newest first; `after` is the id of the last one seen.
    """
    return [
        {
            **source_row(context, source),
            "reports": count,
            "last": show_moment(last) if last else None,
        }
        for source, count, last in sources.page(limit, after, proven=proven)
    ]


def source_row(context: AppContext, source: Source) -> dict[str, Any]:
    """One source as plain values."""
    record = record_of(context, source.key)
    lane = lane_now(context, source)
    held = lane in (Lane.SLOW, Lane.SUSPENDED)
    step = proposal_of(context, source)
    return {
        "source": source.key,
        "id": source.id,
        "proven": source.proven,
        "lane": lane.value,
        "until": show_moment(source.until) if held and source.until else None,
        "proposed": step.value if step else None,
        **record_row(record),
    }


def record_row(record: TrackRecord) -> dict[str, Any]:
    """A track record: precision is a lower bound, `weight` what it rests on."""
    return {
        "confirmed": record.confirmed,
        "refuted": record.refuted,
        "unfounded": record.unfounded,
        "unanswered": record.unanswered,
        "precision": round(record.precision, 3),
        "weight": round(record.weight, 1),
    }


def proposal_of(context: AppContext, source: Source) -> Step | None:
    """The step that the provider's rule suggests to a person."""
    seen = warned(source)
    return proposed(seen, counted_of(context, seen), context.now(), misuse_of(context))


def show_source(context: AppContext, name: str) -> dict[str, Any]:
    """A source with its recent reports and what was done about it. Raises `Missing`."""
    source = find_source(name)
    trusted = source.trusted_until
    return {
        **source_row(context, source),
        "first": show_moment(source.first_at),
        "address": source.address,
        "warned": show_moment(source.warned_at) if source.warned_at else None,
        "trusted_until": show_moment(trusted) if trusted else None,
        "reasons": source.reasons or None,
        "by": source.by or None,
        "reports": [_report(one) for one in sources.reports_of(source.key, RECENT)],
        "history": [_told(one) for one in history_of(source)],
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "report": report.id,
        "at": show_moment(report.at),
        "title": report.reading.title,
        "findings": len(report.reading.findings),
        "judged": report.judged.value if report.judged else None,
        "inbox": report.inbox_reason if report.done_at is None else None,
    }


def history_of(source: Source) -> list[Logged]:
    """What people did about a source and said of its reports, the newest first."""
    kinds = (EntryType.SOURCE_CHANGED, EntryType.CLAIM_JUDGED)
    found = [
        one for one in log.entries(types=kinds) if one.entry.payload.get("source") == source.key
    ]
    return found[::-1]


def _told(one: Logged) -> dict[str, Any]:
    payload = one.entry.payload
    return {
        "index": one.index,
        "at": show_moment(one.entry.at),
        "by": one.entry.actor.id,
        "what": payload.get("step") or payload.get("said"),
        "until": payload.get("until"),
        "reasons": payload.get("reasons"),
    }


def step_source(
    context: AppContext,
    name: str,
    step: Step,
    *,
    person: str,
    reasons: str,
    days: int | None = None,
    told: str = "",
    resume: bool = False,
) -> dict[str, Any]:
    """`steps.take_step` for the command line; `resume` processes what waits after a restore."""
    source = find_source(name)
    if resume and step is not Step.RESTORE:
        raise Invalid("resume: expected it with restore, found another step")
    changed = take_step(context, source, step, person=person, reasons=reasons, days=days, told=told)
    done = resume_source(context, changed, person=person, reasons=reasons) if resume else 0
    return {**source_row(context, changed), "step": step.value, "resumed": done}
