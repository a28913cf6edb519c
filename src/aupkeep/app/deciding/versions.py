"""All that one rule of one policy version did, listed and lifted together (invariant 11)."""

from typing import Any

from aupkeep.app.access.staff import actor_of
from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.decide import find_case, undo_decision
from aupkeep.app.deciding.enact import LIVE
from aupkeep.model.action import Action
from aupkeep.model.errors import AupkeepError, Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.store import actions, decisions

SHORTEST = 8  # digits of a policy's hash that name it


def actions_of_version(context: AppContext, rule: str, policy: str) -> list[dict[str, Any]]:
    """Every automatic action of a rule under a policy version, given by hash or its beginning.

    Raises `Invalid` for too short a beginning.
    """
    del context
    return [_shown(action) for action in _found(rule, policy)]


def undo_version(
    context: AppContext, rule: str, policy: str, *, reason: str, person: str
) -> list[dict[str, Any]]:
    """Lift every automatic action of a rule version that still stands; each with its outcome.

    One that cannot be lifted keeps no other from it; its `error` says why. Raises `Invalid`, and
    `Missing` when this version did nothing that stands.
    """
    standing = [action for action in _found(rule, policy) if action.state in LIVE]
    if not standing:
        raise Missing(f"rule {rule[:60]!r}: expected actions that stand, found none")
    return [_undo(context, action, reason, person) for action in standing]


def _found(rule: str, policy: str) -> list[Action]:
    if len(policy) < SHORTEST:
        raise Invalid(f"policy: expected at least {SHORTEST} digits of its hash, found {policy!r}")
    return [
        action
        for action in actions.by_version("rule", rule)
        if action.automatic and action.versions.policy.startswith(policy.lower())
    ]


def _undo(context: AppContext, action: Action, reason: str, person: str) -> dict[str, Any]:
    shown = _shown(action)
    decision = decisions.get(action.decision)
    try:
        if decision is None:
            raise Missing(f"action {action.id}: its decision is gone")
        about = load_case_context(context, find_case(action.case))
        lifted = undo_decision(context, about, decision, reason, actor_of(person))
    except AupkeepError as error:
        return {**shown, "lifted_by": None, "error": str(error)}
    return {**shown, "state": "lifting", "lifted_by": lifted.id, "error": None}


def _shown(action: Action) -> dict[str, Any]:
    return {
        "action": action.id,
        "case": action.reference,
        "measure": action.measure.value,
        "state": action.state.value,
        "rule": action.versions.rule,
        "policy": action.versions.policy,
        "until": show_moment(action.until),
    }
