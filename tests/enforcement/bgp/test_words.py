"""What ExaBGP is told and peers are asked, to the letter; what is refused, in whole sentences."""

import os
import pwd
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from aupkeep.enforcement.bgp.options import exabgp_conf, exabgp_environment, read_options
from aupkeep.enforcement.bgp.peer_table import READERS
from aupkeep.enforcement.bgp.route import (
    MAX_RATE,
    BgpRoute,
    RouteKind,
    announcement,
    route_of,
    route_refusal,
    withdrawal,
)
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import DriverRefused, Invalid, Unreadable
from aupkeep.model.ladder import Measure
from enforcement.bgp.test_options import PEER, RIGHT, options
from enforcement.orders import FOUR, SHARED, SIX, order, scope

CONFIGURED = """process aupkeep {
  run /bin/hold;
  encoder json;
}
neighbor 198.51.100.1 {
  router-id 198.51.100.2;
  local-address 198.51.100.2;
  local-as 64500;
  peer-as 64501;
  hold-time 30;
  outgoing-ttl 2;
  md5-password correct-horse;
  capability {
    graceful-restart disable;
    route-refresh enable;
  }
  family {
    ipv4 unicast;
    ipv6 unicast;
    ipv4 flow;
    ipv6 flow;
  }
  api {
    processes [ aupkeep ];
    neighbor-changes;
  }
}
neighbor 198.51.100.3 {
  router-id 198.51.100.2;
  local-address 198.51.100.2;
  local-as 64500;
  peer-as 64502;
  hold-time 30;
  capability {
    graceful-restart disable;
    route-refresh enable;
  }
  family {
    ipv4 flow;
    ipv6 flow;
  }
  api {
    processes [ aupkeep ];
    neighbor-changes;
  }
}
"""


def test_the_whole_configuration(tmp_path: Path):
    """Two peers: one behind a hop with a password, one that takes flows alone."""
    (tmp_path / "secret").write_text("correct-horse\n")
    first = {**PEER, "hops": 2, "password": f"file:{tmp_path}/secret"}
    second = {**PEER, "address": "198.51.100.3", "as": 64502, "families": ["flow"]}
    settings = read_options({**RIGHT, "peers": [first, second]}, tmp_path)
    assert exabgp_conf(settings, "/bin/hold") == CONFIGURED


def test_its_own_settings():
    """No control but by its process, no port, the user it is started as."""
    assert exabgp_environment() == {
        "exabgp_daemon_user": pwd.getpwuid(os.geteuid()).pw_name,
        "exabgp_daemon_drop": "false",
        "exabgp_daemon_umask": "0o077",
        "exabgp_api_cli": "false",
        "exabgp_api_chunk": "100",
        "exabgp_api_ack": "true",
        "exabgp_api_respawn": "true",
        "exabgp_tcp_bind": "",
        "exabgp_log_level": "WARNING",
    }


def test_what_is_set_is_read(tmp_path: Path):
    """Each option has its own place, and what is not set has its default."""
    hops = {"next_hop": "192.0.2.1", "next_hop6": "2001:db8::1"}
    given = options(**hops, folder=f"{tmp_path}/routes", reader="bird", read=["birdc"])
    settings = read_options(given, tmp_path)
    (peer,) = settings.peers
    assert (settings.hop(six=False), settings.hop(six=True)) == ("192.0.2.1", "2001:db8::1")
    assert settings.folder == tmp_path / "routes"
    assert (peer.provider, peer.reader, peer.read) == (64501, "bird", ("birdc",))
    assert (peer.password, peer.hops) == ("", 0)


NAMES = "own, next_hop, next_hop6, peers, folder, users, flows, probe, as, router_id"
PEERS = "address, as, local, families, reader, read, password, hops"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (options(own=[]), "options own and peers: expected at least one of each, found none"),
        (
            {k: v for k, v in RIGHT.items() if k != "peers"},
            "options own and peers: expected at least one of each, found none",
        ),
        (options(peers=[PEER, PEER]), "option peers: expected each address once"),
        (
            options(peers=[1]),
            "option peers: expected tables [[enforcement.targets.options.peers]]",
        ),
        (
            options(users=["a" * 50]),
            f"option users: expected names of users, found {'a' * 40!r}",
        ),
        (options(**{"x" * 50: 1}), f"option: expected {NAMES}, found {'x' * 40!r}"),
        (
            {**RIGHT, "peers": [{**PEER, "y": 1}]},
            f"option of a peer: expected {PEERS}, found 'y'",
        ),
        (
            options(families=["z" * 50]),
            f"option families: expected blackhole, flow, found {'z' * 40!r}",
        ),
        (
            options(reader="bird"),
            "options reader and read: expected bird, frr, junos, eos and its command",
        ),
        (
            {**RIGHT, "peers": [{"as": 1, "local": "192.0.2.1"}]},
            (
                "option address: expected an address, found: '' does not appear to be an IPv4 or "
                "IPv6 address"
            ),
        ),
    ],
)
def test_what_is_wrong_is_named(given, words, tmp_path: Path):
    """A whole sentence, and no more of what was written than helps."""
    with pytest.raises(Invalid) as caught:
        read_options(given, tmp_path)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("two words", ": expected a password of 1 to 80 letters and digits"),
        (
            "env:AUPKEEP_NO_SUCH",
            ", option password: expected the variable AUPKEEP_NO_SUCH, found it not set",
        ),
    ],
)
def test_a_password_that_cannot_be_used(password, words, tmp_path: Path):
    """It is told of which peer it is."""
    settings = read_options(options(password=password), tmp_path)
    with pytest.raises(Invalid) as caught:
        exabgp_conf(settings, "x")
    assert str(caught.value) == f"peer 198.51.100.1{words}"


HOLE = route_of(order(Measure.ISOLATE))
NO_END = replace(HOLE, destination=None)
FLOW = BgpRoute(kind=RouteKind.FLOW, source=SHARED[4], protocol=6, source_ports=PortRange(6, 9))
SYNS = BgpRoute(kind=RouteKind.FLOW, destination=SIX, protocol=6, asks=True, rate=5)


@pytest.mark.parametrize(
    ("route", "command"),
    [
        (HOLE, "route 203.0.113.10/32 next-hop self"),
        (NO_END, ""),
        (
            FLOW,
            (
                "flow route { match { source 203.0.113.40/32; protocol =6; source-port >=6&<=9; }"
                " then { discard;  } }"
            ),
        ),
        (
            SYNS,
            (
                "flow route { match { destination 2001:db8:a::10/128; next-header =6; "
                "tcp-flags [ syn&!ack ]; } then { rate-limit 5;  } }"
            ),
        ),
    ],
)
def test_a_withdrawal(route, command):
    """The route alone, without its marks."""
    assert withdrawal(route, "self") == f"withdraw {command}"


@pytest.mark.parametrize("kind", sorted(READERS))
def test_a_blackhole_of_nothing_is_in_no_table(kind):
    """It has no text, and no announcement that ExaBGP takes."""
    assert READERS[kind].text(NO_END) == ""
    assert announcement(NO_END, "self", 1, 2).startswith("announce  community")


def test_ports_as_frr_writes_them():
    """Several numbers, with its commas."""
    (mail,) = [route_of(order(Measure.LIMIT_SMTP, aim=scope(Measure.LIMIT_SMTP)))]
    assert READERS["frr"].text(mail).endswith("Destination Port = 25 , = 465 , = 587")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("\tDestination Address 203.0.113.12/32", "Destination Address 203.0.113.12/32"),
        ("\tDestination Address 2001:db8::1/128/off 0", "Destination Address 2001:db8::1/128"),
    ],
)
def test_a_flow_without_a_rate(line, found):
    """FRR's own text of it, and no rate; the offset of IPv6 is left out."""
    said = f"BGP flowspec entry: (flags 0x418)\n{line}\n"
    assert READERS["frr"].read(RouteKind.FLOW, said) == {found: b""}


def test_what_frr_said_is_told():
    """When it cannot be read."""
    with pytest.raises(Unreadable, match=r"^FRR: expected its routes, found "):
        READERS["frr"].read(RouteKind.BLACKHOLE, "% no BGP")
    assert READERS["bird"].read(RouteKind.FLOW, "(generic, 0x80060000, 0x0)\n") == {}


OWN = [ip_network("203.0.113.0/24"), ip_network("2001:db8:a::/48")]
FOREIGN = replace(HOLE, destination=ip_address("192.0.2.1"))


@pytest.mark.parametrize(
    ("route", "own", "words"),
    [
        (NO_END, OWN, "expected source and destination of one IP version, or one of them"),
        (
            replace(HOLE, protocol=6),
            OWN,
            "expected a blackhole of one destination, found more in it",
        ),
        (
            FOREIGN,
            OWN,
            "expected an address in 203.0.113.0/24, 2001:db8:a::/48, found 192.0.2.1",
        ),
        (FOREIGN, [], "expected an address in no prefix, found 192.0.2.1"),
        (replace(FLOW, protocol=58), OWN, "expected protocol tcp, udp or icmp, found 58"),
        (replace(SYNS, protocol=1), OWN, "expected protocol tcp, udp or icmp, found 1"),
        (replace(FLOW, protocol=1, source_ports=None), OWN, None),
        (replace(SYNS, protocol=58, asks=False), OWN, None),
        (replace(FLOW, rate=1), OWN, None),
        (replace(FLOW, rate=MAX_RATE), OWN, None),
    ],
)
def test_why_a_route_is_not_announced(route, own, words):
    """And what is: ICMP of its own version, the least and the highest rate."""
    assert route_refusal(route, own) == words


def test_a_blackhole_is_of_everybody_behind_an_address():
    """So it is none of one of its sharers."""
    aim = scope(Measure.ISOLATE, SHARED[4], source_ports=PortRange(1, 9))
    with pytest.raises(DriverRefused) as caught:
        route_of(order(Measure.ISOLATE, aim=aim))
    assert str(caught.value) == "a blackhole takes the whole address, which others share"


@pytest.mark.parametrize(("address", "protocol"), [(FOUR, 1), (SIX, 58)])
def test_icmp_is_of_its_version(address, protocol):
    """Of IPv4 and IPv6 it has two numbers."""
    aim = scope(Measure.LIMIT_INBOUND, address)
    assert route_of(order(Measure.LIMIT_INBOUND, aim=aim)).protocol == protocol
