"""What a mail's words say as a whole: its kind, what they do not claim, and what shows more."""

from collections.abc import Sequence
from typing import NamedTuple

from aupkeep.intake.extract.addresses import find_addresses
from aupkeep.intake.extract.line_shape import SMALL
from aupkeep.intake.extract.lines import BARE, LineClaim
from aupkeep.intake.extract.match_kinds import mail_kind
from aupkeep.intake.extract.polarity import (
    UnclaimedSpan,
    claimed_text,
    is_field,
    shows,
    unclaimed_spans,
)

MOST_TOLD, LONGEST_TOLD = 50, 200  # sentences of a part, characters of one


class SenderHint(NamedTuple):
    """What is known of a mail's sender: the kind he writes about, how sure, his order of days.

    `said` when his own word in this mail names the kind; a kind he mostly writes about yields to
    what the mail says.
    """

    kind: str | None = None
    sure: float = 0.0
    order: str = ""  # "dmy" or "mdy"
    said: bool = False


NO_HINT = SenderHint()
WINDOW = 4_000  # letters of a line beside a claim that are looked at: no log line is longer


class MailWords(NamedTuple):
    """A mail's parts with what they do not claim blank, and what they are about.

    `kind` is what the whole mail is about, `word` what its sentences claim: none where they deny,
    ask or quote all that they name. `told` is the first sentence of those.
    """

    title: str
    parts: list[str]
    kind: str | None
    sure: float
    word: str | None
    word_sure: float
    told: str


def mail_words(title: str, parts: Sequence[str], hint: SenderHint) -> MailWords:
    """What a mail's words claim, and what they only name."""
    kind, sure = _kind_of(title, parts, hint)
    spans = [unclaimed_spans(part) for part in parts]
    claimed = [claimed_text(*pair) for pair in zip(parts, spans, strict=True)]
    claimed_title = claimed_text(title, unclaimed_spans(title))
    silent = any(spans) and mail_kind("", claimed) is None
    word, word_sure = (None, BARE) if silent else _kind_of(claimed_title, claimed, hint)
    told = _told_of(parts, spans)
    return MailWords(claimed_title, claimed, kind, sure, word, word_sure, told)


def _kind_of(title: str, parts: Sequence[str], hint: SenderHint) -> tuple[str | None, float]:
    """The kind a mail is about: by its sender's own word, by its words, by what he writes about."""
    mostly = (hint.kind, hint.sure) if hint.kind else None
    said = None if hint.kind and hint.said else mail_kind(title, parts)
    return said or mostly or (None, BARE)


def _told_of(parts: Sequence[str], spans: Sequence[Sequence[UnclaimedSpan]]) -> str:
    """The first words that claim nothing, those that name an address or a link before others."""
    told = [
        (span.why.value, part[span.start : span.end])
        for part, found in zip(parts, spans, strict=True)
        for span in found[:MOST_TOLD]
    ]
    named = next((pair for pair in told if find_addresses(pair[1]) or "://" in pair[1]), None)
    why, said = named or next(iter(told), ("", ""))
    return f"{why}: {' '.join(said.split())[:LONGEST_TOLD]}" if why else ""


def is_evident(text: str, claim: LineClaim, *, stated: bool) -> bool:
    """Whether a claim is read from a log or a table, or from a row with a time or port."""
    if claim.tabled or claim.leading:
        return True
    spot, limit = claim.base + claim.spot.end, claim.base + claim.spot.end + WINDOW
    first, end = max(0, claim.base + 1 - WINDOW), text.find("\n", spot, limit)
    start = text.rfind("\n", first, claim.base + 1)
    line = text[start + 1 if start >= 0 else first : end if end >= 0 else limit]
    if shows(line) and not is_field(line):
        return True
    return stated and (shows(line) or not SMALL.search(line.lower()))
