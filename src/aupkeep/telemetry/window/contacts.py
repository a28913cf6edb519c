"""Rows to and from listed addresses, and rows with forged sources on customers' interfaces."""

from typing import Any

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Has, Rows
from aupkeep.telemetry.window.attempts import answered, fan, peer_key, session
from aupkeep.telemetry.window.flow_facts import OPENED, TCP, TRIED, Fact, Side, private, shared
from aupkeep.telemetry.window.hash_table import find
from aupkeep.telemetry.window.layout import CONTACT_PROBES, NAMED, OUT, Tag
from aupkeep.telemetry.window.own_space import prefix_at, slot_at
from aupkeep.telemetry.window.sketches import mix3, whole
from aupkeep.telemetry.window.state import Listed

INPUT = int(Has.INPUT)
TAG_CONTACT, TAG_SPOOF = constant(Tag.CONTACT), constant(Tag.SPOOF)
SYSTEM = 1024
ALL = constant(0)  # ports of an entry
NONE, ANY = -1, -1


@kernel
def contacted(house: Any, listed: Listed, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """Count a row to or from a listed address, where ours is the client.

    Whoever is listed may well come to a server of ours; that makes nobody suspect.
    """
    ours, theirs = (one.sport, one.dport) if side.way == OUT else (one.dport, one.sport)
    at = listing(listed, one, side, theirs)
    if at == NONE or theirs < 0 or ours < SYSTEM:
        return
    if listed.contact[at]["port"] == ANY and theirs > ours and not house["ports"][theirs] & NAMED:
        return
    if side.way == OUT:
        place = session(house["session"], TAG_CONTACT, theirs, one, side)
        house["session"]["entry"][place]["label"] = listed.contact[at]["label"]
        return
    place = find(house["session"], peer_key(house["session"], side, TAG_CONTACT, theirs))
    if place >= 0 and (one.proto != TCP or one.tcp != TRIED):
        answered(house["session"]["entry"][place], one, whole(one.tcp & OPENED != 0))


@kernel
def listing(listed: Listed, one: Fact, side: Side, port: int) -> int:
    """Where a peer is listed, with this port or with any; NONE: it is not."""
    key = mix3(np.uint64(0), side.hi, side.lo, np.uint64(one.family))
    bit = key & np.uint64(len(listed.bits) * 64 - 1)
    word = listed.bits[bit >> np.uint64(6)]
    if (word >> (bit & np.uint64(63))) & np.uint64(1) == np.uint64(0):
        return NONE
    mask, start = len(listed.contact) - 1, whole(key >> np.uint64(32))
    for step in range(CONTACT_PROBES):
        at = (start + step) & mask
        it = listed.contact[at]
        if it["key"] == key and (it["port"] == ANY or it["port"] == port):
            return at
    return NONE


@kernel
def forged(house: Any, space: Any, interfaces: Rows, row: Any, one: Fact, now: int) -> None:  # noqa: ANN401 - numpy records
    """Count a source that is not ours on an interface behind which only a customer is."""
    hi, lo = row["src_hi"], row["src_lo"]
    if not row["has"] & INPUT or shared(one.family, hi, lo) or private(one.family, hi, lo):
        return
    at = behind(interfaces, row["exporter"], row["input"])
    if at == NONE:
        return
    it = interfaces[at]
    prefix = prefix_at(space, whole(it["family"]), it["hi"], it["lo"])
    if prefix < 0:
        return
    slot = slot_at(space, prefix, it["hi"], it["lo"], now // 1000, 1)
    if slot >= 0:
        fan(house["fan"], TAG_SPOOF, ALL, one, Side(slot, whole(OUT), hi, lo, whole(0), now))


@kernel
def behind(interfaces: Rows, exporter: int, number: int) -> int:
    """Which customer's interface this is; NONE: it is no such interface."""
    key = (np.uint64(exporter) << np.uint64(32)) | np.uint64(number)
    low, high = 0, len(interfaces)
    while low < high:
        middle = (low + high) >> 1
        if interfaces[middle]["key"] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < len(interfaces) and interfaces[low]["key"] == key else NONE
