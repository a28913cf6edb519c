"""BCP 38 at one machine's port: what it sends under addresses of others is dropped, no more."""

import re
import sys
import time
from ipaddress import ip_address

import pytest

from aupkeep.lab.namespaces import ADDRESS, ADDRESS6, ROUTER
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Address
from lab.stage import FAMILIES, Stage, action, now

pytestmark = [pytest.mark.root, pytest.mark.network]
FORGED = {False: ip_address("198.51.100.99"), True: ip_address("2001:db8:ffff::99")}
PACKETS = 3
SEND = """
import socket, struct, sys
from ipaddress import ip_address
to, source, many = ip_address(sys.argv[1]), ip_address(sys.argv[2]), int(sys.argv[3])
six = to.version == 6
kind = socket.AF_INET6 if six else socket.AF_INET
line = socket.socket(kind, socket.SOCK_RAW, socket.IPPROTO_RAW)
part = struct.pack("!4H", 40000, 4000, 8, 0)
for _ in range(many):
    if six:
        packet = struct.pack("!IHBB", 6 << 28, len(part), 17, 64)
    else:
        packet = struct.pack("!BBHHHBBH", 69, 0, 20 + len(part), 9, 0, 64, 17, 0)
    line.sendto(packet + source.packed + to.packed + part, (str(to), 0))
"""


def passed(stage: Stage, host: str, to: str, source: Address, many: int = PACKETS) -> int:
    """How many of so many packets that a host sends under a source address leave the router."""
    six = source.version == 6
    table = (
        "table inet seen { chain out { type filter hook postrouting priority 0;"
        f" {'ip6' if six else 'ip'} saddr {source} udp dport 4000 counter; }}; }}"
    )
    stage.nft(table)
    at = (ADDRESS6 if six else ADDRESS)[to]
    words = ["/usr/bin/env", "python3", "-c", SEND, str(at), str(source), str(many)]
    done = stage.lab.run(host, words)
    assert done.returncode == 0, done.stderr
    (count,) = re.findall(r"counter packets (\d+)", stage.nft("list", "table", "inet", "seen"))
    stage.nft("delete", "table", "inet", "seen")
    return int(count)


@FAMILIES
def test_what_is_sent_under_others_addresses_is_dropped(stage: Stage, *, six: bool):
    """A's forged packets are gone, under B's address too; what is honest passes, both ways."""
    hosts = ADDRESS6 if six else ADDRESS
    forged, own, other = FORGED[six], hosts["tenant-a"], hosts["tenant-b"]
    assert passed(stage, "tenant-a", "internet", forged) == PACKETS
    block = action(Measure.BLOCK_SPOOFED, six=six)
    stage.want(block)
    assert stage.stands(block).actions[0].doubt is None
    assert passed(stage, "tenant-a", "internet", own) == PACKETS
    assert passed(stage, "tenant-a", "internet", forged) == 0
    assert passed(stage, "tenant-a", "internet", other) == 0
    assert passed(stage, "tenant-a", "tenant-b", forged) == 0
    assert passed(stage, "tenant-b", "internet", forged) == PACKETS
    assert passed(stage, "tenant-b", "internet", other) == PACKETS
    assert passed(stage, "internet", "tenant-a", hosts["internet"]) == PACKETS
    assert stage.scene.page("tenant-a", six=six) == "this is tenant-a\n"
    stage.told(lambda report: {x.packets for x in report.actions} >= {3 * PACKETS})
    stage.empty()
    assert passed(stage, "tenant-a", "internet", forged) == PACKETS


@FAMILIES
def test_a_port_is_known_by_what_is_sent_to_it(stage: Stage, *, six: bool):
    """A machine that never says who it is cannot hide its port: one packet to it is enough."""
    hosts = ADDRESS6 if six else ADDRESS
    block = action(Measure.BLOCK_SPOOFED, six=six)
    stage.want(block)
    stage.stands(block)
    assert passed(stage, "tenant-a", "internet", FORGED[six]) == PACKETS
    assert passed(stage, "internet", "tenant-a", hosts["internet"], 1) == 1
    assert passed(stage, "tenant-a", "internet", FORGED[six]) == 0


def learnt(stage: Stage) -> str:
    """What the kernel knows of ports and has counted."""
    return "".join(stage.nft("list", "map", "inet", "aupkeep", f"own{x}") for x in "46")


@FAMILIES
def test_it_ends_when_it_ends(stage: Stage, *, six: bool):
    """With the agent dead the kernel's clock ends it: one packet more, the port is forgotten."""
    own = (ADDRESS6 if six else ADDRESS)["tenant-a"]
    block = action(Measure.BLOCK_SPOOFED, six=six, seconds=4)
    stage.want(block)
    stage.stands(block)
    stage.stop_agent()
    assert passed(stage, "tenant-a", "internet", own) == PACKETS
    assert passed(stage, "tenant-a", "internet", FORGED[six]) == 0
    time.sleep(max(0.0, (block.until - now()).total_seconds()) + 0.5)
    assert str(own) in learnt(stage)
    assert passed(stage, "tenant-a", "internet", FORGED[six], 1) == 0
    assert passed(stage, "tenant-a", "internet", FORGED[six]) == PACKETS
    assert passed(stage, "tenant-a", "internet", own) == PACKETS
    stage.start_agent()


def test_two_machines_are_two_measures(stage: Stage):
    """The lift of one leaves the other's, which counts by itself and goes on without a gap."""
    first = action(Measure.BLOCK_SPOOFED)
    second = action(Measure.BLOCK_SPOOFED, address=ADDRESS["tenant-b"], resource="vm-b")
    stage.want(first, second)
    stage.stands(first)
    stage.stands(second)
    for host in ("tenant-a", "tenant-b"):
        assert passed(stage, host, "internet", ADDRESS[host]) == PACKETS
        assert passed(stage, host, "internet", FORGED[False]) == 0
    assert passed(stage, "tenant-a", "internet", FORGED[False]) == 0
    counted = {first.id: 2 * PACKETS, second.id: PACKETS}
    stage.told(lambda report: {x.id: x.packets for x in report.actions if x.packets} == counted)
    stage.want(second)
    stage.told(lambda report: first.id in {x.id for x in report.actions if x.state == "lifted"})
    assert str(ADDRESS["tenant-a"]) not in learnt(stage)
    assert passed(stage, "tenant-b", "internet", FORGED[False]) == 0
    assert passed(stage, "tenant-a", "internet", FORGED[False]) == PACKETS


def test_what_others_changed_is_mended(stage: Stage):
    """A rule that was taken away is back, and a map somebody put beside ours is gone."""
    block = action(Measure.BLOCK_SPOOFED)
    stage.want(block)
    stage.stands(block)
    whole = stage.ruleset()
    stage.nft("flush", "chain", "inet", "aupkeep", "sources")
    stage.told(lambda report: any("mended" in line for line in report.drift))
    assert stage.ruleset() == whole
    assert passed(stage, "tenant-a", "internet", ADDRESS["tenant-a"]) == PACKETS
    assert passed(stage, "tenant-a", "internet", FORGED[False]) == 0


ASK = """
import sys
from ipaddress import ip_address
from aupkeep.enforcement.forwarding import port_doubt
for word in sys.argv[1:]:
    print(port_doubt(ip_address(word), ("tun", "veth")))
"""


def test_a_port_that_others_may_share_is_told(stage: Stage):
    """Behind a bridge, or where nothing leads, nothing is dropped, and why is said."""
    for words in (
        "link add br7 type bridge",
        "link set br7 up",
        "route add 192.0.2.250/32 dev br7",
        "-6 route add 2001:db8:77::/64 dev br7",
    ):
        assert stage.lab.run(ROUTER, ["ip", *words.split()]).returncode == 0
    asked = ["192.0.2.250", "2001:db8:77::1", "203.0.113.250", str(ADDRESS["tenant-a"])]
    asked.append(str(ADDRESS6["tenant-a"]))
    done = stage.lab.run(ROUTER, [sys.executable, "-c", ASK, *asked])
    assert stage.lab.run(ROUTER, ["ip", "link", "del", "br7"]).returncode == 0
    assert done.returncode == 0, done.stderr
    shared = "is behind br7, where other machines may be: expected a port of its own"
    assert done.stdout.splitlines() == [
        f"192.0.2.250 {shared}",
        f"2001:db8:77::1 {shared}",
        "this machine has no route to 203.0.113.250, and so no port of it",
        "None",
        "None",
    ]
