"""Rows of published lists: lines with remarks between them, cells, and JSON that may be cut."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Any

from aupkeep.intake.formats import strict_json
from aupkeep.model.errors import Unreadable

PAGE = re.compile(
    rb"\s*(?:<!doctype\s+html|<html|<head|<\?xml[^>]{0,100}>\s*<(?:!doctype\s+)?html)",
    re.IGNORECASE,
)
BLOCK = 1 << 20  # characters
MOST_JSON = 24 << 20  # bytes; as objects they take some ten times as much
BLANK = " \r\ufeff\xa0"
LONGEST_LINE = 20_000  # characters of a row that are looked at
STATED = re.compile(
    r"(?:last[- ]?modified|last[- ]?updated?|updated|generated|created|timestamp)\W{0,4}\s*"
    r"(\S[^\n]{5,60})",
    re.IGNORECASE,
)


def refuse_page(data: bytes) -> None:
    """Raises `Unreadable` for a web page, as servers send in place of a list they do not have."""
    if PAGE.match(data[:2000]):
        raise Unreadable("list: expected rows, found a web page")


def lines(text: str, remarks: Sequence[str] = ("#", ";")) -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line that is neither blank nor a remark."""
    marks = tuple(remarks)
    for number, line in enumerate(_split(text), start=1):
        if line and not line.startswith(marks):
            stripped = line.strip(BLANK)  # not tabs: an empty cell at an end is a cell
            if stripped.strip() and not stripped.startswith(marks):
                yield number, stripped[:LONGEST_LINE]


def _split(text: str) -> Iterator[str]:
    """The lines, cut a block at a time: a list of millions never lies in memory twice."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start + BLOCK)
        end = len(text) if end < 0 else end
        yield from text[start:end].split("\n")
        start = end + 1


def cells(line: str, delimiter: str = ",") -> list[str]:
    """The cells of one row, stripped; [] for one that cannot be split (RFC 4180, one line a row).

    >>> cells('"a, b", c'), cells('"a, b","c"'), cells('"a""b","c"')
    (['a, b', 'c'], ['a, b', 'c'], ['a"b', 'c'])
    """
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    if line[0] == '"' == line[-1]:
        for between in (f'"{delimiter}"', f'"{delimiter} "'):
            row = line[1:-1].split(between)
            if line.count('"') == 2 * len(row):  # every cell is quoted and holds no quote
                return [cell.strip() for cell in row]
    try:
        row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in row]


def stated_time(text: str, most: int = 4000) -> str:
    """When a list says that it was made, in a remark at its top; "" when it does not.

    >>> stated_time("; Last-Modified: Sun, 01 Mar 2026 12:00:00 GMT")
    'Sun, 01 Mar 2026 12:00:00 GMT'
    """
    match = STATED.search(text[:most])
    return match[1].strip() if match else ""


def objects(data: bytes) -> list[Any]:
    """The objects of a JSON document, or of JSON lines (one object a line, a broken one as None).

    A document that is one object gives the list in it, or of lists by key all their objects.
    Raises `Unreadable` when it is neither.
    """
    if len(data) > MOST_JSON:
        raise Unreadable(f"list: expected at most {MOST_JSON} bytes of JSON, found {len(data)}")
    text = data.decode("utf-8-sig", "replace").strip()
    if not text:
        return []
    try:
        return _listed(strict_json.load(text))
    except Unreadable:
        if not text.startswith("{"):
            raise
    rows = [_row(line) for line in text.split("\n") if line.strip()]
    if all(row is None for row in rows):
        raise Unreadable("list: expected JSON or a JSON object a line, found neither")
    return rows


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - what JSON may hold
    """A list as it is; an object's only list, or the objects under its keys."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise Unreadable(f"list: expected a list or an object, found {type(value).__name__}")
    named = value.get("data")
    if isinstance(named, list):
        return named
    inner = [item for item in value.values() if isinstance(item, list)]
    if inner:
        return [row for item in inner for row in item]
    return [value] if value else []


def _row(line: str) -> Any:  # noqa: ANN401 - what JSON may hold
    try:
        return strict_json.load(line)
    except Unreadable:
        return None


def word(value: object, longest: int = 2000) -> str:
    """A JSON value as short text: "" for what is no text and no number.

    >>> word(443), word(None), word([1])
    ('443', '', '')
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()[:longest]
