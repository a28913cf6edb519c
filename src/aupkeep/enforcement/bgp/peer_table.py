"""What a peer's own table has: questions for BIRD and FRR, answers read, all readers. Pure.

A route is found by the text that the router itself gives it. What a router does with a flow (BIRD
and FRR only carry it) its table does not say.
"""

import json
import re
import struct
from collections.abc import Mapping, Sequence

from aupkeep.enforcement.bgp.eos import EOS
from aupkeep.enforcement.bgp.junos import JUNOS
from aupkeep.enforcement.bgp.route import ACK, SYN, BgpRoute, RouteKind, host
from aupkeep.enforcement.bgp.table_reader import DISCARDED, TableReader
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import Unreadable

BIRD_FLOW = re.compile(r"^(flow[46] \{ .* \}) ")
BIRD_HOST = re.compile(r"^(\S+/\d+) ")
BIRD_RATE = re.compile(r"\(generic, 0x8006[0-9a-f]{4}, 0x([0-9a-f]{1,8})\)")


def _bird_table(kind: RouteKind, answer: str) -> dict[str, bytes]:
    """Each network with its rate; a blackhole was asked for by its community."""
    head = BIRD_FLOW if kind is RouteKind.FLOW else BIRD_HOST
    table: dict[str, bytes] = {}
    name = ""
    for line in answer.splitlines():
        if match := head.match(line):
            name = match[1]
            if kind is RouteKind.BLACKHOLE:
                table[name] = DISCARDED
        elif name and (rate := BIRD_RATE.search(line)):
            table[name] = bytes.fromhex(rate[1].zfill(8))
    return table


def _bird_text(route: BgpRoute) -> str:
    if route.kind is RouteKind.BLACKHOLE:
        return host(route.destination) if route.destination else ""
    hosts = (("dst", route.destination), ("src", route.source))
    parts = [f"{name} {host(address)};" for name, address in hosts if address is not None]
    names = {
        "protocol": "next header" if route.six else "proto",
        "destination-port": "dport",
        "source-port": "sport",
    }
    for name, ranges in route.matches:
        shown = ",".join(f"{a}" if a == b else f"{a}..{b}" for a, b in ranges)
        parts.append(f"{names[name]} {shown};")
    if route.asks:
        parts.append(f"tcp flags !0x0/{SYN:#x} && 0x0/{ACK:#x};")
    return f"flow{6 if route.six else 4} {{ {' '.join(parts)} }}"


FRR_RATE = re.compile(r"FS:rate ([0-9.]+)")


def _frr_table(kind: RouteKind, answer: str) -> dict[str, bytes]:
    """JSON of the routes with the community, or the detailed list of flows."""
    try:
        if kind is RouteKind.BLACKHOLE:
            return dict.fromkeys(json.loads(answer or "{}").get("routes", {}), DISCARDED)
        return dict(map(_frr_flow, answer.split("BGP flowspec entry")[1:]))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Unreadable(f"FRR: expected its routes, found {error}") from error


def _frr_flow(entry: str) -> tuple[str, bytes]:
    """The text of a flow and its rate, empty where it says none."""
    lines = [" ".join(line.split()) for line in entry.splitlines()[1:]]
    parts = [line.removesuffix("/off 0") for line in lines if line.startswith(FRR_PARTS)]
    rate = FRR_RATE.search(entry)
    return "; ".join(parts), struct.pack(">f", float(rate[1])) if rate else b""


FRR_NAMES = {
    "protocol": "IP Protocol",
    "destination-port": "Destination Port",
    "source-port": "Source Port",
}
FRR_PARTS = ("Destination ", "Source ", "IP ", "TCP ", "Packet ", "ICMP ", "DSCP ", "Fragment")


def _frr_text(route: BgpRoute) -> str:
    if route.kind is RouteKind.BLACKHOLE:
        return _bird_text(route)
    hosts = (("Destination", route.destination), ("Source", route.source))
    parts = [f"{name} Address {host(address)}" for name, address in hosts if address is not None]
    parts += [f"{FRR_NAMES[name]} {_frr_numbers(ranges)}" for name, ranges in route.matches]
    if route.asks:
        parts.append(f"TCP Flags ∋ {SYN},&∋ ! {ACK}")  # as FRR writes it
    return "; ".join(parts)


def _frr_numbers(ranges: Sequence[PortRange]) -> str:
    return " , ".join(f"= {a}" if a == b else f">= {a} , <= {b}" for a, b in ranges)


BIRD_WHERE = "all where source = RTS_BGP && (65535, 666) ~ bgp_community"
READERS: Mapping[str, TableReader] = {
    "bird": TableReader(
        questions={
            RouteKind.BLACKHOLE: tuple(
                f"show route table {table} {BIRD_WHERE}" for table in ("master4", "master6")
            ),
            RouteKind.FLOW: ("show route table flowtab4 all", "show route table flowtab6 all"),
        },
        read=_bird_table,
        text=_bird_text,
    ),
    "frr": TableReader(
        questions={
            RouteKind.BLACKHOLE: tuple(
                f"show bgp {version} unicast community blackhole json"
                for version in ("ipv4", "ipv6")
            ),
            RouteKind.FLOW: ("show bgp ipv4 flowspec detail", "show bgp ipv6 flowspec detail"),
        },
        read=_frr_table,
        text=_frr_text,
    ),
    "junos": JUNOS,
    "eos": EOS,
}
