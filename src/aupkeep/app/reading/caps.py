"""How much is read at once for a sender who is not proven; the rest is kept, and read on a word.

Anybody can send a mail of 300,000 rows. Of such a mail so much is read as an honest report holds;
its bytes stay whole, it stands in the inbox with what was left out, and `aupkeep inbox read` reads
it all. A sender with a token, a passing signature or our own relay's word has no such caps, nor has
what a person hands in.
"""

import dataclasses
from collections.abc import Iterable

from aupkeep.model.raw import MAIL_CHANNELS, Raw
from aupkeep.model.report import Authentication, Reading, ReadingOutcome

MOST_BYTES = 8 << 20  # of a mail
MOST_ROWS = 2_000  # claims and rejected rows of all that is in it
MOST_TEXT = 1 << 20  # characters of a report that are kept beside its bytes
CUT = "more than is read at once of a sender who is not proven: "
HOW = "; its bytes are kept, and aupkeep inbox read REPORT reads it all"


def is_strange(raw: Raw, proven: Authentication) -> bool:
    """Whether the caps hold for it."""
    return raw.channel in MAIL_CHANNELS and not proven.authenticated


def too_large(raw: Raw) -> Reading | None:
    """The reading of a mail that is not even looked at; None for one that is."""
    if raw.size <= MOST_BYTES:
        return None
    reason = f"{CUT}expected at most {MOST_BYTES >> 20} MiB, found {raw.size / (1 << 20):.1f}{HOW}"
    return Reading(outcome=ReadingOutcome.INBOX, reason=reason)


def capped(readings: Iterable[Reading], *, stopped: str = "") -> list[Reading]:
    """The readings with so many rows and so much text; one that was cut says so.

    `stopped` is how the reason begins of a reading that took too long.
    """
    left, kept = MOST_ROWS, []
    for reading in readings:
        rows = len(reading.findings) + len(reading.dead)
        kept.append(_cut(reading, left) if rows > left or _long(reading) else reading)
        if stopped and (reading.reason or "").startswith(stopped):
            kept[-1] = dataclasses.replace(reading, reason=f"{CUT}{reading.reason}{HOW}")
        left = max(0, left - rows)
    return kept


def was_cut(reading: Reading) -> bool:
    """Whether there is more in its bytes than was read."""
    return (reading.reason or "").startswith(CUT)


def _long(reading: Reading) -> bool:
    return sum(map(len, reading.parts)) > MOST_TEXT


def _cut(reading: Reading, rows: int) -> Reading:
    """The first rows, with the text that these point into."""
    findings, dead = reading.findings[:rows], reading.dead[: max(0, rows - len(reading.findings))]
    parts, room = [], MOST_TEXT
    for part in reading.parts:
        parts.append(part[:room])
        room -= len(parts[-1])
    sizes = [len(part) for part in parts]
    findings = tuple(
        dataclasses.replace(
            finding,
            offsets={
                name: place
                for name, place in finding.offsets.items()
                if place.end <= sizes[place.part]
            },
        )
        for finding in findings
    )
    dead = tuple(
        row if row.place is None or row.place.end <= sizes[row.place.part]
        else dataclasses.replace(row, place=None)
        for row in dead
    )  # fmt: skip
    rows_read = len(reading.findings) + len(reading.dead)
    text = sum(map(len, reading.parts))
    reason = (
        f"{CUT}expected at most {MOST_ROWS:,} rows and {MOST_TEXT >> 20} MiB of text, "
        f"found {rows_read:,} and {text / (1 << 20):.1f}{HOW}"
    )
    return dataclasses.replace(
        reading,
        findings=findings,
        dead=dead,
        parts=tuple(parts),
        quoted=tuple(place for place in reading.quoted if place.end <= sizes[place.part]),
        signed=tuple(place for place in reading.signed if place.end <= sizes[place.part]),
        reason=reason,
    )
