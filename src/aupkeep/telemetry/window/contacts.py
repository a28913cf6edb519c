"""Rows to and from listed addresses, and rows with forged sources on customers' interfaces."""

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Record, RowField, Rows
from aupkeep.telemetry.window.attempts import answered, fan, peer_key, session
from aupkeep.telemetry.window.flow_facts import (
    OPENED,
    TCP,
    TRIED,
    FlowFacts,
    FlowSide,
    private,
    shared,
)
from aupkeep.telemetry.window.hash_table import find
from aupkeep.telemetry.window.layout import CONTACT_PROBES, NAMED, OUT, EntryTag
from aupkeep.telemetry.window.own_slots import prefix_at, slot_at
from aupkeep.telemetry.window.sketches import hash3, signed64
from aupkeep.telemetry.window.state import ListedArrays

INPUT = int(RowField.INPUT)
TAG_CONTACT, TAG_SPOOF = constant(EntryTag.CONTACT), constant(EntryTag.SPOOF)
SYSTEM = 1024
ALL = constant(0)  # ports of an entry
NONE, ANY = -1, -1


@kernel
def count_contact(record: Record, listed: ListedArrays, facts: FlowFacts, side: FlowSide) -> None:
    """Count a row to or from a listed address, where ours is the client.

    Whoever is listed may well come to a server of ours; that makes nobody suspect.
    """
    ours, theirs = (facts.sport, facts.dport) if side.way == OUT else (facts.dport, facts.sport)
    at = listed_at(listed, facts, side, theirs)
    if at == NONE or theirs < 0 or ours < SYSTEM:
        return
    if listed.contact[at]["port"] == ANY and theirs > ours and not record["ports"][theirs] & NAMED:
        return
    if side.way == OUT:
        place = session(record["session"], TAG_CONTACT, theirs, facts, side)
        record["session"]["entry"][place]["label"] = listed.contact[at]["label"]
        return
    place = find(record["session"], peer_key(record["session"], side, TAG_CONTACT, theirs))
    if place >= 0 and (facts.proto != TCP or facts.tcp != TRIED):
        answered(record["session"]["entry"][place], facts, signed64(facts.tcp & OPENED != 0))


@kernel
def listed_at(listed: ListedArrays, facts: FlowFacts, side: FlowSide, port: int) -> int:
    """Where a peer is listed, with this port or with any; NONE: it is not."""
    key = hash3(np.uint64(0), side.hi, side.lo, np.uint64(facts.family))
    bit = key & np.uint64(len(listed.bits) * 64 - 1)
    word = listed.bits[bit >> np.uint64(6)]
    if (word >> (bit & np.uint64(63))) & np.uint64(1) == np.uint64(0):
        return NONE
    mask, start = len(listed.contact) - 1, signed64(key >> np.uint64(32))
    for step in range(CONTACT_PROBES):
        at = (start + step) & mask
        it = listed.contact[at]
        if it["key"] == key and (it["port"] == ANY or it["port"] == port):
            return at
    return NONE


@kernel
def count_forged(
    record: Record, space: Record, interfaces: Rows, row: Record, facts: FlowFacts, now: int
) -> None:
    """Count a source that is not ours on an interface behind which only a customer is."""
    hi, lo = row["src_hi"], row["src_lo"]
    if not row["has"] & INPUT or shared(facts.family, hi, lo) or private(facts.family, hi, lo):
        return
    at = interface_at(interfaces, row["exporter"], row["input"])
    if at == NONE:
        return
    it = interfaces[at]
    prefix = prefix_at(space, signed64(it["family"]), it["hi"], it["lo"])
    if prefix < 0:
        return
    slot = slot_at(space, prefix, it["hi"], it["lo"], now // 1000, 1)
    if slot >= 0:
        fan(
            record["fan"],
            TAG_SPOOF,
            ALL,
            facts,
            FlowSide(slot, signed64(OUT), hi, lo, signed64(0), now),
        )


@kernel
def interface_at(interfaces: Rows, exporter: int, number: int) -> int:
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
