"""How long what is kept: the table of a policy pack, and the rule an erasure is done under."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RetentionKind(StrEnum):
    """What has a period of its own."""

    CASE = "case"  # a closed case with all that belongs to it, and the reports only it rests on
    REPORT = "report"  # a report that no case rests on


class RetentionStart(StrEnum):
    """The moment a period begins at."""

    CLOSED = "closed"  # a case's last change: a late report begins it anew
    HANDLED = "handled"  # a report read, or taken out of the inbox where it stood there


STARTS = {
    RetentionKind.CASE: RetentionStart.CLOSED,
    RetentionKind.REPORT: RetentionStart.HANDLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPeriod:
    """One row of the table."""

    kind: RetentionKind
    days: int

    @property
    def rule(self) -> str:
        """The rule as the journal names it.

        >>> RetentionPeriod(kind=RetentionKind.CASE, days=1096).rule
        'case, 1096 days after closed'
        """
        return f"{self.kind}, {self.days} days after {STARTS[self.kind]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTable:
    """The table; a kind without a period is kept. `automatic`: the worker erases."""

    periods: Mapping[RetentionKind, RetentionPeriod] = field(default_factory=dict)
    automatic: bool = False

    def plain(self) -> dict[str, object]:
        """As it stands in a version's content."""
        rows = [
            {"kind": period.kind.value, "days": period.days, "after": STARTS[period.kind].value}
            for period in self.periods.values()
        ]
        return {"automatic": self.automatic, "periods": rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUntil:
    """A legal hold that keeps it: until when, and who set it."""

    until: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionClock:
    """`rule` is "" where no row of the table is about it: it is kept for ever.

    `until` is when its period is over, None before the period begins. `keeps` says what keeps it
    then all the same; `automatic` that the worker erases it.
    """

    rule: str
    until: datetime | None
    keeps: tuple[str, ...]
    holds: tuple[HeldUntil, ...]
    automatic: bool
    trouble: str = ""

    @property
    def words(self) -> str:
        """The clock in a sentence.

        >>> RetentionClock(rule="", until=None, keeps=(), holds=(), automatic=False).words
        'Kept for ever: the policy in force has no period for it.'
        """
        if self.trouble:
            return f"Kept: {self.trouble}."
        if not self.rule:
            return "Kept for ever: the policy in force has no period for it."
        over = f" Its period ends {self.until:%Y-%m-%d}." if self.until else ""
        if self.keeps:
            return f"Kept: {', '.join(self.keeps)}.{over} Rule: {self.rule}."
        how = "by the worker" if self.automatic else "when somebody runs the erasure"
        return f"Erased from {self.until:%Y-%m-%d} on, {how}. Rule: {self.rule}."
