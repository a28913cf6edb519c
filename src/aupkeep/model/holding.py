"""Who held an address then: four answers of four types, never None."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from aupkeep.model.added_field import ADDED_FIELD

Network = IPv4Network | IPv6Network
ALL_PORTS = (0, 65535)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSpace:
    """A prefix the provider declares as its own, at one site."""

    prefix: Network
    site: str = "main"
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A customer held a prefix and a port range from `start` to `end` (half-open, UTC).

    `known_from` and `known_until` say when we believed it: an answer given under old knowledge can
    be replayed. `end` None = still held; `known_until` None = still believed. A `pool` is nobody's:
    what it covers is unknown, unless a record inside says more. Of two records around an address
    that of the higher `precedence` counts, of equal ones the narrower.
    """

    id: str
    site: str
    prefix: Network
    port_from: int = 0
    port_to: int = 65535
    customer: str
    resource: str
    start: datetime
    end: datetime | None
    known_from: datetime
    known_until: datetime | None = None
    source: str = "import"
    router: bool = False  # a router's shared address: names the project, never a guessed machine
    pool: bool = field(default=False, metadata=ADDED_FIELD)  # `customer` is "" then
    precedence: int = field(default=0, metadata=ADDED_FIELD)  # of its source for the prefix

    @property
    def level(self) -> int:
        """The higher of two records around an address is the one that counts."""
        return level_of(self.precedence, self.prefix.prefixlen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of several who may have held it."""

    customer: str
    resource: str
    assignment: str
    start: datetime
    end: datetime | None


class Tenure(NamedTuple):
    """What an assignment says while it is in force, for reading many; `network` is a number."""

    site: str
    version: int
    network: int
    length: int
    port_from: int
    port_to: int
    customer: str  # "" for a pool, which is nobody's
    resource: str
    precedence: int = 0


def level_of(precedence: int, length: int) -> int:
    """Precedence first, then how narrow the prefix is, as one number that sorts.

    >>> level_of(0, 32) > level_of(0, 24), level_of(-1, 32) < level_of(0, 0)
    (True, True)
    """
    return (precedence << 8) + length


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One customer held it, with the assignment that proves it."""

    customer: str
    resource: str
    assignment: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOurs:
    """Outside our own declared space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Inside our own space, but no record says who held it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """Several may have held it: a change of holder within the tolerance, or a missing port."""

    candidates: tuple[Candidate, ...]


Holding = Held | NotOurs | Unknown | Disputed
