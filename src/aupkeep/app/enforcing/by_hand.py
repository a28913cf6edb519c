"""What no driver carries, or no agent remembers: a person does it, and says what they saw."""

from dataclasses import dataclass

from aupkeep.app.access.authority import authorised
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.what_ended import what_ended
from aupkeep.app.enforcing.agent_reports import forgotten, write_seen
from aupkeep.app.enforcing.agent_words import reported
from aupkeep.model.action import HAND, NEVER, ActionState
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.roles import StaffAct
from aupkeep.store import actions

BY_HAND = {ActionState.WANTED: ActionState.APPLIED, ActionState.LIFTING: ActionState.LIFTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledAction:
    """An action after a person confirmed it."""

    action: str
    state: ActionState


def confirm_by_hand(
    context: AppContext, action_id: str, *, proof: str, person: str
) -> HandledAction:
    """A person has done, or undone, what no driver carries, and says how they saw it.

    Raises `Missing`, `Invalid` without a proof, `Conflict` for an action that is not theirs to do.
    """
    actor = authorised(person, StaffAct.UNDO)
    action = actions.known(action_id)
    if not proof.strip():
        raise Invalid("proof: expected what you saw, found nothing")
    state = BY_HAND.get(action.state)
    if action.driver != HAND and not forgotten(action):
        raise Conflict(f"expected a measure to do by hand, found one of the driver {action.driver}")
    if state is None:
        raise Conflict(what_ended(action))
    never = "" if state is ActionState.APPLIED or action.took_effect else NEVER
    now = context.now()
    changed = reported(action, state, f"{never}{person}: {proof.strip()}", now, now)
    write_seen(context, actor, action, changed)
    return HandledAction(action=action.id, state=state)
