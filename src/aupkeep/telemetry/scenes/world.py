"""A world: a customer on each address, everybody at once, and the truth about each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

import numpy as np
from numpy.random import Generator

from aupkeep.model.subject import Address
from aupkeep.telemetry.history.engine import address_of, number_of
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.scenes.attacks import ATTACKS, Attack
from aupkeep.telemetry.scenes.clients import CLIENTS
from aupkeep.telemetry.scenes.export import batches, exported
from aupkeep.telemetry.scenes.flows import Place
from aupkeep.telemetry.scenes.servers import SERVERS

OWN: tuple[IPv4Network | IPv6Network, ...] = (
    ip_network("192.0.2.0/24"), ip_network("2001:db8:1::/48"),
)  # fmt: skip
NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
MINUTE = 60_000
Lives = Callable[[Place, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The truth about an address: who lives there, and which detectors are right about it."""

    who: str
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    strength: float = 0.0

    def right(self, detector: str) -> bool:
        """Whether a hit of this detector on the address is true."""
        return detector in self.must or detector in self.may


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The records in the order in which they leave the router, and the labels."""

    rows: Rows
    labels: Mapping[Address, Label]

    def batches(self) -> Iterator[tuple[int, Rows]]:
        """(now, rows), second by second."""
        return batches(self.rows)


def make(
    seed: int, *, sampling: int = 1, minutes: float = 6, strengths: Sequence[float] = (1.0,),
    busy: float = 1.0, attacks: Mapping[str, Attack] = ATTACKS,
    benign: Sequence[Lives] = (*SERVERS, *CLIENTS),
) -> World:  # fmt: skip
    """All of them: each look-alike once, each attack once a strength; some on IPv6."""
    rng = np.random.default_rng(seed)
    length = int(minutes * MINUTE)
    labels: dict[Address, Label] = {}
    parts: list[Rows] = []
    for turn, lives in enumerate(benign):
        place = _place(rng, len(labels), length, six=turn % 5 == 4)  # noqa: PLR2004 - a fifth
        lives(place, busy * float(rng.uniform(0.6, 1.5)))
        parts += place.rows
        name = lives.__name__.replace("_", " ")
        labels[address_of(_mapped(place))] = Label(who=name)
        labels[address_of(_mapped(place) + 1)] = Label(who=f"{name}, its neighbour")
    for name, attack in attacks.items():
        for strength in strengths:
            place = _place(rng, len(labels), length, six=len(labels) % 10 == 8)  # noqa: PLR2004 - a fifth
            attack.act(place, strength)
            parts += place.rows
            labels[address_of(_mapped(place))] = Label(
                who=name, must=attack.must, may=attack.may, strength=strength
            )
            labels[address_of(_mapped(place) + 1)] = Label(who="nobody")
    rows = np.concatenate(parts) if parts else Place(rng, 0, 0, 0).rows
    return World(rows=exported(np.asarray(rows), rng, sampling=sampling), labels=labels)


def _place(rng: Generator, number: int, length: int, *, six: bool) -> Place:
    network = OWN[1] if six else OWN[0]
    return Place(rng, int(network.network_address) + 2 + number, NOON, length)


def _mapped(place: Place) -> int:
    return number_of(address_of(place.address)) if place.six else 0xFFFF << 32 | place.address
