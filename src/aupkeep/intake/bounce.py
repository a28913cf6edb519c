"""Delivery reports: RFC 3464, and the dialects of mail servers that write prose instead."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from aupkeep.intake.fields import Fields, first
from aupkeep.intake.mail import Mail, Place

SENDERS = re.compile(
    r"(mailer-?daemon|post-?_?master|mail-?daemon|mdaemon|mail[-. ]?delivery[-. ]?(sub)?(system)?"
    r"|bounces?|no-?reply-?bounce|mmdf|sysadmin-?mail|email-?daemon)\b",
    re.IGNORECASE,
)
SUBJECTS = re.compile(
    r"undeliver|un-?deliverable|returned (mail|to sender)|return(ed|ing) message|failure notice"
    r"|mail delivery|delivery (status|failure|fail|report|error|problem|notification|delay)"
    r"|delivery has failed|failed delivery|mail failed|non.?delivery|notification d'.chec"
    r"|could not be (delivered|sent)|cannot be delivered|mail (system )?error"
    r"|message (delivery )?(failed|delayed|rejected)|warning: (message|could not)"
    r"|unzustellbar|unbekannt|ikke leveret|ikke levert",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"(could|can) ?not be (delivered|sent)|unable to deliver|(did|could) not reach|undeliverable"
    r"|delivery[^\n]{0,40}fail|returned to sender|no valid recipients|user unknown|unknown user"
    r"|mailbox[^\n]{0,20}full|over quota",
    re.IGNORECASE,
)
TOLD = re.compile(r"<?([A-Za-z0-9._%+=/'-]{1,64}@[A-Za-z0-9-][A-Za-z0-9.-]{0,252})>?")
WHY = re.compile(
    r"\b[45](?:\d\d[ -]|\.\d{1,3}\.\d{1,3}\b)|user unknown|unknown user|no such user"
    r"|mailbox (?:is )?(?:full|unavailable)|over quota|host unknown|not exist|relay(?:ing)? denied",
    re.IGNORECASE,
)
LOOKED_AT = 20_000  # characters of prose in which recipient and reason are looked for


class Bounce(NamedTuple):
    """Which recipient was not reached, and why, as the mail says; `reached` = it was, after all."""

    recipient: str | None
    why: str
    reached: bool = False

    def __str__(self) -> str:
        """One sentence for a person."""
        return f"not delivered to {self.recipient or 'an unnamed recipient'}: {self.why}"


def bounced(mail: Mail) -> Bounce | None:
    """What a delivery report says, or None when the mail is none."""
    for fields in mail.status:
        if first(fields, "action") or first(fields, "final-recipient"):
            return _reported(fields)
    failed = mail.header("x-failed-recipients")
    if failed or "delivery-status" in mail.header("content-type") or _from_a_server(mail):
        prose = "\n".join(_prose(mail))
        return Bounce(_recipient(failed or prose, mail), _reason(prose))
    return None


def _reported(fields: Fields) -> Bounce:
    """One recipient's group of RFC 3464 section 2.3."""
    named = first(fields, "original-recipient") or first(fields, "final-recipient")
    recipient = named.value.rpartition(";")[2].strip().strip("<>") if named else None
    diagnostic = first(fields, "diagnostic-code")
    status, action = first(fields, "status"), first(fields, "action")
    why = diagnostic.value if diagnostic else status.value if status else "no reason given"
    done = action is not None and action.value.lower() in {"delivered", "relayed", "expanded"}
    return Bounce(recipient or None, why[:400], done)


def _from_a_server(mail: Mail) -> bool:
    """A mail server wrote it: an empty or telling sender, with a telling subject or telling words.

    A postmaster may also report abuse, so words alone count only beside the returned mail itself.
    """
    empty = mail.header("return-path").replace(" ", "") == "<>"
    who = f"{mail.sender or ''} {mail.sender_name or ''}"
    if not (mail.sender is None or empty or SENDERS.search(who[:400])):
        return False
    if SUBJECTS.search(mail.subject[:400]):
        return True
    words = any(WORDS.search(text[:3000]) for text in _prose(mail))
    return words and (empty or bool(mail.original))


def _prose(mail: Mail) -> Iterator[str]:
    for part in mail.parts:
        if part.place in {Place.PROSE, Place.STATUS}:
            yield part.text[:LOOKED_AT]


def _recipient(text: str, mail: Mail) -> str | None:
    """The first address that is neither the server's nor ours."""
    own = {mail.sender, *mail.recipients}
    for match in TOLD.finditer(text):
        local, _, domain = match[1].rpartition("@")
        found = f"{local}@{domain.rstrip('.').lower()}"
        if found not in own and not SENDERS.match(local):
            return found
    return None


def _reason(text: str) -> str:
    """The first line that gives a status code or a reason."""
    match = WHY.search(text)
    if match is None:
        return "no reason given"
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    line = text[max(start, match.start() - 200) : end if end >= 0 else len(text)]
    return " ".join(line.split())[:400]
