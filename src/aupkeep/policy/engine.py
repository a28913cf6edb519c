"""Facts and a policy version in, a ruling with its trace out. Pure, total and deterministic.

Which rule speaks, when several match:
1. a live rule before a shadow one: a trial never silences the policy in force;
2. then the higher level;
3. then the higher evidence demand, the more specific rule;
4. then the order of the pack: files by name, rules by line.
Drafts and retired rules are not looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aupkeep.model.facts import Facts, Value
from aupkeep.model.ladder import Measure
from aupkeep.model.ruling import Ruling, Silent, TraceStep
from aupkeep.policy.pack import Pack, PolicyRule, RuleOutcome, Status, outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """One condition that was looked at: True, False or None (unknown), and the values it read."""

    rule: str
    part: str
    text: str
    result: bool | None
    read: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEvaluation:
    """What a pack says of some facts; all but the trace is None where no rule speaks."""

    clause: str | None = None
    rule: str | None = None
    level: str | None = None  # "L3"
    measure: Measure | None = None
    scope: str | None = None
    trace: tuple[ShownStep, ...]


def ruling(pack: Pack, facts: Facts) -> Ruling | Silent:
    """The ruling of the pack on these facts, with every condition that was looked at.

    Never raises: a missing or mistyped fact is unknown.
    """
    trace = trace_of(pack, facts)
    matching = _matching(pack, facts)
    if not matching:
        return Silent(policy=pack.digest, trace=trace)
    return _ruling(pack, min(matching, key=_rank), trace)


def rulings(pack: Pack, facts: Facts) -> tuple[Ruling, ...]:
    """What every matching live rule proposes, in the order in which they speak.

    The first is that of `ruling`; the others are what is left when the gate refuses it.
    """
    trace = trace_of(pack, facts)
    matching = (rule for rule in _matching(pack, facts) if rule.status is Status.LIVE)
    return tuple(_ruling(pack, rule, trace) for rule in sorted(matching, key=_rank))


def shadows(pack: Pack, facts: Facts) -> tuple[Ruling, ...]:
    """What each matching shadow rule would have proposed; to be recorded, never acted on."""
    matching = (rule for rule in _matching(pack, facts) if rule.status is Status.SHADOW)
    return tuple(_ruling(pack, rule, steps_of(rule, facts)) for rule in matching)


def trace_of(pack: Pack, facts: Facts) -> tuple[TraceStep, ...]:
    """The steps of every live and shadow rule in the pack's order."""
    return tuple(step for rule in _active(pack) for step in steps_of(rule, facts))


def steps_of(rule: PolicyRule, facts: Facts) -> tuple[TraceStep, ...]:
    """The steps of one rule: parts `needs`, `when`, `unless`."""
    unless = rule.unless.steps(rule.id, "unless", facts.values) if rule.unless else ()
    needs = rule.met.steps(rule.id, "needs", facts.values)
    return (*needs, *rule.when.steps(rule.id, "when", facts.values), *unless)


def shown(ruling: Ruling | Silent) -> PolicyEvaluation:
    """What `aupkeep policy eval` shows of a ruling."""
    steps = tuple(
        ShownStep(
            rule=step.rule,
            part=step.part,
            text=step.text,
            result=step.result,
            read=dict(step.read),
        )
        for step in ruling.trace
    )
    if isinstance(ruling, Silent):
        return PolicyEvaluation(trace=steps)
    return PolicyEvaluation(
        clause=ruling.clause,
        rule=ruling.rule,
        level=ruling.level.name,
        measure=ruling.measure,
        scope=ruling.scope,
        trace=steps,
    )


def _active(pack: Pack) -> list[PolicyRule]:
    return [rule for rule in pack.rules if rule.status in {Status.LIVE, Status.SHADOW}]


def _matching(pack: Pack, facts: Facts) -> list[PolicyRule]:
    return [rule for rule in _active(pack) if outcome(rule, facts) is RuleOutcome.MATCHES]


def _rank(rule: PolicyRule) -> tuple[bool, int, int]:
    """Lowest first; `min` keeps the pack's order among equals."""
    return rule.status is not Status.LIVE, -rule.level, -rule.needs


def _ruling(pack: Pack, rule: PolicyRule, trace: tuple[TraceStep, ...]) -> Ruling:
    return Ruling(
        clause=rule.clause,
        rule=rule.id,
        level=rule.level,
        measure=rule.measure,
        scope=rule.scope,
        hours=rule.hours,
        needs=rule.needs,
        standard=rule.standard,
        notice=rule.notice,
        policy=pack.digest,
        shadow=rule.status is not Status.LIVE,
        trace=trace,
    )
