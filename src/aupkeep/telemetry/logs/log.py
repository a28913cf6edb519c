"""Flows that other programs wrote down: a log of Zeek's, Suricata's or Argus's, a file of nfcapd's.

    log = log_of(data)                     None: it is no such file
    for now, rows in batches(log, data, dropped): ...

Each kind is a plugin in `aupkeep.telemetry.logs.kinds`, one module with one constant, `LOG`. A
connection that is logged with both its sides becomes two rows, one a direction. Logs stand in the
order in which connections ended or not even that; here rows go by their end, `MOST` flows sorted at
a time. Lines that cannot be read are counted in `dropped` by reason, and their neighbours stand.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from aupkeep.model.subject import Address
from aupkeep.plugins import plugins
from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.rows import Protocol, RowField, Rows, empty, halves

HEAD = 65_536  # bytes from which a log is known
LONGEST = 1 << 20  # bytes of a line
MOST = 1_000_000  # flows that are sorted together: 300 MB
EVERY = 1000  # ms of the rows' time in one batch
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
PORTED = (6, 17, 33, 132, 136)  # TCP, UDP, DCCP, SCTP, UDP-Lite
NUMBERS = {
    "icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ipv6-icmp": 58, "icmp6": 58,
    "icmpv6": 58, "ospf": 89, "sctp": 132, "rtp": 17, "rtcp": 17, "udt": 17,
}  # fmt: skip
ALWAYS = (
    RowField.SRC | RowField.DST | RowField.PROTO | RowField.PACKETS | RowField.START | RowField.END
)
TALKED = SYN | ACK | PSH


class Flow(NamedTuple):
    """Packets one way. Times are ms since 1970, bytes those of IP packets; None: not logged."""

    src: Address
    dst: Address
    proto: int
    start: int
    end: int
    packets: int
    bytes: int | None = None
    sport: int | None = None
    dport: int | None = None
    flags: int | None = None
    icmp: int | None = None  # type times 256 plus code


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One kind of log.

    `recognises` says of the first `HEAD` bytes whether they are its own. `read` gives the flows and
    counts in the given counter what it could not read. `both`: each connection is seen with both
    its sides and every packet, so that silence is silence and nothing was sampled.
    """

    name: str
    says: str
    recognises: Callable[[bytes], bool]
    read: Callable[[Buffer, "Counter[str]"], Iterator[Flow]]
    both: bool = True


# What a TCP connection's state says of the flags either side sent, None: nothing (Zeek's
# `conn_state`, which others use too); a state that leaves both open is not here.
STATES: dict[str, tuple[int | None, int | None]] = {
    "S0": (SYN, None),
    "S1": (TALKED, TALKED),
    "S2": (TALKED | FIN, TALKED),
    "S3": (TALKED, TALKED | FIN),
    "SF": (TALKED | FIN, TALKED | FIN),
    "REJ": (SYN, RST | ACK),
    "RSTO": (TALKED | RST, TALKED),
    "RSTR": (TALKED, TALKED | RST),
    "RSTOS0": (SYN | RST, None),
    "RSTRH": (None, SYN | ACK | RST),
    "SH": (SYN | FIN, None),
    "SHR": (None, SYN | ACK | FIN),
}


def protocol_of(name: str) -> int | None:
    """The number of a protocol; None for what is none of IP's, as ARP, or not known.

    >>> protocol_of("TCP"), protocol_of("47"), protocol_of("arp")
    (6, 47, None)
    """
    return int(name) if name.isdecimal() else NUMBERS.get(name.lower())


def logs() -> dict[str, Log]:
    """Every kind of log by name."""
    return plugins("aupkeep.telemetry.logs.kinds", "LOG")


def log_of(data: Buffer) -> Log | None:
    """Which kind of log a file is; None: none that is known."""
    head = bytes(data[:HEAD])
    return next((log for log in logs().values() if log.recognises(head)), None)


def lines(data: Buffer, dropped: Counter[str]) -> Iterator[bytes]:
    """The lines of a file without their ends; `too_long` ones are counted."""
    text = bytes(data) if isinstance(data, memoryview) else data
    at, size = 0, len(text)
    while at < size:
        end = text.find(b"\n", at)
        end = size if end < 0 else end
        if end - at > LONGEST:
            dropped["too_long"] += 1
        elif line := bytes(text[at:end]).rstrip(b"\r"):
            yield line
        at = end + 1


def batches(
    log: Log, data: Buffer, dropped: Counter[str], *, sampling: int | None = None
) -> Iterator[tuple[int, Rows]]:
    """Rows by their end, a second at most together, with the ms of that end.

    `sampling` is the rate at which the program was given packets; not stated it is 1 where the log
    shows both sides of everything, else not known.
    """
    rate = sampling or (1 if log.both else None)
    protocol = Protocol.METER if log.both else Protocol.LOG
    flows = log.read(data, dropped)
    while part := list(islice(flows, MOST)):
        rows = rows_of(part, rate, protocol)
        rows = rows[np.argsort(rows["end"], kind="stable")]
        seconds = rows["end"] // EVERY
        for some in np.split(rows, np.flatnonzero(np.diff(seconds)) + 1):
            yield int(some["end"][-1]), some


def rows_of(given: Sequence[Flow], sampling: int | None, protocol: Protocol) -> Rows:
    """Flows as rows."""
    rows = empty(len(given))
    for side in ("src", "dst"):
        ends = [halves(getattr(flow, side)) for flow in given]
        rows[f"{side}_hi"], rows[f"{side}_lo"] = np.array(ends, np.uint64).reshape(-1, 2).T
    rows["family"] = [flow.src.version for flow in given]
    for name in ("proto", "packets", "start", "end"):
        rows[name] = [getattr(flow, name) for flow in given]
    rows["has"] = int(ALWAYS) | (int(RowField.SAMPLING) if sampling else 0)
    for name in ("bytes", "sport", "dport", "flags", "icmp"):
        values = [getattr(flow, name) for flow in given]
        rows[name] = [value or 0 for value in values]
        bit = np.uint32(RowField[name.upper()])
        rows["has"] |= np.array([value is not None for value in values]) * bit
    rows["seen"], rows["sampling"], rows["protocol"] = rows["end"], sampling or 0, protocol
    return rows


def both_ways(
    there: Flow, packets_back: int, bytes_back: int | None, flags_back: int | None
) -> Iterator[Flow]:
    """A connection as its two directions; one without packets is none."""
    if there.packets > 0:
        yield there
    if packets_back > 0:
        yield there._replace(
            src=there.dst,
            dst=there.src,
            sport=there.dport,
            dport=there.sport,
            packets=packets_back,
            bytes=bytes_back,
            flags=flags_back,
            icmp=replied(there.icmp),
        )


def replied(icmp: int | None) -> int | None:
    """The type and code that answer an echo request; of others nothing is known.

    >>> replied(8 << 8), replied(128 << 8), replied(3 << 8)
    (0, 33024, None)
    """
    return {8 << 8: 0, 128 << 8: 129 << 8}.get(-1 if icmp is None else icmp)
