"""A block on a port takes a datagram's later fragments with it, and nobody else's."""

import re

import pytest

from aupkeep.lab.namespaces import ADDRESS, ADDRESS6, ROUTER
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Address
from lab.stage import FAMILIES, Stage, action

pytestmark = [pytest.mark.root, pytest.mark.network]
DATAGRAMS, LATER = 5, 2  # of 4,000 bytes, in 1,500 each: a first fragment and two later ones
SEND = """
import socket, sys
to, port, many = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
line = socket.socket(socket.AF_INET6 if ":" in to else socket.AF_INET, socket.SOCK_DGRAM)
line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if len(sys.argv) > 4:
    line.bind(("", int(sys.argv[4])))
for _ in range(many):
    line.sendto(b"x" * 4000, (to, port))
"""
AGAIN = """
import socket, struct, sys
from ipaddress import ip_address
to, source = map(ip_address, sys.argv[1:3])
port, own, name = map(int, sys.argv[3:6])
six = to.version == 6
kind = socket.AF_INET6 if six else socket.AF_INET
line = socket.socket(kind, socket.SOCK_RAW, socket.IPPROTO_RAW)
for at in (0, 1, 2) if sys.argv[6] == "whole" else (0,):
    head = b"" if at else struct.pack("!4H", own, port, 1480, 0)
    part, more, offset = head.ljust(488, b"x"), at < 2, at * 61
    if six:
        part = struct.pack("!BBHI", 17, 0, offset << 3 | more, name) + part
        packet = struct.pack("!IHBB", 6 << 28, len(part), 44, 64)
    else:
        flags = offset | more << 13
        packet = struct.pack("!BBHHHBBH", 69, 0, 20 + len(part), name, flags, 64, 17, 0)
    line.sendto(packet + source.packed + to.packed + part, (str(to), 0))
"""
WAYS = {
    False: ("ip frag-off & 0x3fff == 0x2000", "ip frag-off & 0x1fff != 0"),
    True: ("frag frag-off 0 frag more-fragments 1", "frag frag-off != 0"),
}


def passed(stage: Stage, source: str, to: Address, port: int, own: int | None = None) -> list[int]:
    """First and later fragments that leave the router when `source` sends to a port."""
    words = [str(to), str(port), str(DATAGRAMS), *([str(own)] if own else [])]
    return seen_of(stage, source, to, [SEND, *words])


def named(stage: Stage, source: str, to: Address, port: int, name: int, parts: str) -> list[int]:
    """The same for one datagram whose identification is this one; its first part, or the whole."""
    own = (ADDRESS6 if to.version == 6 else ADDRESS)[source]
    words = [str(to), str(own), str(port), "40000", str(name), parts]
    return seen_of(stage, source, to, [AGAIN, *words])


def seen_of(stage: Stage, source: str, to: Address, words: list[str]) -> list[int]:
    """First and later fragments to that side that leave the router when `source` runs a program."""
    six = to.version == 6
    rules = "; ".join(f"{way} counter" for way in WAYS[six])
    hook = "type filter hook postrouting priority 0"
    table = f"table inet seen {{ chain out {{ {hook}; {rules}; }}; }}"
    stage.nft(table)
    done = stage.lab.run(source, ["/usr/bin/env", "python3", "-c", *words])
    assert done.returncode == 0, done.stderr
    listed = stage.nft("list", "table", "inet", "seen")
    stage.nft("delete", "table", "inet", "seen")
    return [int(count) for count in re.findall(r"counter packets (\d+)", listed)]


@FAMILIES
def test_later_fragments_go_with_the_port(stage: Stage, *, six: bool):
    """What A sends to the port is gone whole; A's other datagrams and B's to that port pass."""
    internet = (ADDRESS6 if six else ADDRESS)["internet"]
    all_of_it = [DATAGRAMS, DATAGRAMS * LATER]
    block = action(Measure.BLOCK_PORT, six=six, protocol="udp", port=53)
    assert passed(stage, "tenant-a", internet, 53) == all_of_it
    stage.want(block)
    stage.stands(block)
    assert passed(stage, "tenant-a", internet, 53) == [0, 0]
    assert passed(stage, "tenant-a", internet, 54) == all_of_it
    assert passed(stage, "tenant-b", internet, 53) == all_of_it
    stage.told(lambda report: any(told.packets == DATAGRAMS for told in report.actions))
    stage.empty()
    assert passed(stage, "tenant-a", internet, 53) == all_of_it


@FAMILIES
def test_an_answer_that_floods_is_gone_whole(stage: Stage, *, six: bool):
    """Large answers from one port to A are dropped with their later fragments; B has its own."""
    hosts = ADDRESS6 if six else ADDRESS
    all_of_it = [DATAGRAMS, DATAGRAMS * LATER]
    block = action(Measure.BLOCK_INBOUND, six=six, protocol="udp", port=53)
    stage.want(block)
    stage.stands(block)
    assert passed(stage, "internet", hosts["tenant-a"], 4000, 53) == [0, 0]
    assert passed(stage, "internet", hosts["tenant-a"], 4000, 54) == all_of_it
    assert passed(stage, "internet", hosts["tenant-b"], 4000, 53) == all_of_it


@FAMILIES
def test_a_name_that_comes_again(stage: Stage, *, six: bool):
    """A flood at the port uses up all names; a datagram to another port passes whole under each."""
    internet = (ADDRESS6 if six else ADDRESS)["internet"]
    block = action(Measure.BLOCK_PORT, six=six, protocol="udp", port=53)
    stage.want(block)
    stage.stands(block)
    assert named(stage, "tenant-a", internet, 53, 7, "whole") == [0, 0]
    assert named(stage, "tenant-a", internet, 54, 7, "whole") == [1, 2]
    assert named(stage, "tenant-a", internet, 53, 7, "first") == [0, 0]
    assert named(stage, "tenant-a", internet, 54, 8, "whole") == [1, 2]
    assert named(stage, "tenant-a", internet, 53, 7, "whole") == [0, 0]


def test_what_was_learnt_is_nobodys_element(stage: Stage):
    """The names of datagrams stand in a set of their own, for nobody, and count as no drift."""
    block = action(Measure.BLOCK_PORT, protocol="udp", port=53)
    stage.want(block)
    stage.stands(block)
    stage.nft("flush", "set", "inet", "aupkeep", "frag4")  # of the tests before
    passed(stage, "tenant-a", ADDRESS["internet"], 53)
    assert stage.nft("list", "set", "inet", "aupkeep", "frag4").count("expires") == DATAGRAMS
    report = stage.told(lambda report: any(told.packets for told in report.actions))
    assert (report.foreign, report.drift) == ((), ())
    assert (
        stage.lab.run(ROUTER, ["nft", "flush", "set", "inet", "aupkeep", "frag4"]).returncode == 0
    )
