"""How the records of one template are read: where each field of a row stands."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aupkeep.telemetry.wire.information_elements import BYTES, EXACT, NAMES, PLAIN, RANKS, WIDEST
from aupkeep.telemetry.wire.nested_headers import (
    HEADER,
    NestedField,
    Places,
    marked,
    nested_headers,
    one_header,
)
from aupkeep.telemetry.wire.template import VARIABLE, FlowTemplate

NETFLOW9 = 9
SCOPES = {2: 10, 3: 141, 5: 145}  # of NetFlow v9 (RFC 3954 section 6.1), as elements
LONG_FORM = 255  # the first byte of a variable-length field whose length follows in two bytes
CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
Values: TypeAlias = Mapping[str, int | bytes]


@dataclass(frozen=True, slots=True)
class RecordReader:
    """`places` names the field (by its number) that feeds a row's field."""

    template: FlowTemplate
    places: Mapping[str, int]
    spans: tuple[tuple[int, int], ...]  # offset and length of each field; empty: they vary
    shortest: int  # bytes of a record at least
    names: tuple[str, ...]  # of what `layout` unpacks, in its order
    layout: struct.Struct
    plain: bool  # nothing is there but ends, numbers, flags, times: what most templates have
    headers: tuple[Places, ...] = ()  # of a template that repeats them, the innermost first

    def read(self, data: bytes, at: int, end: int) -> tuple[Values, int]:
        """What the record at `at` holds, and its length; 0: it is cut."""
        values, length = self._values(data, at, end)
        return (one_header(values, self.headers) if self.headers and length else values), length

    def _values(self, data: bytes, at: int, end: int) -> tuple[Values, int]:
        if not self.spans:
            return self._walk(data, at, end)
        if at + self.shortest > end:
            return {}, 0
        return dict(zip(self.names, self.layout.unpack_from(data, at), strict=True)), self.shortest

    def _walk(self, data: bytes, at: int, end: int) -> tuple[Values, int]:
        """The same where fields have variable lengths: field by field."""
        contents: list[bytes] = []
        place = at
        for field in self.template.fields:
            length = field.length
            if length == VARIABLE:
                length, place = _variable(data, place, end)
            if place + length > end:
                return {}, 0
            contents.append(data[place : place + length])
            place += length
        return {name: contents[index] for name, index in self.places.items()}, place - at


def record_reader(template: FlowTemplate, version: int) -> RecordReader:
    """The plan of a template.

    Of one element given twice the first counts; of headers given twice the innermost.
    """
    places: dict[str, int] = {}
    ranks: dict[str, int] = {}
    of_headers: list[NestedField] = []
    for index, field in enumerate(template.fields):
        scope = version == NETFLOW9 and index < template.scopes  # these have types of their own
        element = (0, SCOPES.get(field.element, 0)) if scope else (field.enterprise, field.element)
        name = NAMES.get(element)
        if name is None or not _fits(name, field.length):
            continue
        if name in HEADER:
            of_headers.append(NestedField(index, name, element))
        rank = RANKS[element]
        if rank < ranks.get(name, WIDEST):
            places[name], ranks[name] = index, rank
    headers = nested_headers(of_headers)
    if headers:
        places = {name: index for name, index in places.items() if name not in HEADER}
        places |= {
            marked(name, level): index
            for level, header in enumerate(headers)
            for name, index in header.items()
        }
    spans, at = [], 0
    for field in template.fields:
        spans.append((at, field.length))
        at += field.length
    varies = any(field.length == VARIABLE for field in template.fields)
    shortest = sum(1 if field.length == VARIABLE else field.length for field in template.fields)
    names, layout = ((), struct.Struct("")) if varies else _layout(template, places)
    fixed = () if varies else tuple(spans)
    plain = places.keys() <= PLAIN
    return RecordReader(template, places, fixed, shortest, names, layout, plain, headers)


def _layout(
    template: FlowTemplate, places: Mapping[str, int]
) -> tuple[tuple[str, ...], struct.Struct]:
    """The fields that are used, as one format; the others are stepped over."""
    by_index = {index: name for name, index in places.items()}
    format_, names = ">", []
    for index, field in enumerate(template.fields):
        name = by_index.get(index)
        if name is None:
            format_ += f"{field.length}x" if field.length else ""
            continue
        names.append(name)
        plain = name not in BYTES and name != "probability" and field.length in CODES
        format_ += CODES[field.length] if plain else f"{field.length}s"
    return tuple(names), struct.Struct(format_)


def _fits(name: str, length: int) -> bool:
    if name in EXACT:
        return length == EXACT[name]
    return length == VARIABLE or 0 < length <= WIDEST or (name in BYTES and length > 0)


def _variable(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A variable-length field's length and where it begins (RFC 7011 section 7)."""
    if at >= end:
        return VARIABLE, at
    length, at = data[at], at + 1
    if length == LONG_FORM:
        length, at = int.from_bytes(data[at : at + 2], "big"), at + 2
    return length, at


class DataRecord:
    """One record: what it holds, by the row's fields."""

    __slots__ = ("values",)

    def __init__(self, values: Values) -> None:
        self.values = values

    def raw(self, name: str) -> bytes | None:
        """The bytes of a section of the packet; None: there is none."""
        value = self.values.get(name)
        return value if isinstance(value, bytes) else None

    def number(self, name: str) -> int | None:
        """The number that feeds a field, of whatever width it was sent with."""
        value = self.values.get(name)
        if value is None or isinstance(value, int):
            return value
        return int.from_bytes(value, "big") if 0 < len(value) <= WIDEST else None

    def real(self, name: str) -> float | None:
        """A floating-point number of four or eight bytes."""
        raw = self.raw(name)
        if raw is None or len(raw) not in (4, 8):
            return None
        value: float = struct.unpack(">f" if len(raw) == 4 else ">d", raw)[0]  # noqa: PLR2004
        return value

    def address(self, name: str) -> int | None:
        """An address as a number."""
        value = self.values.get(name)
        return int.from_bytes(value, "big") if isinstance(value, bytes) else value
