"""What of ours a mail answers to: the reference of a case, or of a report as its receipt says it.

It stands in a Message-ID of ours, or in the subject: in brackets, in an answer in parentheses as
our titles have it, or at the beginning, as people write it by hand.
"""

import re

from aupkeep.intake.mail.mail import Mail
from aupkeep.model.ids import ALPHABET, REFERENCE_LENGTH

HALF = f"[{ALPHABET}]{{{REFERENCE_LENGTH // 2}}}"
OURS = rf"((?:R-)?{HALF}-{HALF})"  # R- begins that of a report
ANSWER = re.compile(r"(?:\s{0,9}(?:re|aw|sv|antw|vs|odp)\s?:){1,9}", re.IGNORECASE)
BRACKETED = re.compile(rf"\[(?:[A-Za-z #:]{{0,20}})?{OURS}\]")
TITLED = re.compile(rf"\({OURS}\)")  # as `notify` ends its titles
FIRST = re.compile(  # never digits alone, which may be anything
    r"\W{0,9}(?:(?:case|sak|ref(?:erence|eranse)?|report|number|nummer|nr|no)\b[ .:#]{0,9})?"
    rf"(?=(?:R-)?[0-9-]*[B-Z])\(?{OURS}(?![A-Z0-9-])",
    re.IGNORECASE,
)
THREAD = re.compile(rf"(?<![A-Z0-9]){OURS}(?=[.@+-])", re.IGNORECASE)  # in a Message-ID


def case_of(mail: Mail) -> str | None:
    """The reference that the mail answers to, from its thread or its subject; else None.

    It only says what the words belong beside: it proves nothing about who wrote them.
    """
    for answered in mail.answers:
        match = THREAD.search(answered.partition("@")[0] + "@")
        if match:
            return match[1].upper()
    subject = mail.subject[:400]
    answer = ANSWER.match(subject)
    match = BRACKETED.search(subject) or FIRST.match(subject, answer.end() if answer else 0)
    match = match or (TITLED.search(subject) if answer else None)
    return match[1].upper() if match else None
