"""Argus's records as `ra -c ,` writes them (`.binetflow`): a head of names, then commas.

Source: ra(1), the fields and the states of TCP: letters of the flags on either side of `_`, or a
word. Times without a zone are taken as UTC. Where the log has no packets of either side, half of
them are taken for each, unless all bytes came from one.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping

from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.logs.log import (
    ACK,
    FIN,
    PORTED,
    PSH,
    RST,
    STATES,
    SYN,
    TALKED,
    Flow,
    Log,
    both_ways,
    lines,
    protocol_of,
)  # fmt: skip
from aupkeep.telemetry.logs.values import address_of, lasted, milliseconds, number, port_of

SAME = {  # names that versions and users of ra give one field
    "stime": "starttime", "ltime": "lasttime", "duration": "dur", "saddr": "srcaddr",
    "daddr": "dstaddr", "spkts": "srcpkts", "dpkts": "dstpkts", "sbytes": "srcbytes",
    "dbytes": "dstbytes", "pkts": "totpkts", "bytes": "totbytes",
}  # fmt: skip
NEEDED = {"starttime", "proto", "srcaddr", "dstaddr", "state"}
LETTERS = {"F": FIN, "S": SYN, "R": RST, "P": PSH, "A": ACK}
WORDS: dict[str, tuple[int | None, int | None]] = {
    **STATES,
    "REQ": (SYN, None),
    "ACC": (SYN, SYN | ACK),
    "EST": (TALKED, TALKED),
    "CON": (TALKED, TALKED),
    "FIN": (TALKED | FIN, TALKED | FIN),
}
TCP, ICMP = 6, 1
ECHO, UNREACHABLE = 8 << 8, 3 << 8
KINDS = {"ECO": ECHO, "ECR": 0, "URH": UNREACHABLE | 1, "URP": UNREACHABLE | 3}


def recognises(head: bytes) -> bool:
    """Whether the first line names the fields."""
    return set(_names(head.split(b"\n", 1)[0])) >= NEEDED


def _names(line: bytes) -> list[str]:
    given = [name.strip().lower() for name in line.decode("utf-8", "replace").split(",")]
    return [SAME.get(name, name) for name in given]


def read(data: Buffer, dropped: Counter[str]) -> Iterator[Flow]:
    """The flows of every record."""
    rest = lines(data, dropped)
    names = _names(next(rest, b""))
    for line in rest:
        text = line.decode("utf-8", "replace")
        try:
            values = [value.strip() for value in next(csv.reader([text]))]
            row = dict(zip(names, values, strict=False))
            proto = protocol_of(row["proto"])
            if proto is None:
                dropped["unknown_protocol"] += 1
                continue
            yield from _record(row, proto)
        except (KeyError, ValueError, csv.Error):
            dropped["unreadable_line"] += 1


def _record(row: Mapping[str, str], proto: int) -> Iterator[Flow]:
    start = milliseconds(row["starttime"])
    there, back = _flags(row["state"]) if proto == TCP else (None, None)
    ported = proto in PORTED
    sizes = _sides(row, "bytes")
    packets = _sides(row, "pkts") or _halves(number(row["totpkts"]), sizes)
    flow = Flow(
        address_of(row["srcaddr"]),
        address_of(row["dstaddr"]),
        proto,
        start,
        start + lasted(row.get("dur") or 0),
        packets[0],
        bytes=sizes[0] if sizes else None,
        sport=port_of(row["sport"]) if ported else None,
        dport=port_of(row["dport"]) if ported else None,
        flags=there,
        icmp=KINDS.get(row["state"]) if proto == ICMP else None,
    )
    return both_ways(flow, packets[1], sizes[1] if sizes else None, back)


def _sides(row: Mapping[str, str], what: str) -> tuple[int, int] | None:
    """A count of either side: as logged, or what is left of the total. None: not told."""
    src, dst, total = (row.get(f"{side}{what}") for side in ("src", "dst", "tot"))
    if src and dst:
        return number(src), number(dst)
    if src and total:
        return number(src), max(number(total) - number(src), 0)
    return None


def _halves(packets: int, sizes: tuple[int, int] | None) -> tuple[int, int]:
    """Packets that only stand together: of one side if all bytes are, else half to each."""
    if sizes and 0 in sizes:
        return (packets, 0) if sizes[0] else (0, packets)
    return packets - packets // 2, packets // 2


def _flags(state: str) -> tuple[int | None, int | None]:
    """Flags of either side: letters around `_`, or a word that says as much."""
    there, mark, back = state.partition("_")
    if not mark:
        return WORDS.get(state, (None, None))
    return _letters(there), _letters(back)


def _letters(text: str) -> int | None:
    return sum(LETTERS.get(letter, 0) for letter in set(text)) or None


LOG = Log(
    name="argus",
    says="Argus's records as text with commas (.binetflow)",
    recognises=recognises,
    read=read,
)
