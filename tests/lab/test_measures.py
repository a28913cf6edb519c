"""Each measure does to real packets what its name says, and no more."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from aupkeep.lab.namespaces import ADDRESS, ADDRESS6
from aupkeep.lab.packet_counter import read_packet_count
from aupkeep.lab.traffic import read_counts
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Address
from lab.stage import FAMILIES, Stage, action

pytestmark = [pytest.mark.root, pytest.mark.network]
LISTEN = """
import socket, time
server = socket.create_server(("::", 25), family=socket.AF_INET6, dualstack_ipv6=True)
time.sleep(600)
"""
CONNECT = """
import socket, sys
socket.create_connection((sys.argv[1], int(sys.argv[2])), 0.5).close()
"""


def reach(stage: Stage, host: str, to: str, port: int, *, six: bool, tries: int = 1) -> bool:
    """True when `host` gets a connection to a port of another host.

    A busy machine may miss the half second that one try has: what must work is tried often.
    """
    address = (ADDRESS6 if six else ADDRESS)[to]
    argv = ["/usr/bin/env", "python3", "-c", CONNECT, str(address), str(port)]
    return any(stage.lab.run(host, argv).returncode == 0 for _ in range(tries))


SEND = """
import socket, sys
to, port, many = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
line = socket.socket(socket.AF_INET6 if ":" in to else socket.AF_INET, socket.SOCK_DGRAM)
line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
line.bind(("", port))
for _ in range(many):
    line.sendto(b"x" * 100, (to, 4000))
"""
DATAGRAMS = 20
TRIES = 10
WHAT = {
    # measure: (A to internet 22, A to internet 25, A to B 80, internet to A 80)
    Measure.BLOCK_PORT: (False, True, True, True),
    Measure.BLOCK_DESTINATION: (False, False, True, False),
    Measure.LIMIT_SMTP: (True, False, True, True),
    Measure.ISOLATE: (False, False, False, False),
}


@pytest.fixture(scope="module")
def mail_server(whole_stage: Stage) -> Callable[[], None]:
    """Something on tcp/25 of the internet host."""
    whole_stage.lab.popen("internet", ["/usr/bin/env", "python3", "-c", LISTEN])
    end = time.monotonic() + 30
    while not reach(whole_stage, "tenant-b", "internet", 25, six=False):
        assert time.monotonic() < end
    return lambda: None


@pytest.mark.parametrize("six", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("measure", WHAT, ids=str)
def test_touches_only_what_it_names(
    stage: Stage, mail_server: Callable[[], None], measure: Measure, *, six: bool
):
    """A is limited as the measure says; B reaches everything as before."""
    block = action(measure, six=six)
    stage.want(block)
    stage.stands(block)
    ways = (
        ("tenant-a", "internet", 22),
        ("tenant-a", "internet", 25),
        ("tenant-a", "tenant-b", 80),
        ("internet", "tenant-a", 80),
    )
    seen = tuple(
        reach(stage, host, to, port, six=six, tries=TRIES if open_ else 1)
        for (host, to, port), open_ in zip(ways, WHAT[measure], strict=True)
    )
    assert seen == WHAT[measure]
    assert reach(stage, "tenant-b", "internet", 25, six=six, tries=TRIES)
    assert reach(stage, "internet", "tenant-b", 80, six=six, tries=TRIES)


@FAMILIES
def test_what_floods_from_one_port_is_dropped(stage: Stage, *, six: bool):
    """Only that port's datagrams to A; other ports, other hosts and TCP go on; it is counted."""
    hosts = ADDRESS6 if six else ADDRESS
    links = {
        host: stage.scene.count_packets(link, str(hosts["internet"]), "udp:4000")
        for host, link in (("tenant-a", "tena"), ("tenant-b", "tenb"))
    }
    block = action(Measure.BLOCK_INBOUND, six=six, protocol="udp", port=53)
    stage.want(block)
    stage.stands(block)
    assert sent(stage, links["tenant-a"], hosts["tenant-a"], 53) == 0
    assert sent(stage, links["tenant-a"], hosts["tenant-a"], 54) == DATAGRAMS
    assert sent(stage, links["tenant-b"], hosts["tenant-b"], 53) == DATAGRAMS
    assert stage.scene.page("tenant-a", six=six) == "this is tenant-a\n"
    stage.told(lambda report: any(told.packets == DATAGRAMS for told in report.actions))
    stage.empty()
    assert sent(stage, links["tenant-a"], hosts["tenant-a"], 53) == DATAGRAMS


def sent(stage: Stage, link: Path, to: Address, port: int) -> int:
    """How many of so many datagrams from a port of the internet host come by on a tenant's link."""
    before = read_packet_count(link).packets
    words = ["/usr/bin/env", "python3", "-c", SEND, str(to), str(port), str(DATAGRAMS)]
    assert stage.lab.run("internet", words).returncode == 0
    end = time.monotonic() + 2
    while read_packet_count(link).packets - before < DATAGRAMS and time.monotonic() < end:
        time.sleep(0.05)
    return read_packet_count(link).packets - before


def arrived(stage: Stage, source: str) -> int:
    """Bytes of this source that the internet's SSH server has got so far."""
    return read_counts(stage.folder / "ssh.json").get(f"{source} bytes", 0)


@FAMILIES
def test_rate_is_limited(stage: Stage, *, six: bool):
    """A flow of A's is held near its rate, far below what the wire gives; small traffic goes on."""
    rate = 100_000
    limit = action(Measure.LIMIT_RATE, six=six, rate=rate)
    stage.want(limit)
    stage.stands(limit)
    source = str((ADDRESS6 if six else ADDRESS)["tenant-a"])
    to = str((ADDRESS6 if six else ADDRESS)["internet"])
    start, begun = arrived(stage, source), time.monotonic()
    pour = stage.scene.start("tenant-a", ["pour", to, str(stage.folder / "pour.json")])
    try:
        while arrived(stage, source) - start < 5_000:  # a busy machine may be slow to begin
            assert time.monotonic() - begun < 30
            if pour.poll() is not None:
                pour = stage.scene.start("tenant-a", ["pour", to, str(stage.folder / "pour.json")])
            time.sleep(0.1)
        time.sleep(2)
    finally:
        pour.kill()
        pour.wait()
    got, seconds = arrived(stage, source) - start, time.monotonic() - begun
    assert got < rate * (seconds + 2)
    assert stage.scene.page("tenant-a", six=six) == "this is tenant-a\n"
