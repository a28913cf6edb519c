"""Assignments as CSV: address,port_from,port_to,customer,resource,from,until[,site][,kind]."""

from collections.abc import Iterator

from aupkeep.inventory.assignment_row import (
    OPTIONAL,
    REQUIRED,
    AssignmentSource,
    ParsedAssignment,
    parse_row,
)
from aupkeep.inventory.csv_table import rows
from aupkeep.model.errors import Invalid
from aupkeep.model.report import RejectedRow


def read(data: bytes) -> Iterator[ParsedAssignment | RejectedRow]:
    """Each line as a `ParsedAssignment`, or `RejectedRow` with what was expected and found.

    Raises `Unreadable` when the header lacks a required column.
    """
    for line in rows(data, REQUIRED, OPTIONAL):
        yield line if isinstance(line, RejectedRow) else _row(*line)


def _row(number: int, raw: dict[str, str]) -> ParsedAssignment | RejectedRow:
    try:
        return parse_row(number, raw)
    except Invalid as error:
        return RejectedRow(row=number, reason=str(error))


SOURCE = AssignmentSource("csv", "csv", read)
