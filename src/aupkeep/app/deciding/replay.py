"""Replaying a decision: the facts as they were, under the policy as it was, once more."""

from dataclasses import dataclass

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.policy_versions import adopted_version
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Missing
from aupkeep.model.ruling import Ruling
from aupkeep.policy import engine
from aupkeep.store import decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedDecision:
    """Whether a decision comes out again: `same` is None where there is no ruling to repeat."""

    decision: str
    rule: str
    policy: str
    facts: str
    same: bool | None
    differs: tuple[str, ...]
    why: str


def replay_decision(context: AppContext, decision_id: str) -> ReplayedDecision:
    """Whether the stored facts under the recorded policy still lead to the same ruling.

    `same` is None for what a person decided or a lift. Raises `Missing` for an unknown decision, or
    a policy version this journal does not hold.
    """
    del context
    decision = decisions.get(decision_id)
    if decision is None:
        raise Missing(f"decision: expected a known id, found {decision_id[:60]!r}")
    by_rule = decision.automatic and decision.reverses is None
    differs = _differences(decision) if by_rule else ()
    why = "the ruling differs" if differs else "the same facts lead to the same ruling"
    return ReplayedDecision(
        decision=decision.id,
        rule=decision.versions.rule,
        policy=decision.versions.policy,
        facts=decision.facts.digest(),
        same=not differs if by_rule else None,
        differs=differs,
        why=why if by_rule else "a person decided; no rule did",
    )


def _differences(decision: Decision) -> tuple[str, ...]:
    """Each part of the ruling that comes out otherwise."""
    ruling = engine.ruling(adopted_version(decision.versions.policy), decision.facts)
    if not isinstance(ruling, Ruling):
        return ("no rule speaks",)
    pairs = {
        "rule": (ruling.rule, decision.versions.rule),
        "clause": (ruling.clause, decision.clause),
        "measure": (ruling.measure, decision.measure),
        "level": (ruling.level, decision.level),
        "trace": (ruling.trace, decision.trace),
    }
    return tuple(
        f"{name}: expected {then}, found {now}" if name != "trace" else "trace"
        for name, (now, then) in pairs.items()
        if now != then
    )
