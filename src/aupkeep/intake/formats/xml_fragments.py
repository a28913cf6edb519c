"""XML documents that stand inside a text: after prose, signed, escaped, or transferred wrongly."""

import binascii
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from aupkeep.intake.formats.strict_xml import DECLARED, XmlElement, load_repaired
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.model.errors import Unreadable
from aupkeep.model.finding import Offset

MOST = 1_000  # documents of one text
LONGEST = 4 << 20  # characters of one document
SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
DASHES = re.compile(r"^(?:- ){1,5}", re.MULTILINE)  # RFC 9580 section 7.2
ESCAPES = (("<", ">"), ("&lt;", "&gt;"), ("&amp;lt;", "&amp;gt;"))
PREFIX = r"(?:[\w.-]{1,40}:)?"
OWN = frozenset({PartRole.PROSE, PartRole.DATA})


class XmlFragment(NamedTuple):
    """One document as it should have been written, and its range in the text it stands in."""

    text: str
    start: int
    end: int
    declared: bool  # a document type or an entity is declared before it
    level: int  # how many times it is escaped

    def load(self) -> tuple[XmlElement, bool]:
        """The root and whether it had to be repaired. Raises `Unreadable`."""
        if self.declared:
            raise Unreadable("XML: expected no document type and no entities, found a declaration")
        if self.end - self.start > LONGEST:
            raise Unreadable(f"XML: expected a document of at most {LONGEST >> 20} MiB, found more")
        return load_repaired(self.text)

    def begins(self, whole: str, name: str) -> list[int]:
        """Where its elements of that name begin in the whole text."""
        opening, _ = _marks(name, *ESCAPES[self.level])
        return [match.start() for match in opening.finditer(whole, self.start, self.end)]


@lru_cache(maxsize=32)
def _marks(name: str, less: str, more: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What opens and what closes a document whose root has that name."""
    opening = rf"{less}{PREFIX}{name}(?=\s|/|{more})"
    closing = rf"{less}/{PREFIX}{name}\s{{0,20}}{more}"
    return re.compile(opening, re.IGNORECASE), re.compile(closing, re.IGNORECASE)


def holds(part: MailPart, name: str) -> bool:
    """True when the sender's own part has a document with such a root."""
    if part.place not in OWN:
        return False
    return any(_marks(name, *escape)[0].search(part.text) for escape in ESCAPES)


def fragments(text: str, name: str) -> Iterator[XmlFragment]:
    """The documents in order; one that is never closed ends where the next begins.

    >>> [one.text for one in fragments("See &lt;Note&gt;a &amp;amp; b&lt;/Note&gt; there", "note")]
    ['<Note>a &amp; b</Note>']
    """
    for level, escape in enumerate(ESCAPES):
        opening, closing = _marks(name, *escape)
        starts = [match.start() for match in opening.finditer(text)][:MOST]
        if starts:
            yield from _between(text, starts, closing, level)
            return


def documents(mail: Mail, name: str) -> Iterator[tuple[int, int, XmlFragment]]:
    """Each document of a mail: the index of its part, its number from 1, and the document."""
    parts = ((index, part) for index, part in enumerate(mail.parts) if holds(part, name))
    inside = ((index, fragment) for index, part in parts for fragment in fragments(part.text, name))
    for number, (index, fragment) in enumerate(inside, 1):
        yield index, number, fragment


def _between(
    text: str, starts: list[int], closing: re.Pattern[str], level: int
) -> Iterator[XmlFragment]:
    before = 0
    signed = SIGNED in text
    ends = [match.end() for match in closing.finditer(text, starts[0])]
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        if start < before:
            continue  # inside the one before
        after = bisect_right(ends, start)
        end = ends[after] if after < len(ends) else following
        heading = text[max(before, start - 20_000) : start]
        stop = min(end, start + LONGEST)  # a longer one is not read
        inside = _restored(text[start:stop], level, signed=signed)
        yield XmlFragment(inside, start, end, _declares(heading, level), level)
        before = end


def _declares(heading: str, level: int) -> bool:
    match = DECLARED.search(_unescaped(heading, level))
    return match is not None and not match.string[match.end() :].lstrip().lower().startswith("html")


def _restored(text: str, level: int, *, signed: bool) -> str:
    if signed:
        text = DASHES.sub("", text)
    if "=3D" in text or "=3d" in text:  # a quoted-printable body that says it is none
        text = binascii.a2b_qp(text.encode("utf-8", "replace")).decode("utf-8", "replace")
    return _unescaped(text, level)


def _unescaped(text: str, level: int) -> str:
    for _ in range(level):
        text = unescape(text)
    return text


def place(text: str, value: str, part: int, start: int, end: int) -> Offset | None:
    """Where a value stands between `start` and `end`, not as a piece of a longer word."""
    at = text.find(value, start, end) if value else -1
    while at >= 0:
        after = at + len(value)
        before_, after_ = text[at - 1 : at], text[after : after + 1]
        if not (before_.isalnum() or before_ == "." or after_.isalnum()):
            return Offset(part, at, after)
        at = text.find(value, after, end)
    return None
