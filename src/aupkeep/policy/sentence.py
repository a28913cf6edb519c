"""A condition as a sentence that a lawyer can read, in English or Norwegian Bokmål.

Negation is pushed down to the single comparisons (De Morgan; valid for three values too), so
nothing reads "not (… and …)". Brackets become "at least one of these: a; b" inside an "and".
"""

from aupkeep.policy.condition import Condition
from aupkeep.policy.phrases import FLAGS, NOUNS, WORDS, Words
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

OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
SWAPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def say(condition: Condition, language: str = "en") -> str:
    """The condition in words; a language other than `nb` is told in English.

    >>> from aupkeep.policy.condition import read
    >>> say(read("evidence.level >= 2 && !customer.protected"))
    'the evidence level is at least 2, and the customer is not marked as protected'
    """
    speaker = _Speaker("nb" if language == "nb" else "en")
    return speaker.said(condition.tree, wanted=True)


class _Speaker:
    """Says one tree in one language."""

    def __init__(self, language: str) -> None:
        self.language = 1 if language == "nb" else 0
        self.words: Words = WORDS[language]

    def said(self, node: Node, *, wanted: bool, outer: bool = True) -> str:
        """The node in words; negated where `wanted` is false."""
        match node:
            case Every(parts=parts) | Some(parts=parts):
                joined = isinstance(node, Every) == wanted
                return self.joined(
                    [self.said(p, wanted=wanted, outer=False) for p in parts],
                    every=joined,
                    outer=outer,
                )
            case Not(part=part):
                return self.said(part, wanted=not wanted, outer=outer)
            case Constant(value=value):
                return self.words["always"] if bool(value) == wanted else self.words["never"]
            case Name(name=name):
                return FLAGS[name][self.language][0 if wanted else 1]
            case _:
                return self.leaf(node, wanted=wanted)

    def joined(self, parts: list[str], *, every: bool, outer: bool) -> str:
        """Several sentences as one."""
        if outer:
            word = self.words["and"] if every else self.words["or"]
            return f", {word} ".join(parts)
        head = self.words["all of"] if every else self.words["one of"]
        return f"{head}: ({'; '.join(parts)})"

    def leaf(self, node: Node, *, wanted: bool) -> str:  # noqa: PLR0911 - one per node type
        """One comparison or call."""
        key = "yes" if wanted else "no"
        match node:
            case Compare(sign=sign, left=left, right=right):
                return self.compared(sign if wanted else OPPOSITE[sign], left, right)
            case In(item=item, box=Choices(values=values)):
                listed = [self.term(value) for value in values]
                return f"{self.term(item)} {self.words[f'in {key}']} {self.listed(listed)}"
            case In(item=item, box=box):
                return f"{self.term(box)} {self.words[f'holds {key}']} {self.term(item)}"
            case IsKnown(name=name):
                return f"{self.noun(name.name)} {self.words[f'known {key}']}"
            case StartsWith(name=name, prefix=prefix):
                return f"{self.noun(name.name)} {self.words[f'starts {key}']} {_quoted(prefix)}"
            case MatchesPattern(name=name, pattern=pattern):
                return f"{self.noun(name.name)} {self.words[f'matches {key}']} {_quoted(pattern)}"
            case _:
                return self.term(node)

    def compared(self, sign: str, left: Node, right: Node) -> str:
        """A comparison; a truth value beside `true` or `false` is said as itself."""
        if isinstance(left, Constant):
            left, right, sign = right, left, SWAPPED.get(sign, sign)
        if isinstance(right, Constant) and isinstance(right.value, bool):
            wanted = right.value == (sign == "==")
            return self.said(left, wanted=wanted, outer=False)
        return f"{self.term(left)} {self.words[sign]} {self.term(right)}"

    def term(self, node: Node) -> str:
        """A side of a comparison."""
        match node:
            case Constant(value=str(value)):
                return _quoted(value)
            case Constant(value=bool(value)):
                return self.words["always"] if value else self.words["never"]
            case Constant(value=int() | float() as value):
                return number(value, "nb" if self.language else "en")
            case Name(name=name):
                return self.noun(name)
            case Size(name=name):
                return f"{self.words['size']} {self.noun(name.name)}"
            case _:
                return f"{self.words['that']} ({self.said(node, wanted=True)})"

    def noun(self, name: str) -> str:
        """The fact as a noun: a flag becomes "whether …"."""
        if name in NOUNS:
            return NOUNS[name][self.language]
        return f"{self.words['whether']} {FLAGS[name][self.language][0]}"

    def listed(self, parts: list[str]) -> str:
        """`a`, `a or b`, `a, b or c`."""
        if len(parts) == 1:
            return parts[0]
        return f"{', '.join(parts[:-1])} {self.words['or']} {parts[-1]}"


def number(value: float, language: str) -> str:
    """A number as a sentence writes it: no exponent, a comma before decimals in Bokmål.

    >>> number(0.5, "nb"), number(1234567.0, "en")
    ('0,5', '1234567')
    """
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "nb" else text


def _quoted(text: str) -> str:
    return f"“{text}”"
