"""How long what is kept: the table of a policy pack, and the rule an erasure is done under."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
