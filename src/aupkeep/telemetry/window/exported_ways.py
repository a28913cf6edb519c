"""What is known of the exporters: do they show both directions of an address, and how late.

That no answer came is known only where answers are exported. Of each own address it is noted which
exporters told of what it sent and of what came to it, and how many rows of conversations (TCP that
carried something) each way; of each exporter the same. An exporter of whose conversations one side
is missing shows one way only. It also holds packets back: a flow leaves it when it has lasted for
the active timeout, or was idle for the other one. The longest span from a flow's start to its
export is how long to wait before a missing answer means something; it is learned from the rows.

Who talked with whom lately is a Bloom filter of one bit a pair (Bloom 1970), never wrong in saying
that two have not met.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.rows import Record, RowField, Rows
from aupkeep.telemetry.window.flow_facts import (
    OPENED,
    TALKED,
    TCP,
    TRIED,
    UDP,
    FlowFacts,
    FlowSide,
)
from aupkeep.telemetry.window.layout import EXPORTERS, GRACE, IN, LATEST, MET_BITS, OUT, SMTP
from aupkeep.telemetry.window.sketches import hash3, signed64
from aupkeep.telemetry.window.state import WindowState

START = int(RowField.START)
LETTER = 800  # bytes of a session that brings a letter: one that reads a banner has 450
MOST_TALKS = 60_000  # rows of conversations that are counted of an address
MASK = MET_BITS - 1
LONGEST_GRACE = 120_000  # ms
SPAN = 10  # minutes: who met within this span and the last is remembered
FORGET = 360  # minutes after which the exporters of an address are learned anew
TALKS = 8  # rows of conversations one way that tell whether the other way is shown
TALKS_OF_EXPORTER = 200
LACKING = 50  # times as many rows one way as the other: the other is not shown


@kernel
def note_held(record: Record, facts: FlowFacts, row: Record) -> None:
    """Learn how long an exporter held a flow's first packet back."""
    held = row["seen"] - row["start"]
    if row["has"] & START and record["held"][facts.via] < held <= LATEST:
        record["held"][facts.via] = held


@kernel
def note_way(record: Record, it: Record, facts: FlowFacts, side: FlowSide) -> None:
    """Note that a row of an own address was shown; `it` is its slot."""
    bit, way = np.uint32(1) << np.uint32(facts.via), side.way
    it["via"][way] |= bit
    if facts.proto == UDP:
        if way == IN:
            meet(record, side)
    elif facts.proto == TCP and facts.tcp & TALKED:
        whole = facts.tcp & OPENED or facts.rate > 1
        if way == IN or whole:
            meet(record, side)
        if way == IN and facts.dport == SMTP and carries_mail(facts):
            it["mail_in"] = min(it["mail_in"] + 1, MOST_TALKS)
        if whole:
            record["talks"][facts.via, way] += 1
            it["talks"][way] = min(it["talks"][way] + 1, MOST_TALKS)


@kernel
def carries_mail(facts: FlowFacts) -> bool:
    """Whether a session with a mail server is large enough to bring a letter.

    Of a sampled one that is not known.
    """
    return facts.tcp != TRIED and (facts.rate > 1 or facts.bytes >= LETTER)


@kernel
def meet(record: Record, side: FlowSide) -> None:
    """Note that a peer and an own address talked."""
    bit = pair_bit(side.slot, side.hi, side.lo)
    record["met"][record["half"], bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)


@kernel
def pair_bit(slot: int, hi: np.uint64, lo: np.uint64) -> int:
    """The bit of an own address and a peer."""
    return signed64(hash3(np.uint64(slot), hi, lo, np.uint64(0)) >> np.uint64(8)) & MASK


@kernel
def forget(it: Record) -> None:
    """What was learned about the address that had a slot before."""
    it["via"][:] = 0
    it["talks"][:] = 0
    it["mail_in"] = 0
    it["mean"][:, :] = 0


def grow_old(state: WindowState, minute: int, minutes: int) -> None:
    """At the end of a minute, `minutes` after the last: what was learned long ago counts less."""
    record = state.record[0]
    spans = minute // SPAN - (minute - minutes) // SPAN
    if spans <= 0:
        return
    if spans > 1:
        record["met"][:] = 0
    record["half"] = minute // SPAN & 1
    record["met"][int(record["half"])] = 0
    record["held"] -= record["held"] // 4
    record["talks"] -= record["talks"] // 4
    for what in ("talks", "mail_in"):
        state.slots[what] -= state.slots[what] // 16
    if minute // FORGET != (minute - minutes) // FORGET:
        state.slots["via"] = 0


class ExportedWays(NamedTuple):
    """What the exporters show, at one moment; masks have a bit an exporter."""

    slots: Rows
    held: NDArray[np.int64]
    lacking: tuple[int, int]  # exporters that show only what goes out, only what comes in
    both: int  # exporters that are known to show both ways

    def shows(self, slot: int, answers: int) -> bool:
        """Whether what goes the way `answers` (IN or OUT) of an address is known to be exported.

        Rows went that way at all; of conversations both sides are shown; and no exporter of the
        other way shows one side only, but where another one shows just that side.
        """
        it, asked = self.slots[slot], OUT + IN - answers
        via, talks = it["via"].tolist(), it["talks"].tolist()
        if not via[answers] or (talks[asked] >= TALKS and talks[answers] * LACKING < talks[asked]):
            return False
        return not via[asked] & self.lacking[asked] or bool(via[answers] & self.lacking[answers])

    def two_way(self, slot: int) -> bool:
        """Whether all who told of what an address sent are known to show both ways of others."""
        via = int(self.slots[slot]["via"][OUT])
        return via != 0 and not via & ~self.both

    def wait(self, slot: int) -> int:
        """How many ms after an address sent something an answer may still be exported."""
        via = int(self.slots[slot]["via"][OUT] | self.slots[slot]["via"][IN])
        return max((int(held) for at, held in enumerate(self.held) if via >> at & 1), default=0)


def exported_ways(state: WindowState) -> ExportedWays:
    """What the exporters show now."""
    record = state.record[0]
    talks = record["talks"].tolist()
    lacking = [
        sum(
            1 << at
            for at in range(EXPORTERS)
            if talks[at][way] >= TALKS_OF_EXPORTER
            and talks[at][OUT + IN - way] * LACKING < talks[at][way]
        )
        for way in (OUT, IN)
    ]
    both = sum(
        1 << at
        for at in range(EXPORTERS)
        if max(talks[at]) >= TALKS_OF_EXPORTER and min(talks[at]) * LACKING >= max(talks[at])
    )
    return ExportedWays(state.slots, record["held"], (lacking[0], lacking[1]), both)


def have_met(state: WindowState, slot: int, hi: int, lo: int) -> bool:
    """Whether a peer talked to an own address within the last ten minutes, or seems to have."""
    bit = int(pair_bit(slot, np.uint64(hi), np.uint64(lo)))
    words = state.record[0]["met"][:, bit >> 6]
    return bool((words[0] | words[1]) >> np.uint64(bit & 63) & np.uint64(1))


def grace_of(state: WindowState) -> int:
    """How many ms a UDP request waits for its reply, as the exporters make it necessary."""
    record = state.record[0]
    record["grace"] = min(max(GRACE, int(record["held"].max())), LONGEST_GRACE)
    return int(record["grace"])


class ShownBy(NamedTuple):
    """What one exporter was seen to do: which ways it shows, and for how long it holds back."""

    out: int  # rows of conversations that left, decaying
    into: int
    held_ms: int

    @property
    def ways(self) -> str:
        """Which ways it shows, in words; "" where that is not known yet."""
        if max(self.out, self.into) < TALKS_OF_EXPORTER:
            return ""
        if min(self.out, self.into) * LACKING >= max(self.out, self.into):
            return "both ways"
        return "only what leaves" if self.out > self.into else "only what comes"


def shown_by(state: WindowState, exporter: int) -> ShownBy:
    """The same of the exporter with a number."""
    record, at = state.record[0], exporter % EXPORTERS
    out, into = record["talks"][at].tolist()
    return ShownBy(out, into, int(record["held"][at]))
