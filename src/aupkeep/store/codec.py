"""Records as JSON and back, by their annotations; nothing else knows how a record is stored.

A time becomes RFC 3339 text, an address or prefix its text, an enumeration its value, bytes hex, a
tuple a list, a set a sorted list, a record an object. A field that is absent takes its default,
so that a row written before a field was added is still read; an added field that holds its default
is left out (`model.added_field`), so that such a row keeps its digest.
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
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
Turn = Callable[[Any], Any]  # a value into JSON's types, or back


def dump(value: Any) -> Any:  # noqa: ANN401 - any value of a record, JSON
    """The value as JSON's own types. Raises TypeError for a type no record holds."""
    kind: Any = type(value)  # mypy takes a class for unhashable
    return _dumper(kind)(value)


@cache
def _dumper(kind: type) -> Turn:  # noqa: PLR0911 - a table of types
    """How a value of a class becomes JSON; found once for a class."""
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, PLAIN):
        return lambda value: value
    if issubclass(kind, datetime):
        return show_moment
    if issubclass(kind, bytes):
        return bytes.hex
    if issubclass(kind, IPv4Address | IPv6Address | IPv4Network | IPv6Network | Origin):
        return str
    if issubclass(kind, Facts):
        return lambda value: dump(value.values)
    if dataclasses.is_dataclass(kind):
        return _record_dumper(kind)
    if issubclass(kind, Mapping):
        return lambda value: {str(key): dump(item) for key, item in value.items()}
    if issubclass(kind, frozenset):
        return lambda value: sorted(map(dump, value))
    if issubclass(kind, tuple | list):
        return lambda value: list(map(dump, value))
    raise TypeError(f"expected a value a record may hold, found {kind.__name__}")


def _record_dumper(kind: type) -> Turn:
    """A record's fields in order; an added one that holds its default is left out."""
    every = dataclasses.fields(kind)
    added = {field.name: _default(field) for field in every if field.metadata.get("added")}
    names = [field.name for field in every]

    def turn(value: object) -> dict[str, Any]:
        items = ((name, getattr(value, name)) for name in names)
        return {
            name: dump(item) for name, item in items if not (name in added and item == added[name])
        }

    return turn


def _default(field: dataclasses.Field[Any]) -> object:
    """What a field holds when nobody gives it a value."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def load(hint: Any, value: Any) -> Any:  # noqa: ANN401 - any annotation, any JSON
    """What `dump` made of a value annotated `hint`, back as it was."""
    return _loader(hint)(value)


@cache
def _loader(hint: Any) -> Turn:  # noqa: ANN401 - any annotation
    """How a value annotated `hint` is read back; found once for an annotation.

    Unions of records hold addresses (told apart by their text) or plain values (told by JSON):
    None, else a value of the first class that is not None.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        first = _loader(next(option for option in inner if option is not type(None)))
        return lambda value: None if value is None else first(value)
    if origin is tuple and inner[-1] is not Ellipsis:
        turns = [_loader(kind) for kind in inner]
        return lambda value: tuple(turn(x) for turn, x in zip(turns, value, strict=True))
    if origin in (tuple, frozenset):
        each, gather = _loader(inner[0]), origin
        return lambda value: gather(map(each, value))
    if origin is Mapping:
        one = _loader(inner[1])
        return lambda value: {key: one(item) for key, item in value.items()}
    return _loader_of_one(hint)


def _loader_of_one(hint: Any) -> Turn:  # noqa: ANN401, PLR0911 - the same table, read back
    """How a value of one class is read back."""
    if hint is Facts:
        return lambda value: Facts(
            {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
        )
    if hint is datetime:
        return parse_moment
    if hint is bytes:
        return bytes.fromhex
    if hint in (IPv4Address, IPv6Address):
        return ip_address
    if hint is Origin:
        return parse_origin
    if hint in (IPv4Network, IPv6Network):
        return ip_network
    if dataclasses.is_dataclass(hint):
        maker: Any = hint
        return lambda value: maker(
            **{name: _loaders_of(maker)[name](item) for name, item in value.items()}
        )
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if isinstance(hint, type) and issubclass(hint, tuple):  # a NamedTuple of plain values
        return lambda value: hint(*value)
    return lambda value: tuple(value) if isinstance(value, list) else value


@cache
def _loaders_of(kind: Any) -> dict[str, Turn]:  # noqa: ANN401 - a record's class
    """How each field of a record is read back; asked late, since a record may hold its like."""
    return {name: _loader(hint) for name, hint in hints_of(kind).items()}


@cache
def hints_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a record's class
    """The record's fields with their annotations, in order."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
