"""Statements of reasons as stored: written once, with their decision."""

from aupkeep.model.statement import Statement
from aupkeep.store.models import StatementRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def get(decision: str) -> Statement | None:
    """The statement of this decision; None for one of an older version."""
    return first(Statement, id=decision)


def of_case(case: str) -> list[Statement]:
    """A case's statements, by the start of their decisions."""
    return many(Statement, StatementRow.objects.filter(case_id=case).order_by("starts", "id"))
