"""The reasons beside a case: each decision's statement, and what the customer had accepted."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.acceptances import AcceptedVersion, accepted_versions
from aupkeep.app.notifying.statements import actions_by_decision
from aupkeep.app.pages.labels import TITLES
from aupkeep.model.action import Action, limiting_at
from aupkeep.model.statement import Statement
from aupkeep.notify.measurements import Language
from aupkeep.notify.statement_words import label, state_words, statement_rows
from aupkeep.store import statements


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedReasons:
    """A decision's statement as rows of (field, words)."""

    decision: str
    title: str
    at: datetime
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReasons:
    """All statements of a case, the newest first, and the customer's acceptances."""

    statements: tuple[StatedReasons, ...] = ()
    acceptances: tuple[AcceptedVersion, ...] = ()


def reasons_of(
    context: AppContext, case: str, customer: str, language: Language = "en"
) -> CaseReasons:
    """What was stated for this case, and which versions its customer accepted."""
    carried = actions_by_decision(case)
    return CaseReasons(
        statements=tuple(
            _stated(item, carried.get(item.id, []), language)
            for item in reversed(statements.of_case(case))
        ),
        acceptances=tuple(reversed(accepted_versions(context, customer))),
    )


def _stated(statement: Statement, carried: list[Action], language: Language) -> StatedReasons:
    said = statement_rows(statement, language, limiting_at(statement.scope, carried))
    rows = tuple((label(name, language), text) for name, text in said)
    if carried:
        state = state_words(carried, language)
        rows = ((label("state", language), state), *rows)
    title = "Lift" if statement.reverses else TITLES[statement.measure]
    return StatedReasons(decision=statement.id, title=title, at=statement.made_at, rows=rows)
