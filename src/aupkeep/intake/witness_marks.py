"""Marks by which claims of two senders are known to come from one witness. Pure.

Two reports that share a mark are one source (`casework.evidence_level`). A mark is a digest of
something that only one witness can have written: a line of log with its time, a message's id. What
a report says of itself can only make it less independent than it looks, never more.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from aupkeep.intake.domains import organisation
from aupkeep.model.report import Authentication, Reading

LONGEST = 400  # characters of a line that count
SHORTEST = 24  # of one that can be told from others
MOST_IDS = 20
MOST_TEXT = 200_000  # characters of a part in which messages inside are looked for
CLOCK = re.compile(r"\d\d:\d\d")
QUOTES = re.compile(r"^(?:[ \t]*[>|])+")
MESSAGE_ID = re.compile(r"^[ \t>|]*(?:message-id|original-message-id):[ \t]*<([^<>\s]{6,300})>",
                        re.IGNORECASE | re.MULTILINE)  # fmt: skip


def reading_marks(reading: Reading, key: str, *, token: bool) -> tuple[str, ...]:
    """The marks every claim of a report has.

    `key` is whose report it is (`model.source`). A report that came by an API token also has the
    reporter it names: who hands on a colleague's report is no second witness.
    """
    marks = [f"from:{key}", *(f"id:{_digest(message_id)}" for message_id in message_ids(reading))]
    signer = reading.authentication.signer
    if signer:
        marks.append(f"signer:{signer}")
    named = _named(reading.authentication, reading.reporter if token else None)
    if named:
        marks.append(f"reporter:{named}")
    return tuple(dict.fromkeys(marks))


def line_marks(line: str) -> tuple[str, ...]:
    """The mark of the line a claim was read from; none for one that many could have written.

    >>> line_marks("> Mar  1 03:12:09 gate sshd[9]: Failed password for root")
    ('line:8cd56a21d52735a0',)
    """
    text = " ".join(QUOTES.sub("", line).split())[:LONGEST].casefold()
    if len(text) < SHORTEST or not CLOCK.search(text):
        return ()
    return (f"line:{_digest(text)}",)


def message_ids(reading: Reading) -> Sequence[str]:
    """The report's own Message-ID and those of messages inside it, each once."""
    ids = [reading.message_id] if reading.message_id else []
    ids += islice(_inside(reading.parts), MOST_IDS)
    return tuple(dict.fromkeys(text.strip("<> ") for text in ids))


def _inside(parts: Sequence[str]) -> Iterator[str]:
    for part in parts:
        for match in MESSAGE_ID.finditer(part[:MOST_TEXT]):
            yield match[1]


def _named(proven: Authentication, reporter: str | None) -> str | None:
    """The organisation of who provably sent it, or of the reporter a token's report names."""
    domain = proven.identity or (reporter or "").rpartition("@")[2]
    return (organisation(domain) or domain) if domain else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
