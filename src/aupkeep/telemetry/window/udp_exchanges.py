"""UDP requests and their replies: a request has failed when no reply came within `grace`.

Only unsampled rows are paired: of a sampled exchange one side is missing most of the time. Who
asked is told from the starts of the two flows, since either may be exported first.
"""

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Record, Rows
from aupkeep.telemetry.window.attempts import fan, fan_good, fan_inbound, pair, pair_good
from aupkeep.telemetry.window.flow_facts import NOTHING, UDP, FlowFacts, FlowSide
from aupkeep.telemetry.window.hash_table import FREE, claim_place, key_of
from aupkeep.telemetry.window.layout import FEW, OUT, EntryTag
from aupkeep.telemetry.window.sketches import signed64

TAG = constant(EntryTag.UDP)
BOTH = 3
TRACE, TRACE_END = 33434, 33700  # ports at which traceroute wants no answer
ONE_WAY = 50  # times more rows out than in: the exporters do not show replies


@kernel
def note_side(table: Record, facts: FlowFacts, side: FlowSide, grace: int) -> None:
    """Remember one side of an exchange; `grace` is ms for which a request waits for its reply."""
    out = side.way == OUT
    ours, theirs = (facts.sport, facts.dport) if out else (facts.dport, facts.sport)
    which = (np.uint64(side.slot) << np.uint64(32)) | np.uint64((ours << 16) | theirs)
    at = claim_place(table, key_of(table, side.hi, side.lo, which, TAG), side.now, grace)
    if at < 0:
        at = -1 - at
        it = table["entry"][at]
        it["slot"], it["tag"], it["port"], it["sport"] = side.slot, TAG, theirs, ours
        it["hi"], it["lo"], it["family"], it["seen"] = side.hi, side.lo, facts.family, 0
        it["packets"], it["out_at"], it["in_at"], it["inner"] = 0, 0, 0, side.inner
    it = table["entry"][at]
    if out and not it["seen"] & 1:
        it["out_at"] = facts.start
    if not out and not it["seen"] & 2:
        it["in_at"] = facts.start
    it["seen"] |= 1 if out else 2
    it["unknown"] |= facts.unknown
    it["began"], it["until"] = min(it["began"], facts.start), max(it["until"], facts.end)
    if out:
        it["packets"] = min(it["packets"] + facts.raw, 1 << 30)


@kernel
def judge_expired(records: Rows, now: int, age: int) -> None:
    """Judge every exchange that is older than `age` ms.

    Exporters that show few rows towards us show no replies either; then silence proves nothing.
    """
    record = records[0]
    place, entry = record["asked"]["place"], record["asked"]["entry"]
    blind = record["rows"][0] > ONE_WAY * (record["rows"][1] + 1)
    for at in range(len(place)):
        if place[at]["key"] != FREE and now - entry[at]["first"] > age:
            judge(record["fan"], record["pair"], entry[at], now, signed64(blind))
            place[at]["key"] = FREE


@kernel
def judge(fans: Record, pairs: Record, it: Record, now: int, blind: int) -> None:
    """Count an exchange for what it turned out to be."""
    slot, port = signed64(it["slot"]), signed64(it["port"])
    side = FlowSide(slot, signed64(OUT), it["hi"], it["lo"], signed64(it["inner"]), now)
    when, packets = signed64(it["out_at"]), signed64(it["packets"])
    facts = FlowFacts(
        signed64(it["family"]), UDP, when, when, float(packets), 0.0, packets, 1,
        signed64(it["unknown"]), NOTHING, 0, 0, signed64(it["sport"]), port, 0, 0,
    )  # fmt: skip
    if it["seen"] == BOTH:
        if it["in_at"] < it["out_at"]:
            fan_inbound(fans, slot, TAG, signed64(it["sport"]))
        else:
            fan_good(fans, TAG, port, facts, side)
            pair_good(pairs, TAG, side)
        return
    if it["seen"] != 1 or packets > FEW or blind or TRACE <= port < TRACE_END:
        return
    fan(fans, TAG, port, facts, side)
    pair(pairs, TAG, port, facts, side)
