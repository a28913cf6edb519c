"""Which case of ours a mail answers to: its reference in a Message-ID or in the subject."""

import re

from aupkeep.intake.mail.mail import Mail
from aupkeep.model.ids import ALPHABET, REFERENCE_LENGTH

HALF = f"[{ALPHABET}]{{{REFERENCE_LENGTH // 2}}}"
REFERENCE = re.compile(rf"\[(?:[A-Za-z #:]{{0,20}})?({HALF}-{HALF})\]")  # in a subject, bracketed
THREAD = re.compile(rf"(?<![A-Z0-9])({HALF}-{HALF})(?=[.@+-])", re.IGNORECASE)  # in a Message-ID


def case_of(mail: Mail) -> str | None:
    """The case reference that the mail answers to, from its thread or its subject; else None.

    It only says which case the words belong beside: it proves nothing about who wrote them.
    """
    for answered in mail.answers:
        match = THREAD.search(answered.partition("@")[0] + "@")
        if match:
            return match[1].upper()
    match = REFERENCE.search(mail.subject[:400])
    return match[1] if match else None
