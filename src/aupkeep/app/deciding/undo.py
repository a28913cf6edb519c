"""Undoing: one action, one decision, or all that one rule of one policy version did alone."""

from dataclasses import asdict, dataclass
from datetime import datetime

from aupkeep.app.access.authority import authorised
from aupkeep.app.case_context import CaseContext, load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import decide, enact
from aupkeep.app.deciding.decision_changes import LIVE
from aupkeep.app.policy_documents import clause_of_decision
from aupkeep.casework.lift import lift
from aupkeep.model.action import Action, ActionState
from aupkeep.model.actor import Actor
from aupkeep.model.decision import Decision
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.roles import StaffAct
from aupkeep.store import actions, cases, decisions

SHORTEST = 8  # digits of a policy's hash that name it


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedAction:
    """An action on its way out, with the decision that lifts it."""

    action: str
    state: ActionState
    decision: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAction:
    """What a rule version did: one action."""

    action: str
    case: str
    measure: Measure
    state: ActionState
    rule: str
    policy: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLift(VersionAction):
    """One action of a rule version after its lift was tried: the new decision, or the error."""

    lifted_by: str | None
    error: str | None


def undo_action(
    context: AppContext, action_id: str, *, reason: str, person: str, mistaken: bool = False
) -> LiftedAction:
    """Lift an action. Raises `Missing`, `Conflict` when it does not stand, `Forbidden`.

    `mistaken`: its decision was wrong, and the customer is told so, with an apology.
    """
    actor = authorised(person, StaffAct.UNDO)
    action = actions.get(action_id)
    if action is None:
        raise Missing(f"action: expected a known id, found {action_id[:60]!r}")
    if action.state not in LIVE:
        raise Conflict(f"action {action.id}: expected it in force, found it {action.state}")
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


def actions_of_version(context: AppContext, rule: str, policy: str) -> list[VersionAction]:
    """Every automatic action of a rule under a policy version, given by hash or its beginning.

    Raises `Invalid` for too short a beginning.
    """
    del context
    return [_shown(action) for action in _of_version(rule, policy)]


def undo_version(
    context: AppContext,
    rule: str,
    policy: str,
    *,
    reason: str,
    person: str,
    mistaken: bool = False,
) -> list[VersionLift]:
    """Lift every automatic action of a rule version that still stands; each with its outcome.

    One that cannot be lifted keeps no other from it; its `error` says why. Raises `Invalid`, and
    `Missing` when this version did nothing that stands.
    """
    actor = authorised(person, StaffAct.UNDO)
    standing = [action for action in _of_version(rule, policy) if action.state in LIVE]
    if not standing:
        raise Missing(f"rule {rule[:60]!r}: expected actions that stand, found none")
    return [_undo(context, action, reason, actor, mistaken=mistaken) for action in standing]


def _of_version(rule: str, policy: str) -> list[Action]:
    if len(policy) < SHORTEST:
        raise Invalid(f"policy: expected at least {SHORTEST} digits of its hash, found {policy!r}")
    return [
        action
        for action in actions.by_version("rule", rule)
        if action.automatic and action.versions.policy.startswith(policy.lower())
    ]


def _undo(
    context: AppContext, action: Action, reason: str, actor: Actor, *, mistaken: bool
) -> VersionLift:
    shown = asdict(_shown(action))
    decision = decisions.get(action.decision)
    try:
        if decision is None:
            raise Missing(f"action {action.id}: its decision is gone")
        about = load_case_context(context, find_case(action.case))
        lifted = undo_decision(context, about, decision, reason, actor, mistaken=mistaken)
    except AupkeepError as error:
        return VersionLift(**shown, lifted_by=None, error=str(error))
    shown["state"] = ActionState.LIFTING
    return VersionLift(**shown, lifted_by=lifted.id, error=None)


def _shown(action: Action) -> VersionAction:
    return VersionAction(
        action=action.id,
        case=action.reference,
        measure=action.measure,
        state=action.state,
        rule=action.versions.rule,
        policy=action.versions.policy,
        until=action.until,
    )
