"""An action of a case as a row of its page: what it touches, what became of it, its proof."""

from aupkeep.app.case_context import CaseContext
from aupkeep.app.deciding.decision_changes import LIVE
from aupkeep.app.pages.case.page import CaseAction
from aupkeep.app.pages.labels import TITLES, touches, who
from aupkeep.model.action import HAND, Action, ActionState, Limiting, limiting, stood
from aupkeep.model.decision import Decision
from aupkeep.notify.measurements import Language


def action_row(action: Action, about: CaseContext, language: Language) -> CaseAction:
    """An action as the case page shows it; of a failed one what was wanted."""
    decision = next(
        (candidate for candidate in about.decisions if candidate.id == action.decision), None
    )
    return CaseAction(
        id=action.id,
        title=TITLES[action.measure],
        touches=touches(
            action.measure,
            action.scope,
            Limiting.NOW if action.state is ActionState.FAILED else limiting([action]),
            language,
        ),
        level=action.level,
        driver=action.driver,
        target=action.target,
        state=action.state,
        became=action.became,
        recorded=not action.enforced or action.state is ActionState.RECORDED,
        starts=action.starts,
        until=action.until,
        by=authors_of(decision, language),
        reasons=decision.reasons if decision else "",
        proof=action.proof,
        proof_head=_proof_head(action),
        undoable=action.state in LIVE,
    )


def _proof_head(action: Action) -> str:
    """What the proof of an action is: what its system showed, or why it shows nothing."""
    if action.state is ActionState.FAILED:
        return "Why it failed:"
    if not action.enforced or action.state is ActionState.RECORDED:
        return "Written down:"
    if not stood(action.proof):
        return "What is known:"
    return "What a person saw:" if action.driver == HAND else "Read back:"


def authors_of(decision: Decision | None, language: Language) -> str:
    """Whose a decision is, with who approved it."""
    people = (decision.author, *decision.approvers) if decision else ()
    return (" and ", " og ")[language == "nb"].join(who(actor, language) for actor in people)
