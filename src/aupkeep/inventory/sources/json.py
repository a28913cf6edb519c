"""Assignments as JSON (RFC 8259): a list of objects, or an object with the list `assignments`.

The keys are the columns of the CSV source. Ports may be numbers, an absent value may be null, and
`router` may be true, which is `"kind": "router"`: the address is shared, and the resource names the
project behind it.
"""

import json
from collections.abc import Iterator
from typing import Any

from aupkeep.inventory.assignment_row import (
    OPTIONAL,
    POOL,
    REQUIRED,
    AssignmentSource,
    ParsedAssignment,
    parse_row,
)
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.report import RejectedRow

DOUBLE = "\0"  # marks an object with a key twice; no JSON file of ours has a NUL in a key
KEYS = (*REQUIRED, *OPTIONAL, "router")


def read(data: bytes) -> Iterator[ParsedAssignment | RejectedRow]:
    """Each object as a `ParsedAssignment` or `RejectedRow`; objects are numbered from 1.

    Raises `Unreadable` when the bytes are not JSON or hold no list.
    """
    for number, item in enumerate(_items(data), start=1):
        try:
            yield parse_row(number, _texts(item))
        except Invalid as error:
            yield RejectedRow(row=number, reason=str(error))


def _items(data: bytes) -> list[object]:
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"expected JSON in UTF-8, found: {str(error)[:200]}") from error
    if isinstance(value, dict):
        value = value.get("assignments")
    if not isinstance(value, list):
        raise Unreadable("expected a list of assignments, found none")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        result[DOUBLE] = True
    return result


def _texts(item: object) -> dict[str, str]:
    """The object's values as the text a CSV would hold."""
    if not isinstance(item, dict):
        raise Invalid(f"expected an object, found {type(item).__name__}")
    if DOUBLE in item:
        raise Invalid("expected each key once, found one twice")
    required = [x for x in REQUIRED if x != "customer" or item.get("kind") != POOL]
    lacking = [name for name in required if item.get(name) is None]
    if lacking:
        raise Invalid(f"expected {', '.join(required)}, found no {', '.join(lacking)}")
    return {name: _text(name, item.get(name)) for name in KEYS}


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "router" and isinstance(value, bool):
        return str(value).lower()
    if name.startswith("port_") and type(value) is int:
        return str(value)
    if not isinstance(value, str) or name == "router":
        wanted = "true or false" if name == "router" else "text"
        raise Invalid(f"{name}: expected {wanted}, found {type(value).__name__}")
    return value


SOURCE = AssignmentSource("json", "json", read)
