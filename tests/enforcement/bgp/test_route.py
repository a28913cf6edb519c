"""Routes: what becomes of a measure, what is refused, and the words of each system."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.enforcement.bgp.peer_table import READERS
from aupkeep.enforcement.bgp.route import (
    MAX_RATE,
    BgpRoute,
    RouteKind,
    announcement,
    matching,
    route_of,
    route_refusal,
    withdrawal,
)
from aupkeep.enforcement.bgp.table_reader import has_route
from aupkeep.model.action import Action
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import DriverRefused, Unreadable
from aupkeep.model.ladder import NETWORK, Measure
from enforcement.orders import FOUR, SHARED, SIX, WIDE, order, orders, scope

OWN = (ip_network("203.0.113.0/24"), ip_network("2001:db8::/32"))
HOLE = BgpRoute(kind=RouteKind.BLACKHOLE, destination=FOUR)
SHOWN = {  # measure and address → what ExaBGP is told, and how BIRD names it
    (Measure.ISOLATE, FOUR): (
        "route 203.0.113.10/32 next-hop self community [65535:666] large-community [64500:1:7]",
        "203.0.113.10/32",
    ),
    (Measure.BLOCK_INBOUND, FOUR): (
        (
            "flow route { match { destination 203.0.113.10/32; protocol =17; source-port =53; }"
            " then { discard; large-community [64500:1:7]; } }"
        ),
        "flow4 { dst 203.0.113.10/32; proto 17; sport 53; }",
    ),
    (Measure.BLOCK_PORT, SIX): (
        (
            "flow route { match { source 2001:db8:a::10/128; next-header =6;"
            " destination-port =22; } then { discard; large-community [64500:1:7]; } }"
        ),
        "flow6 { src 2001:db8:a::10/128; next header 6; dport 22; }",
    ),
    (Measure.LIMIT_SMTP, FOUR): (
        (
            "flow route { match { source 203.0.113.10/32; protocol =6;"
            " destination-port [ =25 =465 =587 ]; }"
            " then { discard; large-community [64500:1:7]; } }"
        ),
        "flow4 { src 203.0.113.10/32; proto 6; dport 25,465,587; }",
    ),
    (Measure.LIMIT_INBOUND, SIX): (
        (
            "flow route { match { destination 2001:db8:a::10/128; next-header =58; }"
            " then { rate-limit 125000; large-community [64500:1:7]; } }"
        ),
        "flow6 { dst 2001:db8:a::10/128; next header 58; }",
    ),
}


@pytest.mark.parametrize(("measure", "address"), SHOWN)
def test_what_is_said_of_a_measure(measure, address):
    """One command of ExaBGP, and the name of the route in BIRD."""
    route = route_of(order(measure, aim=scope(measure, address)))
    command, name = SHOWN[measure, address]
    assert announcement(route, "self", 64500, 7) == f"announce {command}"
    assert READERS["bird"].text(route) == name


def test_a_flood_of_connections_is_limited_by_its_syn_alone():
    """TCP that is connected already goes on, as with nftables."""
    aim = scope(Measure.LIMIT_INBOUND, protocol="tcp")
    route = route_of(order(Measure.LIMIT_INBOUND, aim=aim))
    assert "tcp-flags [ syn&!ack ]" in announcement(route, "self", 64500, 7)


@given(orders())
def test_a_command_is_one_line_of_fixed_words(action: Action):
    """Whatever is wanted, no text of the action is part of a command, nor is a packet length."""
    sly = replace(action, id="x\nwithdraw", reference="} ; shutdown")
    sly = replace(sly, scope=replace(sly.scope, customer="\nx", resource="; shutdown", note="\n"))
    if action.measure not in NETWORK:
        return  # the guard asks no driver for what it does not declare
    if action.scope.network is not None:
        with pytest.raises(DriverRefused):
            route_of(sly)
        return
    try:
        route = route_of(sly)
    except DriverRefused:
        assert action.scope.source_ports is not None
        return
    for command in (announcement(route, "self", 64500, 7), withdrawal(route, "self")):
        assert command.isprintable()
        assert "shutdown" not in command
        assert "length" not in command


@pytest.mark.parametrize(
    ("measure", "aim", "why"),
    [
        (Measure.ISOLATE, scope(Measure.ISOLATE, WIDE, prefix_length=56), "one host"),
        (Measure.BLOCK_PORT, scope(Measure.BLOCK_PORT, WIDE, prefix_length=127), "one host"),
        (
            Measure.ISOLATE,
            scope(Measure.ISOLATE, SHARED[4], source_ports=PortRange(1, 9)),
            "others share",
        ),
    ],
)
def test_no_route_can_be_that(measure, aim, why):
    """Anything wider than a host, an address that others share."""
    with pytest.raises(DriverRefused, match=why):
        route_of(order(measure, aim=aim))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"destination": ip_address("192.0.2.1")}, "expected an address in 203.0.113.0/24"),
        ({"destination": None}, "one of them"),
        ({"source": ip_address("2001:db8::1")}, "one IP version"),
        ({"source": FOUR}, "one destination"),
        ({"protocol": 6}, "one destination"),
        ({"rate": 5}, "one destination"),
        ({"kind": RouteKind.FLOW, "protocol": 47}, "tcp, udp or icmp"),
        ({"kind": RouteKind.FLOW, "protocol": 58}, "tcp, udp or icmp"),
        ({"kind": RouteKind.FLOW, "rate": MAX_RATE + 1}, "a rate from 1"),
        ({"kind": RouteKind.FLOW, "rate": 0}, "a rate from 1"),
    ],
)
def test_refused_by_the_holder_too(changes, why):
    """What is not ours, of two IP versions, or has a number that the wire has not."""
    assert why in str(route_refusal(replace(HOLE, **changes), OWN))


def test_a_source_of_ours_is_enough():
    """A flow to somebody else's address from ours may be announced, one between others not."""
    peer = ip_address("192.0.2.10")
    flow = BgpRoute(kind=RouteKind.FLOW, source=FOUR, destination=peer)
    assert route_refusal(flow, OWN) is None
    assert route_refusal(replace(flow, source=ip_address("192.0.2.11")), OWN) is not None


BIRD_SAID = """BIRD 2.17.6 ready.
Table flowtab4:
flow4 { dst 203.0.113.10/32; proto 6; tcp flags !0x0/0x2 && 0x0/0x10; }  [a from 192.0.2.1] *
\tType: BGP univ
\tBGP.ext_community: (generic, 0x80060000, 0x47f42400)
flow4 { src 203.0.113.40/32; proto 6; dport 22; sport 1024..2047; }  [a from 192.0.2.1] *
\tBGP.ext_community: (generic, 0x80060000, 0x0)
flow4 { dst 203.0.113.12/32; }  [a from 192.0.2.1] *
\tType: BGP univ
"""
FRR_SAID = """
BGP flowspec entry: (flags 0x418)
\tDestination Address 203.0.113.10/32
\tIP Protocol = 6 \n\tTCP Flags ∋ 2,&∋ ! 16
\tFS:rate 125000.000000
\treceived for 00:00:05
\tnot installed in PBR
BGP flowspec entry: (flags 0x418)
\tSource Address 203.0.113.40/32
\tIP Protocol = 6 \n\tDestination Port = 22 \n\tSource Port >= 1024 , <= 2047 \n\tFS:rate 0.000000
BGP flowspec entry: (flags 0x418)
\tDestination Address 203.0.113.12/32

Displayed 3 flowspec entries
"""


@pytest.mark.parametrize(("kind", "said"), [("bird", BIRD_SAID), ("frr", FRR_SAID)])
def test_a_table_of_flows(kind, said):
    """A flow is there with its rate; another rate, or none, is another's."""
    reader = READERS[kind]
    table = reader.read(RouteKind.FLOW, said)
    asks = BgpRoute(kind=RouteKind.FLOW, destination=FOUR, protocol=6, asks=True, rate=125_000)
    ports = {"ports": PortRange(22, 22), "source_ports": PortRange(1024, 2047)}
    share = BgpRoute(kind=RouteKind.FLOW, source=SHARED[4], protocol=6, **ports)
    bare = BgpRoute(kind=RouteKind.FLOW, destination=ip_address("203.0.113.12"))
    assert has_route(reader, table, asks)
    assert has_route(reader, table, share)
    assert not has_route(reader, table, replace(asks, rate=125_001))
    assert not has_route(reader, table, replace(share, rate=1))
    assert not has_route(reader, table, bare)
    assert len(table) == (2 if kind == "bird" else 3)


ODD = st.text(alphabet='\n\t {}[]"0123456789.:/flow4 dst;genric,x()', max_size=60)


@given(st.sampled_from(sorted(READERS)), st.sampled_from(RouteKind), ODD)
def test_whatever_a_router_says(name: str, kind: RouteKind, said: str):
    """It is a table, or it cannot be read; nothing else becomes of it."""
    heads = {"bird": "flow4 { dst 203.0.113.10/32; } \n(generic, 0x80060000, 0x", "frr": FRR_SAID}
    for text in (said, heads.get(name, "") + said, f"BGP flowspec entry\nFS:rate {said}"):
        try:
            table = READERS[name].read(kind, text)
        except Unreadable:
            continue
        assert all(isinstance(rate, bytes) for rate in table.values())


def test_a_table_of_blackholes():
    """BIRD was asked for those with the community; FRR answers in JSON, and nothing where none."""
    said = "BIRD 2.17.6 ready.\nTable master4:\n203.0.113.10/32      blackhole [a 12:00] * (100)\n"
    assert has_route(READERS["bird"], READERS["bird"].read(RouteKind.BLACKHOLE, said), HOLE)
    frr = READERS["frr"]
    table = frr.read(RouteKind.BLACKHOLE, '{"routes": {"203.0.113.10/32": [{"valid": true}]}}')
    assert has_route(frr, table, HOLE)
    assert not has_route(frr, frr.read(RouteKind.BLACKHOLE, ""), HOLE)
    with pytest.raises(Unreadable):
        frr.read(RouteKind.BLACKHOLE, "% BGP instance not found")


def test_several_ranges_stand_in_one_field():
    """As every router that is read writes them."""
    assert matching((PortRange(25, 25), PortRange(1024, 2047))) == "=25,>=1024&<=2047"
