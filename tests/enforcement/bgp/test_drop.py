"""A flood stops where the route that we announced is turned into a rule, and nothing else does.

BIRD and FRR put no flow route into the kernel. Here nftables of the router is fed from the route in
BIRD's own table, so that what is dropped follows from what was announced.
"""

import re
import subprocess
from collections.abc import Iterator

import pytest

from aupkeep.enforcement.bgp.peer_table import READERS
from aupkeep.enforcement.bgp.route import RouteKind
from aupkeep.model.ladder import Measure
from bgp_routers import Host, until
from bgp_stage import BgpStage, real_now
from enforcement.contract import put
from enforcement.orders import order, scope

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.nightly("bgp")]
FLOW = re.compile(r"flow4 \{ dst (\S+); proto (\d+); sport (\d+); \}")
HEAR = """
import socket, sys
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.bind(("", 4000))
line.settimeout(0.7)
heard = 0
print("ready", flush=True)
try:
    while True:
        line.recv(100)
        heard += 1
except TimeoutError:
    print(heard)
"""
SEND = """
import socket, sys
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.bind(("", int(sys.argv[1])))
for _ in range(20):
    line.sendto(b"x", ("203.0.113.10", 4000))
"""


class Road:
    """The internet, BIRD as the router between, and a customer."""

    def __init__(self, stage: BgpStage) -> None:
        self.bird = stage.lab.routers["bird"]
        self.router, self.internet, self.customer = self.bird.host, Host(), Host()
        self.router.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.internet.join(self.router, "198.51.100.2/24", "198.51.100.1/24")
        self.customer.join(self.router, "203.0.113.10/24", "203.0.113.1/24")
        self.internet.run("ip", "route", "add", "default", "via", "198.51.100.1")
        self.customer.run("ip", "route", "add", "default", "via", "203.0.113.1")

    def feed(self) -> None:
        """Make rules of the flow routes that BIRD has, and of nothing else."""
        table = READERS["bird"].read(
            RouteKind.FLOW, self.bird.show("show route table flowtab4 all")
        )
        matches = [FLOW.fullmatch(text) for text, rate in table.items() if rate == b"\0" * 4]
        rules = [
            f"ip daddr {match[1]} meta l4proto {match[2]} th sport {match[3]} counter drop"
            for match in matches
            if match is not None
        ]
        lines = ["add table ip edge", "delete table ip edge", "table ip edge { chain forward {"]
        lines += ["type filter hook forward priority 0;", *rules, "}", "}"]
        self.router.run("nft", "\n".join(lines))

    def heard(self, port: int) -> int:
        """How many of 20 packets from this port reach the customer."""
        words = [*self.customer.words, "python3", "-c", HEAR]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as hearing:
            assert hearing.stdout is not None
            assert hearing.stdout.readline() == "ready\n"
            self.internet.run("python3", "-c", SEND, str(port))
            return int(hearing.stdout.read())

    def close(self) -> None:
        self.internet.close()
        self.customer.close()


@pytest.fixture
def road(bird: BgpStage) -> Iterator[Road]:
    road = Road(bird)
    yield road
    road.close()


def test_a_flood_is_dropped_and_flows_again(bird: BgpStage, road: Road):
    """From port 53 nothing comes through while the route stands; from port 54 all does."""
    driver = bird.driver()
    road.feed()
    assert road.heard(53) == 20
    flood = order(
        Measure.BLOCK_INBOUND, driver="bgp", aim=scope(Measure.BLOCK_INBOUND), now=real_now()
    )
    place = put(driver, flood)
    road.feed()
    assert (road.heard(53), road.heard(54)) == (0, 20)
    driver.revert(place, flood.id)
    road.feed()
    assert road.heard(53) == 20


def test_a_blackhole_stops_all_that_comes(bird: BgpStage, road: Road):
    """BIRD's kernel sends it nowhere; when it ends by itself it flows again."""
    assert road.heard(53) == 20
    hole = order(
        Measure.ISOLATE, driver="bgp", aim=scope(Measure.ISOLATE), now=real_now(), seconds=4
    )
    put(bird.driver(), hole)
    assert (road.heard(53), road.heard(54)) == (0, 0)
    until(lambda: not road.bird.kernel())
    assert road.heard(53) == 20
