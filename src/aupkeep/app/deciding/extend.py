"""Extending: a measure that is to last longer is decided anew, with the same reach.

The former decision ends when it said; at its place the longer one takes over without a gap. The
customer is told of the new end as of any decision, and everything that bounds one bounds this.
"""

from dataclasses import replace

from aupkeep.app.access.authority import authorised
from aupkeep.app.access.makers import with_makers
from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.decide import MadeDecision, decide_about
from aupkeep.app.deciding.what_ended import what_ended
from aupkeep.model.action import STANDING, Action
from aupkeep.model.errors import Conflict
from aupkeep.model.roles import StaffAct
from aupkeep.store import actions


def extend_action(
    context: AppContext, action_id: str, *, hours: int, reasons: str, person: str
) -> MadeDecision:
    """Decide an action's measure again, from now for so many hours, in the same place.

    Raises `Missing` for an unknown action, `Conflict` for one that is over or would end sooner than
    it does, `Forbidden`, and as `decide_case`.
    """
    author = with_makers(context, authorised(person, StaffAct.DECIDE))
    action = actions.known(action_id)
    about = load_case_context(context, find_case(action.reference))
    action = actions.get(action_id) or action  # after its case, which an undo changes too
    if action.state not in STANDING:
        raise Conflict(what_ended(action))
    last = max(x.until for x in actions.of_case(action.case) if in_force_beside(x, action))
    left = round((last - context.now()).total_seconds() / 3600, 1)
    if hours <= left:
        raise Conflict(f"hours: expected more than the {left} that are left of it, found {hours}")
    scope = action.scope
    in_evidence = {claim.finding.subject.address for claim in about.claims}  # it may have moved
    aimed = {
        "address": scope.address if scope.address in in_evidence else None,
        "url": scope.url,
        "name": scope.name,
        "protocol": scope.protocol,
        "port": scope.port,
        "destination": scope.destination,
        "account": scope.account,
        "rate": scope.rate,
        "note": scope.note,
    }
    choice = {
        name: value if isinstance(value, int) else str(value)
        for name, value in aimed.items()
        if value is not None
    }
    choice |= {"measure": str(action.measure), "hours": hours}
    return decide_about(context, about, author, reasons, choice)


def in_force_beside(other: Action, action: Action) -> bool:
    """Whether another action in force is the same measure at the same place, extended perhaps."""
    at = replace(other.scope, note=None), replace(action.scope, note=None)
    return other.state in STANDING and other.measure is action.measure and at[0] == at[1]
