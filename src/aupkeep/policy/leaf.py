"""One comparison as a closure over the tuple of values that a condition reads.

Operands may be truth values of a whole bracket (`(a && b) == true`); they go the slow way. The
common leaves, a fact beside a literal, are written out: they run half a million times a second.
"""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from aupkeep.policy.automaton import matcher
from aupkeep.policy.facts import FACTS, FactType
from aupkeep.policy.tree import (
    Choices,
    Compare,
    Constant,
    Every,
    In,
    IsKnown,
    MatchesPattern,
    Name,
    Node,
    Not,
    Size,
    Some,
    StartsWith,
)

Leaf = Callable[[Sequence[object]], bool | None]
Operand = Callable[[Sequence[object]], object]  # None = unknown
Sign = Callable[[Any, Any], bool]
SIGNS: dict[str, Sign] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _is_bool(value: object) -> bool:
    return value is True or value is False


def _is_int(value: object) -> bool:
    return type(value) is int or (isinstance(value, int) and not isinstance(value, bool))


def _is_float(value: object) -> bool:
    return math.isfinite(value) if isinstance(value, float) else _is_int(value)


def _is_string(value: object) -> bool:
    return isinstance(value, str)


def _is_strings(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


FITS: dict[FactType, Callable[[object], bool]] = {
    FactType.BOOL: _is_bool,
    FactType.INT: _is_int,
    FactType.FLOAT: _is_float,
    FactType.STRING: _is_string,
    FactType.STRINGS: _is_strings,
}


def leaf_for(node: Node, reads: tuple[str, ...]) -> Leaf:
    """The closure of one leaf; `reads` gives each fact's place in the tuple of values."""
    match node:
        case Name(name=name):
            return _bare(reads.index(name))
        case Not(part=Name(name=name)):
            return _denied(reads.index(name))
        case Compare(sign=sign, left=Name(name=name), right=Constant(value=value)):
            return _beside(name, sign, value, reads)
        case Compare(sign=sign, left=Constant(value=value), right=Name(name=name)):
            return _beside(name, FLIPPED.get(sign, sign), value, reads)
        case In(item=Name(name=name), box=Choices(values=values)):
            return _among(name, frozenset(value.value for value in values), reads)
        case _:
            return _general(node, reads)


def _bare(at: int) -> Leaf:
    def leaf(values: Sequence[object]) -> bool | None:
        actual = values[at]
        return actual if actual is True or actual is False else None

    return leaf


def _denied(at: int) -> Leaf:
    def leaf(values: Sequence[object]) -> bool | None:
        actual = values[at]
        return False if actual is True else True if actual is False else None

    return leaf


def _beside(name: str, sign: str, value: object, reads: tuple[str, ...]) -> Leaf:
    """`fact sign literal`; the exact type is the quick way in."""
    at, compare = reads.index(name), SIGNS[sign]
    fact = FACTS[name].type
    fits = FITS[fact]
    quick = {FactType.INT: int, FactType.STRING: str, FactType.BOOL: bool}.get(fact)

    def leaf(values: Sequence[object]) -> bool | None:
        actual = values[at]
        if type(actual) is quick or fits(actual):
            return compare(actual, value)
        return None

    return leaf


def _among(name: str, box: frozenset[object], reads: tuple[str, ...]) -> Leaf:
    at, fits = reads.index(name), FITS[FACTS[name].type]

    def leaf(values: Sequence[object]) -> bool | None:
        actual = values[at]
        return actual in box if fits(actual) else None

    return leaf


def _general(node: Node, reads: tuple[str, ...]) -> Leaf:
    compute = operand(node, reads)

    def leaf(values: Sequence[object]) -> bool | None:
        result = compute(values)
        return result if isinstance(result, bool) else None

    return leaf


def operand(node: Node, reads: tuple[str, ...]) -> Operand:  # noqa: PLR0911 - one per node type
    """Any node as a closure; an unknown part makes a comparison unknown, Kleene joins the rest."""
    match node:
        case Constant():
            return lambda _: node.value
        case Choices():
            box = frozenset(value.value for value in node.values)
            return lambda _: box
        case Name():
            return _fact(node.name, reads)
        case Not():
            inner = operand(node.part, reads)
            return lambda values: None if (value := inner(values)) is None else not value
        case Every() | Some():
            return _joined(node, reads)
        case Compare():
            return _both(SIGNS[node.sign], node.left, node.right, reads)
        case In():
            return _both(lambda item, box: item in box, node.item, node.box, reads)
        case IsKnown():
            fact = _fact(node.name.name, reads)
            return lambda values: fact(values) is not None
        case Size():
            return _applied(len, node.name, reads)
        case StartsWith():
            return _applied(lambda text: text.startswith(node.prefix), node.name, reads)
        case MatchesPattern():
            return _applied(matcher(node.pattern), node.name, reads)


def _fact(name: str, reads: tuple[str, ...]) -> Operand:
    at, fits = reads.index(name), FITS[FACTS[name].type]
    return lambda values: value if fits(value := values[at]) else None


def _applied(function: Callable[..., object], name: Name, reads: tuple[str, ...]) -> Operand:
    fact = _fact(name.name, reads)
    return lambda values: None if (value := fact(values)) is None else function(value)


def _both(function: Sign, left: Node, right: Node, reads: tuple[str, ...]) -> Operand:
    first, second = operand(left, reads), operand(right, reads)

    def joined(values: Sequence[object]) -> object:
        left_value, right_value = first(values), second(values)
        return (
            None if left_value is None or right_value is None else function(left_value, right_value)
        )

    return joined


def _joined(node: Every | Some, reads: tuple[str, ...]) -> Operand:
    parts = [operand(part, reads) for part in node.parts]
    winner = isinstance(node, Some)

    def joined(values: Sequence[object]) -> object:
        results = [part(values) for part in parts]
        if winner in results:
            return winner
        return None if None in results else not winner

    return joined
