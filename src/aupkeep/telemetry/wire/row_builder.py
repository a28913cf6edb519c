"""A row in the making: plain numbers, bounded to what a row can hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from aupkeep.telemetry.rows import HALF, ROW, RowField, Rows
from aupkeep.telemetry.wire.layers import IpFrame

LIMITS = {name: int(np.iinfo(ROW[name]).max) for name in ROW.names or ()}
LAST_MS = 253_402_300_799_999  # the end of the year 9999: no flow is later
SRC, DST = int(RowField.SRC), int(RowField.DST)
BITS = {bit.name.lower(): int(bit) for bit in RowField if bit.name}
ICMP_PROTOCOLS = (1, 58)


@dataclass(slots=True)
class RowBuilder:
    """The fields of a row; `rate`, `sampler`, `template` are a record's own words on sampling."""

    src_hi: int = 0
    src_lo: int = 0
    dst_hi: int = 0
    dst_lo: int = 0
    packets: int = 0
    bytes: int = 0
    start: int = 0
    end: int = 0
    seen: int = 0
    has: int = 0
    exporter: int = 0
    sampling: int = 0
    input: int = 0
    output: int = 0
    sport: int = 0
    dport: int = 0
    flags: int = 0
    vlan: int = 0
    icmp: int = 0
    protocol: int = 0
    family: int = 0
    proto: int = 0
    fragment: int = 0
    rate: int = 0
    sampler: int | None = None
    template: int = 0

    def put(self, name: str, value: int | None) -> None:
        """Set a field, as exported; None is not exported, what is too large is cut to the most."""
        if value is None:
            return
        most = LIMITS[name]
        setattr(self, name, most if value > most else max(value, 0))
        self.has |= BITS[name]

    def fill(self, name: str, value: int | None) -> None:
        """Set a field unless the exporter stated it."""
        if not self.has & BITS[name]:
            self.put(name, value)

    def time(self, name: str, milliseconds: int | None) -> None:
        """Set a time; one before 1970 or after 9999 is none."""
        if milliseconds is not None and 0 < milliseconds <= LAST_MS:
            self.put(name, milliseconds)

    def ends(self, family: int, src: int | None, dst: int | None) -> None:
        """Set the addresses, as numbers."""
        self.family = family
        if src is not None:
            self.src_hi, self.src_lo = src >> 64, src & HALF
            self.has |= SRC
        if dst is not None:
            self.dst_hi, self.dst_lo = dst >> 64, dst & HALF
            self.has |= DST

    def lay(self, frame: IpFrame) -> None:
        """Fill what is not stated from a packet's own headers."""
        if not self.has & (SRC | DST):
            self.ends(frame.family, frame.src, frame.dst)
        for name in ("proto", "sport", "dport", "flags", "icmp", "vlan"):
            self.fill(name, getattr(frame, name))
        self.fragment = self.fragment or frame.fragment

    def tell_icmp(self) -> None:
        """ICMP's type and code stand in the destination port where no element holds them."""
        if self.proto in ICMP_PROTOCOLS and self.has & BITS["dport"]:
            self.fill("icmp", self.dport)


_FIELDS = attrgetter(*(ROW.names or ()))


def built_rows(rows: Sequence[RowBuilder]) -> Rows:
    """The rows as a batch."""
    batch: Rows = np.array([_FIELDS(row) for row in rows], ROW)
    return batch
