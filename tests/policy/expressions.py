"""Generated conditions and facts, and a naive reference interpreter to hold the kernel against."""

import re

from hypothesis import strategies as st

from aupkeep.policy.facts import FACTS, FactType, fit
from aupkeep.policy.pattern import portable
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

BY_TYPE = {kind: [f.name for f in FACTS.values() if f.type is kind] for kind in FactType}
OPEN_STRINGS = [name for name in BY_TYPE[FactType.STRING] if not FACTS[name].values]
WORDS = ["messaging/spam", "offender", "tcp", "held", "reseller", "a'b", "ø"]
PATTERNS = ["spam$", "^mess", "o+", "[a-d]{1,2}/?", "(?:tcp|udp)", r"\d", r"[^\w]", "."]
NUMBERS = st.sampled_from(["0", "1", "2", "5", "-1", "0.5", "2.0", "24"])
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _string_value(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(FACTS[name].values)[:4] or WORDS)


@st.composite
def _leaf(draw: st.DrawFn) -> str:
    number = st.sampled_from(BY_TYPE[FactType.INT] + BY_TYPE[FactType.FLOAT])
    string = draw(st.sampled_from(BY_TYPE[FactType.STRING]))
    value = quoted(draw(_string_value(string)))
    flag = draw(st.sampled_from(BY_TYPE[FactType.BOOL]))
    listed = draw(st.sampled_from(BY_TYPE[FactType.STRINGS]))
    return draw(
        st.sampled_from(
            [
                flag,
                f"{flag} == true",
                f"{flag} != {draw(st.sampled_from(BY_TYPE[FactType.BOOL]))}",
                "true",
                f"{draw(number)} {draw(SIGNS)} {draw(NUMBERS)}",
                f"{draw(NUMBERS)} {draw(SIGNS)} {draw(number)}",
                f"{draw(number)} {draw(SIGNS)} {draw(number)}",
                f"{draw(number)} in [{draw(NUMBERS)}, {draw(NUMBERS)}]",
                f"{string} == {value}",
                f"{value} != {string}",
                f"{string} in [{value}]",
                f"{quoted(draw(st.sampled_from(WORDS)))} in {listed}",
                f"{string} in {listed}",
                f"size({listed}) > 1",
                f"size({string}) <= {draw(number)}",
                f"has({draw(st.sampled_from(sorted(FACTS)))})",
                f"{string}.startsWith({quoted(draw(st.sampled_from(['', 'mess', 'o', 'ø'])))})",
                f"matches({string}, r'{draw(st.sampled_from(PATTERNS))}')",
            ]
        )
    )


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        several.map(lambda parts: "(" + " && ".join(parts) + ")"),
        several.map(lambda parts: "(" + " || ".join(parts) + ")"),
        inner.map(lambda part: f"!({part})"),
        st.tuples(inner, inner).map(
            lambda pair: f"(({pair[0]}) == ({pair[1]} || harm.in_progress))"
        ),
    )


conditions = st.recursive(_leaf(), _joined, max_leaves=6)

TYPED = {
    FactType.BOOL: st.booleans(),
    FactType.INT: st.sampled_from([-1, 0, 1, 2, 5, 24, 2**53 - 1]),
    FactType.FLOAT: st.sampled_from([0, 0.5, 1, 2.0, -1.0, 1e300]),
    FactType.STRINGS: st.lists(st.sampled_from(WORDS), max_size=3).map(tuple),
}


def _value(name: str) -> st.SearchStrategy[object]:
    fact = FACTS[name]
    return _string_value(name) if fact.type is FactType.STRING else TYPED[fact.type]


facts = st.fixed_dictionaries({}, optional={name: _value(name) for name in FACTS})
junk = st.dictionaries(
    st.sampled_from(sorted(FACTS)),
    st.one_of(
        st.none(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.booleans(),
        st.binary(max_size=3),
        st.lists(st.integers(), max_size=2),
        st.tuples(st.text(max_size=3), st.integers()),
    ),
)


def reference(node: Node, given: dict[str, object]) -> object:  # noqa: PLR0911 - one a type
    """What the node means, said as plainly as possible; None is unknown."""
    match node:
        case Constant(value=value):
            return value
        case Choices(values=values):
            return [value.value for value in values]
        case Name(name=name):
            value = given.get(name)
            return None if value is None else fit(FACTS[name].type, value)
        case Not(part=part):
            found = reference(part, given)
            return None if found is None else not found
        case Every(parts=parts) | Some(parts=parts):
            return _kleene(isinstance(node, Every), [reference(part, given) for part in parts])
        case IsKnown(name=name):
            return reference(name, given) is not None
        case Compare(sign=sign, left=left, right=right):
            return _compared(sign, reference(left, given), reference(right, given))
        case In(item=item, box=box):
            return _compared("in", reference(item, given), reference(box, given))
        case Size(name=name) | StartsWith(name=name) | MatchesPattern(name=name):
            value = reference(name, given)
            return None if value is None else _called(node, value)


def _kleene(every: bool, results: list[object]) -> object:  # noqa: FBT001 - a table of two
    order = {False: 0, None: 1, True: 2}
    return (min if every else max)(results, key=order.__getitem__)


def _compared(sign: str, left: object, right: object) -> object:
    if left is None or right is None:
        return None
    return {
        "==": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
        "in": lambda: left in right,
    }[sign]()


def _called(node: Node, value: object) -> object:
    if isinstance(node, Size):
        return len(value)
    if isinstance(node, StartsWith):
        return value[: len(node.prefix)] == node.prefix
    pattern = portable(node.pattern)
    ended = pattern.endswith("$")
    return re.search(pattern[:-1] + r"\Z" if ended else pattern, value) is not None
