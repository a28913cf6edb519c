"""Zeek's `conn.log`, as text with a head of fields or as one JSON object a line.

Source: Zeek's documentation of `Conn::Info` (base/protocols/conn/main.zeek): `ts` and `duration` in
seconds, `history` a letter an event, upper case from the originator. Of ICMP the originator's port
is the type and the responder's the code.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.logs.log import (
    ACK,
    FIN,
    PORTED,
    PSH,
    RST,
    STATES,
    SYN,
    Flow,
    Log,
    both_ways,
    lines,
    protocol_of,
)  # fmt: skip
from aupkeep.telemetry.logs.values import address_of, lasted, milliseconds, number, port_of

LETTERS = {"s": SYN, "h": SYN | ACK, "a": ACK, "d": ACK | PSH, "f": FIN | ACK, "r": RST}
NEEDED = (b"id.orig_h", b"id.resp_h", b"conn_state")
MARK = re.compile(r"#separator \\x([0-9a-fA-F]{2})")
ICMP, ICMP6, TCP = 1, 58, 6
UNSET = ("-", "(empty)", "", None)


def recognises(head: bytes) -> bool:
    """Whether the first lines name the fields of a connection."""
    return all(name in head for name in NEEDED) and head.lstrip()[:1] in (b"#", b"{")


def read(data: Buffer, dropped: Counter[str]) -> Iterator[Flow]:
    """The flows of every connection."""
    names: list[str] = []
    mark = "\t"
    for line in lines(data, dropped):
        text = line.decode("utf-8", "replace").lstrip(" \t")
        if text.startswith("#"):
            stated = MARK.fullmatch(text)
            mark = chr(int(stated[1], 16)) if stated else mark
            names = text.split(mark)[1:] if text.startswith("#fields") else names
            continue
        fields = _json(text) if text.startswith("{") else _columns(text, mark, names)
        row = {name: value for name, value in fields.items() if value not in UNSET}
        proto = protocol_of(str(row.get("proto", "tcp")))
        if proto is None:
            dropped["unknown_protocol"] += 1
            continue
        try:
            yield from connection(row, proto)
        except (KeyError, ValueError, TypeError):
            dropped["unreadable_line"] += 1


def _json(text: str) -> Mapping[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _columns(text: str, mark: str, names: list[str]) -> Mapping[str, Any]:
    return dict(zip(names, text.split(mark), strict=False))


def connection(row: Mapping[str, Any], proto: int) -> Iterator[Flow]:
    """One connection. Raises KeyError or ValueError for what cannot be read."""
    start = milliseconds(row["ts"])
    end = start + lasted(row.get("duration", 0))
    src, dst = address_of(row["id.orig_h"]), address_of(row["id.resp_h"])
    if proto == ICMP and src.version == 6:  # noqa: PLR2004 - IPv6; Zeek has one name for both
        proto = ICMP6
    ports = (port_of(row["id.orig_p"]), port_of(row["id.resp_p"])) if proto in PORTED else ()
    icmp = None
    if proto in (ICMP, ICMP6):
        icmp = (number(row["id.orig_p"]) & 0xFF) << 8 | number(row["id.resp_p"]) & 0xFF
    there, back = _flags(row) if proto == TCP else (None, None)
    flow = Flow(
        src, dst, proto, start, end,
        packets=number(row["orig_pkts"]),
        bytes=_bytes(row, "orig"),
        sport=ports[0] if ports else None,
        dport=ports[1] if ports else None,
        flags=there,
        icmp=icmp,
    )  # fmt: skip
    return both_ways(flow, number(row["resp_pkts"]), _bytes(row, "resp"), back)


def _bytes(row: Mapping[str, Any], side: str) -> int | None:
    octets = row.get(f"{side}_ip_bytes")
    return None if octets is None else number(octets)


def _flags(row: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """What either side's TCP flags were, by its history, else by its state."""
    history = str(row.get("history", ""))
    if history.strip("^"):
        sides = [0, 0]
        for letter in history:
            sides[letter.islower()] |= LETTERS.get(letter.lower(), 0)
        return sides[0] or None, sides[1] or None
    return STATES.get(str(row.get("conn_state")), (None, None))


LOG = Log(name="zeek", says="Zeek's conn.log, as text or JSON", recognises=recognises, read=read)
