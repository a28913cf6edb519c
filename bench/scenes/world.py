"""A world: a customer on each address, everybody at once, and the truth about each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network

import numpy as np
from numpy.random import Generator

from aupkeep.model.subject import Address
from aupkeep.telemetry.history.engine import address_of, number_of
from aupkeep.telemetry.rows import Rows
from scenes.attacks import ATTACKS, OUR_RESOLVER, Attack, overload
from scenes.clients import CLIENTS
from scenes.export import batches, exported
from scenes.flows import Place
from scenes.servers import SERVERS

OWN: tuple[IPv4Network | IPv6Network, ...] = (
    ip_network("192.0.2.0/24"), ip_network("2001:db8:1::/48"), ip_network("203.0.113.0/24"),
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
    victim = Label(who="our resolver, asked too much", may=("inbound-victim",))
    labels: dict[Address, Label] = {IPv4Address(OUR_RESOLVER): victim}
    parts: list[Rows] = []
    for turn, lives in enumerate(benign):
        place = _place(rng, turn, length, six=turn % 5 == 4)
        lives(place, busy * float(rng.uniform(0.6, 1.5)))
        parts += place.rows
        name = lives.__name__.replace("_", " ")
        labels[address_of(_mapped(place))] = Label(who=name)
        labels[address_of(_mapped(place) + 1)] = Label(who=f"{name}, its neighbour")
    turn = len(benign)
    for name, attack in attacks.items():
        for strength in strengths if attack.spread == 1 else (1.0,):
            turn += 1
            six = turn % 5 == 4 and attack.act is not overload
            place = _place(rng, turn, length, six=six, whole=attack.spread > 1)
            attack.act(place, strength)
            parts += place.rows
            label = Label(who=name, must=attack.must, may=attack.may, strength=strength)
            for number in range(attack.spread):
                labels[address_of(_mapped(place) + number)] = label
            labels.setdefault(address_of(_mapped(place) + 1), Label(who="nobody"))
    rows = np.concatenate(parts) if parts else Place(rng, 0, 0, 0).rows
    return World(rows=exported(np.asarray(rows), rng, sampling=sampling), labels=labels)


def _place(rng: Generator, number: int, length: int, *, six: bool, whole: bool = False) -> Place:
    network = OWN[2] if whole else OWN[1] if six else OWN[0]
    first = int(network.network_address) + (0 if whole else 2 + 2 * number)
    return Place(rng, first, NOON, length)


def _mapped(place: Place) -> int:
    return number_of(address_of(place.address)) if place.six else 0xFFFF << 32 | place.address
