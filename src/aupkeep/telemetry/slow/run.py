"""Runs a slow detector over the history: the rows of its query become hits.

The columns `address`, `at`, `until` and `rate` are needed; `peer`, `port`, `transport`, `known`
(whether every row's sampling rate is) and `confidence` are optional; all others are evidence.

A hit goes as far as its detector's mode, but to `notify` at most where the sampling is unknown, and
to `observe` where its address has a permission for that kind.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aupkeep.model.errors import Invalid
from aupkeep.telemetry.detect.customer_classes import (
    CustomerClasses,
    threshold_names,
    threshold_sets,
)
from aupkeep.telemetry.detect.detector import DetectorHit, DetectorRule, Mode, at_most
from aupkeep.telemetry.detect.sampling_chance import reached, sampled_threshold
from aupkeep.telemetry.history.engine import address_of
from aupkeep.telemetry.history.history import FlowHistory, HistoryQuery, Network, Value
from aupkeep.telemetry.slow.detector import SlowDetector

Tables = Mapping[str, Sequence[Sequence[Value]]]
HIT_COLUMNS = ("address", "at", "until", "rate", "peer", "port", "transport", "known", "confidence")
CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowResult:
    """What was seen, and how many files of the history could not be read."""

    hits: Sequence[DetectorHit]
    skipped: int


def run_detector(
    history: FlowHistory, slow: SlowDetector, now_ms: int, own: Sequence[Network],
    *, rule: DetectorRule | None = None, tables: Tables | None = None,
    classes: CustomerClasses | None = None,
) -> SlowResult:  # fmt: skip
    """Run it over the window that ends now, once more for each class with its own thresholds.

    Raises `Invalid` (a threshold), `TooMany`.
    """
    _check(slow, rule)
    among, beside = classes or CustomerClasses(), tables or {}
    hits: list[DetectorHit] = []
    skipped = 0
    for of_class, limits in threshold_sets(rule, slow.defaults):
        answer = history.query(_question(slow, limits, now_ms, own, beside))
        seen = _hits(slow, answer.rows, limits, rule, beside)
        hits += among.of_class_only(seen, rule, of_class)
        skipped = max(skipped, answer.skipped)
    hits.sort(key=lambda hit: (str(hit.address), str(hit.peer), hit.port or 0))
    return SlowResult(hits=hits, skipped=skipped)


def _question(
    slow: SlowDetector,
    limits: Mapping[str, float],
    now_ms: int,
    own: Sequence[Network],
    tables: Tables,
) -> HistoryQuery:
    since = now_ms - slow.window * 1000
    values = {**limits, "since": since, "until": now_ms}
    used = {name: value for name, value in values.items() if f"{{{name}:" in slow.sql}
    return HistoryQuery(
        sql=slow.sql, since=since, until=now_ms, own=own, values=used, tables=tables
    )


def _hits(
    slow: SlowDetector, rows: Sequence[Mapping[str, Any]], limits: Mapping[str, float],
    rule: DetectorRule | None, tables: Tables,
) -> Iterator[DetectorHit]:  # fmt: skip
    permitted = {row[0] for row in tables.get("permitted", ()) if row[1] == slow.kind}
    mode = rule.mode if rule else slow.mode
    return (_hit(slow, row, limits, mode, row["address"] in permitted) for row in rows)


def _check(slow: SlowDetector, rule: DetectorRule | None) -> None:
    """Whether a rule names thresholds that there are. Raises `Invalid`."""
    unknown = threshold_names(rule) - set(slow.defaults) if rule else set()
    if unknown:
        names = ", ".join(slow.defaults)
        raise Invalid(f"{slow.name}: expected thresholds {names}, found {unknown}")


def chance(slow: SlowDetector, limits: Mapping[str, float], rate: int) -> float:
    """How likely something as large as the threshold is seen at this rate; see `chance`."""
    count = limits[slow.counted]
    if slow.scaled or rate <= 1:
        return sampled_threshold(count, rate, slow.packets_each).chance
    share = -math.expm1(slow.packets_each * math.log1p(-1 / rate))
    return round(reached(math.ceil(count), count, share), 4)


def _hit(
    slow: SlowDetector, row: Mapping[str, Any], limits: Mapping[str, float], mode: Mode,
    permitted: bool,  # noqa: FBT001 - one caller
) -> DetectorHit:  # fmt: skip
    known, rate = row.get("known", True), int(row["rate"])
    evidence = {name: _plain(value) for name, value in row.items() if name not in HIT_COLUMNS}
    evidence |= {
        "sampling": rate if known else None,
        "chance": chance(slow, limits, rate),
        "window_s": slow.window,
    }
    if not known:
        mode = at_most(mode, Mode.NOTIFY)
    return DetectorHit(
        detector=slow.name,
        version=slow.version,
        kind=slow.kind,
        role=slow.role,
        address=address_of(row["address"]),
        at=int(row["at"]),
        until=int(row["until"]),
        evidence=evidence,
        confidence=float(row.get("confidence", CONFIDENCE)),
        mode=at_most(mode, Mode.OBSERVE) if permitted else mode,
        peer=None if row.get("peer") is None else address_of(row["peer"]),
        port=None if row.get("port") is None else int(row["port"]),
        transport=row.get("transport"),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - what the engine gives
    return round(value, 3) if isinstance(value, float) else value
