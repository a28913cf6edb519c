"""What a receiver of webhooks is told: that a service is held, released, or has ended. Pure.

Each event names the clause, until when it is, that it is no outage of ours (`sla_exclusion`), and
that nothing of the customer's is deleted before then (`delete_nothing`).
"""

from typing import Any

from aupkeep.model.action import Action
from aupkeep.model.ladder import CONFIRM, Measure
from aupkeep.model.moments import show_moment

HELD, RELEASED, TERMINATED = "service.held", "service.released", "service.terminated"
STATES = {HELD: "held", TERMINATED: "terminated"}  # what a receiver that has done it reads back
COVERS = {  # what of the customer is held
    Measure.SUSPEND_RESOURCE: ("resource",),
    Measure.SUSPEND_ACCOUNT: ("account", "api-credentials"),
    Measure.TERMINATE: ("resource", "api-credentials"),
    Measure.END_SERVICE: ("resource", "api-credentials"),
}


def kind_of(measure: str) -> str:
    """The event that asks for a measure."""
    return TERMINATED if measure == Measure.END_SERVICE else HELD


def event_data(action: Action) -> dict[str, Any]:
    """What an event says: whom, what, under which clause, since and until when; no name."""
    scope, held = action.scope, action.measure is Measure.TERMINATE
    return {
        "id": action.id,
        "case": action.reference,
        "customer": scope.customer,
        "resource": scope.resource,
        "subject": str(
            scope.network or scope.address or scope.url or scope.name or scope.account or ""
        ),
        "measure": str(action.measure),
        "level": action.level.name,
        "covers": list(COVERS.get(action.measure, ())),
        "clause": action.clause,
        "since": show_moment(action.starts),
        "until": show_moment(action.until),
        "hold_until": show_moment(action.until - CONFIRM) if held else None,
        "sla_exclusion": True,  # what is held under the policy is no outage of ours
        "delete_nothing": True,  # before `until`, also after the end of a service
    }
