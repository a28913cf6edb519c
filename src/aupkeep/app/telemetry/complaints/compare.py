"""An outside complaint beside our own flow records: confirmed, contradicted, not decidable. Pure.

* Confirmed: rows of that time show the traffic leave the address towards the same peer, or, where
  the complaint names no peer, enough of it towards the same port.
* Contradicted: our exporters saw that address's network at that time, every row's sampling rate is
  known, and the chance that sampling hid all of the traffic complained of is below `MISSED`.
* Not decidable: anything else. A record that is missing contradicts nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aupkeep.model.counted import counted
from aupkeep.model.finding import Finding, Role
from aupkeep.telemetry.rows import FlowRecord

MISSED = 0.01  # a chance of having missed it all above this leaves it open
PACKETS = {  # that one event complained of takes at least, by kind; else 1
    "connection/login_attack": 8,
    "messaging/spam": 8,
    "messaging/mail_bombing": 8,
    "connection/sql_injection": 4,
}
ALONE = 3  # rows towards a port, at least, where no peer is named
LONGEST = 24 * 3600.0  # seconds; what is more vague than that is no time


class ComplaintAnswer(StrEnum):
    """What our records say."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    OPEN = "not-decidable"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEvidence:
    """What the history has: `matching` rows, and how well that network was watched at the time.

    `kept` is whether flows of that time are kept at all; `around` how many rows of the address's
    own network there are; `rate` the highest sampling rate among them, None where one is unknown.
    """

    matching: Sequence[FlowRecord]
    kept: bool
    around: int
    rate: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintComparison:
    """The answer in words; `missed` is the chance that sampling hid it all, None: not known."""

    answer: ComplaintAnswer
    why: str
    rows: int
    packets: int
    rate: int | None
    missed: float | None


def compare(finding: Finding, records: FlowEvidence) -> ComplaintComparison:
    """Compare one claim with what the history has."""
    flows = records.matching
    packets = sum((flow.packets or 0) * (flow.sampling or 1) for flow in flows)
    missed = chance_missed(finding, records.rate)
    answer, why = _answer(finding, records, missed)
    return ComplaintComparison(
        answer=answer, why=why, rows=len(flows), packets=packets, rate=records.rate, missed=missed
    )


def _answer(
    finding: Finding, records: FlowEvidence, missed: float | None
) -> tuple[ComplaintAnswer, str]:
    """What the rows show, else what their absence shows."""
    doubt = _unfit(finding)
    if doubt:
        return ComplaintAnswer.OPEN, doubt
    count = len(records.matching)
    if not count:
        return _absent(records, missed)
    target = finding.target
    named = target is not None and target.address is not None
    whom = "the same address" if named else "the same port"
    if count >= (1 if named else ALONE):
        return ComplaintAnswer.CONFIRMED, f"{counted(count, 'flow')} to {whom} left us at that time"
    return ComplaintAnswer.OPEN, f"only {counted(count, 'flow')} to {whom} left us at that time"


def _absent(records: FlowEvidence, missed: float | None) -> tuple[ComplaintAnswer, str]:
    """What it means that there is no such flow."""
    if not records.kept:
        return ComplaintAnswer.OPEN, "flows of that time are not kept"
    if not records.around:
        return ComplaintAnswer.OPEN, "no exporter told of that address's network at that time"
    if missed is None:
        return ComplaintAnswer.OPEN, "the sampling rate of that time is not known"
    hidden = f"sampling (1:{records.rate}) would hide it with chance {missed:.2g}"
    if missed > MISSED:
        return ComplaintAnswer.OPEN, f"there is no such flow, but {hidden}"
    others = f"though {records.around} others of that network were recorded"
    return ComplaintAnswer.CONTRADICTED, f"no such flow left us, {others}; {hidden}"


def _unfit(finding: Finding) -> str:
    """Why flows cannot speak to this claim, "" when they can."""
    target = finding.target
    if finding.role is not Role.OFFENDER or finding.subject.address is None:
        return "it names no address of ours that did something"
    if finding.at is None or finding.exact > LONGEST:
        return "it states no time"
    if target is None or (target.address is None and target.port is None):
        return "it names neither who was attacked nor at which port"
    return ""


def chance_missed(finding: Finding, rate: int | None) -> float | None:
    """The chance that 1:`rate` sampling shows nothing of all that is complained of."""
    if rate is None:
        return None
    if rate <= 1:
        return 0.0
    packets = max(finding.count, 1) * PACKETS.get(finding.kind, 1)
    return math.exp(packets * math.log1p(-1 / rate))
