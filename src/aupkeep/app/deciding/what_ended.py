"""What became of a measure that stands no more and that somebody wants to change."""

from aupkeep.model.action import Action
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
        return f"{said}; {who} undid it at {lift.starts:%Y-%m-%d %H:%M} UTC: {lift.reasons}"
    at = f" since {action.changed_at:%Y-%m-%d %H:%M} UTC" if action.changed_at else ""
    return f"{said}{at}; {action.proof}" if action.proof else f"{said}{at}"
