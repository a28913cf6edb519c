"""The syntax tree of a condition: the one form that evaluator, SQL, sentence and checks share.

Every node knows its place in the condition's text (`start`, `end`, in characters), so an error and
a trace can quote exactly what the author wrote.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aupkeep.model.errors import Invalid


class BadCondition(Invalid):
    """A condition is wrong at `line` and `column` (both from 1) of its own text."""

    def __init__(self, text: str, offset: int, reason: str) -> None:
        """The message is `line L column C: reason`."""
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        self.reason = reason
        super().__init__(f"line {self.line} column {self.column}: {reason}")


@dataclass(frozen=True, slots=True)
class TextRange:
    """Where a node stands in the condition's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Constant(TextRange):
    """`true`, `22`, `0.5` or `'tcp'`."""

    value: bool | int | float | str


@dataclass(frozen=True, slots=True)
class Choices(TextRange):
    """`['tcp', 'udp']`: literals only, at least one."""

    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Name(TextRange):
    """A fact by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Not(TextRange):
    """`!part`."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Every(TextRange):
    """`a && b && c`, flattened."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Some(TextRange):
    """`a || b || c`, flattened."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Compare(TextRange):
    """`left sign right`, sign one of == != < <= > >=."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class In(TextRange):
    """`item in box`, box a list of literals or a list fact."""

    item: "Node"
    box: "Node"


@dataclass(frozen=True, slots=True)
class IsKnown(TextRange):
    """`has(name)`: the fact is known. Never unknown itself."""

    name: Name


@dataclass(frozen=True, slots=True)
class Size(TextRange):
    """`size(x)`: characters of a string fact, items of a list fact."""

    name: Name


@dataclass(frozen=True, slots=True)
class StartsWith(TextRange):
    """`x.startsWith('prefix')`."""

    name: Name
    prefix: str


@dataclass(frozen=True, slots=True)
class MatchesPattern(TextRange):
    """`matches(x, 'pattern')` or `x.matches('pattern')`: found anywhere, as in CEL."""

    name: Name
    pattern: str


Node = (
    Constant
    | Choices
    | Name
    | Not
    | Every
    | Some
    | Compare
    | In
    | IsKnown
    | Size
    | StartsWith
    | MatchesPattern
)


def children(node: Node) -> "tuple[Node, ...]":
    """The nodes directly below, in the order of the text."""
    match node:
        case Every() | Some():
            return node.parts
        case Not():
            return (node.part,)
        case Compare():
            return (node.left, node.right)
        case In():
            return (node.item, node.box)
        case IsKnown() | Size() | StartsWith() | MatchesPattern():
            return (node.name,)
        case _:
            return ()


def names(node: Node) -> Iterator[str]:
    """Every fact the node reads, in the order of the text, repeated as often as it is written."""
    if isinstance(node, Name):
        yield node.name
    for child in children(node):
        yield from names(child)


def conjuncts(node: Node) -> "tuple[Node, ...]":
    """The parts that must all hold: of `a && (b || c)` they are `a` and `b || c`."""
    return node.parts if isinstance(node, Every) else (node,)


def disjuncts(node: Node) -> "tuple[Node, ...]":
    """The parts of which one is enough."""
    return node.parts if isinstance(node, Some) else (node,)
