"""Seven days of observation propose thresholds for what is normal here; a person accepts them.

For each measure the highest value of each of our addresses within the seven days is taken from the
history. Per class of customers the 99th percentile of these, doubled, is what is proposed: only one
address in a hundred ever came near half of it. Nothing below the threshold that stands for a class
is proposed: a quiet week is no reason to accuse sooner. What is proposed for all is the highest
proposal of the classes that have no threshold of their own.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.app.telemetry.collector.controller_snapshot import load_snapshot
from aupkeep.app.telemetry.collector.detection_config import detection_config
from aupkeep.app.telemetry.questions.flows import history_of, milliseconds
from aupkeep.app.telemetry.tuning.customer_classes import OTHERS, class_of
from aupkeep.app.telemetry.tuning.effective_rules import EffectiveRule
from aupkeep.model.errors import Conflict
from aupkeep.model.holding import Held, Network
from aupkeep.model.subject import Address, Subject
from aupkeep.store import customers
from aupkeep.telemetry.history.engine import address_of
from aupkeep.telemetry.history.files import HOUR, hours
from aupkeep.telemetry.history.history import FlowHistory, HistoryQuery

DAYS = 7
DAY = 24 * HOUR
SHARE = 0.99  # of the addresses of a class that a threshold must leave alone
MARGIN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineMeasure:
    """What is measured for one threshold: a SELECT of `address` and its highest value, `most`."""

    detector: str
    threshold: str
    sql: str


PACKETS = """
SELECT address, max(many) AS most FROM (
  SELECT [side] AS address, started // 10000 AS slot, sum(packets * weight) / 10.0 AS many
  FROM flows WHERE [where] GROUP BY ALL
) GROUP BY address
"""  # packets a second, over ten seconds, the highest of an address
PEERS = """
SELECT address, max(many) AS most FROM (
  SELECT src AS address, started // [window] AS slot, [also], count(DISTINCT dst) AS many
  FROM flows WHERE [where] GROUP BY ALL
) GROUP BY address
"""  # different hosts within a window, the most of an address


def _packets(where: str, side: str = "src") -> str:
    return PACKETS.replace("[side]", side).replace("[where]", where)


def _peers(where: str, window_ms: int, also: str) -> str:
    filled = PEERS.replace("[window]", str(window_ms)).replace("[also]", also)
    return filled.replace("[where]", where)


OUT, IN = "src_own AND NOT dst_own", "dst_own AND NOT src_own"
MEASURES = (
    BaselineMeasure(
        detector="syn-flood",
        threshold="per_second",
        sql=_packets(f"{OUT} AND proto = 6 AND syn AND NOT ack"),
    ),
    BaselineMeasure(
        detector="udp-flood", threshold="per_second", sql=_packets(f"{OUT} AND proto = 17")
    ),
    BaselineMeasure(
        detector="icmp-flood", threshold="per_second", sql=_packets(f"{OUT} AND proto IN (1, 58)")
    ),
    BaselineMeasure(
        detector="horizontal-scan",
        threshold="hosts",
        sql=_peers(f"{OUT} AND proto = 6 AND syn AND NOT ack", 300_000, "dport"),
    ),
    BaselineMeasure(
        detector="smtp-burst",
        threshold="servers",
        sql=_peers(f"{OUT} AND proto = 6 AND dport = 25 AND ack", 60_000, "dport"),
    ),
    BaselineMeasure(
        detector="inbound-victim",
        threshold="udp_per_second",
        sql=_packets(f"{IN} AND proto = 17", "dst"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassProposal:
    """What a week proposes for one class: its usual and highest values, and the threshold now."""

    class_: str
    addresses: int
    usual: float
    highest: float
    now: float
    by: str
    proposes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdProposal:
    """What a week proposes for one threshold, for all and for each class; None: no change."""

    detector: str
    threshold: str
    now: float
    by: str
    proposes: int | None
    classes: Sequence[ClassProposal]


def baseline(context: AppContext) -> list[ThresholdProposal]:
    """What seven days propose, by threshold. Raises `Conflict` earlier.

    Raises `Missing` without a history, `TooMany` where a day is too large to be asked.
    """
    history = history_of(context.home, context.settings)
    now = milliseconds(context.now())
    _watched_long_enough(history.root, now)
    snapshot = load_snapshot(context)
    rules = detection_config(context.home, snapshot).rules
    days = [(now - (day + 1) * DAY, now - day * DAY) for day in range(DAYS)]
    proposals = []
    for measure in MEASURES:
        rule = rules.get(measure.detector)
        if rule is not None and measure.threshold in rule.rule.thresholds:
            most = _most(history, measure, days, snapshot.own)
            proposals.append(_proposal(measure, rule, _by_class(context, most)))
    return proposals


def _watched_long_enough(root: Path, now: int) -> None:
    first = min((hour for hour, _ in hours(root)), default=None)
    seen = 0.0 if first is None else (now - first * HOUR) / DAY
    if seen < DAYS - 1 / 24:
        raise Conflict(f"baseline: expected {DAYS} days of flows, found {seen:.1f}")


def _most(
    history: FlowHistory,
    measure: BaselineMeasure,
    days: Sequence[tuple[int, int]],
    own: Sequence[Network],
) -> dict[Address, float]:
    """The highest value of each address over the days, asked day by day."""
    most: dict[Address, float] = {}
    for since, until in days:
        question = HistoryQuery(
            sql=measure.sql, since=since, until=until, own=own, values={}, tables={}
        )
        for row in history.query(question).rows:
            address, value = address_of(int(row["address"] or 0)), float(row["most"] or 0)
            most[address] = max(most.get(address, 0.0), value)
    return most


def _by_class(context: AppContext, most: Mapping[Address, float]) -> dict[str, list[float]]:
    """The values by the class of who holds the address now."""
    lookup = HolderLookup(context, seen_at=context.now())
    by_name: dict[str, list[float]] = {}
    names: dict[str, str] = {}
    for address, value in most.items():
        held = lookup.holder(Subject(address=address), context.now())
        name = OTHERS
        if isinstance(held, Held):
            if held.customer not in names:
                customer = customers.get(held.customer)
                names[held.customer] = (
                    class_of(customer.tier, customer.type) if customer else OTHERS
                )
            name = names[held.customer]
        by_name.setdefault(name, []).append(value)
    return by_name


def _proposal(
    measure: BaselineMeasure, rule: EffectiveRule, classes: Mapping[str, Sequence[float]]
) -> ThresholdProposal:
    name = measure.threshold
    by_class = [
        _of_class(name, rule, of_class, values) for of_class, values in sorted(classes.items())
    ]
    wanted = [
        proposal.proposes
        for proposal in by_class
        if name not in rule.classes.get(proposal.class_, {}) and proposal.proposes is not None
    ]
    return ThresholdProposal(
        detector=measure.detector,
        threshold=name,
        now=rule.rule.thresholds[name],
        by=rule.sources[name],
        proposes=max(wanted, default=None),
        classes=by_class,
    )


def _of_class(
    threshold: str, rule: EffectiveRule, name: str, values: Sequence[float]
) -> ClassProposal:
    now, words = rule.thresholds_of(name)[threshold]
    usual = percentile(values, SHARE)
    wanted = math.ceil(MARGIN * usual)
    return ClassProposal(
        class_=name,
        addresses=len(values),
        usual=usual,
        highest=max(values),
        now=now,
        by=words,
        proposes=wanted if wanted > now else None,
    )


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest-rank percentile.

    >>> percentile([1, 2, 3, 4], 0.5), percentile([7.0], 0.99)
    (2, 7.0)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
