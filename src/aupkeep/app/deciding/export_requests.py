"""Who may take the whole journal out: two people, since it holds who reported (invariant 2).

One asks, by the command itself; a colleague who may be a second person confirms it with `aupkeep
approve`, whose role shows them who reported; within a day the command is given again and makes the
export, once. Where nobody else could be a second person, whoever may export does it alone. Each
export is an entry that says who took it, and with whom.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.makers import ask_another, is_alone, second_person, with_makers
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.export_request import ExportRequest
from aupkeep.model.roles import StaffAct
from aupkeep.store import export_requests, log

GOOD_FOR = timedelta(days=1)
WAITS = "waits for a second person"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingExport:
    """An export that a colleague must confirm."""

    export: str
    state: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedExport:
    """An export that two people want; who asked for it makes it before `until`."""

    export: str
    by: str
    approver: str
    until: datetime
    next: str


def take_journal(context: AppContext, person: str, to: str) -> WaitingExport | None:
    """None where this person may take the journal out now, which is written down; else what waits.

    `to` is where it goes, for the entry. Raises `Forbidden`.
    """
    actor = with_makers(context, authorised(person, StaffAct.JOURNAL))
    asked = export_requests.unused(person)
    since = context.now() - GOOD_FOR
    ready = next((x for x in asked if x.given_at is not None and x.given_at > since), None)
    if ready is not None:
        _taken(context, actor, to, ready)
        return None
    if is_alone(context, person):
        _taken(context, actor, to, None)
        return None
    waits = next((x for x in asked if x.given_at is None and x.at > since), None)
    return _waiting(waits or _ask(context, actor))


def confirm_export(
    context: AppContext, request: ExportRequest, person: str, maker: str | None
) -> ConfirmedExport:
    """Be the second person of an export. Raises `Forbidden`, and `Conflict` for one that is over.

    `maker` made the token or link by which the person acts.
    """
    second = authorised(person, StaffAct.APPROVE)
    second = second_person(context, second, request.at, maker)
    if request.given_at is not None or request.at <= context.now() - GOOD_FOR:
        became = f"{request.given_by} confirmed it" if request.given_at else "its day is over"
        raise Conflict(f"export {request.id}: expected one that waits, found that {became}")
    first = with_makers(context, authorised(request.by, StaffAct.JOURNAL))
    ask_another(first, request.behind, second, "who asked for an export does not confirm it")
    now = context.now()
    given = replace(request, given_by=second.id, given_at=now)
    payload = {"export": request.id, "why": "an export was confirmed", "by": request.by}
    confirmed = entry(context, EntryType.EXPORT_ASKED, second, payload)
    record(context, confirmed, rows=[given], seen=[request])
    return ConfirmedExport(
        export=request.id,
        by=request.by,
        approver=second.id,
        until=now + GOOD_FOR,
        next=f"{request.by} gives the command `aupkeep export` again, once",
    )


def _ask(context: AppContext, actor: Actor) -> ExportRequest:
    """Keep what waits for a colleague."""
    asked = ExportRequest(id=context.new_id(), by=actor.id, at=context.now(), behind=actor.behind)
    payload = {"export": asked.id, "why": "an export waits for a second person", "by": actor.id}
    record(context, entry(context, EntryType.EXPORT_ASKED, actor, payload), rows=[asked])
    return asked


def _waiting(asked: ExportRequest) -> WaitingExport:
    return WaitingExport(
        export=asked.id,
        state=WAITS,
        next="the journal holds who reported, so nothing is written yet: a colleague confirms, "
        f"from their own session or token: aupkeep approve {asked.id}; then give this again",
    )


def _taken(context: AppContext, actor: Actor, to: str, ready: ExportRequest | None) -> None:
    """Write down who takes the journal, with whom, and how much of it there is."""
    payload = {
        "export": ready.id if ready else None,
        "second": ready.given_by if ready else None,
        "to": to,
        "entries": log.size(),
    }
    rows = [replace(ready, used_at=context.now())] if ready else []
    taken = entry(context, EntryType.JOURNAL_EXPORTED, actor, payload)
    record(context, taken, rows=rows, seen=[ready] if ready else [])
