"""Delivery reports: RFC 3464, and the dialects of mail servers that write prose instead.

A report names each recipient it failed for, with the server's words; `failures` puts these in a
class. A warning that a server still tries is no failure, and a report of success is none either.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.failures import permanent, reason_of, status_in
from aupkeep.intake.fields import Fields, first
from aupkeep.intake.mail import Mail, Place
from aupkeep.model.letter import Failure, FailureReason

SENDERS = re.compile(
    r"(mailer-?daemon|post-?_?master|mail-?daemon|mdaemon|mail[-. ]?delivery[-. ]?(sub)?(system)?"
    r"|bounces?|no-?reply-?bounce|mmdf|sysadmin-?mail|email-?daemon)\b",
    re.IGNORECASE,
)
SUBJECTS = re.compile(
    r"undeliver|un-?deliverable|returned (mail|to sender)|mail failure|error sending your"
    r"|return(ed|ing) message|failure notice"
    r"|mail delivery|delivery (status|failure|fail|report|error|problem|notification|delay)"
    r"|delivery has failed|failed delivery|mail failed|non.?delivery|notification d'.chec"
    r"|could not be (delivered|sent)|cannot be delivered|mail (system )?error"
    r"|message (delivery )?(failed|delayed|rejected)|warning: (message|could not)"
    r"|unzustellbar|unbekannt|ikke leveret|ikke levert|chec de (?:la )?remise|non remis"
    r"|onbestelbaar|niet bezorgd|kunne ikke leveres|gick inte att leverera|kan inte levereras"
    r"|no se (?:ha )?(?:pudo|podido) entregar|no entregado|error de entrega|mancata consegna"
    r"|impossibile recapitare|nie dostarczono|niedostarcz|não entregue|falha na entrega"
    r"|non distribu|olevererbart|ej levererat|toimittaminen ep",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"(could|can) ?not be (delivered|sent)|unable to deliver|(did|could) not reach|undeliverable"
    r"|delivery[^\n]{0,40}fail|returned to sender|no valid recipients|user unknown|unknown user"
    r"|mailbox[^\n]{0,20}full|over quota",
    re.IGNORECASE,
)
TOLD = re.compile(r"<?([A-Za-z0-9._%+=/'-]{1,64}@[A-Za-z0-9-][A-Za-z0-9.-]{0,252})>?")
LISTED = re.compile(
    r"^[ \t]{0,8}(?:to:? )?[<(\"']{0,2}([A-Za-z0-9._%+=/'-]{1,64}@[A-Za-z0-9-][A-Za-z0-9.-]{0,252})"
    r"[>)\"']{0,2}(?=[ \t]*$|[ \t]*[:.(]|[ \t]+on )",
    re.MULTILINE | re.IGNORECASE,
)
CODE = re.compile(r"(?<![\d.:])[45](?:\d\d[ -]|\.\d{1,3}\.\d{1,3}\b)")
WHY = re.compile(
    r"user unknown|unknown user|no such user|mailbox (?:is )?(?:full|unavailable)|over quota"
    r"|host unknown|not exist|relay(?:ing)? denied|envelope expired|timed out|not listed in"
    r"|not found|because:|reason:|retry timeout",
    re.IGNORECASE,
)
RETURNED = re.compile(  # where the returned mail begins in the same text
    r"^(?:[-=_* >#]{2,}[ \t]{0,4}(?:original|returned|undelivered|unsent|message header|copy of"
    r"|this is a copy|the following is|below this line|unbekannt|ursprüng|forwarded"
    r"|transcript of the)"
    r"|(?:message|original message) headers? follow|original message headers?:"
    r"|(?:return-path|received|message-id|mime-version|dkim-signature):[ \t])",
    re.IGNORECASE | re.MULTILINE,
)
STILL = re.compile(
    r"warning message only|do not need to (?:resend|do)|no action is required"
    r"|will (?:continue|keep) (?:to (?:be )?)?(?:try|tried|retr)|will be (?:re)?tried"
    r"|still (?:being )?(?:retried|trying|queued|undelivered)"
    r"|not (?:yet )?been delivered[^\n]{0,40}(?:yet|so far)"
    r"|delivery (?:has been )?(?:is )?delayed|delay(?:ed)? (?:notification|warning)"
    r"|delivery attempts will continue"
    r"|(?:could not|couldn't) be delivered (?:for|yet)[^\n]{0,60}(?:will|trying)"
    r"|temporarily deferred",
    re.IGNORECASE,
)
DELAY = re.compile(
    r"\bdelay(?:ed)?\b|^warning: (?:message|could not|mail)|forsinket|verzögert|retard|vertraagd"
    r"|försenad|still being retried|not yet delivered",
    re.IGNORECASE,
)
WIDE = frozenset(
    {
        FailureReason.POLICY,
        FailureReason.SYSTEM,
        FailureReason.MALFORMED,
        FailureReason.OTHER,
    }
)
DONE = frozenset({"delivered", "relayed", "expanded"})
BEFORE = 200  # characters of a line before the reason in it
MUTE = 40  # characters of a subject that says no more than that something failed
LOOKED_AT = 20_000  # characters of prose in which recipient and reason are looked for
MOST = 100  # recipients of one report


def bounced(mail: Mail) -> tuple[Failure, ...] | None:
    """The recipients a delivery report names as failed or delayed; None when the mail is none.

    An empty tuple is a report of success.
    """
    told = [one for one in mail.status if first(one, "action") or first(one, "final-recipient")]
    if told:
        failed = [_reported(one) for one in told[:MOST] if _action(one) not in DONE]
        return tuple(_completed(one, mail) for one in failed)
    named = mail.header("x-failed-recipients")
    if named or "delivery-status" in mail.header("content-type") or _from_a_server(mail):
        return _prosaic(mail, named)
    return None


def reached(mail: Mail) -> str:
    """Whom a report of success names, on one line; "" for nobody."""
    named = (
        first(one, "original-recipient") or first(one, "final-recipient") for one in mail.status
    )
    told = [one.value.rpartition(";")[2].strip() for one in named if one]
    return ", ".join(told[:5])[:400]


def _action(fields: Fields) -> str:
    found = first(fields, "action")
    return found.value.partition(" ")[0].strip().lower() if found else "failed"


def _reported(fields: Fields) -> Failure:
    """One recipient's group of RFC 3464 section 2.3."""
    named = first(fields, "original-recipient") or first(fields, "final-recipient")
    recipient = named.value.rpartition(";")[2].strip().strip("<>") if named else None
    diagnostic, status = first(fields, "diagnostic-code"), first(fields, "status")
    match = TOLD.search(recipient or "")
    code = status_in(status.value) if status else ""
    why = " ".join((diagnostic.value if diagnostic else "").split())[:400]
    return _failure(
        match[1] if match else recipient, why, code, delayed=_action(fields) == "delayed"
    )


def _failure(recipient: str | None, why: str, code: str = "", *, delayed: bool = False) -> Failure:
    stated = status_in(why)
    vague = not code or code.endswith(".0.0")
    status = stated if stated and vague else code
    return Failure(
        recipient=recipient or None,
        reason=reason_of(why, status),
        status=status,
        permanent=permanent(status, why),
        delayed=delayed,
        why=why,
    )


def _completed(one: Failure, mail: Mail) -> Failure:
    """A failure whose group gives no reason takes what the prose says."""
    if one.why:
        return one
    why = _reason("\n".join(_prose(mail)))
    return _failure(one.recipient, why or one.status, one.status, delayed=one.delayed)


def _prosaic(mail: Mail, named: str) -> tuple[Failure, ...]:
    """What a server says in prose: its recipients, each with the one reason."""
    prose = "\n".join(_prose(mail))
    own = RETURNED.search(prose)
    told = prose[: own.start()] if own and own.start() > 0 else prose
    delayed = bool(DELAY.search(mail.subject[:200]) or STILL.search(told))
    why = _reason(told) or _telling(told) or _reason(prose)
    if not why and SUBJECTS.search(mail.subject) and len(mail.subject) > MUTE:
        why = mail.subject[:400]
    found = _recipients(named or told, mail) or _recipients(prose, mail)
    original = mail.original.get("to", ("",))[0]
    found = found or _recipients(original, mail)
    return tuple(_failure(one, why, delayed=delayed) for one in found or (None,))


def _telling(text: str) -> str:
    """The line of the server's words that fits a class of failures, "" where none does."""
    guessed = reason_of(text)
    if guessed in WIDE:
        return ""
    lines = (" ".join(line.split())[:400] for line in text.split("\n"))
    return next((line for line in lines if line and reason_of(line) is guessed), "")


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


def _recipients(text: str, mail: Mail) -> list[str]:
    """The addresses on lines of their own, else the first: neither the server's nor ours."""
    own = {mail.sender, *mail.recipients}
    listed = [_address(match[1]) for match in LISTED.finditer(text)]
    told = [one for one in listed if one not in own and not SENDERS.match(one)]
    if not told:
        others = (_address(match[1]) for match in TOLD.finditer(text))
        told = [one for one in others if one not in own and not SENDERS.match(one)][:1]
    return list(dict.fromkeys(told))[:MOST]


def _address(text: str) -> str:
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"


def _reason(text: str) -> str:
    """The line that gives a status code or a reason, with the next where it ends in a colon."""
    match = CODE.search(text) or WHY.search(text)
    if match is None:
        return ""
    start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - BEFORE)
    end = text.find("\n", match.end())
    end = end if end >= 0 else len(text)
    line = text[start:end]
    if line.rstrip().endswith(":"):
        line += text[end : end + 300].lstrip().partition("\n\n")[0].join((" ", ""))
    return " ".join(line.split())[:400]
