"""What a mail is when it is no report: an answer to a case, a machine's reply, a newsletter."""

import re

from aupkeep.intake.mail import Mail
from aupkeep.model.ids import ALPHABET, REFERENCE_LENGTH

HALF = f"[{ALPHABET}]{{{REFERENCE_LENGTH // 2}}}"
REFERENCE = re.compile(rf"\[(?:[A-Za-z #:]{{0,20}})?({HALF}-{HALF})\]")  # in a subject, bracketed
THREAD = re.compile(rf"(?<![A-Z0-9])({HALF}-{HALF})(?=[.@+-])", re.IGNORECASE)  # in a Message-ID
AUTOMATIC = re.compile(
    r"(re: ?)?(auto(matic|matisk)?[ -]?(reply|response|svar|antwort|matische antwort)\b"
    r"|out of (the )?office|autosvar|fravær|abwesen|réponse automatique|vacation reply)",
    re.IGNORECASE,
)
BULK = frozenset({"bulk", "list", "junk"})


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


def automatic(mail: Mail) -> str | None:
    """Why this is a machine's answer (RFC 3834 section 5), or None."""
    said = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if said.startswith("auto-replied"):
        return "an automatic reply (Auto-Submitted: auto-replied)"
    if mail.header("precedence").strip().lower() in {"auto_reply", "auto-reply"}:
        return "an automatic reply (Precedence)"
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation"):
        if mail.header(name) and mail.header(name).strip().lower() not in {"no", "false"}:
            return f"an automatic reply ({name})"
    if AUTOMATIC.match(mail.subject.strip()[:100]):
        return "an automatic reply, by its subject"
    return None


def receipt(mail: Mail) -> str | None:
    """Why this only says that a mail was read (RFC 8098), or None."""
    told = any(part.media == "message/disposition-notification" for part in mail.parts)
    return "a notice that a mail was read (RFC 8098)" if told else None


def newsletter(mail: Mail) -> str | None:
    """Why this went to many, not to the desk (RFC 2919, RFC 2369), or None."""
    for name in ("list-id", "list-unsubscribe", "list-post"):
        if mail.header(name):
            return f"a mailing list or newsletter ({name})"
    if mail.header("precedence").strip().lower() in BULK:
        return f"bulk mail (Precedence: {mail.header('precedence').strip().lower()})"
    return None


def empty(mail: Mail) -> bool:
    """True when there is nothing to read."""
    words = any(part.text.strip() for part in mail.parts)
    return not words and not mail.attachments and not mail.subject.strip()
