"""Which ports of which address a subscriber has by a rule (RFC 7422 section 2).

Sequential: the first block of ports of the first outside address is the first inside address's, the
second block the second one's; where the address has no whole block left, the next one follows.

>>> from ipaddress import ip_address
>>> rule = PortRule.of({"inside": "100.64.0.0/28", "outside": "203.0.113.0/30", "ports": 16000,
...                     "from": "2026-03-01T00:00:00Z"})
>>> rule.blocks, [str(part) for part in rule.outside_of(ip_address("100.64.0.5"))]
(4, ['203.0.113.1', '17024', '33023'])
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address
from typing import Any, NamedTuple

from aupkeep.inventory.assignment_row import parse_prefix
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment

PORTS = 65536
RESERVED = 1024  # the ports below, RFC 7422 section 2
MOST_INSIDE = 1 << 20
SEQUENTIAL = "sequential"
FIELDS = ("inside", "outside", "ports", "reserved", "algorithm", "from", "until")


class PortBlock(NamedTuple):
    """An outside address and its first and last port."""

    address: IPv4Address
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRule:
    """One rule, in force from `start` to `end`: `ports` for each inside address.

    `inside` and `outside` are first and last address.
    """

    inside: tuple[IPv4Address, IPv4Address]
    outside: tuple[IPv4Address, IPv4Address]
    ports: int
    start: datetime
    end: datetime | None = None
    reserved: int = RESERVED

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "PortRule":
        """The rule of a table of the settings. Raises `Invalid`, naming the field."""
        for name in table:
            if name not in FIELDS:
                raise Invalid(f"rule: expected {', '.join(FIELDS)}, found {str(name)[:40]!r}")
        if table.get("algorithm", SEQUENTIAL) != SEQUENTIAL:
            raise Invalid(f"rule algorithm: expected {SEQUENTIAL}, found another one")
        start = _moment(table, "from")
        if start is None:
            raise Invalid("rule from: expected since when it is in force, found none")
        rule = cls(
            inside=_range(table, "inside"),
            outside=_range(table, "outside"),
            ports=_number(table, "ports", 0, 1),
            reserved=_number(table, "reserved", RESERVED, 0),
            start=start,
            end=_moment(table, "until"),
        )
        rule.check()
        return rule

    def check(self) -> None:
        """Raises `Invalid` where not every inside address has its ports, and for too many."""
        needed, there = _size(self.inside), _size(self.outside) * self.blocks
        if needed > MOST_INSIDE:
            raise Invalid(f"rule inside: expected at most {MOST_INSIDE} addresses, found {needed}")
        if needed > there:
            raise Invalid(
                f"rule: expected ports for {needed} inside addresses, found blocks for {there}"
            )
        if self.end is not None and self.start >= self.end:
            raise Invalid("rule until: expected a time after from, found one before")

    @property
    def blocks(self) -> int:
        """How many blocks an outside address has."""
        return (PORTS - self.reserved) // self.ports

    def outside_of(self, inside: IPv4Address) -> PortBlock | None:
        """The ports of an inside address; None for one that the rule does not speak of."""
        place = int(inside) - int(self.inside[0])
        if not 0 <= place < _size(self.inside):
            return None
        address, block = divmod(place, self.blocks)
        first = self.reserved + block * self.ports
        return PortBlock(self.outside[0] + address, first, first + self.ports - 1)

    def insides(self) -> Iterator[IPv4Address]:
        """Every inside address."""
        return (self.inside[0] + place for place in range(_size(self.inside)))


def _size(pair: tuple[IPv4Address, IPv4Address]) -> int:
    return int(pair[1]) - int(pair[0]) + 1


def _range(table: Mapping[str, Any], name: str) -> tuple[IPv4Address, IPv4Address]:
    """A prefix, or the first and the last address with a hyphen between them."""
    text = table.get(name)
    if not isinstance(text, str) or not text:
        raise Invalid(f"rule {name}: expected a prefix or FIRST-LAST, found none")
    low, hyphen, high = text.partition("-")
    if hyphen:
        first, last = (parse_prefix(part, f"rule {name}").network_address for part in (low, high))
    else:
        prefix = parse_prefix(text, f"rule {name}")
        first, last = prefix.network_address, prefix.broadcast_address
    if not isinstance(first, IPv4Address) or not isinstance(last, IPv4Address):
        raise Invalid(f"rule {name}: expected IPv4, found {text[:60]!r}")
    if last < first:
        raise Invalid(f"rule {name}: expected the lower address first, found {text[:60]!r}")
    return first, last


def _number(table: Mapping[str, Any], name: str, default: int, least: int) -> int:
    value = table.get(name, default)
    if type(value) is not int or not least <= value < PORTS:
        raise Invalid(f"rule {name}: expected a whole number from {least} up to {PORTS - 1}")
    return value


def _moment(table: Mapping[str, Any], name: str) -> datetime | None:
    value = table.get(name, "")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if not isinstance(value, str):
        raise Invalid(f"rule {name}: expected RFC 3339 with a zone, found another type")
    return parse_moment(value, f"rule {name}") if value else None
