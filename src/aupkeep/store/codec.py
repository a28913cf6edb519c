"""Records as JSON and back, by their annotations; nothing else knows how a record is stored.

A time becomes RFC 3339 text, an address or prefix its text, an enumeration its value, bytes hex, a
tuple a list, a set a sorted list, a record an object. A field that is absent takes its default,
so that a row written before a field was added is still read; an added field that holds its default
is left out (`model.added_field`), so that such a row keeps its digest.
"""

import dataclasses
import types
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any, Union, get_args, get_origin, get_type_hints

from aupkeep.model.facts import Facts
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.origin import Origin, parse_origin

PLAIN = (str, int, float, bool, type(None))


def dump(value: object) -> Any:  # noqa: ANN401, PLR0911 - JSON has no narrower type; a table of types
    """The value as JSON's own types. Raises TypeError for a type no record holds."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, IPv4Address | IPv6Address | IPv4Network | IPv6Network | Origin):
        return str(value)
    if isinstance(value, Facts):
        return dump(value.values)
    if dataclasses.is_dataclass(value):
        return {
            field.name: dump(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not (field.metadata.get("added") and getattr(value, field.name) == _default(field))
        }
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(dump(item) for item in value)
    if isinstance(value, tuple | list):
        return [dump(item) for item in value]
    raise TypeError(f"expected a value a record may hold, found {type(value).__name__}")


def _default(field: dataclasses.Field[Any]) -> object:
    """What a field holds when nobody gives it a value."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def load(hint: Any, value: Any) -> Any:  # noqa: ANN401 - any annotation, any JSON
    """What `dump` made of a value annotated `hint`, back as it was."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _load_union(get_args(hint), value)
    if origin is tuple:
        inner = get_args(hint)
        kinds = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(load(kind, item) for kind, item in zip(kinds, value, strict=True))
    if origin is frozenset:
        return frozenset(load(get_args(hint)[0], item) for item in value)
    if origin is Mapping:
        return {key: load(get_args(hint)[1], item) for key, item in value.items()}
    return _load_one(hint, value)


def _load_one(hint: Any, value: Any) -> Any:  # noqa: ANN401, PLR0911 - the same table, read back
    """A value of one class."""
    if hint is Facts:
        return Facts({k: tuple(v) if isinstance(v, list) else v for k, v in value.items()})
    if hint is datetime:
        return parse_moment(value)
    if hint is bytes:
        return bytes.fromhex(value)
    if hint in (IPv4Address, IPv6Address):
        return ip_address(value)
    if hint is Origin:
        return parse_origin(value)
    if hint in (IPv4Network, IPv6Network):
        return ip_network(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if dataclasses.is_dataclass(hint):
        maker: Any = hint
        known = hints_of(maker)
        return maker(**{name: load(known[name], item) for name, item in value.items()})
    if isinstance(hint, type) and issubclass(hint, tuple):  # a NamedTuple of plain values
        return hint(*value)
    return tuple(value) if isinstance(value, list) else value


def _load_union(options: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401
    """A value of one of several classes: None, else the first that is not None.

    Unions of records hold addresses (told apart by their text) or plain values (told by JSON).
    """
    if value is None:
        return None
    first = next(option for option in options if option is not type(None))
    return load(first, value)


@cache
def hints_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a record's class
    """The record's fields with their annotations, in order."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
