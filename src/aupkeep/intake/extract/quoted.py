"""Tells what the sender says from what he quotes and from his signature (RFC 3676 section 4).

The rule, in the order it is applied:

1. Lines that begin with `>` are quoted. They are not read while anything outside them claims
   something. When nothing does, the whole report may have been quoted, and they are read, unless
   the mail answers one of ours (`reply`): then what is quoted is ours.
2. A line `-- ` starts a signature when at most 12 lines follow. It is never read.
"""

import re
from bisect import bisect_right
from collections.abc import Callable

QUOTED = re.compile(r"^[ \t]{0,2}>", re.MULTILINE)
SIGNATURE = re.compile(r"^--[ \t]?\r?$", re.MULTILINE)
LONGEST_SIGNATURE = 12


def signature_start(text: str) -> int:
    """Where the signature begins, or the end of the text."""
    if "\n--" not in text and not text.startswith("--"):
        return len(text)
    marks = list(SIGNATURE.finditer(text, max(0, len(text) - 4096)))
    if not marks or text.count("\n", marks[-1].end()) > LONGEST_SIGNATURE:
        return len(text)
    return marks[-1].start()


def quoted_lines(text: str) -> list[int]:
    """Where each quoted line begins."""
    return [match.start() for match in QUOTED.finditer(text)]


def spoken(text: str, *, quotes: bool) -> Callable[[int], bool]:
    """Whether the line that begins at a position is the sender's; `quotes` admits quotes."""
    signed = signature_start(text)
    marks = [] if quotes else quoted_lines(text)

    def says(start: int) -> bool:
        if start >= signed:
            return False
        place = bisect_right(marks, start)
        return not (place and marks[place - 1] == start)

    return says
