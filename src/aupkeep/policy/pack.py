"""A policy pack in memory: the operator's clauses, the rules, and the hash of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aupkeep.model.clause import Clause
from aupkeep.model.errors import Invalid
from aupkeep.model.facts import Facts
from aupkeep.model.finding import Mode
from aupkeep.model.ladder import LEVELS, Evidence, Level, Measure, Standard
from aupkeep.model.retention import RetentionTable
from aupkeep.policy.condition import Condition


class Status(StrEnum):
    """Where a rule is in its life: a draft never rules, a shadow proposes, a live one acts."""

    DRAFT = "draft"
    SHADOW = "shadow"
    LIVE = "live"
    RETIRED = "retired"


class RuleOutcome(StrEnum):
    """How a rule stands to some facts."""

    MATCHES = "matches"  # enough evidence, `when` is true, `unless` is false
    HELD = "held"  # the same, but `unless` is true or unknown
    SILENT = "silent"  # too little evidence, or `when` is false or unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a pack; `line` from 1, `rule` None where it concerns no rule."""

    file: str
    line: int
    rule: str | None
    reason: str


class BadPack(Invalid):
    """A pack does not load; `problems` is everything that is wrong, by file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """The message is the first problem and the number of others."""
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        rule = f"rule {first.rule}: " if first.rule else ""
        super().__init__(f"{first.file}:{first.line}: {rule}{first.reason}{more}")
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """An inline test of a rule: on these facts it must stand like this."""

    name: str
    facts: Facts
    expect: RuleOutcome
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """One rule. `met` is its evidence demand as a condition; `digest` the hash of its content.

    `hours` is how long a measure may last (L3, L4) or how long the customer has (L2), else 0.
    """

    id: str
    clause: str
    standard: Standard
    title: str
    status: Status
    when: Condition
    unless: Condition | None
    met: Condition
    needs: Evidence
    measure: Measure
    scope: str
    hours: int
    notice: str
    owner: str
    rationale: str
    false_positives: tuple[str, ...]
    trials: tuple[RuleTest, ...] = field(repr=False)
    digest: str

    @property
    def level(self) -> Level:
        """The measure's level."""
        return LEVELS[self.measure]

    @property
    def reads(self) -> tuple[str, ...]:
        """Every fact the rule looks at, each once."""
        unless = self.unless.reads if self.unless else ()
        return tuple(dict.fromkeys((*self.met.reads, *self.when.reads, *unless)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSettings:
    """One detector as the pack has it; `mode` None leaves it at the detector's own default.

    `lines` maps the detector's own name ("") and each threshold to its line in `file`.
    """

    name: str
    mode: Mode | None
    thresholds: Mapping[str, float]
    file: str = field(compare=False)
    lines: Mapping[str, int] = field(compare=False)

    def plain(self) -> dict[str, object]:
        """As it stands in a version's content."""
        mode = {"mode": self.mode.value} if self.mode else {}
        return {**mode, "thresholds": dict(self.thresholds)}


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class Pack:
    """A loaded version. `digest` is the SHA-256 of `content`, which is itself a loadable file.

    `retention` None keeps everything.
    """

    id: str
    title: str
    clauses: Mapping[str, Clause]
    rules: tuple[PolicyRule, ...]
    detectors: Mapping[str, DetectorSettings]
    digest: str
    content: bytes = field(repr=False)
    retention: RetentionTable | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """Every fact that some live or shadow rule looks at, sorted."""
        active = (rule for rule in self.rules if rule.status in {Status.LIVE, Status.SHADOW})
        return tuple(sorted({name for rule in active for name in rule.reads}))


def outcome(rule: PolicyRule, facts: Facts) -> RuleOutcome:
    """How the rule stands to the facts, whatever its status.

    Unknown never restricts: a `when` or an evidence level that is unknown leaves it silent.
    Unknown never lifts a protection: an `unless` that is unknown holds it back.
    """
    if rule.met.holds(facts.values) is not True or rule.when.holds(facts.values) is not True:
        return RuleOutcome.SILENT
    if rule.unless is not None and rule.unless.holds(facts.values) is not False:
        return RuleOutcome.HELD
    return RuleOutcome.MATCHES
