"""Records as JSON and back, by their annotations; nothing else knows how a record is stored.

A time becomes RFC 3339 text, an address or prefix its text, an enumeration its value, bytes hex, a
tuple a list, a set a sorted list, a record an object. A field that is absent takes its default,
so that a row written before a field was added is still read; an added field that holds its default
is left out (`model.added_field`), so that such a row keeps its digest.
"""

import dataclasses
import types
from collections.abc import Callable, Iterable, Mapping
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
ATOMS = frozenset(PLAIN)  # most values are one of these, and stay as they are
Turn = Callable[[Any], Any]  # a value into JSON's types, or back


def dump(value: Any) -> Any:  # noqa: ANN401 - any value of a record, JSON
    """The value as JSON's own types. Raises TypeError for a type no record holds."""
    kind: Any = type(value)  # mypy takes a class for unhashable
    return value if kind in ATOMS else _dumper(kind)(value)


def dump_for_write(record: object) -> dict[str, Any]:
    """As `dump`, kept for `dumped`: what the journal names by digest is written next."""
    plain: dict[str, Any] = dump(record)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[id(record)] = record, plain
    return plain


def dumped(record: object) -> dict[str, Any] | None:
    """What `dump_for_write` made of this very record, once; None where it is kept no longer."""
    known = _kept.pop(id(record), None)
    return known[1] if known is not None and known[0] is record else None


MOST_KEPT = 4096  # records
_kept: dict[int, tuple[object, dict[str, Any]]] = {}


def _dump_all(values: Iterable[Any]) -> list[Any]:
    return [value if type(value) in ATOMS else dump(value) for value in values]


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
        return lambda value: dict(zip(map(str, value), _dump_all(value.values()), strict=True))
    if issubclass(kind, frozenset):
        return lambda value: sorted(map(dump, value))
    if issubclass(kind, tuple | list):
        return _dump_all
    raise TypeError(f"expected a value a record may hold, found {kind.__name__}")


def _record_dumper(kind: type) -> Turn:
    """A record's fields in order; an added one that holds its default is left out."""
    every = dataclasses.fields(kind)
    added = {field.name: _default(field) for field in every if field.metadata.get("added")}
    names = [field.name for field in every]

    def turn(value: object) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for name in names:
            item = getattr(value, name)
            if name not in added or item != added[name]:
                plain[name] = item if type(item) in ATOMS else dump(item)
        return plain

    return turn


def _default(field: dataclasses.Field[Any]) -> object:
    """What a field holds when nobody gives it a value."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def load(hint: Any, value: Any) -> Any:  # noqa: ANN401 - any annotation, any JSON
    """What `dump` made of a value annotated `hint`, back as it was."""
    return loader(hint)(value)


@cache
def loader(hint: Any) -> Turn:  # noqa: ANN401 - any annotation
    """How a value annotated `hint` is read back; found once for an annotation.

    Unions of records hold addresses (told apart by their text) or plain values (told by JSON):
    None, else a value of the first class that is not None.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union_loader(inner)
    if origin is tuple and inner[-1] is not Ellipsis:
        turns = [loader(kind) for kind in inner]
        return lambda value: tuple(turn(x) for turn, x in zip(turns, value, strict=True))
    if origin in (tuple, frozenset):
        each, gather = loader(inner[0]), origin
        return gather if each is as_it_is else lambda value: gather(map(each, value))
    if origin is Mapping:
        load = loader(inner[1])
        return dict if load is as_it_is else lambda value: {k: load(x) for k, x in value.items()}
    return _loader_of_one(hint)


def _union_loader(inner: tuple[Any, ...]) -> Turn:
    """How a value of one of these classes is read back."""
    if ATOMS.issuperset(inner):
        return as_it_is
    first = loader(next(option for option in inner if option is not type(None)))
    if first is as_it_is:
        return _listed
    return lambda value: None if value is None else first(value)


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
        return _record_loader(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if isinstance(hint, type) and issubclass(hint, tuple):  # a NamedTuple of plain values
        return lambda value: hint(*value)
    return as_it_is if hint in ATOMS else _listed


def as_it_is(value: Any) -> Any:  # noqa: ANN401 - JSON
    """How a value is read back that JSON holds as it is."""
    return value


def _listed(value: Any) -> Any:  # noqa: ANN401 - JSON
    return tuple(value) if isinstance(value, list) else value


def _record_loader(maker: Any) -> Turn:  # noqa: ANN401 - a record's class
    """A record's fields; those that are as JSON has them are taken as they are."""

    def turn(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an instance of `maker`
        loaders = _loaders_of(maker)
        return maker(
            **{
                name: item if loaders[name] is as_it_is else loaders[name](item)
                for name, item in value.items()
            }
        )

    return turn


@cache
def _loaders_of(kind: Any) -> dict[str, Turn]:  # noqa: ANN401 - a record's class
    """How each field of a record is read back; asked late, since a record may hold its like."""
    return {name: loader(hint) for name, hint in hints_of(kind).items()}


@cache
def hints_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a record's class
    """The record's fields with their annotations, in order."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
