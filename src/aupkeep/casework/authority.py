"""Which act of the table of roles a proposal is, and what a runbook lets the network centre do."""

from aupkeep.casework.gate_checks import GENERAL
from aupkeep.casework.proposal import Proposal
from aupkeep.model.ladder import Level
from aupkeep.model.roles import StaffAct
from aupkeep.model.runbook import RUNBOOKS


def act_of(proposal: Proposal) -> StaffAct:
    """What the author of a proposal does: undo, decide, propose, or judge an appeal."""
    if proposal.reverses is not None:
        return StaffAct.UNDO
    if proposal.judges is not None:
        return StaffAct.APPROVE
    if proposal.break_glass:
        return StaffAct.DECIDE  # any decider, alone, for twelve hours
    general = proposal.clause.id == GENERAL and proposal.level >= Level.L3
    return StaffAct.PROPOSE if general or proposal.level >= Level.L5 else StaffAct.DECIDE


def outside_runbook(proposal: Proposal) -> str | None:
    """Why the runbook named in a proposal does not cover it, None where it does.

    * A runbook is named, and there is one of that name.
    * The measure is of L3 or L4, and one of the runbook's.
    * The case's kind is one of the runbook's, and it lasts no longer than the runbook says.
    """
    names = ", ".join(RUNBOOKS)
    runbook = RUNBOOKS.get(proposal.runbook or "")
    if runbook is None:
        return f"the network centre acts by a runbook: expected one of {names}"
    if not Level.L3 <= proposal.level <= Level.L4 or proposal.measure not in runbook.measures:
        return f"runbook {runbook.name} has no {proposal.measure}"
    if not proposal.case.kind.startswith(runbook.kinds):
        return f"runbook {runbook.name} is not for {proposal.case.kind}"
    if proposal.hours is None or proposal.hours > runbook.hours:
        return f"runbook {runbook.name} lasts at most {runbook.hours:g} hours"
    return None
