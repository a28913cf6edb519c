"""UDP requests and their replies: a request has failed when no reply came within GRACE.

Only unsampled rows are paired: of a sampled exchange one side is missing most of the time. Who
asked is told from the starts of the two flows, since either may be exported first.
"""

from typing import Any

import numpy as np

from aupkeep.telemetry.jit import constant, kernel
from aupkeep.telemetry.rows import Rows
from aupkeep.telemetry.window.attempts import fan, fan_good, fan_inbound, pair, pair_good
from aupkeep.telemetry.window.flow_facts import NOTHING, UDP, Fact, Side
from aupkeep.telemetry.window.hash_table import FREE, claim, key_of
from aupkeep.telemetry.window.layout import FEW, GRACE, OUT, Tag
from aupkeep.telemetry.window.sketches import whole

TAG = constant(Tag.UDP)
BOTH = 3
TRACE, TRACE_END = 33434, 33700  # ports at which traceroute wants no answer
ONE_WAY = 50  # times more rows out than in: the exporters do not show replies


@kernel
def ask(table: Any, one: Fact, side: Side) -> None:  # noqa: ANN401 - one numpy record
    """Remember one side of an exchange."""
    out = side.way == OUT
    ours, theirs = (one.sport, one.dport) if out else (one.dport, one.sport)
    which = (np.uint64(side.slot) << np.uint64(32)) | np.uint64((ours << 16) | theirs)
    at = claim(table, key_of(table, side.hi, side.lo, which, TAG), side.now, GRACE)
    if at < 0:
        at = -1 - at
        it = table["entry"][at]
        it["slot"], it["tag"], it["port"], it["sport"] = side.slot, TAG, theirs, ours
        it["hi"], it["lo"], it["family"], it["seen"] = side.hi, side.lo, one.family, 0
        it["packets"], it["out_at"], it["in_at"], it["inner"] = 0, 0, 0, side.inner
    it = table["entry"][at]
    if out and not it["seen"] & 1:
        it["out_at"] = one.start
    if not out and not it["seen"] & 2:
        it["in_at"] = one.start
    it["seen"] |= 1 if out else 2
    it["unknown"] |= one.unknown
    if out:
        it["packets"] = min(it["packets"] + one.raw, 1 << 30)


@kernel
def settle(houses: Rows, now: int, age: int) -> None:
    """Judge every exchange that is older than `age` ms.

    Exporters that show few rows towards us show no replies either; then silence proves nothing.
    """
    house = houses[0]
    place, entry = house["asked"]["place"], house["asked"]["entry"]
    blind = house["rows"][0] > ONE_WAY * (house["rows"][1] + 1)
    for at in range(len(place)):
        if place[at]["key"] != FREE and now - entry[at]["first"] > age:
            judge(house["fan"], house["pair"], entry[at], now, whole(blind))
            place[at]["key"] = FREE


@kernel
def judge(fans: Any, pairs: Any, it: Any, now: int, blind: int) -> None:  # noqa: ANN401 - numpy records
    """Count an exchange for what it turned out to be."""
    slot, port = whole(it["slot"]), whole(it["port"])
    side = Side(slot, whole(OUT), it["hi"], it["lo"], whole(it["inner"]), now)
    when, packets = whole(it["out_at"]), whole(it["packets"])
    one = Fact(
        whole(it["family"]), UDP, when, when, float(packets), 0.0, packets, 1,
        whole(it["unknown"]), NOTHING, 0, 0, whole(it["sport"]), port,
    )  # fmt: skip
    if it["seen"] == BOTH:
        if it["in_at"] < it["out_at"]:
            fan_inbound(fans, slot, TAG, whole(it["sport"]))
        else:
            fan_good(fans, TAG, port, one, side)
            pair_good(pairs, TAG, side)
        return
    if it["seen"] != 1 or packets > FEW or blind or TRACE <= port < TRACE_END:
        return
    fan(fans, TAG, port, one, side)
    pair(pairs, TAG, port, one, side)
