"""JSON of what agents and the server exchange; read strictly: half understood is refused.

A field that is absent or unknown is refused. An unknown field could be one that narrows the scope
(invariant 5), so a newer server and an older agent end in a refusal, never in a wider measure. A
field that was added later is left out while it says nothing, and may be absent.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from aupkeep.model.action import Action
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.ladder import Level
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.subject import MAX_PORT, parse_address

MAX_TEXT = 2_000
ALWAYS = object()  # no value of a field equals it: the field is always written
T = TypeVar("T")


def bounded(text: str) -> str:
    """A text as long as a reader takes it: what a system says has any length.

    >>> len(bounded("x" * 9_000)), bounded("no such host")
    (2000, 'no such host')
    """
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def read_object(data: bytes, limit: int, what: str) -> dict[str, Any]:
    """Bytes as one JSON object without doubled keys. Raises `Unreadable`."""
    if len(data) > limit:
        raise Unreadable(f"{what}: expected at most {limit} bytes, found {len(data)}")
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{what}: expected JSON, found {error}") from error
    if not isinstance(value, dict):
        raise Unreadable(f"{what}: expected a JSON object, found {type(value).__name__}")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key twice in one object")
    return result


def _no_constant(text: str) -> float:
    raise ValueError(f"{text}, which is no JSON number")


def to_json(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """A record as a JSON object of its fields, a tuple as a list, all within them alike.

    Times are RFC 3339 in UTC, addresses and enum members text, a level its name.
    """
    if is_dataclass(value) and not isinstance(value, type):
        values = (
            (name, getattr(value, name), left_out) for name, left_out in _written(type(value))
        )
        return {name: to_json(held) for name, held, left_out in values if held != left_out}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Level):
        return value.name
    if isinstance(value, datetime):
        return show_moment(value)
    if isinstance(value, IPv4Address | IPv6Address | Enum):
        return str(value)
    return value


@cache
def _written(record: type) -> tuple[tuple[str, object], ...]:
    """The fields of a record, and the value that an added one is left out for."""
    return tuple((x.name, x.default if _is_added(x) else ALWAYS) for x in fields(record))


@cache
def _expected(record: type) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that an object may have, and those that it must."""
    names = fields(record)
    return frozenset(x.name for x in names), frozenset(x.name for x in names if not _is_added(x))


def _is_added(field: Field[Any]) -> bool:
    """Whether a field was added after records without it were exchanged."""
    return bool(field.metadata.get("added"))


def read_action(value: object) -> Action:
    """An action from a JSON object. Raises `Unreadable` or `Invalid` that names the field."""
    return read_record(value, Action, "action")


def unreadable(action: Action) -> str | None:
    """Why no agent would read this action, None where each would."""
    try:
        read_action(json.loads(json.dumps(to_json(action))))
    except (Unreadable, Invalid) as error:
        return str(error)
    return None


class ActionReader:
    """Reads the actions of one state after another; a row that is as it was is not read again."""

    def __init__(self) -> None:
        self._last: dict[object, tuple[object, Action]] = {}

    def read(self, rows: Iterable[object]) -> list[Action]:
        """The actions of a state's rows. Raises as `read_action`."""
        last, self._last = self._last, {}
        actions = []
        for row in rows:
            name = row.get("id") if isinstance(row, dict) else None
            before = last.get(name) if isinstance(name, str) else None
            action = before[1] if before and before[0] == row else read_action(row)
            self._last[action.id] = row, action
            actions.append(action)
        return actions


def read_record(value: object, record: type[T], what: str) -> T:
    """A record from a JSON object with exactly its fields, added ones perhaps, read by their type.

    Raises `Unreadable` or `Invalid` that names the field.
    """
    it = FieldReader(value, record, what)
    kind: type = record
    return record(**{name: read(it, name) for name, read in _readers(kind) if it.has(name)})


@cache
def _readers(record: type) -> tuple[tuple[str, Callable[["FieldReader", str], Any]], ...]:
    """The fields of a record and how each is read."""
    return tuple((name, _reader(kind)) for name, kind in get_type_hints(record).items())


def _reader(kind: Any) -> Callable[["FieldReader", str], Any]:  # noqa: ANN401 - a type
    """How a field of this type is read; `X | None` takes null too."""
    kinds = set(get_args(kind)) or {kind}
    read = _reader_of(kinds - {NoneType})
    if NoneType not in kinds:
        return read
    return lambda it, name: None if it.get(name) is None else read(it, name)


def _reader_of(kinds: set[Any]) -> Callable[["FieldReader", str], Any]:
    if kinds == {IPv4Address, IPv6Address}:
        return FieldReader.address
    (kind,) = kinds
    if kind in PLAIN:
        return PLAIN[kind]
    if kind is PortRange:
        return FieldReader.ports
    if issubclass(kind, Enum):
        choices = {member.name if kind is Level else str(member): member for member in kind}
        return lambda it, name: it.choice(name, choices)
    return lambda it, name: read_record(it.get(name), kind, name)


class FieldReader:
    """Takes typed fields from a JSON object whose names are exactly those of a record."""

    def __init__(self, value: object, record: type, what: str) -> None:
        if not isinstance(value, dict):
            raise Unreadable(f"{what}: expected an object, found {type(value).__name__}")
        known, needed = _expected(record)
        if odd := sorted((needed - value.keys()) | (value.keys() - known)):
            raise Unreadable(f"{what}: unknown or absent field {str(odd[0])[:60]!r}")
        self._fields: Mapping[str, Any] = value
        self._what = what

    def _wrong(self, name: str, expected: str) -> Unreadable:
        text = repr(self._fields[name])[:60]
        return Unreadable(f"{self._what}.{name}: expected {expected}, found {text}")

    def has(self, name: str) -> bool:
        """Whether it is there."""
        return name in self._fields

    def get(self, name: str) -> Any:  # noqa: ANN401 - what JSON holds there
        """The value as it stands."""
        return self._fields[name]

    def text(self, name: str) -> str:
        """A text of bounded length."""
        value = self._fields[name]
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise self._wrong(name, f"a text of at most {MAX_TEXT} characters")
        return value

    def number(self, name: str) -> int:
        """A whole number from 0 to 2^53 - 1 (RFC 8259 section 6)."""
        value = self._fields[name]
        if type(value) is not int or not 0 <= value < 1 << 53:
            raise self._wrong(name, "a whole number from 0")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._fields[name]
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false")
        return value

    def moment(self, name: str) -> datetime:
        """An RFC 3339 time, in UTC. Raises `Invalid` too."""
        return parse_moment(self.text(name), f"{self._what}.{name}")

    def address(self, name: str) -> IPv4Address | IPv6Address:
        """One address, never a prefix. Raises `Invalid` too."""
        return parse_address(self.text(name), f"{self._what}.{name}")

    def ports(self, name: str) -> PortRange:
        """The first and the last port of a range."""
        value = self._fields[name]
        pair = value if isinstance(value, list) else []
        if [type(port) for port in pair] != [int, int] or not 0 <= pair[0] <= pair[1] <= MAX_PORT:
            raise self._wrong(name, "a first and a last port")
        return PortRange(*pair)

    def choice(self, name: str, choices: Mapping[str, T]) -> T:
        """One of the named choices."""
        value = self._fields[name]
        if not isinstance(value, str) or value not in choices:
            raise self._wrong(name, f"one of {', '.join(choices)}")
        return choices[value]

    def rows(self, name: str, most: int) -> list[Any]:
        """A list of bounded length."""
        value = self._fields[name]
        if not isinstance(value, list) or len(value) > most:
            raise self._wrong(name, f"a list of at most {most}")
        return value


PLAIN: Mapping[type, Callable[[FieldReader, str], Any]] = {
    str: FieldReader.text,
    int: FieldReader.number,
    bool: FieldReader.flag,
    datetime: FieldReader.moment,
}
