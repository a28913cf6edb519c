"""Strikes: written with a person's finding of cause, removed with what they rest on.

Kari finds that alder's own user sent the spam: with her decision a strike is written. It is removed
where the appeal is granted or nobody judges it in time, the decision was a mistake, the case turns
out to be no abuse, or a person later finds that the customer took care. Else it expires. Where a
graver finding took its place and was a mistake, the milder one counts again. Of what nobody told
the customer none is written; where the notice leaves later, it is written then and counts from
then.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.casework.strikes import clears, outweighs, tier_of
from aupkeep.model.actor import Actor
from aupkeep.model.case import Case
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import StaffAct
from aupkeep.model.strike import STRIKE_TIME, Strike
from aupkeep.store import strikes

CAREFUL = "a person found that the customer took care"
SUPERSEDED = "a graver finding in the same case takes its place"


def late_strike(context: AppContext, case: Case, decision: Decision) -> ChangeSet:
    """The strike of a decision that the customer is told of only now, not yet written.

    It counts from now. A decision that wrote one before writes no second.
    """
    if tier_of(decision) is None or strikes.wrote(decision.id):
        return ChangeSet()
    return strike_changes(context, case, decision, announced=True, at=context.now())


def strike_changes(
    context: AppContext,
    case: Case,
    decision: Decision,
    *,
    announced: bool,
    at: datetime | None = None,
) -> ChangeSet:
    """What a person's decision changes about the strike of its case, not yet written.

    `announced`: the customer gets a notice of it, or can read it on their page; `at` is when, where
    that is later than the decision.
    """
    before, since = strikes.of_case(case.id), at or decision.starts
    if clears(decision):
        return _removed(context, before, decision.author, CAREFUL)
    tier = tier_of(decision) if announced else None
    if tier is None or (before and before.live(since) and not outweighs(tier, before.tier)):
        return ChangeSet()
    strike = Strike(
        id=context.new_id(),
        customer=case.customer,
        case=case.id,
        reference=case.reference,
        decision=decision.id,
        clause=decision.clause,
        cause=decision.cause,
        tier=tier,
        by=decision.author.id,
        at=since,
        until=since + STRIKE_TIME[tier],
    )
    changes = _removed(context, before, decision.author, SUPERSEDED)
    changes.add(_written(context, strike, decision.author))
    return changes


def mistaken_changes(
    context: AppContext, case: Case, decided: Collection[str], by: Actor, why: str
) -> ChangeSet:
    """The strike of a case removed where it rests on one of these decisions, not yet written.

    The milder one whose place it took counts again, as it did, where its own decision stands.
    """
    strike, changes = strikes.of_case(case.id), ChangeSet()
    replaced = strikes.removed_as(case.id, SUPERSEDED)
    for milder in replaced:
        if milder.decision in decided:  # it never comes back
            changes.add(_removed(context, milder, by, why))
    if strike is None or strike.decision not in decided:
        return changes
    changes.add(_removed(context, strike, by, why))
    stands = (milder for milder in replaced if milder.decision not in decided)
    newest = next(stands, None)
    if newest is not None and context.now() < newest.until:
        again = replace(newest, id=context.new_id(), removed_at=None, removed_by=None, why="")
        changes.add(_written(context, again, by))
    return changes


def unfounded_changes(context: AppContext, case: Case, by: Actor, why: str) -> ChangeSet:
    """The strike of a case that turns out to be none removed, not yet written."""
    return _removed(context, strikes.of_case(case.id), by, why)


def remove_strike(context: AppContext, strike: str, *, person: str, reasons: str) -> Strike:
    """Remove one that counts, with a reason.

    Raises `Missing`, `Forbidden`, `Invalid`, `Conflict`.
    """
    actor, before = authorised(person, StaffAct.DECIDE), strikes.get(strike)
    if before is None:
        raise Missing(f"strike: expected a known one, found {strike[:60]!r}")
    if not reasons.strip():
        raise Invalid("reasons: expected why it counts no more, found nothing")
    if not before.live(context.now()):
        raise Conflict(f"strike {strike}: expected one that counts, found that it does not")
    changes = _removed(context, before, actor, reasons)
    record_changes(context, changes)
    removed = changes.rows[0]
    assert isinstance(removed, Strike)  # noqa: S101 - what `_removed` puts first
    return removed


def list_strikes(customer: str = "", *, limit: int = 100, after: str | None = None) -> list[Strike]:
    """All, or a customer's, the newest first; those that count no more too."""
    return strikes.listed(limit, after, customer)


def _removed(context: AppContext, strike: Strike | None, by: Actor, why: str) -> ChangeSet:
    if strike is None:
        return ChangeSet()
    removed = replace(strike, removed_at=context.now(), removed_by=by.id, why=why)
    payload = _payload(strike) | {"why": why}
    return ChangeSet(
        rows=[removed],
        entries=[entry(context, EntryType.STRIKE_REMOVED, by, payload, case=strike.case)],
        seen=[strike],
    )


def _written(context: AppContext, strike: Strike, by: Actor) -> ChangeSet:
    payload = _payload(strike) | {"cause": strike.cause.value, "until": show_moment(strike.until)}
    said = entry(context, EntryType.STRIKE_WRITTEN, by, payload, case=strike.case)
    return ChangeSet(rows=[strike], entries=[said])


def _payload(strike: Strike) -> dict[str, object]:
    return {
        "strike": strike.id,
        "customer": strike.customer,
        "decision": strike.decision,
        "clause": strike.clause,
        "tier": strike.tier.value,
    }
