"""Legal holds: a case, or every case of a customer, is not erased while one is live."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.journal import entry, record
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.hold import Hold, HoldScope
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import StaffAct
from aupkeep.store import cases, customers, holds

LONGEST = timedelta(days=2 * 366)  # then somebody looks at it again and sets a new one


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShownHold:
    """A hold for people: `name` is the case's reference or the customer's id."""

    hold: str
    scope: HoldScope
    name: str
    reasons: str
    by: str
    at: datetime
    until: datetime


def list_holds(context: AppContext) -> list[ShownHold]:
    """Every live hold, the oldest first."""
    return [_shown(hold) for hold in holds.live(context.now())]


def add_hold(
    context: AppContext, scope: HoldScope, name: str, until: datetime, *, person: str, reasons: str
) -> ShownHold:
    """Keep a case (its reference) or a customer's cases from being erased until then.

    Raises `Forbidden`, `Missing`, `Invalid` without reasons or for a time that is too far, and
    `Conflict` where the case was erased meanwhile.
    """
    now = context.now()
    if not now < until <= now + LONGEST:
        raise Invalid(f"until: expected a time within two years, found {until.isoformat()}")
    if not reasons.strip():
        raise Invalid("reasons: expected who asks for it and why, found nothing")
    hold = Hold(
        id=context.new_id(),
        scope=scope,
        key=_key(scope, name),
        reasons=reasons,
        by=person,
        at=now,
        until=until,
    )
    record(context, _changed(context, hold, person, reasons), rows=[hold], check=_there(hold))
    return _shown(hold)


def end_hold(context: AppContext, hold_id: str, *, person: str, reasons: str) -> ShownHold:
    """End a hold now. Raises `Forbidden`, `Missing`, `Invalid` without reasons."""
    before = holds.get(hold_id)
    if before is None or not before.live(context.now()):
        raise Missing(f"hold: expected the id of a live one, found {hold_id[:60]!r}")
    if not reasons.strip():
        raise Invalid("reasons: expected why it ends, found nothing")
    ended = dataclasses.replace(before, ended_at=context.now(), ended_by=person)
    said = _changed(context, ended, person, reasons)
    record(context, said, rows=[ended], seen=[before])
    return _shown(ended)


def _key(scope: HoldScope, name: str) -> str:
    if scope is HoldScope.CASE:
        return find_case(name).id
    if customers.get(name) is None:
        raise Missing(f"customer: expected a known id, found {name[:60]!r}")
    return name


def _there(hold: Hold) -> Callable[[], None]:
    """A check that the case it names is not erased: a run and a hold wait for each other."""

    def check() -> None:
        if hold.scope is HoldScope.CASE and cases.get(hold.key) is None:
            raise Conflict("case: expected it as it was read, found it erased")

    return check


def _changed(context: AppContext, hold: Hold, person: str, reasons: str) -> Entry:
    """The entry about a hold that was set or ended."""
    payload = {
        "hold": hold.id,
        "scope": hold.scope.value,
        "key": hold.key,
        "held": hold.ended_at is None,
        "until": show_moment(hold.until),
        "reasons": reasons,
    }
    actor = authorised(person, StaffAct.RETENTION)
    case = hold.key if hold.scope is HoldScope.CASE else None
    return entry(context, EntryType.HOLD_CHANGED, actor, payload, case=case)


def _shown(hold: Hold) -> ShownHold:
    case = cases.get(hold.key) if hold.scope is HoldScope.CASE else None
    return ShownHold(
        hold=hold.id,
        scope=hold.scope,
        name=case.reference if case else hold.key,
        reasons=hold.reasons,
        by=hold.by,
        at=hold.at,
        until=hold.until,
    )
