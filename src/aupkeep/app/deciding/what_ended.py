"""How a measure ended that somebody wants to change now, in a sentence for them."""

from aupkeep.model.action import Action
from aupkeep.model.moments import show_minute
from aupkeep.notify.reason_words import STATES
from aupkeep.store import decisions


def what_ended(action: Action) -> str:
    """How it stands by now, and who undid it."""
    scope = action.scope
    place = scope.network or scope.address or scope.url or scope.name or scope.account
    said = (
        f"case {action.reference}: the measure at {place or scope.resource} is "
        f"{STATES[action.became][0]}"
    )
    lift = next((x for x in decisions.of_case(action.case) if x.reverses == action.decision), None)
    if lift is not None:
        who = lift.author.name or lift.author.id
        return f"{said}; {who} undid it at {show_minute(lift.starts)}: {lift.reasons}"
    at = f" since {show_minute(action.changed_at)}" if action.changed_at else ""
    return f"{said}{at}" + (f"; {action.proof}" if action.proof else "")
