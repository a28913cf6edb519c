"""The types of a condition, checked against the facts table before any case is touched.

All problems are found, not only the first; each says what was expected and what was found.
"""

from aupkeep.policy.facts import FACTS, FactDefinition, FactType
from aupkeep.policy.tree import (
    BadCondition,
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

NUMBERS = {FactType.INT, FactType.FLOAT}
ORDER = {"<", "<=", ">", ">="}


def problems(text: str, node: Node) -> list[BadCondition]:
    """Every type error of a condition; `text` is its source, for lines and columns.

    >>> from aupkeep.policy.parser import parse
    >>> text = "case.events > 'many'"
    >>> [found.reason for found in problems(text, parse(text))]
    ["expected int or double beside >, found string 'many'"]
    """
    checker = _Checker(text)
    checker.truth(node)
    return checker.found


class _Checker:
    """Walks the tree once; a part whose type is unknown (None) causes no further errors."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[BadCondition] = []

    def bad(self, node: Node, expected: str, actual: str) -> None:
        """Note one error and go on."""
        reason = f"expected {expected}, found {actual}"
        self.found.append(BadCondition(self.text, node.start, reason))

    def quote(self, node: Node) -> str:
        """The part as the author wrote it."""
        return self.text[node.start : node.end][:60]

    def truth(self, node: Node) -> None:
        """The node must be true, false or unknown."""
        kind = self.type(node)
        if kind not in {FactType.BOOL, None}:
            self.bad(node, "bool", f"{kind} {self.quote(node)}")

    def type(self, node: Node) -> FactType | None:
        """The node's type, its inside checked."""
        match node:
            case Constant():
                return _literal(node)
            case Choices():
                self.bad(node, "a list only after `in`", self.quote(node))
                return None
            case Name():
                fact = self.fact(node)
                return fact.type if fact else None
            case Every() | Some():
                for part in node.parts:
                    self.truth(part)
            case Not():
                self.truth(node.part)
            case Compare():
                self.compare(node)
            case In():
                self.inside(node)
            case IsKnown():
                self.fact(node.name)
            case Size():
                return self.size(node)
            case StartsWith() | MatchesPattern():
                self.worded(node.name)
        return FactType.BOOL

    def fact(self, node: Name) -> FactDefinition | None:
        """The row of the table, or a problem."""
        fact = FACTS.get(node.name)
        if fact is None:
            self.bad(node, "a fact of `aupkeep policy facts`", repr(node.name[:60]))
        return fact

    def size(self, node: Size) -> FactType:
        """`size` takes a string or a list."""
        fact = self.fact(node.name)
        if fact and fact.type not in {FactType.STRING, FactType.STRINGS}:
            self.bad(node.name, "string or list(string) in size", f"{fact.type} {fact.name}")
        return FactType.INT

    def worded(self, node: Name) -> None:
        """`startsWith` and `matches` take a string."""
        fact = self.fact(node)
        if fact and fact.type is not FactType.STRING:
            self.bad(node, "string", f"{fact.type} {fact.name}")

    def compare(self, node: Compare) -> None:
        """Both sides of one type; order only between numbers; a fact on one side at least."""
        left, right = self.type(node.left), self.type(node.right)
        if isinstance(node.left, Constant) and isinstance(node.right, Constant):
            self.bad(node, "a fact on one side", self.quote(node))
        if node.sign in ORDER:
            self.ordered(node, left, right)
            return
        for kind, side in ((left, node.left), (right, node.right)):
            if kind is FactType.STRINGS:
                self.bad(side, "`in` with a list fact", f"{node.sign} {self.quote(side)}")
                return
        if left and right and not _alike(left, right):
            self.bad(node.right, f"{left} beside {node.sign}", f"{right} {self.quote(node.right)}")
        self.possible(node.left, node.right)
        self.possible(node.right, node.left)

    def ordered(self, node: Compare, left: FactType | None, right: FactType | None) -> None:
        """`<` and its kin: numbers only, since the order of strings differs between databases."""
        for kind, side in ((left, node.left), (right, node.right)):
            if kind and kind not in NUMBERS:
                actual = f"{kind} {self.quote(side)}"
                self.bad(side, f"int or double beside {node.sign}", actual)

    def inside(self, node: In) -> None:
        """`x in ['a', 'b']` with literals of x's type, or `'a' in list_fact`."""
        item = self.type(node.item)
        if isinstance(node.box, Choices):
            if isinstance(node.item, Constant):
                self.bad(node.item, "a fact before `in`", self.quote(node.item))
            for value in node.box.values:
                if item and not _alike(item, _literal(value)):
                    actual = f"{_literal(value)} {self.quote(value)}"
                    self.bad(value, f"{item} in the list", actual)
                self.possible(node.item, value)
            return
        box = self.type(node.box)
        if box and box is not FactType.STRINGS:
            self.bad(node.box, "a list after `in`", f"{box} {self.quote(node.box)}")
        if item and item is not FactType.STRING:
            self.bad(node.item, "string before `in`", f"{item} {self.quote(node.item)}")

    def possible(self, name: Node, value: Node) -> None:
        """A fact with a closed set of values is compared only with values it can have."""
        if not isinstance(name, Name) or not isinstance(value, Constant):
            return
        fact = FACTS.get(name.name)
        if fact and fact.values and isinstance(value.value, str) and value.value not in fact.values:
            some = ", ".join(sorted(fact.values)[:5])
            self.bad(value, f"a value of {fact.name} ({some} …)", repr(value.value[:60]))


def _literal(node: Constant) -> FactType:
    if isinstance(node.value, bool):
        return FactType.BOOL
    if isinstance(node.value, int):
        return FactType.INT
    return FactType.FLOAT if isinstance(node.value, float) else FactType.STRING


def _alike(left: FactType, right: FactType) -> bool:
    return left is right or {left, right} == NUMBERS
