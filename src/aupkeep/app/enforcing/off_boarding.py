"""By which day a critical customer was told to have moved, as the desk shows it."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.casework.termination import LATEST, unlifted
from aupkeep.model.ladder import Measure
from aupkeep.store import cases, decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class OffBoarding:
    """One that stands: until when the customer has time, who decided it and when, in which case.

    `passed` says that a termination may go before the gate by now.
    """

    case: str
    until: datetime
    decided: datetime
    people: tuple[str, ...]
    passed: bool


def off_boardings(context: AppContext, customer: str) -> tuple[OffBoarding, ...]:
    """Those of a customer that nobody took back, the latest day first."""
    now = context.now()
    made = decisions.of_measure(Measure.OFF_BOARD, now - 2 * LATEST)
    theirs = {it.case for it in made if it.scope.customer == customer}
    if not theirs:
        return ()
    known = decisions.of_cases(theirs)
    standing = [it for case in theirs for it in unlifted(known.get(case, []), Measure.OFF_BOARD)]
    references = {name: case.reference for name, case in cases.by_ids(theirs).items()}
    days = (
        OffBoarding(
            case=references[it.case],
            until=it.ends,
            decided=it.starts,
            people=tuple(actor.name or actor.id for actor in (it.author, *it.approvers)),
            passed=it.ends <= now,
        )
        for it in standing
        if it.ends is not None and it.case in references
    )
    return tuple(sorted(days, key=lambda day: day.until, reverse=True))
