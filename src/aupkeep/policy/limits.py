"""What a rule may do at all: a pack with a rule beyond these limits does not load.

A rule acts alone only where (docs/invariants.md: 1, 3, 4, 6, 10)
- its measure is at most L4; L5 needs one person, L6, L7 and X two; it holds or refuses no account's
  mail and off-boards nobody;
- the clause is not `general`, which is for people, unless the rule is not live;
- it stands under a clause that its kinds belong to;
- from L1 it needs E1 or more, names its kinds, none of the sealed track, and `cleared.recently` is
  one of the alternatives of its `unless`: what a person cleared only asks a person (invariant 1);
- from L2 `customer.protected` and `customer.critical` are alternatives of its `unless`, and it has
  hours: the deadline or the expiry;
- from L3 it needs E2 or more, lasts 24 hours at most, says its scope, names the offender's role,
  or where it protects the victim's, and then only kinds of protection;
- at L4 `harm.in_progress` is one of the things that must hold.
"""

from collections.abc import Iterator

from aupkeep.model.ladder import (
    MEASURES,
    OF_AN_ACCOUNT,
    PROTECTIVE,
    RULE_HOURS,
    Evidence,
    Level,
    Measure,
)
from aupkeep.model.taxonomy import KINDS, PROTECTION, ROWS
from aupkeep.policy.condition import Condition
from aupkeep.policy.pack import PolicyRule, RuleOutcome, Status
from aupkeep.policy.tree import Choices, Compare, Constant, In, Name, Node, conjuncts, disjuncts

MAX_DEADLINE = 24 * 30
FOR_PEOPLE = OF_AN_ACCOUNT | {Measure.OFF_BOARD}  # no rule can aim it, or sets a customer's day
CLEARED = "cleared.recently"
SHIELDS = ("customer.protected", "customer.critical")
SEALED = frozenset(kind.name for kind in KINDS.values() if kind.first_action == "sealed-track")

Complaint = tuple[str, str]  # the key of the rule that is wrong, and why


def complaints(rule: PolicyRule) -> Iterator[Complaint]:
    """Everything in which a rule goes beyond what rules may do; the key tells the line."""
    if rule.level > Level.L4:
        yield (
            "measure",
            f"expected a measure up to L4, found {rule.measure} ({rule.level.name}): for people",
        )
    if rule.clause == "general" and rule.status is Status.LIVE:
        yield "status", "expected no live rule under clause general: it is for people only"
    yield from _scope(rule)
    yield from _time(rule)
    yield from _belongs(rule)
    if rule.level >= Level.L1:
        yield from _contact(rule)
    if rule.level >= Level.L2:
        yield from _shields(rule)
    if rule.level >= Level.L3:
        yield from _narrow(rule)
    if rule.status in {Status.LIVE, Status.SHADOW}:
        yield from _tested(rule)


def _scope(rule: PolicyRule) -> Iterator[Complaint]:
    if rule.measure in FOR_PEOPLE:
        yield "measure", f"expected a measure that a rule takes, found {rule.measure}: for people"
    allowed = MEASURES[rule.measure].scopes or ("none",)
    if rule.level <= Level.L4 and rule.scope not in allowed:
        expected = " or ".join(sorted(allowed))
        yield "scope", f"expected scope {expected} for {rule.measure}, found {rule.scope!r}"


def _time(rule: PolicyRule) -> Iterator[Complaint]:
    """Invariant 6: no implicit expiry, and none where nothing is restricted or asked."""
    most = RULE_HOURS if rule.level >= Level.L3 else MAX_DEADLINE
    if rule.level >= Level.L2 and not 1 <= rule.hours <= most:
        actual = rule.hours or "none"
        yield "hours", f"expected hours from 1 to {most} for {rule.measure}, found {actual}"
    if rule.level <= Level.L1 and rule.hours:
        yield "hours", f"expected no hours for {rule.measure}, found {rule.hours}"


def _contact(rule: PolicyRule) -> Iterator[Complaint]:
    """Telling a customer is an act too: an allegation alone (E0) leads to none."""
    if rule.needs < Evidence.E1:
        yield "needs", f"expected needs E1 or more for {rule.level.name}, found {rule.needs.name}"
    if rule.unless is None:
        yield "unless", f"expected an unless for {rule.level.name}, found none"
    elif CLEARED not in _alternatives(rule):
        yield "unless", f"expected {CLEARED} as a || alternative for {rule.level.name}, found none"
    if not rule.notice:
        yield "notice", f"expected a notice for {rule.level.name}, found none"
    if not rule.false_positives:
        yield "false-positives", "expected at least one known false positive, found none"
    kinds = pinned(rule.when, "finding.kind")
    if not kinds:
        yield (
            "when",
            "expected finding.kind == … or finding.kind in [ … ] among the things that must hold",
        )
    for kind in sorted(kinds & SEALED):
        yield "when", f"expected no kind of the sealed track, found {kind!r}: it is for people only"


def _belongs(rule: PolicyRule) -> Iterator[Complaint]:
    """A kind belongs to the clauses of its rows in the taxonomy."""
    for kind in sorted(pinned(rule.when, "finding.kind")):
        rows = [row for row in ROWS if row.name == kind]
        clauses = sorted({name for row in rows for name in (row.clause, row.also) if name})
        if rows and rule.clause not in clauses:
            yield "clause", f"expected {' or '.join(clauses)} for {kind}, found {rule.clause}"


def _alternatives(rule: PolicyRule) -> set[str]:
    """The bare facts any one of which holds the rule back."""
    nodes = disjuncts(rule.unless.tree) if rule.unless else ()
    return {node.name for node in nodes if isinstance(node, Name)}


def _shields(rule: PolicyRule) -> Iterator[Complaint]:
    """Invariant 4: protected and critical cap automation at L1, and unknown counts as protected."""
    for shield in SHIELDS:
        if shield not in _alternatives(rule):
            yield (
                "unless",
                f"expected {shield} as a || alternative for {rule.level.name}, found none",
            )


def _narrow(rule: PolicyRule) -> Iterator[Complaint]:
    if rule.needs < Evidence.E2:
        yield "needs", f"expected needs E2 or more for {rule.level.name}, found {rule.needs.name}"
    roles = pinned(rule.when, "finding.role")
    if rule.measure in PROTECTIVE:
        yield from _protects(rule, roles)
    elif not roles or "victim" in roles:
        yield (
            "when",
            "expected finding.role == 'offender' among the things that must hold, found none",
        )
    if rule.measure is Measure.BLOCK_PORT and "target.port" not in rule.when.reads:
        yield "when", "expected target.port: a port block without a port has no target, found none"
    if rule.level == Level.L4 and not _demands(rule.when, "harm.in_progress"):
        yield "when", "expected harm.in_progress among the things that must hold at L4, found none"


def _protects(rule: PolicyRule, roles: frozenset[str]) -> Iterator[Complaint]:
    """Invariant 10: what a victim is protected by is for victims, and for nothing else."""
    kinds = pinned(rule.when, "finding.kind")
    if roles != {"victim"}:
        actual = ", ".join(sorted(roles)) or "none"
        yield "when", f"expected finding.role == 'victim' for {rule.measure}, found {actual}"
    for kind in sorted(kinds):
        if not kind.startswith(PROTECTION):
            yield "when", f"expected kinds of {PROTECTION} for {rule.measure}, found {kind!r}"


def _tested(rule: PolicyRule) -> Iterator[Complaint]:
    """A rule that runs shows one case it is for, and one it is not for."""
    expected = {trial.expect for trial in rule.trials}
    if RuleOutcome.MATCHES not in expected:
        yield "tests", "expected a test with expect: matches, found none"
    if not expected & {RuleOutcome.HELD, RuleOutcome.SILENT}:
        yield "tests", "expected a test with expect: held or silent, found none"


def pinned(condition: Condition, name: str) -> frozenset[str]:
    """The only values of a string fact under which the condition can hold; empty = not pinned."""
    sets = [values for node in conjuncts(condition.tree) if (values := _values(node, name))]
    return frozenset.intersection(*sets) if sets else frozenset()


def _values(node: Node, name: str) -> frozenset[str]:
    match node:
        case Compare(sign="==", left=Name(name=fact), right=Constant(value=value)):
            return frozenset({str(value)}) if fact == name else frozenset()
        case In(item=Name(name=fact), box=Choices(values=values)):
            return frozenset(str(value.value) for value in values if fact == name)
        case _:
            return frozenset()


def _demands(condition: Condition, name: str) -> bool:
    return any(isinstance(node, Name) and node.name == name for node in conjuncts(condition.tree))
