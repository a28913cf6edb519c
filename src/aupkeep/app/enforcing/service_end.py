"""What follows once the end of a service was seen: its hold is over, and nobody is told it is back.

Whoever held the service was told that it has ended (`end-service`). Only when that was read back is
the hold before it (`terminate`) no longer wanted, so that at no moment nothing stands.
"""

import dataclasses

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry
from aupkeep.model.action import HAND, STANDING, Action, ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Measure
from aupkeep.store import actions

SEEN = (ActionState.APPLIED, ActionState.ANNOUNCED, ActionState.RECORDED)
OVER = "the service has ended: action {}"


def end_hold(context: AppContext, ended: Action) -> ChangeSet:
    """The hold that this end replaces, on its way out; one by hand is over with it."""
    changes = ChangeSet()
    if ended.measure is not Measure.END_SERVICE or ended.state not in SEEN:
        return changes
    for action in actions.of_case(ended.case):
        if not _replaced(action, ended):
            continue
        by_hand = action.driver == HAND
        proof = OVER.format(ended.id)
        changed = dataclasses.replace(
            action,
            state=ActionState.EXPIRED if by_hand else ActionState.LIFTING,
            proof=proof if by_hand else action.proof,
            changed_at=context.now(),
        )
        kind = EntryType.ACTION_EXPIRED if by_hand else EntryType.ACTION_LIFTING
        payload = {"action": action.id, "reason": proof}
        changes.entries.append(entry(context, kind, SYSTEM, payload, case=action.case))
        changes.rows.append(changed)
        changes.seen.append(action)
    return changes


def _replaced(action: Action, ended: Action) -> bool:
    """Whether it is the hold of the same service at the same place."""
    same = (action.target, action.scope) == (ended.target, ended.scope)
    return action.measure is Measure.TERMINATE and same and action.state in STANDING


def brings_back(action: Action) -> bool:
    """Whether a service is back where this action is gone: not where it has ended."""
    if action.measure is Measure.END_SERVICE:
        return action.state is ActionState.LIFTED  # its time over, it is only final
    ends = (it for it in actions.of_case(action.case) if it.measure is Measure.END_SERVICE)
    stands = any(it.state in SEEN for it in ends)
    return action.measure is not Measure.TERMINATE or not stands
