"""Junos and EOS read back: their answers to the letter, and the contract over a double of each.

No Junos and no EOS was at hand: the forms are those of answers that others have published, with
addresses of documentation. The double (`fake_vendor.py`) tells a real BIRD's table in them.
"""

import json
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.enforcement.bgp.link import peer_table
from aupkeep.enforcement.bgp.options import read_options
from aupkeep.enforcement.bgp.peer_table import READERS
from aupkeep.enforcement.bgp.route import BgpRoute, RouteKind
from aupkeep.enforcement.bgp.table_reader import has_route
from aupkeep.model.decision import PortRange
from aupkeep.model.errors import Unreadable
from bgp_routers import lacks
from bgp_stage import BgpStage
from enforcement.bgp.test_contract import bench_of
from enforcement.bgp.test_options import options
from enforcement.contract import Bench, Contract
from enforcement.orders import FOUR, SHARED, SIX

FLOW, HOLE = RouteKind.FLOW, RouteKind.BLACKHOLE
DNS = BgpRoute(kind=FLOW, destination=FOUR, protocol=17, source_ports=PortRange(53, 53))
SHARE = BgpRoute(
    kind=FLOW,
    source=SHARED[4],
    protocol=6,
    ports=PortRange(22, 22),
    source_ports=PortRange(1024, 2047),
)
LIMIT = BgpRoute(kind=FLOW, destination=SIX, protocol=58, rate=125_000)
OPENS = BgpRoute(kind=FLOW, destination=SIX, protocol=6, asks=True)
ENTRY = """<rt><rt-destination>{}</rt-destination><rt-entry>{}<protocol-name>BGP</protocol-name>
<communities><community>64500:1:7</community><community>{}</community></communities>
</rt-entry></rt>"""
ACTIVE = "<active-tag>*</active-tag>"
REPLY = """<hello><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability>
</capabilities><session-id>4711</session-id></hello>
]]>]]>
<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1">
<route-information xmlns="http://xml.juniper.net/junos/23.2R1/junos-routing">
<route-table><table-name>inetflow.0</table-name>{}</route-table></route-information>
</rpc-reply>
]]>]]>
<rpc-reply message-id="2"><ok/></rpc-reply>
]]>]]>"""
JUNOS_SAID = REPLY.format(
    ENTRY.format("203.0.113.10,*,proto=17,srcport=53/term:1", ACTIVE, "traffic-rate:0:0")
    + ENTRY.format(
        "*,203.0.113.40,proto=6,dstport=22,srcport&gt;=1024&amp;&lt;=2047/term:2",
        ACTIVE,
        "traffic-rate:0:0",
    )
    + ENTRY.format("2001:db8:a::10/128,*,proto=58/term:3", ACTIVE, "traffic-rate:64500:125000")
    + ENTRY.format(
        "2001:db8:a::10/128, *, proto=6, tcp-flag:02&amp;!:10", ACTIVE, "traffic-rate:0:0"
    )
    + ENTRY.format("203.0.113.12,*/term:4", "", "traffic-rate:0:0")
    + ENTRY.format("203.0.113.13,*/term:5", ACTIVE, "64500:1:9")
)
EOS_SAID = """\
Flow specification rules for VRF default
Configured on: Ethernet1, Ethernet2
Applied on: Ethernet1, Ethernet2
  Flow-spec rule: 203.0.113.10/32;*;IP:=17;SP:=53;
    Rule identifier: 140278744221841
    Matches:
      Destination prefix: 203.0.113.10/32
      Next protocol: 17
      Source port: 53
    Actions:
      Drop
    Status:
      Installed: yes
      Counter: 100 packets, 6400 bytes
  Flow-spec rule: *;203.0.113.40/32;IP:=6;DP:=22;SP:>1023&<2048;
    Actions:
      Drop
    Status:
      Installed: yes
  Flow-spec rule: 2001:db8:a::10/128;*;IP:=58;
    Actions:
      Police: 1.00 Mbps
    Status:
      Installed: yes
      Counter: 100 packets, 6400 bytes, 2.00 Mbps
  Flow-spec rule: 2001:db8:a::10/128;*;IP:=6; TCP:2&!16;
    Actions:
      Drop
    Status:
      Installed: yes
  Flow-spec rule: 203.0.113.12/32;*;
    Actions:
      Drop
    Status:
      Installed: no
  Flow-spec rule: 203.0.113.13/32;*;
    Actions:
      Redirect
    Status:
      Installed: yes
"""


def by_eapi(result: object) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": "aupkeep", "result": [result]})


SAID = {"junos": JUNOS_SAID, "eos": by_eapi({"output": EOS_SAID})}


@pytest.mark.parametrize("name", sorted(SAID))
def test_flows(name: str):
    """A flow is there with its rate; another rate, or one that does not stand, is not ours."""
    reader = READERS[name]
    table = reader.read(FLOW, SAID[name])
    assert all(has_route(reader, table, route) for route in (DNS, SHARE, LIMIT, OPENS))
    assert not has_route(reader, table, replace(LIMIT, rate=250_000))
    assert not has_route(reader, table, replace(DNS, rate=1))
    assert has_route(reader, table, replace(LIMIT, rate=125_625)) is reader.rounds
    assert not has_route(reader, table, replace(SHARE, ports=PortRange(23, 23)))
    for last in (12, 13):  # not active or not in the hardware; there, with another action
        bare = BgpRoute(kind=FLOW, destination=ip_address(f"203.0.113.{last}"))
        assert not has_route(reader, table, bare)
        assert table.get(reader.text(bare)) == (None if last == 12 else b"")


def test_blackholes():
    """Those with the community that the router took for its best path."""
    hole = BgpRoute(kind=HOLE, destination=FOUR)
    rows = ENTRY.format("203.0.113.10/32", ACTIVE, "65535:666") + ENTRY.format(
        "203.0.113.11/32", "", "65535:666"
    )
    junos = READERS["junos"].read(HOLE, REPLY.format(rows))
    paths = {
        f"203.0.113.{last}/32": {"bgpRoutePaths": [{"routeType": {"active": active}}]}
        for last, active in ((10, True), (11, False))
    }
    eos = READERS["eos"].read(HOLE, by_eapi({"vrfs": {"default": {"bgpRouteEntries": paths}}}))
    for name, table in (("junos", junos), ("eos", eos)):
        assert has_route(READERS[name], table, hole)
        assert len(table) == 1


REFUSED = (
    '<rpc-reply message-id="1"><rpc-error><error-message>{}</error-message></rpc-error></rpc-reply>'
    "]]>]]>"
)


@pytest.mark.parametrize(
    ("name", "said", "found"),
    [
        ("junos", "", "no reply"),
        ("junos", "Connection closed", "no reply"),
        ("junos", '<hello message-id="1"/>]]>]]><rpc-reply message-id="2"/>', "no reply"),
        ("junos", JUNOS_SAID[: JUNOS_SAID.index("</route-table>")], "no element found: line 15"),
        (
            "junos",
            '<!DOCTYPE x [<!ENTITY y "z">]><rpc-reply message-id="1"/>]]>]]>',
            "a document type",
        ),
        ("junos", REFUSED.format("permission denied"), "permission denied"),
        ("junos", REFUSED.format("x" * 300), "x" * 200),
        ("eos", "", "JSONDecodeError"),
        ("eos", "[]", "TypeError"),
        ("eos", by_eapi({"vrfs": {}}), "KeyError"),
    ],
)
def test_what_cannot_be_read(name: str, said: str, found: str):
    """It is said, and no route is taken to be there or gone."""
    with pytest.raises(Unreadable) as caught:
        READERS[name].read(FLOW, said)
    title = {"junos": "Junos", "eos": "EOS"}[name]
    reason, _, column = str(caught.value).partition(", column")
    assert reason == f"{title}: expected its routes, found {found}"
    assert not column or name == "junos"


def test_what_eos_refuses():
    """Its own words, cut."""
    said = {"jsonrpc": "2.0", "error": {"code": 1002, "message": "y" * 300}}
    with pytest.raises(Unreadable) as caught:
        READERS["eos"].read(FLOW, json.dumps(said))
    assert str(caught.value) == f"EOS: {'y' * 200}"


def test_prefixed_names_are_the_same():
    """Another way to write the namespace: each route is still one of its own."""
    said = JUNOS_SAID.replace("<rt>", "<j:rt>").replace("</rt>", "</j:rt>")
    said = said.replace("<route-information ", "<route-information xmlns:j='x' ")
    assert READERS["junos"].read(FLOW, said) == READERS["junos"].read(FLOW, JUNOS_SAID)


def test_lines_below_a_rule_are_not_its_text():
    """Its rate stands before its counter, whose figures are no limit of it."""
    text = EOS_SAID.replace(
        "Flow-spec rule: *;203.0.113.40/32", "Flow-spec rule: 203.0.113.9/32;*;\n\nx"
    )
    text += "      Counter: 9.00 Mbps, Counter: 1 packets\n"
    table = READERS["eos"].read(FLOW, by_eapi({"output": text}))
    assert "203.0.113.9/32;*;" in table
    assert table["203.0.113.13/32;*;"] == b""


def test_two_replies_add_up():
    """One for each family, say."""
    reader = READERS["junos"]
    one = REPLY.format(ENTRY.format("203.0.113.1,*", ACTIVE, "traffic-rate:0:0"))
    two = REPLY.format(ENTRY.format("203.0.113.2,*", ACTIVE, "traffic-rate:0:0"))
    assert set(reader.read(FLOW, one + two)) == {"203.0.113.1,*", "203.0.113.2,*"}
    assert set(reader.read(FLOW, one + two + two)) == {"203.0.113.1,*", "203.0.113.2,*"}
    bare = ENTRY.format("203.0.113.3,*", "<active-tag>*</active-tag>", "x").replace(
        "community", "c"
    )
    assert reader.read(FLOW, REPLY.format(f"<rt><rt-entry/></rt>{bare}")) == {"203.0.113.3,*": b""}


def test_what_they_are_asked():
    """One session with one command that only shows; one request."""
    base = "urn:ietf:params:xml:ns:netconf:base:1.0"
    more, session = READERS["junos"].asks('show route table "a&b" detail')
    assert more == []
    assert session.split("]]>]]>") == [
        (
            f'<hello xmlns="{base}"><capabilities><capability>urn:ietf:params:netconf:base:1.0'
            "</capability></capabilities></hello>"
        ),
        (
            f'<rpc message-id="1" xmlns="{base}">'
            '<command format="xml">show route table "a&amp;b" detail</command></rpc>'
        ),
        f'<rpc message-id="2" xmlns="{base}"><close-session/></rpc>',
        "",
    ]
    for question, form in (("show flow-spec ipv4", "text"), ("show ip bgp", "json")):
        more, request = READERS["eos"].asks(question)
        assert more == []
        assert json.loads(request) == {
            "jsonrpc": "2.0",
            "method": "runCmds",
            "params": {"version": 1, "cmds": [question], "format": form},
            "id": "aupkeep",
        }
    assert READERS["bird"].asks("show route") == (["show route"], "")
    for reader in (READERS["junos"], READERS["eos"]):
        assert all(x.startswith("show ") for asked in reader.questions.values() for x in asked)


DOUBLE = str(Path(__file__).with_name("fake_vendor.py"))


@pytest.fixture(scope="module", params=sorted(SAID))
def by_double(request: pytest.FixtureRequest) -> Iterator[BgpStage]:
    """One peer, BIRD, read through a double."""
    if lack := lacks("bird"):
        pytest.skip(f"{lack}: apt-get install bird2")
    with BgpStage("bird", through=(request.param, sys.executable, DOUBLE, request.param)) as stage:
        yield stage


@pytest.mark.root
@pytest.mark.network
@pytest.mark.nightly("bgp")
class TestDoubles(Contract):
    """The whole contract, each route read back through the form of each."""

    @pytest.fixture
    def bench(self, by_double: BgpStage) -> Iterator[Bench]:
        yield bench_of(by_double)
        by_double.clear()


@pytest.mark.network
@pytest.mark.nightly("bgp")
def test_curl_carries_the_request(tmp_path: Path):
    """The command of the documentation, with its password in a file, at a server on loopback."""
    if shutil.which("curl") is None:
        pytest.skip("curl: apt-get install curl")
    seen = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, self.headers["Authorization"], body["params"]["cmds"]))
            said = by_eapi({"output": EOS_SAID}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *words: object) -> None:
            del words

    (tmp_path / "netrc").write_text("machine 127.0.0.1 login aupkeep password of-a-test\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        read = ["curl", "-sS", "--netrc-file", str(tmp_path / "netrc"), "--data-binary", "@-"]
        read.append(f"http://127.0.0.1:{server.server_port}/command-api")
        (peer,) = read_options(options(reader="eos", read=read), tmp_path).peers
        table = peer_table(peer, FLOW)
        server.shutdown()
    assert has_route(READERS["eos"], table, DNS)
    assert [commands for _, _, commands in seen] == [
        ["show flow-spec ipv4"],
        ["show flow-spec ipv6"],
    ]
    assert {(path, known.startswith("Basic ")) for path, known, _ in seen} == {
        ("/command-api", True)
    }
