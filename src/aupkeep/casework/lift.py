"""Lifting: a decision that reverses a decision, and restores what was before."""

from collections.abc import Iterable
from datetime import datetime

from aupkeep.casework.proposal import Proposal
from aupkeep.model.case import Case
from aupkeep.model.clause import Clause
from aupkeep.model.decision import Decision
from aupkeep.model.ladder import Level, Measure


def lift(decision: Decision, case: Case, clause: Clause, reasons: str) -> Proposal:
    """The proposal to undo `decision`; `permit` says whether this author may.

    It carries the decision's own scope and versions, records and does nothing else: the driver
    then reverts what it finds applied.
    """
    return Proposal(
        case=case,
        clause=clause,
        measure=Measure.RECORD,
        scope=decision.scope,
        hours=None,
        versions=decision.versions,
        reasons=reasons,
        reverses=decision.id,
    )


def in_force(decisions: Iterable[Decision], now: datetime) -> tuple[Decision, ...]:
    """The restrictions that stand at `now`: not lifted, not at their end, oldest first."""
    known = tuple(decisions)
    lifted = {decision.reverses for decision in known if decision.reverses}
    standing = (
        decision
        for decision in known
        if decision.level >= Level.L3
        and decision.id not in lifted
        and decision.ends
        and decision.ends > now
    )
    return tuple(sorted(standing, key=lambda decision: (decision.starts, decision.id)))
