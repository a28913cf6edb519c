"""Standing measures against the inventory: none outlives the holding it was decided on.

Every change of who holds what, of who is protected and of what is permitted leaves the effect
"recheck", and so does every decision; the clock looks too, since a holding may end by itself. Each
standing measure is then looked at (`recheck_measures`):

* Its address is not certainly held by the holder it was decided about, or others hold it too: it is
  lifted, whoever decided it.
* By the records of today somebody else held the address when it happened, e.g. since a record was
  corrected or one came late, and no other evidence founds the measure.
* A person judged a report wrong: what is left of the evidence is looked at (`evidence_recheck`).
* A rule decided it, and the holder is protected or critical by now, or a permission covers it: it
  is lifted.
* The holding ends before the measure does: the measure ends with it, by the kernel's clock too.

Each is written down with its reason, and the case is back at the desk.
"""

import dataclasses
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime
from ipaddress import ip_network

from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import write
from aupkeep.app.deciding.decision_changes import decision_changes, enforce_effect
from aupkeep.app.enforcing.evidence_recheck import stands_all_the_same, unborne, why_gone
from aupkeep.app.inventory.current import CurrentHolders, still_held_then
from aupkeep.app.inventory.doubted import doubted_claims
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.app.journal import entry, record
from aupkeep.app.policy_documents import clause_of_decision
from aupkeep.app.reading.join import consider_effect
from aupkeep.app.standing_claims import gone_claims
from aupkeep.casework.lift import lift
from aupkeep.casework.permit import permit
from aupkeep.casework.states import Event, move
from aupkeep.inventory.customers import PROTECTING_TAGS
from aupkeep.model.action import Action
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.case import Case, CaseState
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, cases, customers, decisions, outbox, permissions
from aupkeep.store.outbox import Lease

OVER = Actor(kind=ActorKind.RULE, id="holding-over", name="holding-over")


def recheck_measures(context: AppContext, *, done: Lease | None = None) -> int:
    """Lift or shorten every standing measure that its holding no longer bears; how many.

    What somebody else changes at the same moment is left to the next look.
    """
    current = CurrentHolders(context, context.now(), ())
    changed = 0
    for action in actions.standing():
        with suppress(Conflict):
            changed += _recheck(context, action, current, records_changed=done is not None)
    if done is not None:
        outbox.done(done, context.now())
    return changed


def _recheck(
    context: AppContext, action: Action, current: CurrentHolders, *, records_changed: bool
) -> bool:
    """Whether this one had to be lifted or shortened."""
    decision, case = decisions.get(action.decision), cases.get(action.case)
    if decision is None or case is None:
        return False
    if records_changed and (gone := gone_claims(case.id).keys()):
        about, reason = load_case_context(context, case), why_gone(case.id, gone)
        if weak := unborne(about, decision, reason):
            return _lift(context, case, decision, weak, mistaken=True)
        _leave(context, about, decision, gone, reason)
    why, end = (_unfounded(context, action, case) if records_changed else None), None
    if why is None:
        why, end = _moved(context, action, case, current)
    why = why or (_spared(context, action, case) if action.automatic else None)
    if why is not None:
        return _lift(context, case, decision, why)
    if end is None or end >= action.until:
        return False
    _shorten(context, case, action, end)
    return True


def _unfounded(context: AppContext, action: Action, case: Case) -> str | None:
    """Why nothing founds the measure: by the records of today others held the address then."""
    address, holder = action.scope.address, (action.scope.customer, action.scope.resource)
    doubted = doubted_claims(case.id)
    claims = cases.claims(case.id)
    at_address = [claim for claim in claims if claim.finding.subject.address == address]
    about = at_address or claims  # the measure may have followed its resource to another address
    standing = [claim for claim in about if claim.id not in doubted]
    lookup = HolderLookup(context, seen_at=context.now())
    if not about or any(still_held_then(lookup, claim, holder) for claim in standing):
        return None
    return f"by the records of today {holder[1]} did not hold {address or 'it'} then"


def _moved(
    context: AppContext, action: Action, case: Case, current: CurrentHolders
) -> tuple[str | None, datetime | None]:
    """Why the address is no longer the holder's alone; else when the record says that it ends."""
    address, holder = action.scope.address, (action.scope.customer, action.scope.resource)
    if address is None:
        return current.refusal(action.scope), None
    if not current.is_held_by(address, holder):  # perhaps only for want of a port or a site
        current = CurrentHolders(context, context.now(), cases.claims(case.id))
    why, held = current.refusal(action.scope), current.held(address)
    return why, held.end if held else None


def _spared(context: AppContext, action: Action, case: Case) -> str | None:
    """Why no rule would have decided this today: who is protected, what is permitted."""
    customer = customers.get(action.scope.customer)
    tags = sorted(customer.tags & PROTECTING_TAGS) if customer else []
    if tags:
        return f"{action.scope.customer} is {' and '.join(tags)} now"
    address = action.scope.address
    nets = [ip_network(text, strict=False) for text in context.settings.deciding.protected]
    shield = next((net for net in nets if address is not None and address in net), None)
    if shield is not None:
        return f"{shield} is protected now"
    permission = permissions.covering(case.customer, case.resource, case.kind)
    if permission is not None and permission.live(context.now()):
        return f"it is permitted until {show_moment(permission.until)}"
    return None


def _leave(
    context: AppContext, about: CaseContext, decision: Decision, gone: AbstractSet[str], why: str
) -> None:
    """Write down, once, why a measure stands though a report behind its case counts no more."""
    change = stands_all_the_same(context, about, decision, gone, why)
    if change is not None:
        at_desk = _to_the_desk(context, about.case)
        moved = [at_desk] if at_desk != about.case and not decision.automatic else []
        record(context, change, rows=moved, seen=[about.case])


def _lift(
    context: AppContext, case: Case, decision: Decision, why: str, *, mistaken: bool = False
) -> bool:
    """Reverse the decision through the gate, and put the case before a person.

    `mistaken`: it was our error, which the customer is told, and the policy looks at the rest.
    """
    about = load_case_context(context, case)
    clause = clause_of_decision(decision)  # a policy that does not load keeps nobody limited
    proposal = lift(decision, case, clause, f"lifted because {why}")
    answer = permit(
        proposal, [OVER], about.facts, about.inputs, id=context.new_id(), now=context.now()
    )
    if isinstance(answer, Refused):
        return False
    changes = decision_changes(context, about, answer, mistaken=mistaken)
    if mistaken:
        changes.effects.append(consider_effect(context, case.id))
    changes.case = _to_the_desk(context, changes.case)
    changes.entries.append(_case_entry(context, case, decision, f"a measure was lifted: {why}"))
    write(context, about, answer, changes)
    return True


def _shorten(context: AppContext, case: Case, action: Action, end: datetime) -> None:
    """Let the measure end with the holding."""
    shorter = dataclasses.replace(action, until=end, changed_at=context.now())
    decision = decisions.get(action.decision)
    why = f"a measure ends with the holding, at {show_moment(end)}"
    change = _case_entry(context, case, decision, why)
    record(
        context,
        change,
        rows=[shorter],
        effects=[enforce_effect(context, action, f"until:{end.timestamp():.0f}")],
        seen=[action],
    )


def _to_the_desk(context: AppContext, case: Case) -> Case:
    """A case that waited for an answer is a person's again."""
    waits = case.state is CaseState.WAITING
    return move(case, Event.OVERDUE, context.now()) if waits else case


def _case_entry(context: AppContext, case: Case, decision: Decision | None, why: str) -> Entry:
    payload = {"case": case.id, "ended": decision.id if decision else None, "why": why}
    return entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)
