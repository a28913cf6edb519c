"""A measure that will not stand: its case is at the desk again, for nothing of it was done."""

import dataclasses

from aupkeep.app.change_set import ChangeSet
from aupkeep.model.action import STANDING, Action
from aupkeep.model.case import CaseState
from aupkeep.store import actions, cases


def decide_again(failed: Action) -> ChangeSet:
    """The open case of a failed action, to be decided anew; nothing while more of it stands."""
    case = cases.get(failed.case)
    if case is None or case.state is not CaseState.OPEN or case.handled_at is None:
        return ChangeSet()
    decided = actions.of_decision(failed.decision)
    if any(other.state in STANDING for other in decided if other.id != failed.id):
        return ChangeSet()
    return ChangeSet(rows=[dataclasses.replace(case, handled_at=None)], seen=[case])
