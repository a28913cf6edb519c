"""A report opened: its header and first row looked at, as CSV or as a JSON list of flat objects."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aupkeep.intake.formats import strict_json
from aupkeep.intake.formats.columns import folded
from aupkeep.intake.formats.table_rows import TableRow, rows, top
from aupkeep.intake.mail.mail import MailPart, PartRole
from aupkeep.intake.shadowserver.report_type import TypeMatch, match_type
from aupkeep.model.errors import Unreadable

LOOKED_AT = 64 << 10  # characters in which header and first row stand
BLANK = " \t\n\r\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedReport:
    """A part that is a report: `rows` gives its rows, without the header; `name` is its file's."""

    name: str
    match: TypeMatch
    header: tuple[str, ...]
    delimiter: str
    rows: Callable[[], Iterator[TableRow]]


def open_report(part: MailPart) -> OpenedReport | None:
    """The report that a part is, None for any other; cheap, and never raises."""
    if part.place is not PartRole.DATA:
        return None
    start = part.text[:LOOKED_AT].lstrip(BLANK)
    if start.startswith("["):
        return _open_json(part)
    if start.startswith(("{", "<")):
        return None  # one JSON object or XML: no table, and not worth splitting into cells
    if start.startswith(("{", "<")) or "timestamp" not in start.partition("\n")[0].lower():
        return None
    return _open_csv(part)


def _open_csv(part: MailPart) -> OpenedReport | None:
    first, delimiter = top(part.text)
    if first is None:
        return None
    header = tuple(map(folded, first.cells))
    below = rows(part.text[: first.start + len(first.text) + LOOKED_AT], delimiter, len(header))
    second = next((row for row in below if row.number != first.number), None)
    cells = second.cells if second else []
    type_match = match_type(part.name, header, dict(zip(header, cells, strict=False)))
    if type_match is None:
        return None
    return OpenedReport(
        name=part.name,
        match=type_match,
        header=header,
        delimiter=delimiter,
        rows=partial(_below, part.text, first.number, delimiter, len(header)),
    )


def _below(text: str, number: int, delimiter: str, width: int) -> Iterator[TableRow]:
    return (row for row in rows(text, delimiter, width) if row.number != number)


def _open_json(part: MailPart) -> OpenedReport | None:
    """A list whose first object has the columns of a report."""
    if '"timestamp"' not in part.text[:LOOKED_AT].lower():
        return None
    start = part.text.find("{")
    try:
        first, _ = strict_json.DECODER.raw_decode(part.text, start) if start > 0 else (None, 0)
    except (ValueError, RecursionError, Unreadable):
        return None
    if not isinstance(first, dict):
        return None
    header = tuple(map(folded, first))
    type_match = match_type(
        part.name, header, dict(zip(header, map(_text, first.values()), strict=True))
    )
    if type_match is None:
        return None
    return OpenedReport(
        name=part.name,
        match=type_match,
        header=header,
        delimiter=",",
        rows=partial(_objects, part.text, start, header),
    )


def _objects(text: str, start: int, header: Sequence[str]) -> Iterator[TableRow]:
    """Each object of the list as a row; one that cannot be read has no cells and ends the list."""
    number = 0
    while start >= 0:
        number += 1
        try:
            value, end = strict_json.DECODER.raw_decode(text, start)
        except (ValueError, RecursionError, Unreadable):
            yield TableRow(number, start, text[start : start + LOOKED_AT], [])
            return
        yield TableRow(number, start, text[start:end], _cells(value, header))
        comma = text[end : end + 100].lstrip(BLANK)
        start = text.find("{", end) if comma.startswith(",") else -1


def _cells(value: dict[str, Any], header: Sequence[str]) -> list[str]:
    """The values in the order of the header; what the header lacks stands in no column."""
    named = {folded(name): _text(item) for name, item in value.items()}
    return [named.get(name, "") for name in header]


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
