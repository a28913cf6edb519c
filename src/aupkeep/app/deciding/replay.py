"""Replaying a decision: the facts as they were, under the policy as it was, once more."""

from typing import Any

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.adopt import adopted_version
from aupkeep.model.decision import Decision
from aupkeep.model.errors import Missing
from aupkeep.model.ruling import Ruling
from aupkeep.policy import engine
from aupkeep.store import decisions


def replay_decision(context: AppContext, decision_id: str) -> dict[str, Any]:
    """Whether the stored facts under the recorded policy still lead to the same ruling.

    `same` is None for what a person decided or a lift: there is no ruling to repeat. Raises
    `Missing` for an unknown decision, or a policy version this journal does not hold.
    """
    del context
    decision = decisions.get(decision_id)
    if decision is None:
        raise Missing(f"decision: expected a known id, found {decision_id[:60]!r}")
    told = {
        "decision": decision.id,
        "rule": decision.versions.rule,
        "policy": decision.versions.policy,
        "facts": decision.facts.digest(),
    }
    if not decision.automatic or decision.reverses is not None:
        return {**told, "same": None, "differs": [], "why": "a person decided; no rule did"}
    differs = _differences(decision)
    why = "the same facts lead to the same ruling" if not differs else "the ruling differs"
    return {**told, "same": not differs, "differs": differs, "why": why}


def _differences(decision: Decision) -> list[str]:
    """Each part of the ruling that comes out otherwise."""
    found = engine.ruling(adopted_version(decision.versions.policy), decision.facts)
    if not isinstance(found, Ruling):
        return ["no rule speaks"]
    pairs = {
        "rule": (found.rule, decision.versions.rule),
        "clause": (found.clause, decision.clause),
        "measure": (found.measure, decision.measure),
        "level": (found.level, decision.level),
        "trace": (found.trace, decision.trace),
    }
    return [
        f"{name}: expected {then}, found {now}" if name != "trace" else "trace"
        for name, (now, then) in pairs.items()
        if now != then
    ]
