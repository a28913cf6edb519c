"""JSON parts of a mail: which they are, by marks, and the values in them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from aupkeep.intake.formats import strict_json
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.model.errors import Unreadable
from aupkeep.model.finding import LONGEST_DETAIL, Offset

LOOKED_AT = 200_000  # characters of a part in which a mark must stand
TRIED = 1_000  # lines of which one must be JSON
MOST_BROKEN = 5_000  # lines of JSON that are none
NEAR = 50_000  # characters in which the next value of a list is pointed out
MOST_LOOKS = 20  # places at which one value is looked for
OWN = frozenset({PartRole.DATA, PartRole.PROSE})


def is_json(part: MailPart) -> bool:
    """True for a part of the sender's own that begins like a JSON object or list."""
    return part.place in OWN and part.text[:200].lstrip("\ufeff \t\n").startswith(("{", "["))


def marked_parts(mail: Mail, *marks: str) -> Iterator[tuple[int, MailPart]]:
    """The JSON parts with one of the marks near their begin, with their indices."""
    for index, part in enumerate(mail.parts):
        if is_json(part):
            text = part.text[:LOOKED_AT]
            if any(mark in text for mark in marks):
                yield index, part


@lru_cache(maxsize=1)  # `recognises` and `parse` of one mail look at the same part
def load(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """One JSON value, or what stands one a line as a list. Raises `Unreadable`."""
    text = text.lstrip("\ufeff").strip()
    lines = text.split("\n")
    if len(lines) > 1 and all(line[:1] in {"{", ""} for line in lines):
        filled = [line for line in lines if line]
        if any(not isinstance(value_or_error(line), Unreadable) for line in filled[:TRIED]):
            return list(_lines(filled))
    return strict_json.load(text)


def _lines(lines: list[str]) -> Iterator[Any]:
    """The value of each line or what was wrong with it, until too many are wrong."""
    broken = 0
    for number, line in enumerate(lines, 1):
        value = value_or_error(line)
        yield value
        broken += isinstance(value, Unreadable)
        if broken > MOST_BROKEN:
            yield Unreadable(f"JSON: too many lines are no values, none is read behind {number:,}")
            return


def value_or_error(line: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value of one line, or what is wrong with it."""
    try:
        return strict_json.load(line)
    except Unreadable as error:
        return error


def scalar(value: object, longest: int = LONGEST_DETAIL) -> str:
    """A scalar as text; anything else, and null, is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return clean(str(value)).strip()[:longest]
    return ""


class ValueLocator:
    """Points out the values of a list of objects, which stand in its order.

    The values of one object are looked for from the end of what was found of the one before, so
    that equal values of other objects are not taken for them.
    """

    def __init__(self, text: str, part: int) -> None:
        self.text, self.part = text, part
        self.position = self.furthest = 0

    def place(self, value: str) -> Offset | None:
        """Where the value stands in this object, as a whole word; None when not near."""
        at, end, last = self.position, self.position, self.position + NEAR
        for _ in range(MOST_LOOKS if value else 0):
            at = self.text.find(value, end, last)
            if at < 0:
                return None
            end = at + len(value)
            around = self.text[max(0, at - 1) : at] + self.text[end : end + 1]
            if not any(letter.isalnum() or letter == "." for letter in around):
                self.furthest = max(self.furthest, end)
                return Offset(self.part, at, end)
        return None

    def next(self) -> None:
        """The object ends; the next one's values stand behind its."""
        self.position = self.furthest
