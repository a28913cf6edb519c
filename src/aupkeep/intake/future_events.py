"""Events that lie after their report was received: such a time is no time. Pure.

A clock that runs ahead, or a sender who wants his word to count as the newest. Who held the address
is then asked of the moment of receipt, and no measure rests on the claim: the customer can be told,
and a person looks. Where the hour is open, what lies before the receipt is left of it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from aupkeep.model.finding import Finding, Mode
from aupkeep.model.report import Reading

SKEW = timedelta(minutes=10)  # that a reporter's clock may run ahead of ours
TOLD_ONLY = frozenset({Mode.OBSERVE, Mode.NOTIFY})


def without_future(reading: Reading, received_at: datetime) -> Reading:
    """The reading, in which events later than receipt and skew have no time; its reason says so."""
    findings = tuple(_timely(finding, received_at) for finding in reading.findings)
    pairs = zip(findings, reading.findings, strict=True)
    late = sum(now.at is None and then.at is not None for now, then in pairs)
    if not late:
        return replace(reading, findings=findings)
    said = "1 event has no time" if late == 1 else f"{late} events have no time"
    reason = f"{said}: stated later than this was received"
    return replace(
        reading, findings=findings, reason="; ".join(filter(None, (reading.reason, reason)))
    )


def _timely(finding: Finding, received_at: datetime) -> Finding:
    if finding.at is None or finding.at <= received_at + SKEW:
        return finding
    earliest = finding.at - _exact(finding)
    if earliest <= received_at:
        return replace(finding, at=received_at, exact=(received_at - earliest).total_seconds())
    mode = finding.mode if finding.mode in TOLD_ONLY else Mode.NOTIFY
    offsets = {name: place for name, place in finding.offsets.items() if name != "at"}
    return replace(finding, at=None, exact=0.0, mode=mode, offsets=offsets)


def _exact(finding: Finding) -> timedelta:
    return timedelta(seconds=min(finding.exact, 86_400.0))
