"""A detector's hit as people and programs are shown it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from aupkeep.app.telemetry.findings.display import hit_words
from aupkeep.app.telemetry.findings.hit_document import HitWithRows, rate_unknown
from aupkeep.app.telemetry.tuning.effective_rules import EffectiveRule
from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.rows import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedHit:
    """A hit as `aupkeep flows replay -o jsonl` prints it; `at` and `until` are RFC 3339, UTC."""

    detector: str
    version: int
    kind: str
    role: str
    address: str
    peer: str | None
    port: int | None
    at: str
    until: str
    evidence: Mapping[str, object]
    confidence: float
    mode: str


def reported_hit(hit: DetectorHit) -> ReportedHit:
    """The hit with its texts."""
    return ReportedHit(
        detector=hit.detector,
        version=hit.version,
        kind=hit.kind,
        role=hit.role.value,
        address=str(hit.address),
        peer=str(hit.peer) if hit.peer else None,
        port=hit.port,
        at=rfc3339(hit.at),
        until=rfc3339(hit.until),
        evidence=hit.evidence,
        confidence=hit.confidence,
        mode=hit.mode.value,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HitSummary(ReportedHit):
    """A hit of the running collector as `aupkeep flows hits -o json` shows it.

    `thresholds` are those of the address's class of customers; `rows` is how many flow rows were
    kept with it; `told` is what it counted, in words.
    """

    hit: str  # its name for `aupkeep flows explain`
    class_: str | None
    thresholds: Mapping[str, float]
    rate_unknown: bool
    rows: int
    told: str


def hit_summary(seen: HitWithRows, rule: EffectiveRule | None) -> HitSummary:
    """The summary of a hit that was found under this rule."""
    hit, shown = seen.hit, reported_hit(seen.hit)
    thresholds = rule.thresholds_of(hit.of_class) if rule else {}
    key = f"{hit.detector} {hit.address} {hit.peer} {hit.port} {hit.at}"
    unknown = rate_unknown(seen)
    return HitSummary(
        hit=f"h-{hashlib.sha256(key.encode()).hexdigest()[:10]}",
        **{name: getattr(shown, name) for name in ReportedHit.__slots__},
        class_=hit.of_class,
        thresholds={name: value for name, (value, _) in thresholds.items()},
        rate_unknown=unknown,
        rows=len(seen.flows),
        told=hit_words(hit.evidence, rate_unknown=unknown),
    )


def read_summary(value: Mapping[str, Any]) -> HitSummary:
    """The summary in a file that any version of the collector wrote; what it lacks is None."""
    unknown = bool(value.get("rate_unknown"))
    words = hit_words(value.get("evidence") or {}, rate_unknown=unknown)
    names = [field.name for field in fields(HitSummary) if field.name != "told"]
    read: Mapping[str, Any] = {name: value.get(name.removesuffix("_")) for name in names}
    return HitSummary(**read, told=words)
