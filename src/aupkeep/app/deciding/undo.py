"""Undoing: one action, one decision, or all that one version of a rule or detector made."""

from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide, enact
from aupkeep.app.deciding.decision_changes import LIVE
from aupkeep.app.deciding.extend import in_force_beside
from aupkeep.app.deciding.what_ended import what_ended
from aupkeep.app.policy_documents import clause_of_decision
from aupkeep.casework.lift import lift
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import Actor
from aupkeep.model.decision import Decision
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.made_by import MadeBy
from aupkeep.model.roles import StaffAct
from aupkeep.notify.letter_drafts import refuse_open
from aupkeep.store import actions, cases, decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedAction:
    """An action on its way out, with the decision that lifts it.

    `kept_up_by` are other actions that keep the same measure standing there, as an extension does:
    nothing is over before they are undone too.
    """

    action: str
    state: ActionState
    decision: str
    case: str
    kept_up_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLift:
    """One action, by which versions it was made, and the decision that lifts it or the error."""

    action: str
    case: str
    measure: Measure
    state: ActionState
    rule: str
    policy: str
    until: datetime
    lifted_by: str | None
    error: str | None


def undo_action(
    context: AppContext, action_id: str, *, reason: str, person: str, mistaken: bool = False
) -> LiftedAction:
    """Lift an action. Raises `Missing`, `Conflict` when it does not stand, `Forbidden`.

    `mistaken`: its decision was wrong, and the customer is told so, with an apology.
    """
    actor = authorised(person, StaffAct.UNDO)
    refuse_open("reason", reason)
    action = actions.known(action_id)
    if action.state not in LIVE:
        raise Conflict(what_ended(action))
    decision = decisions.get(action.decision)
    case = cases.get(action.case)
    if decision is None or case is None:
        raise Missing(f"action {action.id}: its decision or case is gone")
    about = load_case_context(context, case)
    lifted = undo_decision(context, about, decision, reason, actor, mistaken=mistaken)
    return LiftedAction(
        action=action.id,
        state=ActionState.LIFTING,
        decision=lifted.id,
        case=case.reference,
        kept_up_by=tuple(
            other.id
            for other in actions.of_case(case.id)
            if other.id != action.id and in_force_beside(other, action)
        ),
    )


def undo_decision(
    context: AppContext,
    about: CaseContext,
    decision: Decision,
    reason: str,
    actor: Actor,
    *,
    mistaken: bool = False,
    named: bool = False,
) -> Decision:
    """Reverse a decision; the driver then restores what stood before. Raises `Forbidden`.

    `named`: by somebody outside the desk who was named for this, and so needs no role.
    """
    clause = clause_of_decision(decision)  # a policy that does not load keeps nothing limited
    proposal = lift(decision, about.case, clause, reason)
    make = enact if named else decide
    return make(context, about, proposal, [actor], mistaken=mistaken)


def undo_made(
    context: AppContext, made: MadeBy, *, reason: str, person: str, mistaken: bool = False
) -> list[VersionLift]:
    """Lift every action of these versions that still stands; each with its outcome.

    One that cannot be lifted keeps no other from it; its `error` says why. Raises `Invalid` where
    nothing is named, and `Missing` when nothing of them stands.
    """
    actor = authorised(person, StaffAct.UNDO)
    refuse_open("reason", reason)
    if not made:
        raise Invalid("expected a rule, policy, detector, attribution or driver, found none")
    standing = actions.made_by(made, LIVE)
    if not standing:
        people = len(actions.made_by(replace(made, automatic=False), LIVE))
        others = f"none of rules, {people} of people (--people-too)" if people else "none"
        raise Missing(f"{made.words}: expected actions that stand, found {others}")
    tried: dict[str, Decision | AupkeepError] = {}  # by decision: one lift ends all its actions
    for action in standing:
        if action.decision not in tried:
            tried[action.decision] = _undo(context, action, reason, actor, mistaken=mistaken)
    return [_version_lift(action, tried[action.decision]) for action in standing]


def _undo(
    context: AppContext, action: Action, reason: str, actor: Actor, *, mistaken: bool
) -> Decision | AupkeepError:
    """The decision that lifts all that this action's decision made stand; or why there is none."""
    decision = decisions.get(action.decision)
    try:
        if decision is None:
            raise Missing(f"action {action.id}: its decision is gone")
        about = load_case_context(context, find_case(action.case))
        return undo_decision(context, about, decision, reason, actor, mistaken=mistaken)
    except AupkeepError as error:
        return error


def _version_lift(action: Action, tried: Decision | AupkeepError) -> VersionLift:
    lifted_by = tried.id if isinstance(tried, Decision) else None
    return VersionLift(
        action=action.id,
        case=action.reference,
        measure=action.measure,
        state=ActionState.LIFTING if lifted_by else action.state,
        rule=action.versions.rule,
        policy=action.versions.policy,
        until=action.until,
        lifted_by=lifted_by,
        error=None if lifted_by else str(tried),
    )
