"""Suricata's `eve.json`: events of flows, or of its one-way `netflow` where there are none.

Source: Suricata's documentation of the EVE output: `flow` counts both directions of a flow and
`tcp` the flags of each, in hexadecimal. Bytes are those of packets with their link headers.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.logs.log import PORTED, Flow, Log, both_ways, lines, protocol_of
from aupkeep.telemetry.logs.values import address_of, milliseconds, number, port_of

ICMP = (1, 58)
KIND = re.compile(rb'"event_type"\s*:\s*"(\w+)"')
FLOW = re.compile(rb'"event_type"\s*:\s*"flow"')


def recognises(head: bytes) -> bool:
    """Whether the first line is an event."""
    return head.lstrip()[:1] == b"{" and KIND.search(head.split(b"\n", 1)[0]) is not None


def read(data: Buffer, dropped: Counter[str]) -> Iterator[Flow]:
    """The flows of every flow event; other events are passed over."""
    wanted = "flow" if FLOW.search(data) else "netflow"
    for line in lines(data, dropped):
        kind = KIND.search(line)
        if kind is None or kind[1].decode() != wanted:
            continue
        try:
            event = json.loads(line)
            yield from _two(event) if wanted == "flow" else _one(event)
        except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
            dropped["unreadable_line"] += 1


def _two(event: Mapping[str, Any]) -> Iterator[Flow]:
    flow, tcp = event["flow"], event.get("tcp", {})
    there = _flow(event, flow, tcp.get("tcp_flags_ts"))
    there = there._replace(
        packets=number(flow["pkts_toserver"]), bytes=number(flow["bytes_toserver"])
    )
    back = _flags(tcp.get("tcp_flags_tc"))
    packets, size = number(flow["pkts_toclient"]), number(flow["bytes_toclient"])
    return both_ways(there, packets, size, back)


def _one(event: Mapping[str, Any]) -> Iterator[Flow]:
    flow = event["netflow"]
    row = _flow(event, flow, event.get("tcp", {}).get("tcp_flags"))
    yield row._replace(packets=number(flow["pkts"]), bytes=number(flow["bytes"]))


def _flow(event: Mapping[str, Any], flow: Mapping[str, Any], flags: str | None) -> Flow:
    """What both kinds have. A flow that goes on has no end yet: then it is the event's time."""
    proto = protocol_of(str(event["proto"]))
    if proto is None:
        raise ValueError(f"expected a protocol of IP's, found {event['proto']!r}")
    kind = event.get("icmp_type")
    start = milliseconds(flow["start"])
    return Flow(
        address_of(event["src_ip"]),
        address_of(event["dest_ip"]),
        proto,
        start,
        max(milliseconds(flow.get("end") or event["timestamp"]), start),
        0,
        sport=port_of(event["src_port"]) if proto in PORTED else None,
        dport=port_of(event["dest_port"]) if proto in PORTED else None,
        flags=_flags(flags),
        icmp=_icmp(kind, event.get("icmp_code", 0)) if proto in ICMP and kind is not None else None,
    )


def _flags(text: str | None) -> int | None:
    return None if text is None else int(str(text), 16) & 0xFF


def _icmp(kind: Any, code: Any) -> int:  # noqa: ANN401 - what JSON may hold
    return (number(kind) & 0xFF) << 8 | number(code) & 0xFF


LOG = Log(
    name="suricata",
    says="Suricata's eve.json with flow or netflow events",
    recognises=recognises,
    read=read,
)
