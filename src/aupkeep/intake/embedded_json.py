"""JSON that stands between the words of a letter, as a part of its own.

"Please forward this to your customer:", an object over several lines, a greeting. What a program
wrote is read by its names then, and the words around it stay the letter. Where the words name an
address too, the block is no JSON, or a letter answers or quotes it, nothing changes: lines are read
as they stand.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.quoted import quoted_ranges
from aupkeep.intake.formats import strict_json
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.model.errors import Unreadable

LONGEST = 200_000  # characters of a part in which blocks are looked for
MOST = 20  # blocks of a part
BLOCK = re.compile(r"^([ \t]{0,8})(?:\{[ \t\r]*\n[^\0]{2,60000}?\n\1\}|\[[ \t\r]*\n[^\0]{2,60000}?"
                   r"\n\1\])[ \t\r]*$", re.MULTILINE)  # fmt: skip
SIGN = re.compile(r"[^\n]")


def with_json_apart(mail: Mail) -> Mail:
    """The mail with the blocks of JSON in its letters as parts behind all others."""
    parts, blocks = list(mail.parts), []
    for number, part in enumerate(() if mail.answers else mail.parts):
        if part.place is not PartRole.PROSE or part.inner or len(part.text) > LONGEST:
            continue
        places = list(_blocks(part.text))
        words = _without(part.text, places)
        if places and words.strip() and not find_addresses(words):
            parts[number] = replace(part, text=words)
            blocks += [part.text[start:end] for start, end in places]
    if not blocks:
        return mail
    apart = [
        MailPart(text=block, place=PartRole.DATA, media="application/json") for block in blocks
    ]
    return replace(mail, parts=(*parts, *apart))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Where objects and lists of JSON stand that begin and end on lines of their own, unquoted."""
    quoted: list[tuple[int, int]] | None = None
    for number, match in enumerate(BLOCK.finditer(text)):
        if number >= MOST:
            return
        quoted = quoted_ranges(text) if quoted is None else quoted
        if any(start <= match.start() < end for start, end in quoted):
            continue
        try:
            strict_json.load(match[0].strip())
        except Unreadable:
            continue
        yield match.span()


def _without(text: str, places: list[tuple[int, int]]) -> str:
    """A text with these places blank; every sign keeps its place."""
    for start, end in places:
        text = text[:start] + SIGN.sub(" ", text[start:end]) + text[end:]
    return text
