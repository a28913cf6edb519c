"""The newest flow rows in memory: the evidence of a hit is taken from them."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.rows import ROW, Exporters, FlowRecord, RowField, Rows, flow_record, halves

InterfaceKey = tuple[Address, int]  # an exporter and the number of one of its interfaces
MOST = 1 << 18  # rows: 29 MB, half a minute at 8,000 rows a second
PLAIN = np.dtype((np.void, ROW.itemsize))  # copied whole, fifteen times faster than by fields
BEFORE = 60_000  # ms before a hit's own time that its rows may have come


class RecentRows:
    """A ring of rows. Bounded: the oldest go when it is full."""

    def __init__(self, most: int = MOST) -> None:
        """Room for so many rows, taken at once."""
        self._ring: Rows = np.zeros(most, ROW)
        self._plain = self._ring.view(PLAIN)
        self._next = 0
        self._filled = False

    def take(self, rows: Rows) -> None:
        """Remember rows; of more than the ring holds the newest."""
        most = len(self._ring)
        plain = rows[-most:].view(PLAIN)
        first = min(len(plain), most - self._next)
        self._plain[self._next : self._next + first] = plain[:first]
        self._plain[: len(plain) - first] = plain[first:]
        self._filled = self._filled or self._next + len(plain) >= most
        self._next = (self._next + len(plain)) % most

    def around(self, hit: DetectorHit, exporters: Exporters, most: int) -> list[FlowRecord]:
        """At most so many rows the hit rests on, the newest of them, oldest first."""
        return self._chosen(lambda rows: _about(rows, hit), exporters, most)

    def forged(
        self, hit: DetectorHit, interfaces: Sequence[InterfaceKey], exporters: Exporters, most: int
    ) -> list[FlowRecord]:
        """The rows of a hit about forged senders: what came in at these interfaces from others."""
        return self._chosen(lambda rows: _forged(rows, hit, interfaces, exporters), exporters, most)

    def _chosen(
        self, choose: Callable[[Rows], NDArray[np.bool_]], exporters: Exporters, most: int
    ) -> list[FlowRecord]:
        rows = self._ring[: len(self._ring) if self._filled else self._next]
        places = np.flatnonzero(choose(rows))
        came = (places - self._next) % len(self._ring)  # in a ring that is full the next is oldest
        newest = places[np.lexsort((came, rows["seen"][places]))][-most:]
        return [flow_record(rows[at], exporters) for at in newest]


def _about(rows: Rows, hit: DetectorHit) -> NDArray[np.bool_]:
    """Which rows are between the hit's address, its peer and its port, in either direction."""
    out = _sides(rows, hit, "src", "dst")
    back = _sides(rows, hit, "dst", "src")
    recent = (rows["seen"] >= hit.at - BEFORE) | (rows["end"] >= hit.at - BEFORE)
    chosen: NDArray[np.bool_] = (out | back) & recent
    if hit.port is not None:
        chosen &= _has_port(rows, "sport", RowField.SPORT, hit.port) | _has_port(
            rows, "dport", RowField.DPORT, hit.port
        )
    return chosen


def _forged(
    rows: Rows, hit: DetectorHit, interfaces: Sequence[InterfaceKey], exporters: Exporters
) -> NDArray[np.bool_]:
    """Rows that entered at one of these interfaces with another source than its customer."""
    came = np.zeros(len(rows), np.bool_)
    for exporter, number in interfaces:
        stated = rows["has"] & int(RowField.INPUT) != 0
        came |= (
            stated & (rows["input"] == number) & (rows["exporter"] == exporters.number(exporter))
        )
    chosen: NDArray[np.bool_] = came & ~_is(rows, "src", hit.address)
    return chosen & (rows["seen"] >= hit.at - BEFORE)


def _sides(rows: Rows, hit: DetectorHit, ours: str, theirs: str) -> NDArray[np.bool_]:
    """Rows in which our address stands on this side."""
    chosen = _is(rows, ours, hit.address)
    return chosen & _is(rows, theirs, hit.peer) if hit.peer is not None else chosen


def _has_port(rows: Rows, name: str, bit: RowField, port: int) -> NDArray[np.bool_]:
    """Rows that tell this port on this side."""
    matches: NDArray[np.bool_] = (rows[name] == port) & (rows["has"] & int(bit) != 0)
    return matches


def _is(rows: Rows, side: str, address: Address) -> NDArray[np.bool_]:
    high, low = halves(address)
    same: NDArray[np.bool_] = (
        (rows[f"{side}_hi"] == high) & (rows[f"{side}_lo"] == low)
        & (rows["family"] == address.version)
    )  # fmt: skip
    return same
