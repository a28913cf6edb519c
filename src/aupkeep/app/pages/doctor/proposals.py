"""Open cases of which no rule speaks, and the command of their next step."""

from collections.abc import Sequence

from aupkeep.app.case_context import load_case_context
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.next_step import NextStep, next_steps
from aupkeep.app.deciding.step_grants import granted_now
from aupkeep.app.pages.doctor.records import DoctorCheck, some_of
from aupkeep.model.case import CaseState
from aupkeep.model.counted import counted
from aupkeep.model.ladder import Measure
from aupkeep.policy import engine
from aupkeep.policy.pack import Pack
from aupkeep.store import case_filter, decisions
from aupkeep.store.case_filter import CaseFilter

LOOKED_AT = 50  # open cases without a decision


def undecided_cases(context: AppContext, pack: Pack | None) -> tuple[tuple[str, ...], NextStep]:
    """Open cases without a decision for which no live rule proposes anything; the first's step."""
    if pack is None:
        return (), NextStep.DECIDE
    waiting = [
        case
        for case in case_filter.page(CaseFilter(states=(CaseState.OPEN,)), limit=LOOKED_AT)
        if not decisions.of_case(case.id)
        and not engine.rulings(pack, load_case_context(context, case).facts)
    ]
    steps = next_steps(waiting[:1], context.now(), granted=granted_now(context))
    step = next((step.step for step in steps.values()), NextStep.DECIDE)
    return tuple(case.reference for case in waiting), step


def proposals_check(undecided: Sequence[str], step: NextStep) -> DoctorCheck:
    """Whether a person has to speak first; the remedy is what the queue calls the next step."""
    text = f"{counted(len(undecided), 'open case')} that no rule speaks of{some_of(undecided)}"
    remedy = _command(step, undecided[0]) if undecided else ""
    return DoctorCheck(check="proposals", ok=not undecided, found=text, remedy=remedy)


def _command(step: NextStep, case: str) -> str:
    """The command of a case's next step."""
    if step is NextStep.PROVE:
        return f'aupkeep letter send {case} --to reporter --subject "…" --text "…"'
    if step in {NextStep.DECIDE, NextStep.GRANT}:
        measure = Measure.INFORM if step is NextStep.DECIDE else Measure.RECORD
        return f'aupkeep decide {case} --measure {measure} --reasons "…"'
    return f"aupkeep case show {case}"
