"""The one kernel that takes rows: finds whose they are, and counts them where they belong."""

from typing import Any

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Protocol, Rows
from aupkeep.telemetry.window.address_counters import measure
from aupkeep.telemetry.window.attempts import (
    answered,
    fan,
    fan_good,
    fan_inbound,
    lane,
    lengthen,
    pair,
    pair_good,
    peer_key,
    session,
    session_at,
)
from aupkeep.telemetry.window.contacts import contacted, forged
from aupkeep.telemetry.window.flow_facts import (
    NEEDED,
    OPENED,
    REPLY,
    REQUEST,
    TCP,
    TRIED,
    UDP,
    Fact,
    Side,
    fact,
    private,
    shared,
)
from aupkeep.telemetry.window.hash_table import find
from aupkeep.telemetry.window.layout import DNS, IN, LATEST, OUT, SMTP, Lost, Port, Tag
from aupkeep.telemetry.window.own_space import FOREIGN, NO_PLACE, prefix_at, slot_at
from aupkeep.telemetry.window.sketches import whole
from aupkeep.telemetry.window.state import Listed
from aupkeep.telemetry.window.udp_exchanges import ask

METER = int(Protocol.METER)
ALONE, BARE, HOMELESS = int(Lost.FOREIGN), int(Lost.BARE), int(Lost.NO_PLACE)
TAG_TCP, TAG_ECHO, TAG_TELNET = constant(Tag.TCP), constant(Tag.ECHO), constant(Tag.TELNET)
TAG_MAIL, TAG_AMPLIFY, TAG_LOGIN = constant(Tag.MAIL), constant(Tag.AMPLIFY), constant(Tag.LOGIN)
TAG_SERVICE = constant(Tag.SERVICE)
ANY, PORT_MAIL = constant(0), constant(SMTP)  # ports of an entry
TELNET, WEB, AMPLIFIES = int(Port.TELNET), int(Port.WEB), int(Port.AMPLIFIER)
TALK_LEAST, TALK_MOST, TALK_MS = 8, 7000, 1000  # packets, bytes, ms
SYSTEM, HIGH = 1024, 32768  # ports: below, a service; from, what clients are given
LARGE = 200  # bytes of a reply's packets
MANY = 20  # packets of a row of requests
GUESS = 200  # packets of a session that may still be a guess


@kernel
def add(houses: Rows, slots: Rows, spaces: Rows, listed: Listed, rows: Rows, now: int) -> None:
    """Take rows; `now` in ms decides which second it is, the rows how long ago they were."""
    house, space, lost = houses[0], spaces[0], houses[0]["lost"]
    looks, guards = len(listed.bits) > 1, len(listed.interface) > 0
    for at in range(len(rows)):
        row = rows[at]
        if whole(row["has"]) & NEEDED != NEEDED:
            lost[BARE] += 1
            continue
        one = fact(row, now, lost)
        home = prefix_at(space, one.family, row["src_hi"], row["src_lo"])
        goal = prefix_at(space, one.family, row["dst_hi"], row["dst_lo"])
        if home < 0 and guards:
            forged(house, space, listed.interface, row, one, now)
        if now - one.end > LATEST or (home < 0 and goal < 0):
            lost[ALONE] += home < 0 and goal < 0
            continue
        source = slot(space, home, row["src_hi"], row["src_lo"], now, 1)
        target = slot(space, goal, row["dst_hi"], row["dst_lo"], now, 0)
        lost[HOMELESS] += (source == NO_PLACE) + (target == NO_PLACE)
        out = Side(source, whole(OUT), row["dst_hi"], row["dst_lo"], whole(goal >= 0), now)
        into = Side(target, whole(IN), row["src_hi"], row["src_lo"], whole(home >= 0), now)
        if source >= 0:
            measure(house, slots[source], one, out)
            house["rows"][IN] += row["protocol"] == METER  # both ways: silence is silence
            if goal >= 0 or counts(one.family, out.hi, out.lo, space["private"][home]):
                leaving(house, one, out)
        if target >= 0:
            measure(house, slots[target], one, into)
            entering(house, one, into)
        if source >= 0 and target >= 0 and slots[target]["service"]:
            fan(house["fan"], TAG_SERVICE, max(one.dport, 0), one, out)
        if looks and source >= 0:
            contacted(house, listed, one, out)
        if looks and target >= 0:
            contacted(house, listed, one, into)


@kernel
def slot(space: Any, prefix: int, hi: np.uint64, lo: np.uint64, now: int, sends: int) -> int:  # noqa: ANN401 - one numpy record
    """The slot of an address inside `prefix`, FOREIGN, or NO_PLACE."""
    return FOREIGN if prefix < 0 else slot_at(space, prefix, hi, lo, now // 1000, sends)


@kernel
def counts(family: int, hi: np.uint64, lo: np.uint64, at_home: int) -> bool:
    """Whether somebody can be there: private addresses only where our own prefix is private too.

    Peers of a P2P network tell each other their private addresses; trying those harms nobody.
    """
    return not shared(family, hi, lo) and (at_home != 0 or not private(family, hi, lo))


@kernel
def leaving(house: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """A row that an own address sent to somebody else."""
    if one.proto == TCP and one.dport >= 0:
        tcp_out(house, one, side)
        guess(house, one, side)
    elif one.proto == UDP and one.dport >= 0:
        udp_out(house, one, side)
    elif one.echo == REQUEST:
        fan(house["fan"], TAG_ECHO, ANY, one, side)


@kernel
def tcp_out(house: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """Tries at others' services."""
    port = one.dport
    if one.tcp == TRIED:
        if port != SMTP:
            fan(house["fan"], TAG_TCP, port, one, side)
        pair(house["pair"], TAG_TCP, port, one, side)
    elif one.tcp & OPENED or one.rate > 1:
        if is_client(one):
            fan_good(house["fan"], TAG_TCP, port, one, side)
        pair_good(house["pair"], TAG_TCP, side)
    if one.tcp & (TRIED | OPENED) == 0 and one.rate == 1:
        return
    if house["ports"][port] & TELNET:
        fan(house["fan"], TAG_TELNET, ANY, one, side)
    if port == SMTP:
        fan(house["fan"], TAG_MAIL, PORT_MAIL, one, side)


@kernel
def is_client(one: Fact) -> bool:
    """Whether the sender's port is one that clients are given, rather than the receiver's."""
    return one.sport >= SYSTEM and not (one.sport < HIGH <= one.dport)


@kernel
def guess(house: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """Short sessions with a peer's service, and the later rows of those that an exporter cuts."""
    if (
        not is_client(one)
        or one.raw > GUESS
        or (house["ports"][one.dport] & WEB and not talks(one))
    ):
        return
    tag = TAG_MAIL if one.dport == SMTP else TAG_LOGIN
    if one.tcp & OPENED:
        session(house["session"], tag, one.dport, one, side)
        return
    at = find(house["session"], peer_key(house["session"], side, tag, one.dport))
    if at >= 0 and one.tcp != TRIED:
        lengthen(house["session"]["entry"][at], one)


@kernel
def talks(one: Fact) -> bool:
    """Whether a session with a web port goes to and fro for a while, as none with a page does."""
    return one.raw >= TALK_LEAST and one.bytes <= TALK_MOST and one.end - one.start >= TALK_MS


@kernel
def udp_out(house: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """Replies from services that amplify, and requests."""
    if house["ports"][one.sport] & AMPLIFIES:
        lane(house["lanes"], one.sport, side)["answered"] += one.bytes
        if one.sport != DNS or one.bytes >= LARGE * one.packets:
            fan(house["fan"], TAG_AMPLIFY, one.sport, one, side)
            session(house["session"], TAG_AMPLIFY, one.sport, one, side)
    elif one.rate == 1 and one.sport >= SYSTEM:
        ask(house["asked"], one, side)


@kernel
def entering(house: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """A row that an own address received."""
    if one.proto == TCP and one.dport >= 0 and one.tcp != TRIED:
        opened = whole(one.tcp & OPENED != 0)
        if opened:
            fan_inbound(house["fan"], side.slot, TAG_TCP, one.dport)
        if (opened or one.rate > 1) and one.dport == SMTP:
            fan_inbound(house["fan"], side.slot, TAG_MAIL, PORT_MAIL)
        tag = TAG_MAIL if one.sport == SMTP else TAG_LOGIN
        at = find(house["session"], peer_key(house["session"], side, tag, one.sport))
        if at >= 0:
            answered(house["session"]["entry"][at], one, opened)
    elif one.proto == UDP and one.dport >= 0:
        if house["ports"][one.dport] & AMPLIFIES:
            lane(house["lanes"], one.dport, side)["asked"] += one.bytes
            requested(house["session"], one, side)
        elif one.dport >= SYSTEM and one.rate == 1:
            ask(house["asked"], one, side)
    elif one.echo == REPLY:
        fan_inbound(house["fan"], side.slot, TAG_ECHO, ANY)


@kernel
def requested(table: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """A request to a service of ours that may amplify; it may be told before its reply.

    Of name servers' many small questions only those count whose replies have made an entry.
    """
    if one.dport == DNS and one.raw < MANY:
        at = find(table, peer_key(table, side, TAG_AMPLIFY, one.dport))
    else:
        at = session_at(table, TAG_AMPLIFY, one.dport, one, side)
    if at >= 0:
        answered(table["entry"][at], one, 1)
