"""The one kernel that takes rows: finds whose they are, and counts them where they belong."""

import numpy as np

from aupkeep.telemetry.kernel import kernel
from aupkeep.telemetry.mixing import whole
from aupkeep.telemetry.own import FOREIGN, prefix_at, slot_at
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.window.asked import ask
from aupkeep.telemetry.window.contacts import contacted, forged
from aupkeep.telemetry.window.fact import (
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
from aupkeep.telemetry.window.laid import measure
from aupkeep.telemetry.window.place import find
from aupkeep.telemetry.window.shape import DNS, IN, LATEST, NO_LANE, OUT, SMTP, Lost, Port, Tag
from aupkeep.telemetry.window.state import State, Table
from aupkeep.telemetry.window.tries import (
    answered,
    fan,
    fan_good,
    fan_inbound,
    lengthen,
    pair,
    pair_good,
    peer_key,
    session,
)

ALONE, BARE, HOMELESS = int(Lost.FOREIGN), int(Lost.BARE), int(Lost.NO_PLACE)
TAG_TCP, TAG_ECHO, TAG_TELNET = int(Tag.TCP), int(Tag.ECHO), int(Tag.TELNET)
TAG_MAIL, TAG_AMPLIFY, TAG_LOGIN = int(Tag.MAIL), int(Tag.AMPLIFY), int(Tag.LOGIN)
TAG_SERVICE = int(Tag.SERVICE)
TELNET = int(Port.TELNET)
SYSTEM, HIGH = 1024, 32768  # ports: below, a service; from, what clients are given
LARGE = 200  # bytes of a reply's packets
GUESS = 200  # packets of a session that may still be a guess


@kernel
def add(state: State, rows: Rows, now: int) -> None:
    """Take rows; `now` in ms decides which second it is, the rows how long ago they were."""
    for at in range(len(rows)):
        row = rows[at]
        if whole(row["has"]) & NEEDED != NEEDED:
            state.lost[BARE] += 1
            continue
        one = fact(row, now, state.lost)
        home = prefix_at(state.space, one.family, row["src_hi"], row["src_lo"])
        goal = prefix_at(state.space, one.family, row["dst_hi"], row["dst_lo"])
        if home < 0 and len(state.listed.interface):
            forged(state, row, one, now)
        if now - one.end > LATEST or (home < 0 and goal < 0):
            state.lost[ALONE] += home < 0 and goal < 0
            continue
        source = slot(state, home, row["src_hi"], row["src_lo"], now, 1)
        target = slot(state, goal, row["dst_hi"], row["dst_lo"], now, 0)
        if source >= 0:
            far = Side(source, OUT, row["dst_hi"], row["dst_lo"], whole(goal >= 0), now)
            measure(state, one, far)
            if target >= 0 and state.slots[target]["service"]:
                fan(state.fan, TAG_SERVICE, max(one.dport, 0), one, far)
            if goal >= 0 or counts(one.family, far.hi, far.lo, state.space.private[home]):
                leaving(state, one, far)
        if target >= 0:
            far = Side(target, IN, row["src_hi"], row["src_lo"], whole(home >= 0), now)
            measure(state, one, far)
            entering(state, one, far)


@kernel
def slot(state: State, prefix: int, hi: np.uint64, lo: np.uint64, now: int, sends: int) -> int:
    """The slot of an address inside `prefix`, FOREIGN, or NO_PLACE, which is counted."""
    if prefix < 0:
        return FOREIGN
    found = slot_at(state.space, prefix, hi, lo, now // 1000, sends)
    state.lost[HOMELESS] += found < 0
    return found


@kernel
def counts(family: int, hi: np.uint64, lo: np.uint64, at_home: int) -> bool:
    """Whether somebody can be there: private addresses only where our own prefix is private too.

    Peers of a P2P network tell each other their private addresses; trying those harms nobody.
    """
    return not shared(family, hi, lo) and (at_home != 0 or not private(family, hi, lo))


@kernel
def leaving(state: State, one: Fact, side: Side) -> None:
    """A row that an own address sent to somebody else."""
    if len(state.listed.bits) > 1:
        contacted(state, one, side)
    if one.proto == TCP and one.dport >= 0:
        tcp_out(state, one, side)
        guess(state, one, side)
    elif one.proto == UDP and one.dport >= 0:
        udp_out(state, one, side)
    elif one.echo == REQUEST:
        fan(state.fan, TAG_ECHO, 0, one, side)


@kernel
def tcp_out(state: State, one: Fact, side: Side) -> None:
    """Tries at others' services."""
    port = one.dport
    if one.tcp == TRIED:
        if port != SMTP:
            fan(state.fan, TAG_TCP, port, one, side)
        pair(state.pair, TAG_TCP, port, one, side)
    elif one.tcp & OPENED or one.rate > 1:
        fan_good(state.fan, side.slot, TAG_TCP, port)
        pair_good(state.pair, TAG_TCP, side)
    if one.tcp & (TRIED | OPENED) == 0 and one.rate == 1:
        return
    if state.ports[port, 0] & TELNET:
        fan(state.fan, TAG_TELNET, 0, one, side)
    if port == SMTP:
        fan(state.fan, TAG_MAIL, SMTP, one, side)


@kernel
def guess(state: State, one: Fact, side: Side) -> None:
    """Short sessions with a peer's service, and the later rows of those that an exporter cuts."""
    client = one.sport >= SYSTEM and not (one.sport < HIGH <= one.dport)
    if not client or one.raw > GUESS:
        return
    tag = TAG_MAIL if one.dport == SMTP else TAG_LOGIN
    if one.tcp & OPENED:
        session(state.session, tag, one.dport, one, side)
        return
    at = find(state.session.key, peer_key(state.session, side, tag, one.dport))
    if at >= 0 and one.tcp != TRIED:
        lengthen(state.session.entry[at], one)


@kernel
def udp_out(state: State, one: Fact, side: Side) -> None:
    """Replies from services that amplify, and requests."""
    if state.ports[one.sport, 1] != NO_LANE:
        if one.sport != DNS or one.bytes >= LARGE * one.packets:
            fan(state.fan, TAG_AMPLIFY, one.sport, one, side)
            session(state.session, TAG_AMPLIFY, one.sport, one, side)
    elif one.rate == 1 and one.sport >= SYSTEM:
        ask(state.asked, one, side)


@kernel
def entering(state: State, one: Fact, side: Side) -> None:
    """A row that an own address received."""
    if len(state.listed.bits) > 1:
        contacted(state, one, side)
    if one.proto == TCP and one.dport >= 0 and one.tcp != TRIED:
        opened = whole(one.tcp & OPENED != 0)
        if opened:
            fan_inbound(state.fan, side.slot, TAG_TCP, one.dport)
        if opened and one.dport == SMTP:
            fan_inbound(state.fan, side.slot, TAG_MAIL, SMTP)
        tag = TAG_MAIL if one.sport == SMTP else TAG_LOGIN
        at = find(state.session.key, peer_key(state.session, side, tag, one.sport))
        if at >= 0:
            answered(state.session.entry[at], one, opened)
    elif one.proto == UDP and one.dport >= SYSTEM and one.rate == 1:
        if state.ports[one.dport, 1] == NO_LANE:
            ask(state.asked, one, side)
        else:
            requested(state.session, one, side)
    elif one.proto == UDP and one.dport >= 0 and state.ports[one.dport, 1] != NO_LANE:
        requested(state.session, one, side)
    elif one.echo == REPLY:
        fan_inbound(state.fan, side.slot, TAG_ECHO, 0)


@kernel
def requested(table: Table, one: Fact, side: Side) -> None:
    """A request to a service of ours that may amplify, where replies have made an entry."""
    at = find(table.key, peer_key(table, side, TAG_AMPLIFY, one.dport))
    if at >= 0:
        answered(table.entry[at], one, 0)
