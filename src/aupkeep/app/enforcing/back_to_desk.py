"""What stands otherwise than it was decided brings its case back to the desk."""

import dataclasses

from aupkeep.app.change_set import ChangeSet
from aupkeep.model.action import STANDING, Action
from aupkeep.model.case import CaseState
from aupkeep.store import actions, cases


def back_to_desk(action: Action) -> ChangeSet:
    """The open case of an action that was refused, that its machine lifted, or to undo by hand.

    Nothing changes while more of its decision stands, or where a person has it before them anyway.
    """
    case = cases.get(action.case)
    if case is None or case.state is not CaseState.OPEN or case.handled_at is None:
        return ChangeSet()
    decided = actions.of_decision(action.decision)
    if any(other.state in STANDING for other in decided if other.id != action.id):
        return ChangeSet()
    return ChangeSet(rows=[dataclasses.replace(case, handled_at=None)], seen=[case])
