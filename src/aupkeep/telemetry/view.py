"""What detectors are given: the window's entries as records, and how to make a hit of one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.around import Contact
from aupkeep.telemetry.chance import FEWEST, Need
from aupkeep.telemetry.detector import Detector, Hit, Mode
from aupkeep.telemetry.mixing import distinct, marked
from aupkeep.telemetry.own import Own
from aupkeep.telemetry.rows import address, halves
from aupkeep.telemetry.window.asked import ONE_WAY
from aupkeep.telemetry.window.place import PURPOSE
from aupkeep.telemetry.window.shape import IN, OUT, RING, WINDOW, Count, Tag
from aupkeep.telemetry.window.state import State

ORDER = list(Mode)
Places = NDArray[np.int64]


def at_most(mode: Mode, cap: Mode) -> Mode:
    """The lesser of two modes.

    >>> at_most(Mode.ACT, Mode.NOTIFY)
    <Mode.NOTIFY: 'notify'>
    """
    return min(mode, cap, key=ORDER.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One entry of a table, or one tracked address. Times are ms; counts are what was exported.

    `inner` is how many of the tries went to addresses of our own.
    """

    slot: int
    address: Address
    port: int
    peer: Address | None
    at: int
    until: int
    rate: int
    unknown: bool
    tries: int
    inner: int
    packets: float = 0.0
    bytes: float = 0.0
    peers: float = 0.0
    ports: float = 0.0
    good: int = 0
    inbound: int = 0
    place: int = -1

    @property
    def failed_share(self) -> float:
        """Of all rows, those that were not answered."""
        return self.tries / max(self.tries + self.good, 1)

    @property
    def each(self) -> float:
        """Packets that a try took, as the flows say."""
        return self.packets / max(self.tries, 1) / max(self.rate, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Sessions with one service of one peer. `busy` is the sum of their seconds."""

    seen: Seen
    count: int
    answers: int
    in_bytes: float
    in_packets: float
    busy: float
    bands: NDArray[np.int64]
    label: int

    @property
    def span(self) -> float:
        """Seconds from the first begin to the last end."""
        return max((self.seen.until - self.seen.at) / 1000, 0.001)

    def alike(self, which: int, width: int) -> float:
        """The share of sessions that lie in `width` neighbouring bands of a histogram."""
        found = self.bands[which]
        sums = np.convolve(found, np.ones(width, np.int64))
        return float(sums.max() / max(found.sum(), 1))


class View:
    """The window at a moment. Entries whose own window is over are not shown."""

    def __init__(
        self, state: State, own: Own, now: int, contacts: Sequence[Contact] = (),
        modes: Mapping[str, Mode] | None = None,
    ) -> None:  # fmt: skip
        """`contacts` are what is listed, by label; `modes` those of the rules, by detector."""
        self.state, self.own, self.now, self.contacts = state, own, now, contacts
        self._modes = modes or {}
        self._found: dict[tuple[str, Tag, float], Places] = {}
        self.tables = {name: state.table(name) for name in ("fan", "pair", "session")}

    @property
    def blind(self) -> bool:
        """Whether the exporters show nearly nothing that comes to us: then replies are unseen."""
        out, into = self.state.house["rows"][0]
        return bool(out > ONE_WAY * (into + 1))

    def fans(self, tag: Tag, least: float = 2) -> Iterator[Seen]:
        """Entries of a purpose with at least so many tries, the most first."""
        for at in self._live("fan", tag, "failed", least):
            it = self.tables["fan"].entry[at]
            yield self._seen(
                it,
                tries=int(it["failed"]),
                good=int(it["good"]),
                inbound=int(it["inbound"]),
                packets=float(it["packets"]),
                bytes=float(it["bytes"]),
                peers=float(distinct(it["sketch"])),
                place=int(at),
            )

    def pairs(
        self, tag: Tag, least: float = 2, between: tuple[int, Address] | None = None
    ) -> Iterator[Seen]:
        """Peers that were tried at least so often, the most first.

        `between`: of one own address (its place) and one peer only.
        """
        for at in self._live("pair", tag, "failed", least, between):
            it = self.tables["pair"].entry[at]
            yield self._seen(
                it,
                tries=int(it["failed"]),
                good=int(it["good"]),
                packets=float(it["packets"]),
                ports=float(marked(it["words"])),
                peers=1.0,
                place=int(at),
            )

    def sessions(self, tag: Tag, least: float = 2, what: str = "count") -> Iterator[Sessions]:
        """Peers' services with at least so many sessions (packets, bytes), the most first."""
        for at in self._live("session", tag, what, least):
            it = self.tables["session"].entry[at]
            count = int(it["count"])
            seen = self._seen(
                it, tries=count, packets=float(it["packets"]), bytes=float(it["bytes"]), peers=1.0,
                place=at,
            )  # fmt: skip
            yield Sessions(
                seen=seen,
                count=count,
                answers=int(it["answers"]),
                in_bytes=float(it["in_bytes"]),
                in_packets=float(it["in_packets"]),
                busy=float(it["busy"]) / 1000,
                bands=it["bands"].astype(np.int64),
                label=int(it["label"]),
            )

    def others(self, tag: Tag, slot: int, port: int) -> tuple[int, float]:
        """Of an own address: how many other ports it tried, and how many tries there were."""
        entry, at = self.tables["fan"].entry, self._alive("fan", tag)
        failed = entry["failed"][at]
        mine = (entry["slot"][at] == slot) & (entry["port"][at] != port) & (failed > 0)
        return int(mine.sum()), float(failed[mine].sum())

    def answered(self, tag: Tag, slot: int, port: int) -> tuple[float, float]:
        """Bytes out and in of a service of ours, of those peers whose requests were seen."""
        entry, at = self.tables["session"].entry, self._alive("session", tag)
        mine = (entry["slot"][at] == slot) & (entry["port"][at] == port)
        at = at[mine & (entry["in_bytes"][at] > 0)]
        return float(entry["bytes"][at].sum()), float(entry["in_bytes"][at].sum())

    def failed(self, slot: int, ports: Collection[int]) -> int:
        """How many TCP tries of an own address at these ports failed."""
        entry, at = self.tables["fan"].entry, self._alive("fan", Tag.TCP)
        mine = (entry["slot"][at] == slot) & np.isin(entry["port"][at], list(ports))
        return int(entry["failed"][at[mine]].sum())

    def hit(  # noqa: PLR0913 - a hit has many parts, each named
        self, detector: Detector, seen: Seen, need: Need, evidence: dict[str, Any], *,
        confidence: float, cap: Mode = Mode.ACT, peer: Address | None = None,
        port: int | None = None, transport: str | None = None, inner: bool = False,
    ) -> Hit:  # fmt: skip
        """A hit with its sampling stated and its mode capped.

        Unknown sampling and traffic that stays among our own addresses never go beyond notify: the
        first is no measure of anything, the second is most often one customer's own; `inner` says
        that it is meant to be.
        """
        if seen.unknown or (seen.inner * 2 > seen.tries and not inner):
            cap = at_most(cap, Mode.NOTIFY)
        stated = {
            "sampling": None if seen.unknown else seen.rate,
            "chance": need.chance,
            "window_s": round(max(seen.until - seen.at, 0) / 1000, 3),
        }
        return Hit(
            detector=detector.name,
            version=detector.version,
            kind=detector.kind,
            role=detector.role,
            address=seen.address,
            at=seen.at,
            until=seen.until,
            evidence={**evidence, **stated},
            confidence=confidence,
            mode=at_most(self._modes.get(detector.name, detector.mode), cap),
            peer=peer,
            port=port,
            transport=transport,
        )

    def _alive(self, name: str, tag: Tag, least: float = 0) -> Places:
        """The entries of a purpose whose window goes on, claimed at least so often."""
        known = self._found.get((name, tag, least))
        if known is None:  # nothing changes while a view is looked at
            table = self.tables[name]
            found = np.flatnonzero((table.key & PURPOSE == tag) & (table.weight >= least))
            known = found[self.now - table.entry["last"][found] <= WINDOW[tag]]
            self._found[name, tag, least] = known
        return known

    def _live(
        self,
        name: str,
        tag: Tag,
        what: str,
        least: float,
        between: tuple[int, Address] | None = None,
    ) -> list[int]:
        """Entries that have so many; of sampled ones a few are enough to be looked at."""
        alive = self._alive(name, tag, 0 if what == "packets" else min(least, FEWEST))
        entry = self.tables[name].entry
        if between is not None:
            slot, (hi, lo) = between[0], halves(between[1])
            alive = alive[entry["slot"][alive] == slot]
            alive = alive[(entry["hi"][alive] == hi) & (entry["lo"][alive] == lo)]
            alive = alive[entry["family"][alive] == between[1].version]
        counts = entry[what][alive].astype(np.float64)
        enough = np.where(entry["rate"][alive] > 1, min(least, FEWEST), least)
        order = np.argsort(-counts, kind="stable")
        found: list[int] = alive[order[(counts >= enough)[order]]].tolist()
        return found

    def _seen(self, it: Any, **more: Any) -> Seen:  # noqa: ANN401 - one numpy record
        return Seen(
            slot=int(it["slot"]),
            address=self.own.address(int(it["slot"])),
            port=int(it["port"]),
            peer=address(int(it["family"]), int(it["hi"]), int(it["lo"])),
            at=int(it["began"]),
            until=int(it["until"]),
            rate=int(it["rate"]),
            unknown=bool(it["unknown"]),
            inner=int(it["inner"]),
            **more,
        )


__all__ = ["IN", "OUT", "RING", "Count", "Seen", "View", "at_most"]
