"""What a detector is given: one entry of a table, or one tracked address."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.rows import address
from aupkeep.telemetry.window.layout import FAN, PAIR, SESSION
from aupkeep.telemetry.window.similarity import concentration


class Observation(NamedTuple):
    """Times are ms; counts are what was exported.

    `family`, `hi` and `lo` are the peer's address, family 0 where there is none. `unknown` is 1
    when the sampling is. `inner` is how many of the tries went to addresses of our own.
    """

    slot: int
    port: int
    family: int
    hi: int
    lo: int
    at: int
    until: int
    rate: int
    unknown: int
    inner: int
    tries: int
    packets: float = 0.0
    good: int = 0
    inbound: int = 0
    bytes: float = 0.0
    peers: float = 0.0
    ports: float = 0.0
    place: int = -1

    @property
    def peer(self) -> Address | None:
        """The peer; of many, the last one."""
        return address(self.family, self.hi, self.lo)

    @property
    def failed_share(self) -> float:
        """Of all rows, those that were not answered."""
        return self.tries / max(self.tries + self.good, 1)

    @property
    def packets_per_try(self) -> float:
        """Packets that a try took, as the flows say."""
        return self.packets / max(self.tries, 1) / max(self.rate, 1)


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """Sessions with one service of one peer."""

    seen: Observation
    bands: NDArray[np.uint16]
    answers: int
    in_bytes: float
    in_packets: float
    busy_ms: float
    label: int
    moved: int

    @property
    def count(self) -> int:
        """How many there were."""
        return self.seen.tries

    @property
    def busy(self) -> float:
        """The sum of their seconds."""
        return self.busy_ms / 1000

    @property
    def span(self) -> float:
        """Seconds from the first begin to the last end."""
        return max((self.seen.until - self.seen.at) / 1000, 0.001)

    @property
    def wanders(self) -> bool:
        """Whether the peer's port changed most of the time; only kept of UDP replies of ours."""
        return self.moved * 2 >= self.count

    def alike(self, which: int, width: int) -> float:
        """The share of sessions that lie in `width` neighbouring bands of a histogram."""
        return float(concentration(self.bands[which], width))


class TriedPeer(NamedTuple):
    """What an own address tried of one peer in vain; `ports` are different ones."""

    packets: float
    bytes: float
    ports: float
    answered: int  # rows, beside these
    ungiven: int  # groups of own ports that no system gives to a client


def _shown(entry: np.dtype[np.void], fields: str) -> np.dtype[np.void]:
    """Some fields of an entry, as they lie in it: what `tolist` makes of it is plain numbers."""
    names = fields.split()
    known = dict(entry.fields or {})
    return np.dtype({
        "names": names,
        "formats": [known[name][0] for name in names],
        "offsets": [known[name][1] for name in names],
        "itemsize": entry.itemsize,
    })  # fmt: skip


HEAD = "slot port family hi lo began until rate unknown inner"
SHOWN = {  # by table, in the order of `Observation`
    "fan": _shown(FAN, f"{HEAD} failed packets good inbound bytes"),
    "pair": _shown(PAIR, f"{HEAD} failed packets good"),
    "session": _shown(
        SESSION, f"{HEAD} count packets bytes answers in_bytes in_packets busy label moved"
    ),
}
HEADS = 12  # fields that all tables have
