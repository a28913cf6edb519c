"""Three-valued evaluation (Kleene 1952, strong tables) with a trace of every condition.

True, False, and None for unknown. A fact that is absent or of another type than the table says is
unknown; nothing raises. A condition is compiled once to closures. Each evaluation reads the facts
into one tuple and computes every leaf, also those whose result cannot matter any more: the trace
is whole, so "would not have been blocked if …" can be answered from it.

A leaf is a part without `&&` and `||` above its comparisons, a negated leaf included.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from aupkeep.model.facts import Value
from aupkeep.model.ruling import TraceStep
from aupkeep.policy.facts import FACTS
from aupkeep.policy.leaf import FITS, Leaf, leaf_for
from aupkeep.policy.tree import Every, Node, Not, Some, names

FOLD = re.compile(r"\s*\n\s*")  # no string literal holds a line feed, so folding changes none
Truth = bool | None
Joint = Callable[[Sequence[Truth]], Truth]


class CompiledCondition:
    """A condition ready to run. `reads` are its facts, `texts` its leaves as written."""

    __slots__ = ("_get", "_joint", "_leaves", "_reads_of", "reads", "text", "texts")

    def __init__(self, text: str, node: Node) -> None:
        """Compile a tree that `check.problems` found nothing wrong with."""
        self.text = FOLD.sub(" ", text)
        self.reads = tuple(dict.fromkeys(names(node)))
        leaves: list[Node] = []
        joint = _join(node, leaves)
        if isinstance(node, Every | Some) and list(node.parts) == leaves:
            joint = every if isinstance(node, Every) else some  # the common case, at C speed
        self._joint: Joint = joint
        self._leaves: tuple[Leaf, ...] = tuple(leaf_for(leaf, self.reads) for leaf in leaves)
        self.texts = tuple(FOLD.sub(" ", text[leaf.start : leaf.end]) for leaf in leaves)
        self._reads_of = tuple(tuple(dict.fromkeys(names(leaf))) for leaf in leaves)

    def run(self, facts: Mapping[str, object]) -> tuple[Truth, tuple[object, ...], list[Truth]]:
        """The result, the values read and the result of each leaf. Never raises.

        The whole trace is in the answer; `steps` turns it into records when one is wanted.
        """
        get = facts.get
        values = tuple([get(name) for name in self.reads])
        results = [leaf(values) for leaf in self._leaves]
        return self._joint(results), values, results

    def steps(self, rule: str, part: str, facts: Mapping[str, object]) -> tuple[TraceStep, ...]:
        """One step per leaf in the order of the text, then the whole where it is more than that."""
        result, _, results = self.run(facts)
        steps = [
            TraceStep(rule=rule, part=part, text=text, result=result, read=_read(reads, facts))
            for text, result, reads in zip(self.texts, results, self._reads_of, strict=True)
        ]
        if steps[0].text != self.text:  # also where there are several: each is a part of it
            steps.append(TraceStep(rule=rule, part=part, text=self.text, result=result))
        return tuple(steps)


def _read(
    reads: tuple[str, ...], facts: Mapping[str, object]
) -> tuple[tuple[str, Value | None], ...]:
    """What the leaf saw: a mistyped value is shown as unknown, as it was treated."""
    return tuple((name, _seen(name, facts.get(name))) for name in reads)


def _seen(name: str, value: object) -> Value | None:
    fits = FITS[FACTS[name].type]
    return cast("Value", value) if fits(value) else None


def _join(node: Node, leaves: list[Node]) -> Joint:
    """A function of the leaves' results; collects the leaves on the way."""
    if isinstance(node, Every | Some):
        return _several(node, leaves)
    if isinstance(node, Not) and isinstance(node.part, Every | Some | Not):
        inner = _join(node.part, leaves)
        return lambda results: _negated(inner(results))
    leaves.append(node)
    index = len(leaves) - 1
    return lambda results: results[index]


def _several(node: Every | Some, leaves: list[Node]) -> Joint:
    joints = [_join(part, leaves) for part in node.parts]
    joined = every if isinstance(node, Every) else some
    return lambda results: joined([joint(results) for joint in joints])


def every(results: Sequence[Truth]) -> Truth:
    """Kleene and: false wins, then unknown."""
    if False in results:
        return False
    return None if None in results else True


def some(results: Sequence[Truth]) -> Truth:
    """Kleene or: true wins, then unknown."""
    if True in results:
        return True
    return None if None in results else False


def _negated(result: Truth) -> Truth:
    return None if result is None else not result
