"""What a mail's words say as a whole: its kind, what they do not claim, and what shows more."""

import re
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
from aupkeep.intake.extract.polarity_words import PERMITTED, PLANNED
from aupkeep.intake.unclaimed import Unclaimed, first_reason

# a field's name and what may stand between it and its value
LABEL = re.compile(r"[^\n:=]{1,60}[:=]\s{0,12}[\[(\"'<]{0,2}")
# the small words of a sentence: a row of data and a record hold none
SPEECH = re.compile(
    rf"{SMALL.pattern}|\b(?:from|at|by|to|against|for|with|about|into|or|not|no|maybe|perhaps|says?|"
    r"seen|vom|zum|zur|im|um|gegen|auf|mit|nicht|kein\w?|depuis|le|à|aux?|contre|vers|par|pour|dans|"
    r"pas|fra|frå|mot|kl|til|på|med|ikke|ikkje|från|till|inte|desde|hacia|contra|para|con|por|y|"
    r"verso|contro|dal|da|di|per|il|vanaf|naar|tegen|door|voor|om|op|niet|dnia|przez|na|od|do|w|z|"
    r"nie|de|em|às|ao)\b"
)
LEAVE = re.compile(
    r"\b(?:allowed|permitted|ok(?:ay)?|erlaubt|autorisé|tillatt|toegestaan|permitido)\b"
)
# what a sentence says of the record beside it
EXAMPLE = re.compile(
    r"\b(?:(?:this is|only|just) (?:a|an) (?:test|example|drill|exercise|sample)|made[- ]up|"
    r"will look like|(?:please|to) (?:whitelist|allowlist|unblock|de-?list)|dies ist (?:nur )?ein "
    r"(?:test|beispiel)|dette er (?:bare |kun )?en (?:test|øvelse)|ceci est un (?:test|exemple))\b"
)
TURNING = frozenset({Unclaimed.PERMITTED, Unclaimed.MISTAKEN})  # whatever they speak of
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
    ask or quote all that they name. `unclaimed` is the first sentence of those. `turned` when
    sentences turn round what a record beside them states, and none claims it.
    """

    title: str
    parts: list[str]
    kind: str | None
    sure: float
    word: str | None
    word_sure: float
    unclaimed: str
    turned: bool


def mail_words(title: str, parts: Sequence[str], hint: SenderHint) -> MailWords:
    """What a mail's words claim, and what they only name."""
    kind, sure = _kind_of(title, parts, hint)
    spans = [unclaimed_spans(part) for part in parts]
    claimed = [claimed_text(*pair) for pair in zip(parts, spans, strict=True)]
    claimed_title = claimed_text(title, unclaimed_spans(title))
    silent = any(spans) and mail_kind("", claimed) is None
    word, word_sure = (None, BARE) if silent else _kind_of(claimed_title, claimed, hint)
    unclaimed = _told_of(parts, spans)
    turned = _turned(parts, claimed, spans)
    return MailWords(claimed_title, claimed, kind, sure, word, word_sure, unclaimed, turned)


def _turned(
    parts: Sequence[str], claimed: Sequence[str], spans: Sequence[Sequence[UnclaimedSpan]]
) -> bool:
    """Whether the sentences only ask for leave, plan, take back, or deny and ask about abuse.

    "Is this scan allowed?" above a record of it accuses nobody. A sentence that claims abuse does.
    """
    turning = any(
        span.why in TURNING or _turns(part[span.start : span.end])
        for part, part_spans in zip(parts, spans, strict=True)
        for span in part_spans
    )
    sentences = [
        "\n".join(line for line in part.split("\n") if not shows(line)) for part in claimed
    ]
    if not (turning or any(EXAMPLE.search(part.lower()) for part in sentences)):
        return False
    return mail_kind("", sentences) is None


def _turns(said: str) -> bool:
    """Whether words that claim nothing speak of abuse, of leave for it, or of a plan."""
    lower = said.lower()
    asked = any(pattern.search(lower) for pattern in (PLANNED, PERMITTED, LEAVE))
    return asked or mail_kind("", [said]) is not None


def _kind_of(title: str, parts: Sequence[str], hint: SenderHint) -> tuple[str | None, float]:
    """The kind a mail is about: by its sender's own word, by its words, by what he writes about."""
    mostly = (hint.kind, hint.sure) if hint.kind else None
    said = None if hint.kind and hint.said else mail_kind(title, parts)
    return said or mostly or (None, BARE)


def _told_of(parts: Sequence[str], spans: Sequence[Sequence[UnclaimedSpan]]) -> str:
    """The first words that claim nothing, those that name an address or a link before others."""
    unclaimed = [
        (span.why, part[span.start : span.end])
        for part, part_spans in zip(parts, spans, strict=True)
        for span in part_spans[:MOST_TOLD]
    ]
    named = [pair for pair in unclaimed if find_addresses(pair[1]) or "://" in pair[1]]
    first = first_reason((*named, *unclaimed))
    return f"{first[0].value}: {' '.join(first[1].split())[:LONGEST_TOLD]}" if first else ""


def is_evident(text: str, claim: LineClaim, *, stated: bool) -> bool:
    """Whether a claim is read from a log or a table, or from a row with a time or port."""
    if claim.doubtful:
        return False
    if claim.tabled or claim.leading:
        return True
    spot, limit = claim.base + claim.spot.end, claim.base + claim.spot.end + WINDOW
    first, end = max(0, claim.base + 1 - WINDOW), text.find("\n", spot, limit)
    start = text.rfind("\n", first, claim.base + 1)
    line = text[start + 1 if start >= 0 else first : end if end >= 0 else limit]
    if is_field(line):
        return stated and LABEL.fullmatch(line[: line.find(_said(text, claim))]) is not None
    return shows(line) or (stated and not SPEECH.search(line.lower()))


def _said(text: str, claim: LineClaim) -> str:
    """The address of a claim as it stands."""
    return text[claim.base + claim.spot.start : claim.base + claim.spot.end]
