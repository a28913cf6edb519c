"""A rejected row for a person to repair: its text, and the document its parser then reads again.

    row 5002 of 2026-03-01-scan_telnet-asn.csv: 2026-03-01 12:00:00,no address,tcp,23
    a person writes:                            2026-03-01 12:00:00,192.0.2.7,tcp,23
    the document:                               timestamp,ip,protocol,port ⏎ 2026-03-01 12:00:00,…

The document has the header of the file that the row stood in, and its name, so that the same parser
takes it in the same way; what the row was stays in the report as it came.
"""

from typing import NamedTuple

from aupkeep.intake.formats.table_rows import rows, top
from aupkeep.model.errors import Invalid
from aupkeep.model.report import Reading, RejectedRow

LONGEST = 100_000  # characters of a repaired row


class RepairedRow(NamedTuple):
    """What is given to a reader: bytes, a file's name, and how it is to be read."""

    data: bytes
    name: str
    form: str


def row_text(reading: Reading, dead: RejectedRow) -> str:
    """The row as it came, "" where none can be cut out."""
    if dead.place is None or not 0 <= dead.place.part < len(reading.parts):
        return ""
    return reading.parts[dead.place.part][dead.place.start : dead.place.end]


def repaired_document(reading: Reading, dead: RejectedRow, text: str) -> RepairedRow:
    """The document that holds the repaired row alone. Raises `Invalid` when it is not one row."""
    text = text.strip("\r\n")
    if not text.strip() or len(text) > LONGEST:
        raise Invalid(f"row: expected 1 to {LONGEST} characters, found {len(text)}")
    part = reading.parts[dead.place.part] if dead.place is not None else ""
    if dead.place is None:
        return RepairedRow(text.encode(), dead.name or "row", "auto")
    if part.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        return RepairedRow(f"[{text}]".encode(), dead.name or "row", "auto")
    head, delimiter = top(part)
    if head is None:
        raise Invalid("row: expected a header above it, found none")
    document = f"{head.text}\n{text}\n"
    count = sum(1 for _ in rows(document, delimiter, len(head.cells))) - 1
    if count != 1:
        raise Invalid(f"row: expected one row, found {count}")
    return RepairedRow(document.encode(), dead.name or "row", "csv")
