"""A CSV file as rows by column name; one broken line leaves the others (RFC 4180, leniently).

UTF-8 with or without a byte order mark, LF or CRLF, quoted values. A value holds no line break:
each line is read alone, so that a stray quote costs one row and not the rest of the file.
"""

import csv
from collections.abc import Iterator, Sequence

from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.report import Dead

MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 16_384  # bytes; the widest row that means anything has a tenth of this
MOST_COLUMNS = 100

Line = tuple[int, dict[str, str]]


def rows(data: bytes, required: Sequence[str], optional: Sequence[str]) -> Iterator[Line | Dead]:
    """Each line as (number, column → stripped text); the header is line 1, empty lines are skipped.

    Columns may stand in any order; unknown ones are kept and a missing optional one is empty.
    Raises `Unreadable` when the header lacks a required column.
    """
    lines = data.removeprefix(MARK).split(b"\n")
    header = _header(lines[0], required)
    missing = dict.fromkeys([name for name in optional if name not in header], "")
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        try:
            values = _matching(line, len(header))
        except Invalid as error:
            yield Dead(row=number, reason=str(error))
        else:
            yield number, dict(zip(header, values, strict=True)) | missing


def _header(line: bytes, required: Sequence[str]) -> list[str]:
    wanted = ",".join(required)
    try:
        names = [name.lower() for name in _values(line)]
    except Invalid as error:
        raise Unreadable(f"header: expected the columns {wanted}; {error}") from error
    lacking = [name for name in required if name not in names]
    if lacking or len(set(names)) != len(names):
        why = f"without {','.join(lacking)}" if lacking else "with a column twice"
        raise Unreadable(
            f"header: expected the columns {wanted}, found {','.join(names)[:200]!r} {why}"
        )
    return names


def _matching(line: bytes, count: int) -> list[str]:
    values = _values(line)
    if len(values) != count:
        raise Invalid(f"expected {count} values, found {len(values)}")
    return values


def _values(line: bytes) -> list[str]:
    if len(line) > LONGEST_LINE:
        raise Invalid(f"expected at most {LONGEST_LINE} bytes in a row, found {len(line)}")
    try:
        text = line.rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"expected UTF-8, found byte 0x{line[error.start]:02x}") from error
    try:
        values = next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise Invalid(f"expected comma-separated values, found {text[:60]!r} ({error})") from error
    if "\0" in text:
        raise Invalid("expected text, found a NUL")
    if len(values) > MOST_COLUMNS:
        raise Invalid(f"expected at most {MOST_COLUMNS} values, found {len(values)}")
    return [value.strip() for value in values]
