"""Reports that someone passes on in the text of a mail, below the header lines of the original.

`Forwarded message` and its translations, with `From:`, `Date:` and `Subject:` below, is how people
send a report to the desk that reached them. The one who passes it on is who claims it: nothing
proves the sender named in the text. That name only says how the words below are to be read, and
only when a reporter's own profile knows it. A reply quotes a thread the same way and is none, and
neither is what comes back to whom it names: our own notice accuses nobody.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from aupkeep.intake.mail.case_reference import case_of
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.mail.quotes import headed, lines_of
from aupkeep.intake.profiles.matching import ProfileMatch, matching_profiles
from aupkeep.intake.profiles.registry import ProfileRegistry
from aupkeep.intake.times import mail_time
from aupkeep.model.report import Reading

SUBJECT = re.compile(
    r"\s{0,3}(?:fwd?|wg|tr|vs|vb|rv|enc|doorst|vl|pd|i|fs)\s?:", re.IGNORECASE
)  # as programs write it before the subject of a mail that is passed on
SAID = re.compile(
    r"forward|weitergeleitet|videresend|videresendt|vidarebefordr|doorgestuurd|transf[ée]r|reenviado"
    r"|encaminhad|inoltrat|przekazan|пересылаем",
    re.IGNORECASE,
)
BOX = re.compile(r"[^\s<>@\"'\[\](),:;]{1,64}@[a-zA-Z0-9][a-zA-Z0-9.-]{1,250}[a-zA-Z0-9]")
LOOKED_AT = 20_000  # characters in which the original's header lines are looked for
FIELDS = 9  # lines that they take at most
WORDS = re.compile(r"[^\n]")


class OriginalHeader(NamedTuple):
    """The header lines of an original, and where its text begins; `said` by a line above them."""

    fields: Mapping[str, str]
    start: int
    said: bool


def read_inline_forward(
    mail: Mail,
    registry: ProfileRegistry,
    read: Callable[[Mail, ProfileMatch, ProfileRegistry], Reading],
) -> Reading | None:
    """What a known reporter's words claim that somebody passes on; None when they claim nothing."""
    forward = inline_forward(mail, registry) if case_of(mail) is None else None
    reading = read(*forward, registry) if forward else None
    if reading is None or not reading.findings:
        return None
    notes = ("a report passed on by the sender", reading.reason)
    return replace(reading, reason="; ".join(filter(None, notes)))


def inline_forward(mail: Mail, registry: ProfileRegistry) -> tuple[Mail, ProfileMatch] | None:
    """The mail as its original stood, sent by who passes it on, and the original's profile."""
    passes = SUBJECT.match(mail.subject) is not None
    for index, part in enumerate(mail.parts):
        text = part.text[:LOOKED_AT] if part.place is PartRole.PROSE else ""
        head = _head(text) if text and (passes or SAID.search(text)) else None
        box = BOX.search(head.fields.get("from", "")) if head else None
        if head is None or box is None or not (head.said or passes):
            continue
        sender = box[0].lower()
        if sender == mail.sender or sender in mail.recipients:
            return None
        original = _original(mail, head, index)
        claimed = matching_profiles(replace(original, sender=sender, senders=1), registry)
        if claimed and claimed[0].rank[0]:
            return original, claimed[0]
    return None


def _head(text: str) -> OriginalHeader | None:
    """The first block of header lines."""
    lines = list(lines_of(text))
    at = next((number for number in range(len(lines)) if headed(lines, number)), None)
    if at is None:
        return None
    end = at
    fields: dict[str, str] = {}
    while end < min(at + FIELDS, len(lines)) and lines[end].text.strip(" \t>*"):
        line = lines[end]
        if line.field:
            value = re.split("[:\uff1a]", line.text, maxsplit=1)[1]
            fields.setdefault(line.field, value.strip(" \t*"))
        end += 1
    said = any(SAID.search(line.text) for line in lines[max(0, at - 3) : at])
    return OriginalHeader(fields, lines[min(end, len(lines) - 1)].start, said)


def _original(mail: Mail, head: OriginalHeader, index: int) -> Mail:
    """The subject, date and words of the original; what stands above is blank, so offsets hold."""
    date = head.fields.get("sent", "")
    at = mail_time(date)
    part = mail.parts[index]
    words = WORDS.sub(" ", part.text[: head.start]) + part.text[head.start :]
    parts: tuple[MailPart, ...] = (
        *mail.parts[:index],
        replace(part, text=words),
        *mail.parts[index + 1 :],
    )
    subject = head.fields.get("subject", "")
    headers = {**mail.headers, "subject": (subject,), "date": (date,) if at else ()}
    return replace(
        mail, subject=subject, date=at[0] if at else None, headers=headers, parts=parts, answers=()
    )
