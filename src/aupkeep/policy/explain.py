"""A rule's trace as sentences for whom it concerns: each condition that was met, one by one.

The words are those of `sentence`. What a customer would not understand (the answer of the holder
look-up, roles, codes of kinds) has sentences of its own; a number stands with what was found.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from aupkeep.model.facts import Value
from aupkeep.model.ruling import TraceStep
from aupkeep.policy import condition
from aupkeep.policy.sentence import OPPOSITE, number, say
from aupkeep.policy.tree import BadCondition, Choices, Compare, Constant, In, Name, Node, Not

KindName = Callable[[str, str], str]  # a kind and a language: what it does, as an end of a sentence
SENTENCES: dict[tuple[str, str], tuple[str, str]] = {
    ("holding.answer", "held"): (
        "our records say that the address was yours at that time",
        "våre registre sier at adressen var din på det tidspunktet",
    ),
    ("finding.role", "offender"): (
        "the address was where it came from, not what it was aimed at",
        "adressen var opphavet til hendelsen, ikke målet for den",
    ),
    ("customer.type", "business"): ("the customer is a business", "kunden er en bedrift"),
    ("customer.type", "private"): (
        "the customer is a private person",
        "kunden er en privatperson",
    ),
    ("finding.role", "victim"): (
        "the address was what it was aimed at",
        "adressen var målet for hendelsen",
    ),
    ("finding.role", "vulnerable"): (
        "the address has a weakness that others can misuse",
        "adressen har en svakhet som andre kan misbruke",
    ),
    ("finding.role", "controller"): (
        "the address steered other machines",
        "adressen styrte andre maskiner",
    ),
}
KIND = ("the resource {}", "ressursen {}")
DIGITS = 6
HERE = ("here: {}", "her: {}")


def met_conditions(
    trace: Iterable[TraceStep], rule: str, language: str, kind_name: KindName
) -> tuple[str, ...]:
    """Each condition of the rule that was met, as a sentence; what held it back was not so."""
    sentences = [
        _sentence(step, language, kind_name)
        for step in trace
        if step.rule == rule and step.read and step.result is (step.part != "unless")
    ]
    return tuple(dict.fromkeys(f"{text[:1].upper()}{text[1:]}." for text in sentences if text))


@lru_cache(maxsize=2000)  # the conditions of a pack are the same for each case
def _examined(text: str) -> condition.Condition | list[BadCondition]:
    return condition.examine(text)


def _sentence(step: TraceStep, language: str, kind_name: KindName) -> str:
    examined = _examined(step.text if step.part != "unless" else f"!({step.text})")
    if isinstance(examined, list):
        return step.text
    at = language == "nb"
    read = dict(step.read)
    name = _named(examined.tree)
    value = read.get(name) if name else None
    if name in {"finding.kind", "finding.rsit"} and isinstance(value, str):
        return KIND[at].format(kind_name(value, language)) if name == "finding.kind" else ""
    if name and isinstance(value, str) and (name, value) in SENTENCES:
        return SENTENCES[name, value][at]
    return say(examined, language) + _compared_number(examined.tree, value, at=at)


def _compared_number(tree: Node, value: Value | None, *, at: bool) -> str:
    """The number that was found, where a condition compares one with a limit.

    Of a limit that the number equals by the condition's own word it is said once.
    """
    said_once = "=="
    while isinstance(tree, Not):
        tree, said_once = tree.part, OPPOSITE[said_once]
    if isinstance(value, bool | str | tuple) or value is None:
        return ""
    match tree:
        case Compare(sign=sign, left=left, right=right) if sign != said_once:
            sides: tuple[Node, ...] = (left, right)
        case In(box=Choices(values=values)) if len(values) > 1:
            sides = tuple(values)
        case _:
            return ""
    limits = [side.value for side in sides if isinstance(side, Constant)]
    return f" ({HERE[at].format(number(_rounded(value, limits), 'nb' if at else 'en'))})"


def _rounded(value: float, limits: Sequence[Value]) -> float:
    """The value to one decimal, or to as many as keep it on its side of the limit."""
    for digits in range(1, DIGITS):
        near = round(value, digits)
        if all(
            (near < limit, near > limit) == (value < limit, value > limit)
            for limit in limits
            if isinstance(limit, int | float)
        ):
            return near
    return value


def _named(tree: Node) -> str | None:
    """The fact that a comparison with a value is about."""
    match tree:
        case Compare(left=Name(name=name), right=Constant()):
            return name
        case Compare(left=Constant(), right=Name(name=name)):
            return name
        case In(item=Name(name=name), box=Choices()):
            return name
        case Not(part=part):
            return _named(part)
    return None
