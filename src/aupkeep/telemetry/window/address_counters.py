"""Counts a row for its own address: the current second and minute, and the ring when tracked."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import IPV4, Record
from aupkeep.telemetry.window.flow_facts import (
    CLOSED,
    ICMP4,
    ICMP6,
    REPLY,
    TCP,
    TRIED,
    UDP,
    FlowFacts,
    FlowSide,
)
from aupkeep.telemetry.window.layout import (
    GROUP,
    IN,
    NAMED,
    OUT,
    RING,
    TOPS,
    LossReason,
    PortClass,
    TrafficCounter,
)
from aupkeep.telemetry.window.sketches import hash3, note_distinct, signed64

BYTES, PACKETS, SYNS, UDPS, ICMPS, FRAGMENTS, TCPS, MAILS, BARES, OTHERS = map(int, TrafficCounter)
KNOWN, SYSTEM = NAMED | int(PortClass.AMPLIFIER), 1024
MAIL, FULL = int(PortClass.MAIL), int(LossReason.TRACKED)
SECOND, MINUTE = 1000, 60_000  # ms
NONE = -1
EMPTY4, EMPTY6 = 66, 86  # bytes of a TCP packet that carries nothing, with options, at most
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


class CounterChoice(NamedTuple):
    """Which counters a row belongs to; `what` is one of packets, or NONE."""

    way: int
    what: int
    mail: int  # 1: to or from a mail port
    service: int  # the service's port, -1: none


@kernel
def count_row(record: Record, it: Record, facts: FlowFacts, side: FlowSide) -> None:
    """Count bytes and packets of an own address; `it` is its slot."""
    record["rows"][side.way] += 1
    service = serving(record["ports"], facts)
    mail = signed64(facts.proto == TCP and service >= 0 and record["ports"][service] & MAIL != 0)
    sort = CounterChoice(side.way, category(facts, side.way), mail, service)
    count(record, it, facts, sort, side.slot)
    place = track(record, it, side)
    if place != NONE:
        spread_over_seconds(record["tracked"][place], facts, sort)
        if sort.what not in (NONE, TCPS) and (sort.what < BARES or side.way == OUT):
            sketch(record["tracked"][place], facts, sort, side)


@kernel
def serving(ports: Bytes, facts: FlowFacts) -> int:
    """Which of two ports is the service's: a known one, else the lower. -1: none.

    Whoever asks for a connection asks a service, from whatever port he was given. UDP to an unknown
    port is for that port; a flood gives itself any sender's.
    """
    if facts.sport < 0:
        return -1
    if facts.tcp == TRIED:
        return facts.dport
    if facts.proto == UDP and not (ports[facts.sport] | ports[facts.dport]) & KNOWN:
        return facts.dport if facts.sport >= SYSTEM else facts.sport
    if ports[facts.dport] & NAMED or (
        facts.dport <= facts.sport and not ports[facts.sport] & NAMED
    ):
        return facts.dport
    return facts.sport


@kernel
def category(facts: FlowFacts, way: int) -> int:
    """Which counter of packets, beside the total, a row belongs to; NONE: no other.

    Who answers pings was pinged, and sends nothing of its own. A peer that answers by RST says that
    nobody talks with it, and answers nothing.
    """
    if facts.fragment:
        return FRAGMENTS
    if facts.tcp == CLOSED if way == IN else facts.echo == REPLY:
        return NONE
    if facts.proto == TCP and facts.tcp != TRIED:
        most = EMPTY4 if facts.family == IPV4 else EMPTY6
        return BARES if facts.bytes <= most * facts.packets else TCPS
    if facts.proto == TCP:
        return SYNS
    if facts.proto == UDP:
        return UDPS
    return ICMPS if facts.proto in (ICMP4, ICMP6) else OTHERS


@kernel
def add_to(cell: Floats, facts: FlowFacts, sort: CounterChoice, share: float) -> None:
    """Add a share of a row to one cell of counters."""
    cell[BYTES] += facts.bytes * share
    cell[PACKETS] += facts.packets * share
    if sort.what != NONE:
        cell[sort.what] += facts.packets * share
    if sort.mail:
        cell[MAILS] += facts.packets * share


@kernel
def count(record: Record, it: Record, facts: FlowFacts, sort: CounterChoice, slot: int) -> None:
    """Count a row in a slot. A long flow gives a second, a minute, only what it had in one."""
    length = facts.end - facts.start
    add_to(it["second"][sort.way], facts, sort, SECOND / length if length > SECOND else 1.0)
    share = MINUTE / length if length > MINUTE else 1.0
    add_to(it["minute"][sort.way], facts, sort, share)
    if NONE < sort.what < TCPS and slot < record["dense"]:
        record["groups"][slot // GROUP, sort.way] += facts.packets * share
    it["rate"][0] = max(it["rate"][0], facts.rate)
    it["unknown"][0] |= facts.unknown


@kernel
def track(record: Record, it: Record, side: FlowSide) -> int:
    """The place of a tracked address; one above a floor takes a free place. NONE: not tracked."""
    place = signed64(it["track"])
    if place >= 0:
        return place
    cell, floors = it["second"][side.way], record["floors"]
    above = False
    for at in range(len(floors)):
        above |= cell[at] >= floors[at]
    if not above:
        return NONE
    if record["left"] == 0:
        record["lost"][FULL] += 1
        return NONE
    record["left"] -= 1
    place = signed64(record["free"][record["left"]])
    record["tracked"][place]["slot"], it["track"] = side.slot, place
    return place


@kernel
def spread_over_seconds(it: Record, facts: FlowFacts, sort: CounterChoice) -> None:
    """Spread a row over the seconds in which its packets were sent; older ones fall out."""
    first, last = facts.start // SECOND, facts.end // SECOND
    share = 1.0 / (last - first + 1)
    for tick in range(max(first, last - RING + 1), last + 1):
        at = tick & (RING - 1)
        if it["second"][at] > tick:
            continue
        if it["second"][at] < tick:
            it["seconds"][at, :, :] = 0
            it["second"][at] = tick
        add_to(it["seconds"][at, sort.way], facts, sort, share)


@kernel
def sketch(it: Record, facts: FlowFacts, sort: CounterChoice, side: FlowSide) -> None:
    """Note the peer of packets that nobody may have asked for, and who gets most of them."""
    half = (side.now // MINUTE) & 1
    peer = hash3(np.uint64(0), side.hi, side.lo, np.uint64(facts.family))
    if sort.what < BARES:
        note_distinct(it["peers"][half, sort.way], peer)
    what = (facts.family << 32) | (sort.what << 24) | (sort.service + 1)
    rank(it, side, peer + np.uint64(sort.what), what, facts)


@kernel
def rank(it: Record, side: FlowSide, key: np.uint64, what: int, facts: FlowFacts) -> None:
    """Space-saving (Metwally et al. 2005): whoever gets more than 1/TOPS of all is kept.

    `key` is of the peer and the counter. A peer whose port changes is kept with port 0 from then
    on, but for rows that have the kept port as well.
    """
    keys, whats, weights = it["key"][side.way], it["what"][side.way], it["weight"][side.way]
    for at in range(TOPS):
        if keys[at] == key:
            weights[at] += facts.packets
            number = (whats[at] & 0xFFFFFF) - 1
            if whats[at] != what and (number < 0 or number not in (facts.sport, facts.dport)):
                whats[at] = (what >> 24) << 24
            return
    least = 0
    for at in range(1, TOPS):
        if weights[at] < weights[least]:
            least = at
    peer = it["peer"][side.way, least]
    peer[0], peer[1], keys[least], whats[least] = side.hi, side.lo, key, what
    weights[least] += facts.packets
