"""JSON of a record, made once, at the edge: the command line and the API.

>>> from aupkeep.model.flag import Flag
>>> at = datetime.fromisoformat("2026-03-01T12:00Z")
>>> as_json(Flag(name="freeze", value="on", changed_at=at))
{'name': 'freeze', 'value': 'on', 'changed_at': '2026-03-01T12:00:00Z'}

Functions of `app` return frozen records. The names of their fields are the names in JSON; a name
that Python reserves ends with an underscore there (`from_`), which JSON does not show.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

from aupkeep.model.moments import show_moment
from aupkeep.model.origin import Origin
from aupkeep.model.subject import Subject

AS_TEXT = (IPv4Address, IPv4Network, IPv6Address, IPv6Network, Origin, Subject)


def as_json(value: object) -> Any:  # noqa: ANN401, PLR0911 - JSON has no narrower type; a table of types
    """The value in JSON's own types.

    A record becomes an object, a moment RFC 3339 in UTC, a set a sorted list, an address its text.
    Raises `TypeError` for a type that no record holds.

    >>> as_json({"at": datetime.fromisoformat("2026-03-01T11:00+01:00"), "tags": frozenset("ba")})
    {'at': '2026-03-01T10:00:00Z', 'tags': ['a', 'b']}
    """
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return show_moment(value)
        case Mapping():
            return {str(name): as_json(item) for name, item in value.items()}
        case frozenset() | set():
            return sorted(as_json(item) for item in value)
    if isinstance(value, AS_TEXT):
        return str(value)
    fields = _fields(value)
    if fields is not None:
        return {name.removesuffix("_"): as_json(getattr(value, name)) for name in fields}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    raise TypeError(f"expected a value a record may hold, found {type(value).__name__}")


def _fields(value: object) -> tuple[str, ...] | None:
    """Field names of a dataclass or a named tuple; None for anything else."""
    if dataclasses.is_dataclass(value):
        return tuple(field.name for field in dataclasses.fields(value))
    return getattr(value, "_fields", None)
