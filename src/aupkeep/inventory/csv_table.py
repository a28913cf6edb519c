"""A CSV file as rows by column name; one broken line leaves the others (RFC 4180, leniently).

UTF-8 with or without a byte order mark, or UTF-16 with one; any line end; quoted values, separated
as the header is: by comma, semicolon or tab. A value holds no line break: each line is read alone,
so that a stray quote costs one row and not the rest of the file.
"""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence

from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.report import RejectedRow

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
LONGEST_LINE = 16_384  # bytes; the widest row that means anything has a tenth of this
MOST_COLUMNS = 100

Line = tuple[int, dict[str, str]]


def rows(
    data: bytes, required: Sequence[str], optional: Sequence[str]
) -> Iterator[Line | RejectedRow]:
    """Each line as (number, column → stripped text); the header is line 1, empty lines are skipped.

    Columns may stand in any order; unknown ones are kept and a missing optional one is empty.
    Raises `Unreadable` when the header lacks a required column.
    """
    lines = _lines(data)
    header, by = _header(lines[0], required)
    missing = dict.fromkeys([name for name in optional if name not in header], "")
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        try:
            values = _matching(line, len(header), by)
        except Invalid as error:
            yield RejectedRow(row=number, reason=str(error))
        else:
            yield number, dict(zip(header, values, strict=True)) | missing


def columns(data: bytes) -> frozenset[str]:
    """The names of a file's columns. Raises `Unreadable`."""
    return frozenset(_header(_lines(data)[0], ())[0])


def _lines(data: bytes) -> list[bytes]:
    """The lines in UTF-8. Raises `Unreadable` for UTF-16 that is none."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise Unreadable(f"expected UTF-8 or UTF-16, found {error}") from error
    data = data.removeprefix(BOM_UTF8)
    return data.split(b"\n" if b"\n" in data else b"\r")


def _header(line: bytes, required: Sequence[str]) -> tuple[list[str], str]:
    """The names of the columns, and what separates them."""
    wanted = ",".join(required)
    by = max(SEPARATORS, key=lambda separator: line.count(separator.encode()))
    try:
        names = [name.lower() for name in _values(line, by)]
    except Invalid as error:
        raise Unreadable(f"header: expected the columns {wanted}; {error}") from error
    lacking = [name for name in required if name not in names]
    if lacking or len(set(names)) != len(names):
        why = f"without {','.join(lacking)}" if lacking else "with a column twice"
        raise Unreadable(
            f"header: expected the columns {wanted}, found {','.join(names)[:200]!r} {why}"
        )
    return names, by


def _matching(line: bytes, count: int, by: str) -> list[str]:
    values = _values(line, by)
    if len(values) != count:
        raise Invalid(f"expected {count} values, found {len(values)}")
    return values


def _values(line: bytes, by: str) -> list[str]:
    if len(line) > LONGEST_LINE:
        raise Invalid(f"expected at most {LONGEST_LINE} bytes in a row, found {len(line)}")
    try:
        text = line.rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"expected UTF-8, found byte 0x{line[error.start]:02x}") from error
    try:
        values = next(csv.reader([text], strict=True, delimiter=by))
    except csv.Error as error:
        actual = f"{text[:60]!r} ({error})"
        raise Invalid(f"expected {SEPARATORS[by]}-separated values, found {actual}") from error
    if "\0" in text:
        raise Invalid("expected text, found a NUL")
    if len(values) > MOST_COLUMNS:
        raise Invalid(f"expected at most {MOST_COLUMNS} values, found {len(values)}")
    return [value.strip() for value in values]
