"""A condition as the other modules use it: its text, its tree and its compiled form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aupkeep.model.ruling import TraceStep
from aupkeep.policy.check import problems
from aupkeep.policy.evaluate import CompiledCondition
from aupkeep.policy.parser import parse
from aupkeep.policy.tree import BadCondition, Node


@dataclass(frozen=True, slots=True)
class Condition:
    """Parsed, type-checked and compiled; made by `read` and `examine` only."""

    text: str
    tree: Node
    compiled: CompiledCondition = field(compare=False, repr=False)

    @property
    def reads(self) -> tuple[str, ...]:
        """The facts it reads, each once, in the order of the text."""
        return self.compiled.reads

    def holds(self, facts: Mapping[str, object]) -> bool | None:
        """True, False or None (unknown); never raises.

        >>> read("evidence.level >= 2 && !customer.protected").holds({"evidence.level": 1})
        False
        """
        return self.compiled.run(facts)[0]

    def steps(self, rule: str, part: str, facts: Mapping[str, object]) -> tuple[TraceStep, ...]:
        """The trace of one evaluation."""
        return self.compiled.steps(rule, part, facts)


def examine(text: str) -> Condition | list[BadCondition]:
    """The condition, or everything that is wrong with it."""
    text = text.strip()
    try:
        tree = parse(text)
    except BadCondition as error:
        return [error]
    return problems(text, tree) or Condition(text, tree, CompiledCondition(text, tree))


def read(text: str) -> Condition:
    """The condition. Raises `BadCondition` with the first thing that is wrong."""
    examined = examine(text)
    if isinstance(examined, list):
        raise examined[0]
    return examined
