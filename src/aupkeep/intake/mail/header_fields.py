"""Header-like fields inside a machine-readable part, with where each value stands.

RFC 5965 section 3 (feedback reports) and RFC 3464 section 2.1 (delivery status) write them alike.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]+)*)")
MOST = 5_000  # fields of one part that are read


class HeaderField(NamedTuple):
    """A value, unfolded, and its place: `text[start:end]` in the part it was read from."""

    value: str
    start: int
    end: int


HeaderFields = Mapping[str, tuple[HeaderField, ...]]


def read_fields(text: str) -> list[HeaderFields]:
    r"""The groups of fields, separated by blank lines: lower-case name → its values in order.

    >>> [group] = read_fields("Source-IP: 192.0.2.1\nVersion: 1")
    >>> group["source-ip"]
    (HeaderField(value='192.0.2.1', start=11, end=20),)
    """
    groups: list[dict[str, tuple[HeaderField, ...]]] = [{}]
    position = 0
    for _ in range(MOST):
        if position >= len(text):
            break
        position = _line(text, position, groups)
    return [group for group in groups if group]


def _line(text: str, position: int, groups: list[dict[str, tuple[HeaderField, ...]]]) -> int:
    match = FIELD.match(text, position)
    if match:
        name = match[1].lower()
        start, end = match.span(2)
        value = " ".join(match[2].split())
        end -= len(match[2]) - len(match[2].rstrip())
        groups[-1][name] = (*groups[-1].get(name, ()), HeaderField(value, start, end))
        return match.end() + 1
    end_of_line = text.find("\n", position)
    if end_of_line == -1:
        return len(text)
    if not text[position:end_of_line].strip() and groups[-1]:
        groups.append({})
    return end_of_line + 1


def first(fields: HeaderFields, name: str) -> HeaderField | None:
    """The first value of a field, or None."""
    values = fields.get(name)
    return values[0] if values else None


def merged(groups: list[HeaderFields]) -> HeaderFields:
    """All groups as one."""
    together: dict[str, tuple[HeaderField, ...]] = {}
    for group in groups:
        for name, values in group.items():
            together[name] = (*together.get(name, ()), *values)
    return together
