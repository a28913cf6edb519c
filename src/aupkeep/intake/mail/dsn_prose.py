"""What a mail server says in prose of a mail it returns: for whom it was, and why it came back.

No server's form is known by name. Its own words end where the returned mail begins; a recipient
stands on a line of its own or in brackets, or is the one the returned mail was for; the reason is
the line with a code or with words of failure that says most, looked for behind its recipient first.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aupkeep.intake.mail.delivery_failures import WIDE, reason_of
from aupkeep.model.correspondence import FailureReason

LOCAL = r"[A-Za-z0-9._%+=/'#&!?^{}|~$*-]{1,64}"
DOMAIN = r"[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){0,20}+"
ADDRESS = rf"{LOCAL}@{DOMAIN}"
PIECE = r"[^\s<>@\"(),:;\[\]\\\uff08\uff09\uff1a\uff0c\u3001\u3002\u300c\u300d]"
FOREIGN = rf"{PIECE}{{1,64}}@{PIECE}{{1,253}}"  # RFC 6531
TOLD = re.compile(rf"<({FOREIGN})>|(?<![\w.%+=/'@-])({ADDRESS})(?![\w@-])")
LISTED = re.compile(
    r"^[ \t>*|]{0,12}(?:<<< ?)?(?:[45]\d\d[ -](?:\d\.\d{1,3}\.\d{1,3} )?)?"
    r"(?:(?:final-recipient|original-recipient|rcpt to|recipients?|to|address|empfänger|an"
    r"|destinataire|à|для|кому)[ \t]?:?[ \t]{0,4}(?:rfc822;[ \t]?)?)?[<(\"'\[]{0,2}(?:smtp:)?"
    rf"(?:({ADDRESS})(?![\w@-])[>)\"'\]]{{0,3}}"
    r"(?=[ \t]*$|[ \t]*[:(\[,;|]|\.{1,3}(?:\s|$)"
    r"|[ \t]{1,4}(?:on |-|\.\.\.|because|was|could))"
    rf"|({FOREIGN})[>)\"']{{0,2}}:?[ \t]*$)",
    re.MULTILINE | re.IGNORECASE,
)
NAMED = re.compile(r"\brecipients?[^\n:]{0,30}:[ \t]{0,4}<?\S{1,64}@", re.IGNORECASE)
IDENTIFIED = re.compile(
    r"\b(?:message|queue|mail)?[-_ ]?(?:id|identifier)\b[^\n]{0,40}$", re.IGNORECASE
)
CODE = re.compile(
    r"(?<![\w.:@/-])(?:[45]\d\d(?=[ :;-](?![0-9]{2}[:/-]))|[45]\.\d{1,3}\.\d{1,3}(?![.\d]))"
)
WHY = re.compile(
    r"user unknown|unknown user|no such|(?:mailbox|account|quota|inbox).{0,40}(?:full|exceed"
    r"|unavailable|disabled)|over ?quota|host unknown|not exist|(?:relay|access)(?:ing)? denied"
    r"|expired|timed out|not listed in|not found|because:|reasons?:|retry time|giving up|given up"
    r"|did not accept|refused|rejected|blocked|lookup fail|invalid|unknown|attempts|unable to"
    r"|couldn't|could not (?!be delivered)|cannot|unroutable|unrouteable|too (?:big|large|many)"
    r"|spam|virus"
    r"|loop|hop|not accept|no longer|does ?n[o']t|grund:|motif :|unbekannt|inconnu|voll\b"
    r"|不存在|存在しま|見つかりま|不明|一杯|ありません",
    re.IGNORECASE,
)
LETTER = re.compile(r"^(?=[^\n]*\w)", re.MULTILINE)
RETURNED = re.compile(  # where the returned mail begins in the same text
    r"^(?:[-=_* >#]{2,}[ \t]{0,4}(?:original|returned|undelivered|unsent|message header|copy of"
    r"|this is a copy|the following is|below this line|unbekannt|ursprüng|forwarded"
    r"|unzustell|the header|start of|headers? of|body of|your message)"
    r"|(?:the )?(?:message|original message|original mail) (?:headers? )?follows"
    r"|original message (?:headers?|text):|message headers? follow"
    r"|(?:here is|following is|below is|this is) (?:a copy of )?(?:the|your) (?:first part"
    r"|original|message head)"
    r"|(?:return-path|received|message-id|mime-version|dkim-signature):[ \t])",
    re.IGNORECASE | re.MULTILINE,
)
STILL = re.compile(
    r"warning message only|warning only|do not need to (?:resend|do|re-send)|no action is required"
    r"|will (?:continue|keep) (?:to (?:be )?)?(?:try|tried|retr)|will be (?:re)?tried"
    r"|still (?:being )?(?:retried|trying|queued|undelivered)"
    r"|not (?:yet )?been delivered[^\n]{0,40}(?:yet|so far)"
    r"|delivery (?:has been )?(?:is )?delayed(?! or)|delay(?:ed)? (?:notification|warning)"
    r"|delivery attempts will continue"
    r"|(?:could not|couldn't) be delivered (?:for|yet)[^\n]{0,60}(?:will|trying)"
    r"|temporarily deferred|only a temporary",
    re.IGNORECASE,
)
DELAY = re.compile(
    r"\bdelay(?:ed)?\b|^warning: (?:message|could not|mail)(?!.*\bfailed\b)|forsinket|verzögert"
    r"|retard|vertraagd"
    r"|försenad|still being retried|not yet delivered|opóźni|retrasad|ritard|atrasad|задерж|遅延",
    re.IGNORECASE,
)
SERVERS = re.compile(r"(?:mailer-?daemon|post-?_?master|mail-?daemon|mdaemon)@", re.IGNORECASE)
SERVED = re.compile(
    r"^from:[^\n]{0,200}(?:mailer-?daemon|postmaster)@", re.IGNORECASE | re.MULTILINE
)
LONGEST_HEADERS = 4_000
FOR = re.compile(r"^to:[ \t]*([^\n]{1,2000})", re.IGNORECASE | re.MULTILINE)
BEFORE = 200  # characters of a line before the reason in it
LONGEST = 400
MOST = 100  # recipients of one report
MOST_LINES = 20  # lines of which the one that says most is taken
NEAR = 800  # characters behind a recipient in which its reason stands


class ProseRecipient(NamedTuple):
    """One recipient as the server names it, None for nobody, and the reason."""

    recipient: str | None
    why: str


def split_returned(prose: str) -> tuple[str, str]:
    """The server's own words and what it returns; where that is a report itself, its words too."""
    words, returned = _parted(prose)
    if not SERVED.search(returned[:LONGEST_HEADERS]):
        return words, returned
    more, last = _parted(returned.partition("\n\n")[2])
    return f"{words}\n{more}", last


def _parted(prose: str) -> tuple[str, str]:
    own = RETURNED.search(prose)
    return (prose[: own.start()], prose[own.start() :]) if own and own.start() else (prose, "")


def says_delayed(prose: str, subject: str) -> bool:
    """Whether the server says that it still tries."""
    return bool(DELAY.search(subject[:200]) or STILL.search(prose))


def prose_recipients(
    prose: str, returned: str, to: Sequence[str], own: Sequence[str]
) -> list[ProseRecipient]:
    """Each recipient with its reason.

    `to` are those the returned mail was for, `own` the server and whoever gets this report: they
    are named only where nobody else is.
    """
    places = list(_listed(prose))
    named = [
        place for place in places if place[0] not in own and not SERVERS.match(place[0])
    ] or places
    if not named or (to and all(recipient in own for recipient, _ in named)):
        return [
            ProseRecipient(recipient, failure_line(prose))
            for recipient in _unlisted(prose, returned, to, own)
        ]
    general = failure_line(prose)
    many: dict[str, str] = {}
    for number, (recipient, at) in enumerate(named[:MOST]):
        stop = named[number + 1][1] if number + 1 < len(named) else at + NEAR
        if recipient not in many or not many[recipient]:
            many[recipient] = failure_line(prose[at : min(stop, at + NEAR)])
    if len(many) > 1:
        return [
            ProseRecipient(recipient, why if _telling(why) else general)
            for recipient, why in many.items()
        ]
    return [ProseRecipient(recipient, _better(why, general)) for recipient, why in many.items()]


def _better(near: str, general: str) -> str:
    """The reason near a recipient, unless the whole says more."""
    return general if _telling(general) > _telling(near) else near


def _telling(why: str) -> int:
    """How much words say: nothing, something, a narrow class."""
    class_ = reason_of(why)
    return 0 if class_ is FailureReason.OTHER else 1 if class_ in WIDE else 2


def _listed(text: str) -> Iterator[tuple[str, int]]:
    for match in LISTED.finditer(text):
        yield address(match[1] or match[2]), match.start()


def _unlisted(
    prose: str, returned: str, to: Sequence[str], own: Sequence[str]
) -> Sequence[str | None]:
    """Whom the words name within a sentence, else whom the returned mail was for."""
    others = [
        recipient
        for recipient in _named(prose)
        if recipient not in own and not SERVERS.match(recipient)
    ]
    both = [other for other in others if other in to]
    header = FOR.search(returned)
    written = list(_named(header[1])) if header else []
    return list(dict.fromkeys(both or others[:1] or to or written))[:MOST] or [None]


def _named(text: str) -> Iterator[str]:
    """The addresses within lines, not those that identify a mail."""
    for match in TOLD.finditer(text):
        line = text[
            max(text.rfind("\n", 0, match.start()) + 1, match.start() - BEFORE) : match.start()
        ]
        if not IDENTIFIED.search(line):
            yield address(match[1] or match[2])


def address(text: str) -> str:
    """An address with its domain in lower case and without the dot of a sentence."""
    local, _, domain = text.rpartition("@")
    return f"{local.strip(chr(39))}@{domain.rstrip('.').lower()}"


def failure_line(text: str) -> str:
    """The line that says most: its reason is in a narrow class; else the first with a code."""
    first = ""
    for line in _lines(text):
        if _telling(line) > 1:
            return line
        first = first or (line if CODE.search(line) or WHY.search(line) else "")
    return first


def _lines(text: str) -> Iterator[str]:
    """The lines with a code, then those with words of failure, then all; each once."""
    starts: set[int] = set()
    for pattern in (CODE, WHY, LETTER):
        for match in pattern.finditer(text):
            start = text.rfind("\n", 0, match.start()) + 1
            if len(starts) > MOST_LINES:
                return
            if start in starts:
                continue
            starts.add(start)
            yield _line(text, start, match)


def _line(text: str, start: int, match: re.Match[str]) -> str:
    """One line, with the next where it ends in a colon or goes on with the same code."""
    start = start if match.start() - start <= BEFORE else match.start()
    end = text.find("\n", match.end())
    end = end if end >= 0 else len(text)
    line = text[start:end]
    if line.rstrip().endswith(":"):
        line += text[end : end + 300].lstrip().partition("\n\n")[0].join((" ", ""))
    code = match[0]
    while len(line) < LONGEST and text.startswith(code, end + 1) and len(code) == 3:  # noqa: PLR2004 - an SMTP reply
        start, end = end, text.find("\n", end + 1)
        end = end if end >= 0 else len(text)
        line += text[start:end]
    return " ".join(line.split())[:LONGEST]
