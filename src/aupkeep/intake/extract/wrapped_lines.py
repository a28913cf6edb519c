"""Where the lines of a text begin and end that hold an address: whole, as their program wrote them.

Two things stand in the way. `grep` writes the name of the file before each line it found
(`/var/log/auth.log:Mar  1 …`, as fail2ban's mails have it). And mail clients break lines near 72
columns, so that "Failed password for root from" stands on one line and the address on the next.

A line is broken where it begins as a log's line does, the first word of the next would not have
fitted behind it, and the next begins no line of its own and is no sentence. Where both hold an
address, the next may be another claim: it then begins small, and the first ends as no message does.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.extract.addresses import AddressSpan, find_addresses
from aupkeep.intake.extract.line_shape import CLOCK, SENTENCE, SMALL
from aupkeep.intake.extract.time_formats import STAMP

LONGEST = 4096  # characters; a longer line is read in pieces of this size
NARROW, WIDE = 50, 100  # columns of a line that was broken
FITS = 72  # columns to which mail clients fill a line
MOST = 6  # lines into which one was broken
MUCH = 240  # characters of a line that tell whether it goes on
ALIKE = 3  # characters with which the lines of one log begin alike
FILED = re.compile(
    r"((?:/[\w.+~-]|[A-Za-z][\w-]{0,40}\.)[\w./+~-]{0,200}:)(?:\d{1,9}:)?(?=[\[<\"{A-Z\d])",
    re.ASCII,
)
WHOLE = re.compile(r"(?:\d|ssh2|\[preauth\])['\"]?[ \r]{0,2}$", re.ASCII)  # the end of a message
RULE = re.compile(r"#|[-=*_~]{2}")  # a comment, or a rule between two records
SECONDS = re.compile(r"\d{10}[ .]", re.ASCII)  # since 1970, as Squid begins its lines
BREAK = re.compile(r"\r?\n[ \t>|]{0,8}")
Group = tuple[int, int, list[AddressSpan]]


def whole_lines(text: str) -> Iterator[Group]:
    """Start, end and addresses of each line (or piece of a very long one) that holds any."""
    group: list[AddressSpan] = []
    start = end = line_end = 0
    opening, plain = "", False  # how the line before began, and that it was whole
    for spot in find_addresses(text):
        if spot.start < end:
            group.append(spot)
            continue
        if group:
            yield start, end, group
        if spot.start >= line_end:
            own = start = text.rfind("\n", line_end, spot.start) + 1 or line_end
            alike = plain and text.startswith(opening, start)
            opening = opening if alike else text[start : start + ALIKE]
            done, line_end = line_end, text.find("\n", spot.start)
            line_end = len(text) if line_end < 0 else line_end
            if not alike:
                begin = _named(text, _head(text, start, done), spot.start)
                plain, start = begin == start, begin
            long = line_end - own >= NARROW
            if long and not text.startswith(opening, line_end + 1):
                line_end = _tail(text, start, own, line_end)
        start += (spot.start - start) // LONGEST * LONGEST
        end, group = min(line_end, start + LONGEST), [spot]
        end = max(end, spot.end)
    if group:
        yield start, end, group


def rejoined(line: str) -> str:
    """A line without its breaks, of the same length."""
    return BREAK.sub(lambda sign: " " * len(sign[0]), line)


def _named(text: str, start: int, first: int) -> int:
    """Where a line begins behind the name of its file."""
    named = FILED.match(text, start)
    for at in (named.end(), named.end(1)) if named else ():
        if at == first or STAMP.match(text, at) or SECONDS.match(text, at):
            return at
    return start


def _head(text: str, start: int, done: int) -> int:
    """Where the broken line begins of which the line at `start` is a further part, else `start`."""
    begin = start
    for _ in range(MOST):
        before = text.rfind("\n", done, max(done, begin - 1)) + 1 or done
        if not _broken(text, before, begin - 1):
            return start
        if STAMP.match(text, before) or CLOCK.match(text, before):
            return before
        begin = before
    return start


def _tail(text: str, head: int, start: int, end: int) -> int:
    """Where a line that begins at `head` ends with all its parts; one begins at `start`."""
    if not (_broken(text, start, end) and (STAMP.match(text, head) or CLOCK.match(text, head))):
        return end
    for _ in range(MOST):
        after = text.find("\n", end + 1)
        after = len(text) if after < 0 else after
        rest = text[end + 1 : after].lstrip(" \t>|")
        apart = rest[:1].isupper() or (rest[:1].isalpha() and WHOLE.search(text, start, end))
        if apart and find_addresses(rest[:LONGEST]):
            break
        start, end = end + 1, after
        if not _broken(text, start, end):
            break
    return end


def _broken(text: str, start: int, end: int) -> bool:
    """True when a line may have been broken at its end."""
    if not NARROW <= end - start <= WIDE or text[start : start + ALIKE] == text[end + 1 : end + 4]:
        return False
    rest = text[end + 1 : end + 1 + MUCH].partition("\n")[0].lstrip(" \t>|")
    word = rest.partition(" ")[0]
    if not word.strip() or end - start + len(word) < FITS:
        return False
    own = STAMP.match(rest) or CLOCK.match(rest) or RULE.match(rest)
    return not own and len(set(SMALL.findall(rest.lower()))) < SENTENCE
