"""Run a slow detector over the history: its rows become hits.

A text's columns `address`, `at`, `until` and `rate` are needed; `peer`, `port`, `transport`,
`known` (whether every row's sampling rate is) and `confidence` may be there; others are evidence.

A hit goes as far as its detector's mode, but to `notify` at most where the sampling is unknown, and
to `observe` where its address is permitted to do that kind of thing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aupkeep.model.errors import Invalid
from aupkeep.telemetry.chance import need, reached
from aupkeep.telemetry.detector import Hit, Mode, Rule
from aupkeep.telemetry.history.engine import address_of
from aupkeep.telemetry.history.history import History, Network, Question, Value
from aupkeep.telemetry.slow.detector import Slow

Tables = Mapping[str, Sequence[Sequence[Value]]]
NAMED = ("address", "at", "until", "rate", "peer", "port", "transport", "known", "confidence")
CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was seen, and how many files of the history could not be read."""

    hits: Sequence[Hit]
    skipped: int


def look(
    history: History, slow: Slow, now_ms: int, own: Sequence[Network],
    *, rule: Rule | None = None, tables: Tables | None = None,
) -> Looked:  # fmt: skip
    """Run it over the window that ends now. Raises `Invalid` (a threshold), `TooMany`."""
    limits = thresholds(slow, rule)
    since = now_ms - slow.window * 1000
    beside = tables or {}
    used = {name: value for name, value in limits.items() if f"{{{name}:" in slow.sql}
    times = {"since": since, "until": now_ms}
    used |= {name: value for name, value in times.items() if f"{{{name}:" in slow.sql}
    question = Question(
        sql=slow.sql, since=since, until=now_ms, own=own, values=used, tables=beside
    )
    answer = history.query(question)
    permitted = {row[0] for row in beside.get("permitted", ()) if row[1] == slow.kind}
    mode = rule.mode if rule else slow.mode
    hits = [_hit(slow, row, limits, mode, row["address"] in permitted) for row in answer.rows]
    hits.sort(key=lambda hit: (str(hit.address), str(hit.peer), hit.port or 0))
    return Looked(hits=hits, skipped=answer.skipped)


def thresholds(slow: Slow, rule: Rule | None) -> dict[str, float]:
    """The thresholds with the rule's own. Raises `Invalid` when it names one that is not there."""
    limits = {name: value for name, (value, _) in slow.defaults.items()}
    unknown = set(rule.thresholds) - set(limits) if rule else set()
    if unknown:
        raise Invalid(f"{slow.name}: expected thresholds {', '.join(limits)}, found {unknown}")
    return limits | dict(rule.thresholds if rule else {})


def chance(slow: Slow, limits: Mapping[str, float], rate: int) -> float:
    """How likely something as large as the threshold is seen at this rate; see `chance`."""
    count = limits[slow.counted]
    if slow.scaled or rate <= 1:
        return need(count, rate, slow.each).chance
    share = -math.expm1(slow.each * math.log1p(-1 / rate))
    return round(reached(math.ceil(count), count, share), 4)


def _hit(
    slow: Slow, row: Mapping[str, Any], limits: Mapping[str, float], mode: Mode, permitted: bool  # noqa: FBT001 - one caller
) -> Hit:  # fmt: skip
    known, rate = row.get("known", True), int(row["rate"])
    evidence = {name: _plain(value) for name, value in row.items() if name not in NAMED}
    evidence |= {
        "sampling": rate if known else None,
        "chance": chance(slow, limits, rate),
        "window_s": slow.window,
    }
    if not known:
        mode = _at_most(mode, Mode.NOTIFY)
    return Hit(
        detector=slow.name,
        version=slow.version,
        kind=slow.kind,
        role=slow.role,
        address=address_of(row["address"]),
        at=int(row["at"]),
        until=int(row["until"]),
        evidence=evidence,
        confidence=float(row.get("confidence", CONFIDENCE)),
        mode=_at_most(mode, Mode.OBSERVE) if permitted else mode,
        peer=None if row.get("peer") is None else address_of(row["peer"]),
        port=None if row.get("port") is None else int(row["port"]),
        transport=row.get("transport"),
    )


def _at_most(mode: Mode, cap: Mode) -> Mode:
    return min(mode, cap, key=list(Mode).index)


def _plain(value: Any) -> Any:  # noqa: ANN401 - what the engine gives
    return round(value, 3) if isinstance(value, float) else value
