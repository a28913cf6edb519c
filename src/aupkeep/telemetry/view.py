"""What detectors are given: the window's entries as records, and how to make a hit of one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.chance import Need
from aupkeep.telemetry.detector import Detector, Hit, Mode
from aupkeep.telemetry.mixing import distinct, marked
from aupkeep.telemetry.own import Own
from aupkeep.telemetry.rows import address
from aupkeep.telemetry.window.shape import IN, OUT, RING, WINDOW, Count, Tag
from aupkeep.telemetry.window.state import State, Table

ORDER = list(Mode)
Flags = NDArray[np.bool_]


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


class View:
    """The window at a moment. Entries whose own window is over are not shown."""

    def __init__(
        self, state: State, own: Own, now: int, modes: Mapping[str, Mode] | None = None
    ) -> None:
        """`modes` are those of the rules, by detector."""
        self.state, self.own, self.now, self._modes = state, own, now, modes or {}

    def fans(self, tag: Tag, least: float = 2) -> Iterator[Seen]:
        """Entries of a purpose with at least so many tries, the most first."""
        for at in self._live(self.state.fan, tag, "failed", least):
            it = self.state.fan.entry[at]
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

    def pairs(self, tag: Tag, least: float = 2) -> Iterator[Seen]:
        """Peers that were tried at least so often, the most first."""
        for at in self._live(self.state.pair, tag, "failed", least):
            it = self.state.pair.entry[at]
            yield self._seen(
                it,
                tries=int(it["failed"]),
                good=int(it["good"]),
                packets=float(it["packets"]),
                ports=float(marked(it["words"])),
                peers=1.0,
                place=int(at),
            )

    def others(self, tag: Tag, slot: int, port: int) -> tuple[int, float]:
        """Of an own address: how many other ports it tried, and how many tries there were."""
        entry = self.state.fan.entry
        mine = self._alive(self.state.fan, tag) & (entry["slot"] == slot) & (entry["port"] != port)
        return int(mine.sum()), float(entry["failed"][mine].sum())

    def hit(  # noqa: PLR0913 - a hit has many parts, each named
        self, detector: Detector, seen: Seen, need: Need, evidence: dict[str, Any], *,
        confidence: float, cap: Mode = Mode.ACT, peer: Address | None = None,
        port: int | None = None, transport: str | None = None, kind: str | None = None,
    ) -> Hit:  # fmt: skip
        """A hit with its sampling stated and its mode capped.

        Unknown sampling and traffic that stays among our own addresses never go beyond notify: the
        first is no measure of anything, the second is most often one customer's own.
        """
        if seen.unknown or seen.inner * 2 > seen.tries:
            cap = at_most(cap, Mode.NOTIFY)
        stated = {
            "sampling": None if seen.unknown else seen.rate,
            "chance": need.chance,
            "window_s": round(max(seen.until - seen.at, 0) / 1000, 3),
        }
        return Hit(
            detector=detector.name,
            version=detector.version,
            kind=kind or detector.kind,
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

    def _alive(self, table: Table, tag: Tag) -> Flags:
        entry = table.entry
        found: Flags = (
            (table.key != 0) & (entry["tag"] == tag) & (self.now - entry["last"] <= WINDOW[tag])
        )
        return found

    def _live(self, table: Table, tag: Tag, what: str, least: float) -> list[int]:
        found = np.flatnonzero(self._alive(table, tag) & (table.entry[what] >= least))
        order = np.argsort(-table.entry[what][found].astype(np.int64), kind="stable")
        return [int(at) for at in found[order]]

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
