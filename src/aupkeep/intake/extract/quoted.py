"""Tells what the sender says from what he quotes and from his signature.

`intake.mail.quotes` tells them apart for display; a claim needs more care, since a report is full
of lines that look like a thread or a signature and are neither: a mail's headers pasted in, a rule
of dashes above a table, a last record of short lines. What is honoured here:

1. Lines that begin with `>`, and what an introduction ("On … wrote:", "-----Original Message-----")
   opens. They are not read while anything outside them claims something; when nothing does, the
   whole report was quoted, and they are read. A bare block of header fields opens no quote.
2. A signature after `-- `, after words of leave, or a program's footer. It is never read.
"""

import re
from bisect import bisect_right
from collections.abc import Callable

from aupkeep.intake.mail.quotes import FOOTER, LEAVE, ORIGINAL, TextOrigin, spans

QUOTED = re.compile(r"^[ \t]{0,2}>", re.MULTILINE)
DELIMITER = re.compile(r"--[ \t]?\r?$")
# where an introduction may stand; only then is the text looked at line by line
OPENS = re.compile(
    r"(?:wrote|writes|schrieb|schreef|a écrit|skrev|escribió|ha scritto|escreveu|napisał\w?)\b"
    r"[^\n]{0,120}:[ \t]*$|^[ \t>*]{0,8}-{2,}[ \t]{0,4}\w",
    re.IGNORECASE | re.MULTILINE,
)
# letters of which an introduction holds some: looking for them is cheaper than the pattern
HINTS = ("wrote:", "writes:", "schrieb", "schreef", "crit", "skrev", "napisa", "escrev", "\n--")
THREAD = 131_072  # characters in which a thread is looked for
TAIL = 2_000  # characters at the end in which a signature is looked for
NAMED = re.compile(r"\d\.\d|://|::")  # without an address or a link a signature claims nothing
# any line with which a signature may begin: one search for all lines
BEGINS = re.compile(
    "|".join(rf"\n{sign.pattern}" for sign in (DELIMITER, LEAVE, FOOTER)),
    re.IGNORECASE | re.MULTILINE,
)
Place = tuple[int, int]


def signature_ranges(text: str) -> list[Place]:
    """Where the signature and the footers of programs stand, near the end of the text."""
    start = text.find("\n", max(0, len(text) - TAIL)) + 1 if len(text) > TAIL else 0
    tail = text[start:]
    if NAMED.search(tail) is None or BEGINS.search(f"\n{tail}") is None:
        return []
    return [
        (start + span.start, start + span.end)
        for span in spans(tail)
        if span.speech is TextOrigin.SIGNED and _leaves(tail[span.start : span.end])
    ]


def _leaves(words: str) -> bool:
    """True when a signature begins as one, not as the last record of a report may."""
    first = words.lstrip("\n").partition("\n")[0]
    return any(sign.match(first) for sign in (DELIMITER, LEAVE, FOOTER))


def quoted_ranges(text: str) -> list[Place]:
    """Where quoted words stand, in order."""
    marked = ">" in text and QUOTED.search(text) is not None
    if not marked and not _opened(text):
        return []
    if len(text) > THREAD:
        return [(match.start(), match.end()) for match in QUOTED.finditer(text)]
    return [
        (span.start, span.end)
        for span in spans(text)
        if span.speech is TextOrigin.QUOTED and _opens(text[span.start : span.end])
    ]


def _opened(text: str) -> bool:
    """True where an introduction may stand."""
    hinted = text.startswith("--") or any(map(text.__contains__, HINTS))
    return hinted and OPENS.search(text) is not None


def _opens(words: str) -> bool:
    """True when a quote begins with a mark of its own, not with header fields alone."""
    first = words.lstrip("\n").partition("\n")[0]
    return any(sign.search(first) for sign in (QUOTED, ORIGINAL)) or ">" in words[:400]


def is_sender_line(text: str, *, quotes: bool) -> Callable[[int], bool]:
    """Whether the line that begins at a position is the sender's; `quotes` admits quotes."""
    places = sorted([*signature_ranges(text), *([] if quotes else quoted_ranges(text))])
    starts = [start for start, _ in places]

    def says(start: int) -> bool:
        at = bisect_right(starts, start) - 1
        return at < 0 or start >= places[at][1]

    return says
