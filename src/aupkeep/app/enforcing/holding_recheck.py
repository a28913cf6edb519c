"""Standing measures against the inventory: none outlives the holding it was decided on.

Every change of who holds what, of who is protected and of what is permitted leaves the effect
"recheck", and so does every decision; the clock looks too, since a holding may end by itself. Each
standing measure is then looked at (`recheck_measures`):

* Its address is not certainly held by the holder it was decided about, or others hold it too: it is
  lifted, whoever decided it. Of a decision in several parts, e.g. an IPv4 and an IPv6 address, the
  other parts stand; the decision counts as lifted once none is left.
* Its driver holds a resource by name (`Capabilities.by_name`): where its address goes changes
  nothing, which is written down once. It is lifted when the resource is another customer's.
* By the records of today somebody else held the address when it happened, e.g. since a record was
  corrected or one came late, and no other evidence founds the measure.
* A person judged a report wrong: what is left of the evidence is looked at (`evidence_recheck`).
* A rule decided it, and by now the holder is protected or critical, an address, peer or name that
  it reaches is protected, or a permission covers it: it is lifted. What is held by name reaches
  every address of its resource.
* The holding ends before the measure does: the measure ends with it, by the kernel's clock too.

Each is written down with its reason, and the case is back at the desk.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime

from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.consider import write
from aupkeep.app.deciding.decision_changes import decision_changes, enforce_effect, lifting_changes
from aupkeep.app.deciding.placement import kind_of
from aupkeep.app.enforcing.desired_state import protect_list
from aupkeep.app.enforcing.evidence_recheck import stands_all_the_same, unborne, why_gone
from aupkeep.app.inventory.current import CurrentHolders, records_of, still_held_then
from aupkeep.app.inventory.doubted import doubted_claims
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.app.journal import entry, record
from aupkeep.app.policy_documents import clause_of_decision
from aupkeep.app.reading.join import consider_effect
from aupkeep.app.standing_claims import gone_claims
from aupkeep.casework.lift import lift
from aupkeep.casework.permit import permit
from aupkeep.casework.states import Event, move
from aupkeep.enforcement.registry import driver_named
from aupkeep.inventory.customers import PROTECTING_TAGS
from aupkeep.model.action import Action
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.case import Case, CaseState
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, cases, customers, decisions, inventory, log, outbox, permissions
from aupkeep.store.outbox import Lease

OVER = Actor(kind=ActorKind.RULE, id="holding-over", name="holding-over")


def recheck_measures(context: AppContext, *, done: Lease | None = None) -> int:
    """Lift or shorten every standing measure that its holding no longer bears; how many.

    What somebody else changes at the same moment is left to the next look.
    """
    current = CurrentHolders(context, context.now(), ())
    changed = 0
    parts: dict[str, list[Action]] = {}
    for action in actions.standing():
        parts.setdefault(action.decision, []).append(action)
    for standing in parts.values():
        with suppress(Conflict):
            changed += _recheck(context, standing, current, records_changed=done is not None)
    if done is not None:
        outbox.done(done, context.now())
    return changed


def _recheck(
    context: AppContext, parts: list[Action], current: CurrentHolders, *, records_changed: bool
) -> int:
    """How many parts of one decision had to be lifted or shortened."""
    decision, case = decisions.get(parts[0].decision), cases.get(parts[0].case)
    if decision is None or case is None:
        return 0
    if records_changed and (gone := gone_claims(case.id).keys()):
        about, reason = load_case_context(context, case), why_gone(case.id, gone)
        if weak := unborne(about, decision, reason):
            return _lift(context, case, decision, weak, mistaken=True) and len(parts)
        _leave(context, about, decision, gone, reason)
    if why := _wholly(context, parts, case, records_changed=records_changed):
        return _lift(context, case, decision, why) and len(parts)
    return _recheck_parts(context, parts, decision, case, current)


def _recheck_parts(
    context: AppContext,
    parts: list[Action],
    decision: Decision,
    case: Case,
    current: CurrentHolders,
) -> int:
    """Each part by its own address: how many were lifted, alone or with all, or shortened."""
    known = {part.id: _of_case(context, part, current) for part in parts}
    looked = {part.id: _moved(part, known[part.id]) for part in parts}
    moved = {name: why for name, (why, _) in looked.items() if why is not None}
    if len(moved) == len(parts):
        return _lift(context, case, decision, _joined(moved.values())) and len(parts)
    if moved:
        _lift_parts(context, case, decision, [part for part in parts if part.id in moved], moved)
    remaining = [part for part in parts if part.id not in moved]
    ends = [(part, end) for part in remaining if (end := looked[part.id][1]) and end < part.until]
    for part, end in ends:
        _shorten(context, case, part, end)
    for part in remaining:
        if by_name(part) and _has_moved(part, known[part.id]):
            _note_moved(context, part)
    return len(moved) + len(ends)


def _wholly(
    context: AppContext, parts: list[Action], case: Case, *, records_changed: bool
) -> str | None:
    """Why no part of a decision may stand."""
    reasons = [_unfounded(context, part, case) for part in parts if records_changed]
    reasons += [_spared(context, part, case) for part in parts if part.automatic]
    return next(filter(None, reasons), None)


def _joined(reasons: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(reasons))


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


def _of_case(context: AppContext, action: Action, current: CurrentHolders) -> CurrentHolders:
    """Who holds what by the ports and sites of the case too, where that may make it certain."""
    if not _has_moved(action, current):
        return current
    return CurrentHolders(context, context.now(), cases.claims(action.case))


def _has_moved(action: Action, current: CurrentHolders) -> bool:
    """Whether its address, if it has one, is not certainly the resource's any more."""
    address, holder = action.scope.address, (action.scope.customer, action.scope.resource)
    return address is not None and not current.is_held_by(address, holder)


def _moved(action: Action, current: CurrentHolders) -> tuple[str | None, datetime | None]:
    """Why the address is no longer the holder's alone; else when the record says that it ends.

    What is held by a resource's name goes by whose the resource is.
    """
    if by_name(action):
        return _given_away(action, current), None
    address = action.scope.address
    held = None if address is None else current.held(address)
    return current.refusal(action.scope), held.end if held else None


def by_name(action: Action) -> bool:
    """Whether its driver holds the resource itself, wherever its addresses go."""
    kind = kind_of(action.scope.resource)
    try:
        return bool(kind) and kind in driver_named(action.driver).able.by_name
    except Invalid:  # a driver that is installed no more
        return False


def _given_away(action: Action, current: CurrentHolders) -> str | None:
    """Why a named resource is not certainly its customer's any more.

    * Another customer has records of it, and its own customer none.
    * Another has, and the address of the measure went too: whose the rest is, is disputed.

    A resource without any record, e.g. since its one floating IP went, is still its customer's.
    """
    scope, now = action.scope, current.now
    if scope.address is None:
        its_own = bool(records_of(scope.customer, scope.resource, now))
    else:
        its_own = not _has_moved(action, current)
    if its_own:
        return None
    others = inventory.customers_of(scope.resource, now) - {scope.customer}
    held_by = ", ".join(sorted(others))
    return f"{scope.resource} is known to be held by {held_by} now" if others else None


def _note_moved(context: AppContext, action: Action) -> None:
    """Write down, once, that an address went and the measure on its resource stands."""
    looked = {"stands": action.id, "left": str(action.scope.address)}
    case = cases.get(action.case)
    known = log.entries(action.case, types=(EntryType.CASE_CHANGED,))
    if case is None or any(looked.items() <= logged.entry.payload.items() for logged in known):
        return
    why = (
        f"{action.scope.address} is not known to be held by {action.scope.resource} any more; the "
        f"{action.measure} holds the resource by name on {action.target}, and stands"
    )
    payload = {"case": case.id, **looked, "why": why}
    change = entry(context, EntryType.CASE_CHANGED, SYSTEM, payload, case=case.id)
    at_desk = _to_the_desk(context, case)
    record(context, change, rows=[at_desk] if at_desk != case else [], seen=[case])


def _spared(context: AppContext, action: Action, case: Case) -> str | None:
    """Why no rule would have decided this today: who is protected, what is permitted."""
    customer = customers.get(action.scope.customer)
    tags = sorted(customer.tags & PROTECTING_TAGS) if customer else []
    if tags:
        return f"{action.scope.customer} is {' and '.join(tags)} now"
    protect, scope = protect_list(context), action.scope
    whole = records_of(scope.customer, scope.resource, context.now()) if by_name(action) else []
    if why := protect.refusal(scope) or protect.part_of(record.prefix for record in whole):
        return why
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


def _lift_parts(
    context: AppContext,
    case: Case,
    decision: Decision,
    parts: list[Action],
    reasons: Mapping[str, str],
) -> None:
    """Lift these parts alone; the others and their decision stand, and a person looks."""
    at, changes = context.now(), ChangeSet()
    for part in parts:
        scope = part.scope
        place = f"{scope.network or scope.address or scope.resource} on {part.target}"
        why = f"a part of a measure was lifted, {place}: {reasons[part.id]}; the rest stands"
        changes.add(lifting_changes(context, part, decision.id, OVER, why, at))
        changes.entries.append(_case_entry(context, case, None, why))
    at_desk = _to_the_desk(context, case)
    record(
        context,
        changes.entries,
        rows=[*changes.rows, *([at_desk] if at_desk != case else [])],
        effects=changes.effects,
        seen=[*changes.seen, case],
    )


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
