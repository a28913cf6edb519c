"""What a policy proposes about a set of facts, with every condition that was looked at."""

from dataclasses import dataclass

from aupkeep.model.facts import Value
from aupkeep.model.ladder import Evidence, Level, Measure, Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One condition as evaluated: text, values read, and True, False or None (unknown)."""

    rule: str
    part: str  # "when" | "unless"
    text: str
    result: bool | None
    read: tuple[tuple[str, Value | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A rule matched: what it proposes. Only `casework.permit` can turn this into a Decision.

    `scope` says what the measure is aimed at: `port`, `destination`, `address`, `url`, `name`,
    `resource`, `account` or `none`; `hours` how long it may last.
    """

    clause: str
    rule: str
    level: Level
    measure: Measure
    scope: str
    hours: int
    needs: Evidence
    standard: Standard
    notice: str
    policy: str  # content hash of the policy version
    shadow: bool  # the rule is not live: it may propose, never act
    trace: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """No rule matched; the trace shows why not."""

    policy: str
    trace: tuple[TraceStep, ...]
