"""Failed attempts and sessions in the hashed tables: how many peers, how many ports, how alike.

An *attempt* that failed is a row whose sender got no answer: SYN without ACK, a UDP request without
a reply, an echo request. Answered rows are counted beside them (in `pair` only where failed
attempts have made an entry), so that a client with some dead peers can be told from a scanner.
"""

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Record
from aupkeep.telemetry.window.flow_facts import CLOSED, FlowFacts, FlowSide
from aupkeep.telemetry.window.hash_table import claim_place, find, key_of
from aupkeep.telemetry.window.layout import BANDS, GRACE, WINDOW, EntryTag
from aupkeep.telemetry.window.sketches import hash3, mark_port, note_distinct, signed64

OUT_BYTES, IN_BYTES, LENGTH = 0, 1, 2  # rows of a session's bands
FAILED_WEIGHT = 8  # times as much as an answered row that a try weighs when the table is full
TAG_AMPLIFY, MINUTE = constant(EntryTag.AMPLIFY), 60_000  # ms
LEAST = 64.0  # bytes of the first band
UNGIVEN = 512  # ports below which no system gives any to a client


@kernel
def fan_key(table: Record, slot: int, tag: int, port: int) -> np.uint64:
    """The key of (own address, purpose, port)."""
    return key_of(table, np.uint64(slot), np.uint64(port), np.uint64(0), tag)


@kernel
def peer_key(table: Record, side: FlowSide, tag: int, port: int) -> np.uint64:
    """The key of (own address, purpose, peer and perhaps port)."""
    rest = (np.uint64(side.slot) << np.uint64(16)) | np.uint64(port)
    return key_of(table, side.hi, side.lo, rest, tag)


@kernel
def widen(it: Record, facts: FlowFacts, side: FlowSide) -> None:
    """Widen an entry by a row."""
    it["began"], it["until"] = min(it["began"], facts.start), max(it["until"], facts.end)
    it["rate"] = max(it["rate"], facts.rate)
    it["unknown"] |= facts.unknown
    it["inner"] += side.inner
    it["hi"], it["lo"], it["family"] = side.hi, side.lo, facts.family


@kernel
def carried(it: Record, count: int, window: int) -> int:
    """Of what an entry counted before it began anew, as much as its last GRACE is likely to have.

    An exporter tells of tries in vain later than of connections that ended: those told first after
    a window is over belong to connections told before.
    """
    return count * GRACE // window if it["first"] - it["before"] <= GRACE else 0


@kernel
def fan_at(table: Record, tag: int, port: int, side: FlowSide) -> int:
    """The entry of (own address, purpose, port), made where there is none."""
    at = claim_place(table, fan_key(table, side.slot, tag, port), side.now, WINDOW[tag])
    if at >= 0:
        return at
    at = -1 - at
    it = table["entry"][at]
    it["slot"], it["tag"], it["port"] = side.slot, tag, port
    it["failed"], it["good"] = 0, carried(it, signed64(it["good"]), signed64(WINDOW[tag]))
    it["inbound"] = carried(it, signed64(it["inbound"]), signed64(WINDOW[tag]))
    it["packets"], it["bytes"] = 0.0, 0.0
    it["sketch"][:] = 0
    return at


@kernel
def fan(table: Record, tag: int, port: int, facts: FlowFacts, side: FlowSide) -> int:
    """Count a peer for (own address, purpose, port); the entry's place."""
    at = fan_at(table, tag, port, side)
    it = table["entry"][at]
    widen(it, facts, side)
    it["failed"] += 1
    table["place"][at]["weight"] += FAILED_WEIGHT
    it["packets"] += facts.packets
    it["bytes"] += facts.bytes
    note_distinct(it["sketch"], hash3(table["seed"], side.hi, side.lo, np.uint64(facts.family)))
    return at


@kernel
def fan_good(table: Record, tag: int, port: int, facts: FlowFacts, side: FlowSide) -> None:
    """Count an answered row: beside it, some failures mean little."""
    at = fan_at(table, tag, port, side)
    it = table["entry"][at]
    it["good"] += 1
    it["rate"] = max(it["rate"], facts.rate)


@kernel
def fan_inbound(table: Record, slot: int, tag: int, port: int) -> None:
    """Count that a peer came to the same port of ours and was served."""
    at = find(table, fan_key(table, slot, tag, port))
    if at >= 0:
        table["entry"][at]["inbound"] += 1


@kernel
def amplifier_entry(table: Record, port: int, side: FlowSide) -> Record:
    """The entry of a service of ours that amplifies, in this minute."""
    at = claim_place(table, fan_key(table, side.slot, TAG_AMPLIFY, port), side.now, MINUTE)
    if at < 0:
        at = -1 - at
        it = table["entry"][at]
        it["slot"], it["tag"], it["port"] = side.slot, TAG_AMPLIFY, port
        it["answered"], it["asked"] = 0.0, 0.0
    return table["entry"][at]


@kernel
def pair(table: Record, tag: int, port: int, facts: FlowFacts, side: FlowSide) -> None:
    """Count a port that was tried at a peer."""
    at = claim_place(table, peer_key(table, side, tag, 0), side.now, WINDOW[tag])
    if at < 0:
        at = -1 - at
        it = table["entry"][at]
        it["slot"], it["tag"] = side.slot, tag
        it["failed"], it["packets"], it["bytes"] = 0, 0.0, 0.0
        it["good"] = carried(it, signed64(it["good"]), signed64(WINDOW[tag]))
        it["words"][:], it["low"] = 0, 0
    it = table["entry"][at]
    widen(it, facts, side)
    it["port"] = port
    it["failed"] += 1
    it["packets"] += facts.packets
    it["bytes"] += facts.bytes
    mark_port(it["words"], np.uint64(port))
    if 0 <= facts.sport < UNGIVEN:
        it["low"] |= np.uint64(1) << np.uint64(facts.sport >> 3)


@kernel
def pair_good(table: Record, tag: int, side: FlowSide) -> None:
    """Count an answered row to a peer that was tried."""
    at = find(table, peer_key(table, side, tag, 0))
    if at >= 0:
        table["entry"][at]["good"] += 1


@kernel
def band(value: float, least: float, steps: int) -> int:
    """Which band of a histogram, so many to each doubling from `least` on."""
    if value <= least:
        return 0
    return min(signed64(steps * np.log2(value / least)), BANDS - 1)


@kernel
def requests(it: Record, held: bool) -> None:  # noqa: FBT001 - one caller
    """Of what came before an entry began anew, keep half or nothing.

    A request may be told of just before, and its reply just after.
    """
    share = 0.5 if held else 0.0
    it["in_bytes"] *= share
    it["in_packets"] *= share
    it["answers"] = (it["answers"] + 1) // 2 if held else 0


@kernel
def session_at(table: Record, tag: int, port: int, facts: FlowFacts, side: FlowSide) -> int:
    """The entry of sessions with a peer, made where there is none."""
    at = claim_place(table, peer_key(table, side, tag, port), side.now, WINDOW[tag])
    if at >= 0:
        return at
    at = -1 - at
    it = table["entry"][at]
    it["slot"], it["tag"], it["port"], it["label"] = side.slot, tag, port, 0
    it["count"], it["ended"] = 0, 0
    it["bytes"], it["packets"], it["busy"] = 0.0, 0.0, 0.0
    requests(it, tag == TAG_AMPLIFY and it["first"] - it["before"] <= GRACE)
    it["bands"][:, :] = 0
    widen(it, facts, side)
    return at


@kernel
def session(table: Record, tag: int, port: int, facts: FlowFacts, side: FlowSide) -> int:
    """Count a session with a peer's service (or of our service with a peer); its place."""
    at = session_at(table, tag, port, facts, side)
    it = table["entry"][at]
    widen(it, facts, side)
    it["count"] += 1
    it["bands"][OUT_BYTES, band(facts.bytes, LEAST, 4)] += 1
    it["bands"][LENGTH, band(float(facts.end - facts.start), 1.0, 2)] += 1
    lengthen(it, facts)
    return at


@kernel
def note_peer_port(it: Record, port: int) -> None:
    """Note from which port the peer of a session just counted talked: always the same, or not."""
    if it["count"] == 1:
        it["theirs"], it["moved"] = port, 0
    else:
        it["moved"] += it["theirs"] != port


@kernel
def lengthen(it: Record, facts: FlowFacts) -> None:
    """Add a row of ours to a session, its first or a later one."""
    it["bytes"] += facts.bytes
    it["packets"] += facts.packets
    it["busy"] += float(facts.end - facts.start)
    it["until"] = max(it["until"], facts.end)
    it["ended"] += facts.tcp & CLOSED != 0


@kernel
def answered(it: Record, facts: FlowFacts, opened: int) -> None:
    """Add a row of the peer's to a session; `opened` is 1 for its first."""
    it["in_bytes"] += facts.bytes
    it["in_packets"] += facts.packets
    if opened:
        it["answers"] += 1
        it["bands"][IN_BYTES, band(facts.bytes, LEAST, 4)] += 1
