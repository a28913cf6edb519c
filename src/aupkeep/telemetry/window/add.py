"""The one kernel that takes rows: finds whose they are, and counts them where they belong."""

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Record, Rows
from aupkeep.telemetry.window.address_counters import count_row
from aupkeep.telemetry.window.attempts import (
    amplifier_entry,
    answered,
    fan,
    fan_good,
    fan_inbound,
    lengthen,
    note_peer_port,
    pair,
    pair_good,
    peer_key,
    session,
    session_at,
)
from aupkeep.telemetry.window.contacts import count_contact, count_forged
from aupkeep.telemetry.window.exported_ways import carries_mail, forget, note_held, note_way
from aupkeep.telemetry.window.flow_facts import (
    NEEDED,
    OPENED,
    REPLY,
    REQUEST,
    TCP,
    TRIED,
    UDP,
    FlowFacts,
    FlowSide,
    private,
    read_facts,
    shared,
)
from aupkeep.telemetry.window.hash_table import find
from aupkeep.telemetry.window.layout import (
    DNS,
    IN,
    LATEST,
    OUT,
    SMTP,
    EntryTag,
    LossReason,
    PortClass,
)
from aupkeep.telemetry.window.own_slots import FOREIGN, NO_PLACE, prefix_at, slot_at
from aupkeep.telemetry.window.sketches import signed64
from aupkeep.telemetry.window.state import ListedArrays
from aupkeep.telemetry.window.udp_exchanges import note_side

ALONE, BARE, HOMELESS = int(LossReason.FOREIGN), int(LossReason.BARE), int(LossReason.NO_PLACE)
UNWATCHED = int(LossReason.NO_PLACE_SENDS)
TAG_TCP, TAG_ECHO, TAG_TELNET = (
    constant(EntryTag.TCP),
    constant(EntryTag.ECHO),
    constant(EntryTag.TELNET),
)
TAG_MAIL, TAG_AMPLIFY, TAG_LOGIN = (
    constant(EntryTag.MAIL),
    constant(EntryTag.AMPLIFY),
    constant(EntryTag.LOGIN),
)
TAG_SERVICE = constant(EntryTag.SERVICE)
ANY, PORT_MAIL = constant(0), constant(SMTP)  # ports of an entry
TELNET, WEB, AMPLIFIES = int(PortClass.TELNET), int(PortClass.WEB), int(PortClass.AMPLIFIER)
TALK_LEAST, TALK_MOST, TALK_MS = 8, 7000, 1000  # packets, bytes, ms
SYSTEM, HIGH = 1024, 32768  # ports: below, a service; from, what clients are given
LARGE = 200  # bytes of a reply's packets
MANY = 20  # packets of a row of requests
GUESS = 200  # packets of a session that may still be a guess


@kernel
def add(
    records: Rows, slots: Rows, spaces: Rows, listed: ListedArrays, rows: Rows, now: int
) -> None:
    """Take rows; `now` in ms decides which second it is, the rows how long ago they were."""
    record, space, lost = records[0], spaces[0], records[0]["lost"]
    looks, guards = len(listed.bits) > 1, len(listed.interface) > 0
    for at in range(len(rows)):
        row = rows[at]
        if signed64(row["has"]) & NEEDED != NEEDED:
            lost[BARE] += 1
            continue
        facts = read_facts(row, now, lost)
        home = prefix_at(space, facts.family, row["src_hi"], row["src_lo"])
        goal = prefix_at(space, facts.family, row["dst_hi"], row["dst_lo"])
        if home < 0 and guards:
            count_forged(record, space, listed.interface, row, facts, now)
        if now - facts.end > LATEST or (home < 0 and goal < 0):
            lost[ALONE] += home < 0 and goal < 0
            continue
        note_held(record, facts, row)
        source = slot(space, slots, home, (row["src_hi"], row["src_lo"]), now, 1)
        target = slot(space, slots, goal, (row["dst_hi"], row["dst_lo"]), now, 0)
        lost[HOMELESS] += (source == NO_PLACE) + (target == NO_PLACE)
        lost[UNWATCHED] += source == NO_PLACE
        out = FlowSide(
            source, signed64(OUT), row["dst_hi"], row["dst_lo"], signed64(goal >= 0), now
        )
        into = FlowSide(
            target, signed64(IN), row["src_hi"], row["src_lo"], signed64(home >= 0), now
        )
        if source >= 0:
            count_row(record, slots[source], facts, out)
            record["rows"][IN] += facts.metered  # both ways: silence is silence
            note_way(record, slots[source], facts, out)
            if goal >= 0 or counts(facts.family, out.hi, out.lo, space["private"][home]):
                leaving(record, facts, out)
        if target >= 0:
            count_row(record, slots[target], facts, into)
            note_way(record, slots[target], facts, into)
            entering(record, facts, into)
        if source >= 0 and target >= 0 and slots[target]["service"]:
            fan(record["fan"], TAG_SERVICE, max(facts.dport, 0), facts, out)
        if looks and source >= 0:
            count_contact(record, listed, facts, out)
        if looks and target >= 0:
            count_contact(record, listed, facts, into)


@kernel
def slot(
    space: Record, slots: Rows, prefix: int, ends: tuple[np.uint64, np.uint64], now: int, sends: int
) -> int:
    """The slot of an address inside `prefix`, FOREIGN, or NO_PLACE.

    What was learned about an address goes when another one takes its slot over.
    """
    if prefix < 0:
        return FOREIGN
    slot = slot_at(space, prefix, ends[0], ends[1], now // 1000, sends)
    if space["fresh"] >= 0:
        forget(slots[space["fresh"]])
        space["fresh"] = -1
    return slot


@kernel
def counts(family: int, hi: np.uint64, lo: np.uint64, at_home: int) -> bool:
    """Whether somebody can be there: private addresses only where our own prefix is private too.

    Peers of a P2P network tell each other their private addresses; trying those harms nobody.
    """
    return not shared(family, hi, lo) and (at_home != 0 or not private(family, hi, lo))


@kernel
def leaving(record: Record, facts: FlowFacts, side: FlowSide) -> None:
    """A row that an own address sent to somebody else."""
    if facts.proto == TCP and facts.dport >= 0:
        tcp_out(record, facts, side)
        guess(record, facts, side)
    elif facts.proto == UDP and facts.dport >= 0:
        udp_out(record, facts, side)
    elif facts.echo == REQUEST:
        fan(record["fan"], TAG_ECHO, ANY, facts, side)


@kernel
def tcp_out(record: Record, facts: FlowFacts, side: FlowSide) -> None:
    """Tries at others' services."""
    port = facts.dport
    if facts.tcp == TRIED:
        fan(record["fan"], TAG_TCP, port, facts, side)
        pair(record["pair"], TAG_TCP, port, facts, side)
    elif facts.tcp & OPENED or facts.rate > 1:
        if is_client(facts):
            fan_good(record["fan"], TAG_TCP, port, facts, side)
        pair_good(record["pair"], TAG_TCP, side)
    if facts.tcp & (TRIED | OPENED) == 0 and facts.rate == 1:
        return
    if record["ports"][port] & TELNET:
        fan(record["fan"], TAG_TELNET, ANY, facts, side)
    if port == SMTP and carries_mail(facts):
        fan(record["fan"], TAG_MAIL, PORT_MAIL, facts, side)


@kernel
def is_client(facts: FlowFacts) -> bool:
    """Whether the sender's port is one that clients are given, rather than the receiver's."""
    return facts.sport >= SYSTEM and not (facts.sport < HIGH <= facts.dport)


@kernel
def guess(record: Record, facts: FlowFacts, side: FlowSide) -> None:
    """Short sessions with a peer's service, and the later rows of those that an exporter cuts."""
    if (
        not is_client(facts)
        or facts.raw > GUESS
        or (record["ports"][facts.dport] & WEB and not talks(facts))
    ):
        return
    tag = TAG_MAIL if facts.dport == SMTP else TAG_LOGIN
    if facts.tcp & OPENED:
        session(record["session"], tag, facts.dport, facts, side)
        return
    at = find(record["session"], peer_key(record["session"], side, tag, facts.dport))
    if at >= 0 and facts.tcp != TRIED:
        lengthen(record["session"]["entry"][at], facts)


@kernel
def talks(facts: FlowFacts) -> bool:
    """Whether a session with a web port goes to and fro for a while, as none with a page does."""
    return (
        facts.raw >= TALK_LEAST and facts.bytes <= TALK_MOST and facts.end - facts.start >= TALK_MS
    )


@kernel
def udp_out(record: Record, facts: FlowFacts, side: FlowSide) -> None:
    """Replies from services that amplify, and requests."""
    if record["ports"][facts.sport] & AMPLIFIES:
        amplifier_entry(record["lanes"], facts.sport, side)["answered"] += facts.bytes
        if facts.sport != DNS or facts.bytes >= LARGE * facts.packets:
            fan(record["fan"], TAG_AMPLIFY, facts.sport, facts, side)
            at = session(record["session"], TAG_AMPLIFY, facts.sport, facts, side)
            note_peer_port(record["session"]["entry"][at], facts.dport)
    elif facts.rate == 1 and facts.sport >= SYSTEM:
        note_side(record["asked"], facts, side, record["grace"])


@kernel
def entering(record: Record, facts: FlowFacts, side: FlowSide) -> None:
    """A row that an own address received."""
    if facts.proto == TCP and facts.dport >= 0 and facts.tcp != TRIED:
        opened = signed64(facts.tcp & OPENED != 0)
        if opened:
            fan_inbound(record["fan"], side.slot, TAG_TCP, facts.dport)
        if (opened or facts.rate > 1) and facts.dport == SMTP:
            fan_inbound(record["fan"], side.slot, TAG_MAIL, PORT_MAIL)
        tag = TAG_MAIL if facts.sport == SMTP else TAG_LOGIN
        at = find(record["session"], peer_key(record["session"], side, tag, facts.sport))
        if at >= 0:
            answered(record["session"]["entry"][at], facts, opened)
    elif facts.proto == UDP and facts.dport >= 0:
        if record["ports"][facts.dport] & AMPLIFIES:
            amplifier_entry(record["lanes"], facts.dport, side)["asked"] += facts.bytes
            requested(record["session"], facts, side)
        elif facts.dport >= SYSTEM and facts.rate == 1:
            note_side(record["asked"], facts, side, record["grace"])
    elif facts.echo == REPLY:
        fan_inbound(record["fan"], side.slot, TAG_ECHO, ANY)


@kernel
def requested(table: Record, facts: FlowFacts, side: FlowSide) -> None:
    """A request to a service of ours that may amplify; it may be told before its reply.

    Of name servers' many small questions only those count whose replies have made an entry.
    """
    if facts.dport == DNS and facts.raw < MANY:
        at = find(table, peer_key(table, side, TAG_AMPLIFY, facts.dport))
    else:
        at = session_at(table, TAG_AMPLIFY, facts.dport, facts, side)
    if at >= 0:
        answered(table["entry"][at], facts, 1)
