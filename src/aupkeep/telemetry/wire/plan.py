"""How the records of one template are read: where each field of a row stands."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.telemetry.wire.elements import BYTES, EXACT, NAMES, RANKS, WIDEST
from aupkeep.telemetry.wire.template import VARIABLE, Template

NETFLOW9 = 9
SCOPES = {2: 10}  # of NetFlow v9 (RFC 3954 section 6.1): an interface is what element 10 is
LONG_FORM = 255  # the first byte of a variable-length field whose length follows in two bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """`places` names the field (by its number) that feeds a row's field."""

    template: Template
    places: Mapping[str, int]
    spans: tuple[tuple[int, int], ...]  # offset and length of each field; empty: they vary
    shortest: int  # bytes of a record at least

    def scan(self, data: bytes, at: int, end: int) -> tuple[tuple[tuple[int, int], ...], int]:
        """Where the fields of the record at `at` are, from `at`; and its length, 0: it is cut."""
        if self.spans:
            return self.spans, self.shortest if at + self.shortest <= end else 0
        found, place = [], at
        for field in self.template.fields:
            length = field.length
            if length == VARIABLE:
                length, place = _variable(data, place, end)
            if place + length > end:
                return (), 0
            found.append((place - at, length))
            place += length
        return tuple(found), place - at


def plan(template: Template, version: int) -> Plan:
    """The plan of a template. Of one element given twice the first counts."""
    places: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for index, field in enumerate(template.fields):
        scope = version == NETFLOW9 and index < template.scopes  # these have types of their own
        element = (0, SCOPES.get(field.element, 0)) if scope else (field.enterprise, field.element)
        name = NAMES.get(element)
        if name is None or not _fits(name, field.length):
            continue
        rank = RANKS[element]
        if rank < ranks.get(name, WIDEST):
            places[name], ranks[name] = index, rank
    spans, at = [], 0
    for field in template.fields:
        spans.append((at, field.length))
        at += field.length
    varies = any(field.length == VARIABLE for field in template.fields)
    shortest = sum(1 if one.length == VARIABLE else one.length for one in template.fields)
    return Plan(template, places, () if varies else tuple(spans), shortest)


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


class Record:
    """One record: its bytes, and where its fields are."""

    __slots__ = ("at", "data", "places", "spans")

    def __init__(
        self, data: bytes, at: int, places: Mapping[str, int], spans: tuple[tuple[int, int], ...]
    ) -> None:
        self.data = data
        self.at = at
        self.places = places
        self.spans = spans

    def raw(self, name: str) -> bytes | None:
        """The bytes that feed a field; None: none do."""
        index = self.places.get(name)
        if index is None:
            return None
        offset, length = self.spans[index]
        start = self.at + offset
        return self.data[start : start + length]

    def number(self, name: str) -> int | None:
        """The number that feeds a field, of whatever width it was sent with."""
        found = self.raw(name)
        return int.from_bytes(found, "big") if found and len(found) <= WIDEST else None

    def real(self, name: str) -> float | None:
        """A floating-point number of four or eight bytes."""
        found = self.raw(name)
        if not found or len(found) not in (4, 8):
            return None
        value: float = struct.unpack(">f" if len(found) == 4 else ">d", found)[0]  # noqa: PLR2004
        return value

    def address(self, name: str) -> int | None:
        """An address as a number."""
        found = self.raw(name)
        return int.from_bytes(found, "big") if found else None
