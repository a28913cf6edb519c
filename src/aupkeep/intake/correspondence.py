"""A mail that is no report: an answer to a case, a delivery report, a machine's reply.

The first that applies decides: empty, delivery report (DSN), read receipt, automatic reply,
acknowledgement of a mail of ours, answer to a case, retraction or counter-notice.
"""

import re
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from aupkeep.intake.copyright.letters import LetterKind, classify, may_be_copyright
from aupkeep.intake.mail.auto_reply import (
    acknowledgement_reason,
    auto_reply_reason,
    read_receipt_reason,
)
from aupkeep.intake.mail.case_reference import case_of
from aupkeep.intake.mail.dsn import delivered_to, dsn_failures
from aupkeep.intake.mail.mail import Mail, PartRole
from aupkeep.intake.mail.quotes import TextOrigin, by_part, new_words
from aupkeep.intake.mail.retraction import may_retract, no_spam, retraction
from aupkeep.intake.outcomes import MOST_REMARKS, mail_outcome
from aupkeep.model.correspondence import DeliveryFailure, MailMeaning
from aupkeep.model.finding import Offset
from aupkeep.model.report import Reading, ReadingOutcome

MOST_PLACES = 500  # quotes and signatures of one letter
LONGEST = 50_000  # characters of a part in which a letter's meaning is looked for
LONGEST_ALL = 400_000  # of all parts
RE = re.compile(r"\s*(?:re|aw|sv|antw|vs|odp)\s?:", re.IGNORECASE)


def correspondence(mail: Mail) -> Reading | None:
    """A mail that answers one of ours, or says nothing to the desk; None for all others."""
    if _is_empty(mail):
        return mail_outcome(
            mail, ReadingOutcome.IGNORED, "empty: no subject, no text, no attachment"
        )
    failures = dsn_failures(mail)
    if failures is not None:
        return _returned(mail, failures)
    ignored = read_receipt_reason(mail) or auto_reply_reason(mail)
    if ignored:
        return mail_outcome(mail, ReadingOutcome.IGNORED, ignored)
    case = case_of(mail)
    ignored = acknowledgement_reason(mail) if case else None
    if ignored:
        return mail_outcome(mail, ReadingOutcome.IGNORED, ignored)
    return letter(mail, case)


def letter(mail: Mail, case: str | None) -> Reading | None:
    """Words to the desk: an answer to a case, or something that is taken back or contested."""
    meant = letter_meaning(mail)
    if case is None and meant is None:
        return None
    answer = f"an answer to case {case}" if case else None
    reason = "; ".join(filter(None, (answer, meant.sentence if meant else None)))
    reading = mail_outcome(mail, ReadingOutcome.REPLY if case else ReadingOutcome.INBOX, reason)
    places = _places(mail)
    quoted = tuple(place for speech, place in places if speech is TextOrigin.QUOTED)
    signed = tuple(place for speech, place in places if speech is TextOrigin.SIGNED)
    reading = replace(reading, quoted=quoted, signed=signed)
    return replace(reading, meaning=meant.meaning, container=meant.container) if meant else reading


def _places(mail: Mail) -> list[tuple[TextOrigin, Offset]]:
    """Where the sender's own parts quote another mail, or end in a signature."""
    parts = [
        (part.text if part.place is PartRole.PROSE else "", part.quoted) for part in mail.parts
    ]
    ranges = by_part(parts, mail.sender_name or "")
    return [(speech, Offset(*place)) for speech, place in islice(ranges, MOST_PLACES)]


def _returned(mail: Mail, failures: tuple[DeliveryFailure, ...]) -> Reading:
    """A delivery report: a bounce only where a recipient failed for good or was given up."""
    if not failures:
        return mail_outcome(mail, ReadingOutcome.IGNORED, f"delivered to {delivered_to(mail)}")
    reasons = "; ".join(str(failure) for failure in failures[:MOST_REMARKS])
    late = all(failure.delayed for failure in failures)
    reason = f"no failure yet: {reasons}" if late else reasons
    reading = mail_outcome(mail, ReadingOutcome.IGNORED if late else ReadingOutcome.BOUNCE, reason)
    return replace(reading, failures=failures)


def _is_empty(mail: Mail) -> bool:
    """True when there is nothing to read."""
    words = any(part.text.strip() for part in mail.parts)
    return not words and not mail.attachments and not mail.subject.strip()


class LetterMeaning(NamedTuple):
    """What a letter means, the sentence a person reads, and the kind of letter that has a form."""

    meaning: MailMeaning
    sentence: str
    container: str | None = None


def letter_meaning(mail: Mail) -> LetterMeaning | None:
    """What a letter takes back or contests, and its words for it; None for all others.

    Only new words count: what a reply quotes was said by somebody else. In a forwarded mail nothing
    is new, so that it means nothing by itself.
    """
    answers = bool(mail.answers) or bool(RE.match(mail.subject))
    whole = "\n".join([mail.subject[:400], *(text[:LONGEST] for text in mail.prose if text)])
    if not may_retract(whole[:LONGEST_ALL], answers=answers) and not may_be_copyright(whole):
        return None
    name = mail.sender_name or ""
    parts = [text[:LONGEST] for text in mail.prose if text]
    words = "\n".join(new_words(part, name) for part in parts[: LONGEST_ALL // LONGEST])
    letter = classify(words, mail.subject)
    if letter and letter.notice is LetterKind.COUNTER:
        return LetterMeaning(MailMeaning.COUNTER_NOTICE, str(letter), "copyright")
    if letter and letter.notice is LetterKind.RETRACTION:
        return LetterMeaning(MailMeaning.RETRACTION, str(letter), "copyright")
    sentence = None if letter else retraction(words, mail.subject, answers=answers)
    if sentence:
        return LetterMeaning(MailMeaning.RETRACTION, f"a retraction: {sentence}")
    sentence = None if letter else no_spam(words, answers=answers)
    return (
        LetterMeaning(MailMeaning.NOT_SPAM, f"said to be no spam: {sentence}") if sentence else None
    )
