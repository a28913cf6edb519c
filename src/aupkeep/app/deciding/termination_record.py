"""A termination as people see it: its dates, what is proven, what stands against its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.casework.termination import Termination, termination_of
from aupkeep.model.case import Case
from aupkeep.model.decision import Decision
from aupkeep.model.ladder import Measure
from aupkeep.model.moments import show_minute
from aupkeep.store import actions, decisions


class TerminationState(StrEnum):
    """Where a termination stands."""

    HELD = "held"  # nobody may end the service yet
    HINDERED = "hindered"  # the hold is over, and something stands against it
    READY = "ready"  # a person may end it
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminationRecord:
    """The hold before the end of a service, by two people; `told` is what is proven of its notice.

    A person may end the service from `opens` until `closes`, else it is back by itself then. Its
    data is kept until `data_until`, with us and by whoever was told. `carried` says where it
    stands: the target, its driver, and what was read back.
    """

    case: str
    customer: str
    resource: str
    decision: str
    state: TerminationState
    clause: str
    by: tuple[str, ...]
    decided: datetime
    opens: datetime
    closes: datetime
    data_until: datetime
    told: str
    hindrances: tuple[str, ...]
    carried: tuple[str, ...]
    ended: datetime | None
    ended_by: str | None
    next: str | None


def termination_record(context: AppContext, case: Case) -> TerminationRecord | None:
    """The termination that stands in a case, or that ended its service; None where none does."""
    if not any(made.measure is Measure.TERMINATE for made in decisions.of_case(case.id)):
        return None
    about = load_case_context(context, case)
    known = termination_of(about.inputs, context.now())
    if known is None:
        return None
    held, end = known.decision, known.ended
    state = _state(known, context.now())
    return TerminationRecord(
        case=case.reference,
        customer=case.customer,
        resource=held.scope.resource,
        decision=held.id,
        state=state,
        clause=held.clause,
        by=tuple(actor.id for actor in (held.author, *held.approvers)),
        decided=held.starts,
        opens=known.opens,
        closes=known.closes,
        data_until=(end.ends if end else None) or known.opens,
        told=about.inputs.held.proof.words if about.inputs.held else "not proven",
        hindrances=() if end else known.hindrances,
        carried=tuple(_carried(held, end)),
        ended=end.starts if end else None,
        ended_by=end.author.id if end else None,
        next=f"{FINISH.format(case.reference)}" if state is TerminationState.READY else None,
    )


FINISH = "aupkeep termination finish {} --customer CUSTOMER --reasons WHY"


def _state(known: Termination, now: datetime) -> TerminationState:
    if known.ended is not None:
        return TerminationState.ENDED
    if now < known.opens:
        return TerminationState.HELD
    return TerminationState.HINDERED if known.hindrances else TerminationState.READY


def _carried(held: Decision, end: Decision | None) -> Iterator[str]:
    """Where the hold stands, and where its end was told."""
    for decision in filter(None, (held, end)):
        for part in actions.of_decision(decision.id):
            seen = f": {part.proof}" if part.proof else ""
            yield f"{part.measure} on {part.target} ({part.driver}): {part.state}{seen}"


def termination_lines(record: TerminationRecord) -> Iterator[str]:
    """The record for a person."""
    who = " and ".join(record.by)
    service = f"{record.resource} of {record.customer}"
    yield f"Termination of {service}, case {record.case}: {record.state}"
    yield f"  decided    {show_minute(record.decided)} by {who}, clause {record.clause}"
    yield f"  noticed    {record.told}"
    yield f"  hold       until {show_minute(record.opens)}; nobody ends the service before"
    yield f"  then       a person may end it until {show_minute(record.closes)}, else it is back"
    yield f"  data       kept until {show_minute(record.data_until)}"
    yield from (f"  stands     {line}" for line in record.carried)
    yield from (f"  against    {line}" for line in record.hindrances)
    if record.ended:
        yield f"  ended      {show_minute(record.ended)} by {record.ended_by}"
    if record.next:
        yield f"  next       {record.next}"
