"""The breaker over all automation (invariant 8): a faulty rule hurts few, then stops.

Defaults: 20 narrow blocks and 5 isolations an hour, and 0.5 % of customers a day but at least one.
Settings may change these up to a ceiling that none lifts: 100 narrow blocks, 25 isolations, 2 %.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.model.automatic_measure import AutomaticMeasure
from aupkeep.model.counted import counted
from aupkeep.model.decision import Refused
from aupkeep.model.ladder import Level

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INVARIANT = 8
CEILING_L3, CEILING_L4, CEILING_SHARE = 100, 25, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerLimits:
    """How much automation may do before people must look."""

    l3_an_hour: int = 20
    l4_an_hour: int = 5
    share_a_day: float = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationCount:
    """What automation did lately: decisions of the last hour, customers of the last 24 hours."""

    l3: int = 0
    l4: int = 0
    touched: frozenset[str] = frozenset()  # customers restricted by a rule
    customers: int = 0  # of the provider, all in all


def count(measures: Iterable[AutomaticMeasure], customers: int, now: datetime) -> AutomationCount:
    """Count the restrictions among what rules decided in the last day."""
    rules = [measure for measure in measures if measure.level >= Level.L3]
    recent = [measure.level for measure in rules if measure.starts > now - HOUR]
    touched = frozenset(measure.customer for measure in rules if measure.starts > now - DAY)
    return AutomationCount(
        l3=recent.count(Level.L3), l4=recent.count(Level.L4), touched=touched, customers=customers
    )


def allowed(customers: int, limits: BreakerLimits) -> int:
    """How many customers automation may touch in a day: the share, but at least one."""
    return max(1, int(customers * min(limits.share_a_day, CEILING_SHARE)))


def trip(
    level: Level, customer: str, so_far: AutomationCount, limits: BreakerLimits
) -> Refused | None:
    """Why one more automatic measure of this level must wait for a person, or None."""
    if level < Level.L3:
        return None
    if level is Level.L3 and so_far.l3 >= min(limits.l3_an_hour, CEILING_L3):
        return _open(f"{so_far.l3} automatic narrow blocks in the last hour")
    if level is Level.L4 and so_far.l4 >= min(limits.l4_an_hour, CEILING_L4):
        return _open(f"{so_far.l4} automatic isolations in the last hour")
    most = allowed(so_far.customers, limits)
    if len(so_far.touched | {customer}) > most:
        return _open(
            f"automation touched {counted(len(so_far.touched), 'customer')} today, {most} allowed"
        )
    return None


def _open(what: str) -> Refused:
    return Refused(
        reason=f"The breaker is open: {what}; a person must decide.", invariant=INVARIANT
    )
