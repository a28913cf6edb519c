"""Sentences of a paragraph that stands on one line, as in mails of hypertext.

Each sentence is read by itself: "203.0.113.7 is an open proxy. We reached it from 198.51.100.2."
accuses the first alone. Where some speak of others, those in which the writer speaks of himself are
no claim. Of all the surest counts, and beside it each that speaks of something of the reader's.
What begins as a log's line does is never taken apart, since whoever logs in may write a sentence.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.extract.line_shape import CLOCK, SMALL
from aupkeep.intake.extract.stated_times import begins_with_timestamp
from aupkeep.intake.side_words import YOURS

END = re.compile(
    r"[.!?][\"')\]]{0,2}\s{1,9}(?=[\"'(\u00bf\u00a1]?[A-Z\u00c0-\u00de\u0400-\u042f\d])"
)
SHORT = re.compile(
    r"\b(?:e\.?g|i\.?e|z\.?b|bzw|ca|nr|no|dr|mr|mrs|ms|st|vs|approx|resp|kl|p\.?ex|bl\.?a"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|\d{1,2})$",
    re.IGNORECASE,
)
LONGEST_SHORT = 8
ADDRESS_END = re.compile(r"\d\.\d{1,3}\.\d{1,3}$|:\d{1,2}$", re.ASCII)  # no number of a day or item
PROCESS = re.compile(r"\[\d{1,9}\]: |\[\*\*\]|\"(?:GET|POST|HEAD) /", re.ASCII)
WORD = re.compile(r"\w+")
FEW = 2  # small words of a paragraph
HEAD = 200  # characters in which a program names itself
# who complains, or what was done by them: "Checked from …", "we reached it from …"
WRITER = re.compile(
    r"\b(?:we|i|our|ours|my|mine|wir|ich|unser\w{0,2}|meine?\w?|nous|notre|nos|je|mon|wij|onze|ons"
    r"|vi|vår\w?|vores|jeg|min|mitt|jag|våra|hemos|nuestr\w{1,2}|abbiamo|nostr\w|noss\w)\b"
    r"|^\W{0,3}(?:also )?(?:checked|tested|verified|confirmed|seen|observed|queried|reached"
    r"|accessed|reported|detected|recorded|measured|requested|fetched|geprüft|getestet|testet|vérifié|testé)"
    r"\b",
    re.IGNORECASE,
)


def is_paragraph(line: str) -> bool:
    """True for a line of prose that may hold several sentences, and is no line of a log."""
    if END.search(line) is None or begins_with_timestamp(line) or CLOCK.match(line):
        return False
    if PROCESS.search(line, 0, HEAD):
        return False
    return len(set(SMALL.findall(line.lower()))) >= FEW


def sentences(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each, in order.

    >>> [*sentences("It is open. We saw it, e.g. Monday.")]
    [(0, 12), (12, 35)]
    """
    start = 0
    for match in END.finditer(line):
        before = line[max(0, match.start() - LONGEST_SHORT) : match.start()]
        short = SHORT.search(before) and not ADDRESS_END.search(before)
        if line[match.start()] == "." and short:
            continue
        yield start, match.end()
        start = match.end()
    yield start, len(line)


def addresses_reader(sentence: str) -> bool:
    """True when a sentence speaks of something of the reader's."""
    return not YOURS.isdisjoint(WORD.findall(sentence.lower()))


def about_writer(sentence: str) -> bool:
    """True when the writer speaks of himself."""
    return WRITER.search(sentence) is not None
