"""Rules of a pack that overlap: of one level, for one kind and one role.

Two rules that may run overlap when they are of one level, and one kind and one role may match both.
It is no fault: of the two, the first in the pack speaks. But one of them is often a forgotten one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from aupkeep.policy.limits import pinned
from aupkeep.policy.pack import PolicyRule, Status

RUNS = {Status.LIVE, Status.SHADOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOverlap:
    """Two rules by id, their level and the kinds that both may match."""

    rules: tuple[str, str]
    level: str
    kinds: tuple[str, ...]


def overlaps(rules: Iterable[PolicyRule]) -> Iterator[RuleOverlap]:
    """Every pair of overlapping rules, in the order of the pack."""
    running = [rule for rule in rules if rule.status in RUNS]
    for first, second in combinations(running, 2):
        if first.level is not second.level or first.measure is not second.measure:
            continue
        kinds = _shared(first, second, "finding.kind")
        if kinds and _shared(first, second, "finding.role") != ():
            yield RuleOverlap(
                rules=(first.id, second.id), level=first.level.name, kinds=kinds or ()
            )


def _shared(first: PolicyRule, second: PolicyRule, fact: str) -> tuple[str, ...] | None:
    """The values of a fact under which both may match; None where one of them takes any."""
    one_of, other = pinned(first.when, fact), pinned(second.when, fact)
    return tuple(sorted(one_of & other)) if one_of and other else None
