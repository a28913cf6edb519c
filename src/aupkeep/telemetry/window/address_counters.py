"""Counting a row for its own address: the dense second and minute, and the ring when tracked."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.window.flow_facts import ICMP4, ICMP6, REPLY, TCP, TRIED, UDP, Fact, Side
from aupkeep.telemetry.window.layout import GROUP, NAMED, OUT, RING, TOPS, Count, Lost, Port
from aupkeep.telemetry.window.sketches import mix3, note, whole

BYTES, PACKETS = int(Count.BYTES), int(Count.PACKETS)
SYNS, UDPS, ICMPS, FRAGMENTS = (
    int(Count.SYN), int(Count.UDP), int(Count.ICMP), int(Count.FRAGMENT)
)  # fmt: skip
MAILS, TCPS = int(Count.MAIL), int(Count.TCP)
MAIL, FULL = int(Port.MAIL), int(Lost.TRACKED)
SECOND, MINUTE = 1000, 60_000  # ms
NONE = -1
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


class Sort(NamedTuple):
    """Which counters a row belongs to; `what` is one of packets, or NONE."""

    way: int
    what: int
    mail: int  # 1: to or from a mail port
    service: int  # the service's port, -1: none


@kernel
def measure(house: Any, it: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - numpy records
    """Count bytes and packets of an own address; `it` is its slot."""
    house["rows"][side.way] += 1
    service = serving(house["ports"], one)
    mail = whole(one.proto == TCP and service >= 0 and house["ports"][service] & MAIL != 0)
    sort = Sort(side.way, category(one, side.way), mail, service)
    count(house, it, one, sort, side.slot)
    place = follow(house, it, side)
    if place != NONE:
        lay(house["tracked"][place], one, sort)
        if sort.what not in (NONE, TCPS):
            sketch(house["tracked"][place], one, sort, side)


@kernel
def serving(ports: Bytes, one: Fact) -> int:
    """Which of two ports is the service's: a known one, else the lower. -1: none.

    Whoever asks for a connection asks a service, from whatever port he was given.
    """
    if one.sport < 0:
        return -1
    if one.tcp == TRIED:
        return one.dport
    if ports[one.dport] & NAMED or (one.dport <= one.sport and not ports[one.sport] & NAMED):
        return one.dport
    return one.sport


@kernel
def category(one: Fact, way: int) -> int:
    """Which counter of packets, beside the total, a row belongs to; NONE: no other.

    Who answers pings was pinged, and sends nothing of its own.
    """
    if one.fragment:
        return FRAGMENTS
    if one.proto == TCP:
        return SYNS if one.tcp == TRIED else TCPS
    if one.proto == UDP:
        return UDPS
    if way == OUT and one.echo == REPLY:
        return NONE
    return ICMPS if one.proto in (ICMP4, ICMP6) else NONE


@kernel
def add_to(cell: Floats, one: Fact, sort: Sort, share: float) -> None:
    """Add a share of a row to one cell of counters."""
    cell[BYTES] += one.bytes * share
    cell[PACKETS] += one.packets * share
    if sort.what != NONE:
        cell[sort.what] += one.packets * share
    if sort.mail:
        cell[MAILS] += one.packets * share


@kernel
def count(house: Any, it: Any, one: Fact, sort: Sort, slot: int) -> None:  # noqa: ANN401 - numpy records
    """Count a row in a slot. A long flow gives a second, a minute, only what it had in one."""
    length = one.end - one.start
    add_to(it["second"][sort.way], one, sort, SECOND / length if length > SECOND else 1.0)
    share = MINUTE / length if length > MINUTE else 1.0
    add_to(it["minute"][sort.way], one, sort, share)
    if sort.what not in (NONE, TCPS) and slot < house["dense"]:
        house["groups"][slot // GROUP, sort.way] += one.packets * share
    it["rate"][0] = max(it["rate"][0], one.rate)
    it["unknown"][0] |= one.unknown


@kernel
def follow(house: Any, it: Any, side: Side) -> int:  # noqa: ANN401 - numpy records
    """The place of a tracked address; one above a floor takes a free place. NONE: not tracked."""
    place = whole(it["track"])
    if place >= 0:
        return place
    cell, floors = it["second"][side.way], house["floors"]
    above = False
    for at in range(len(floors)):
        above |= cell[at] >= floors[at]
    if not above:
        return NONE
    if house["left"] == 0:
        house["lost"][FULL] += 1
        return NONE
    house["left"] -= 1
    place = whole(house["free"][house["left"]])
    house["tracked"][place]["slot"], it["track"] = side.slot, place
    return place


@kernel
def lay(it: Any, one: Fact, sort: Sort) -> None:  # noqa: ANN401 - one numpy record
    """Spread a row over the seconds in which its packets were sent; older ones fall out."""
    first, last = one.start // SECOND, one.end // SECOND
    share = 1.0 / (last - first + 1)
    for tick in range(max(first, last - RING + 1), last + 1):
        at = tick & (RING - 1)
        if it["second"][at] > tick:
            continue
        if it["second"][at] < tick:
            it["seconds"][at, :, :] = 0
            it["second"][at] = tick
        add_to(it["seconds"][at, sort.way], one, sort, share)


@kernel
def sketch(it: Any, one: Fact, sort: Sort, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """Note the peer of packets that nobody may have asked for, and who gets most of them."""
    half = (side.now // MINUTE) & 1
    peer = mix3(np.uint64(0), side.hi, side.lo, np.uint64(one.family))
    note(it["peers"][half, sort.way], peer)
    what = (one.family << 32) | (sort.what << 24) | (sort.service + 1)
    rank(it, side, peer + np.uint64(sort.what), what, one.packets)


@kernel
def rank(it: Any, side: Side, key: np.uint64, what: int, packets: float) -> None:  # noqa: ANN401 - one numpy record
    """Space-saving (Metwally et al. 2005): whoever gets more than 1/TOPS of all is kept.

    `key` is of the peer and the counter. A peer whose port changes is kept with port 0 from then
    on.
    """
    keys, whats, weights = it["key"][side.way], it["what"][side.way], it["weight"][side.way]
    for at in range(TOPS):
        if keys[at] == key:
            weights[at] += packets
            if whats[at] != what:
                whats[at] = (what >> 24) << 24
            return
    least = 0
    for at in range(1, TOPS):
        if weights[at] < weights[least]:
            least = at
    peer = it["peer"][side.way, least]
    peer[0], peer[1], keys[least], whats[least] = side.hi, side.lo, key, what
    weights[least] += packets
