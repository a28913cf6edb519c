"""Delivery reports: RFC 3464, and the dialects of mail servers that write prose instead.

A report names each recipient it failed for, with the server's words; `failures` puts these in a
class. A warning that a server still tries is no failure, and a report of success is none either.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from aupkeep.intake.mail.delivery_failures import permanent, reason_of, status_in
from aupkeep.intake.mail.dsn_prose import (
    CODE,
    LISTED,
    NAMED,
    NEAR,
    RETURNED,
    TOLD,
    ProseRecipient,
    address,
    failure_line,
    prose_recipients,
    says_delayed,
    split_returned,
)
from aupkeep.intake.mail.header_fields import HeaderFields, first, read_fields
from aupkeep.intake.mail.mail import Mail, PartRole
from aupkeep.model.correspondence import DeliveryFailure, FailureReason

SENDERS = re.compile(
    r"(mailer-?daemon|post-?_?master|mail-?daemon|mdaemon|mail[-. ]?delivery[-. ]?(sub)?(system)?"
    r"|bounces?|no-?reply-?bounce|mmdf|microsoftexchange\w{0,40}|sysadmin-?mail"
    r"|\S-(?:admin|owner|request)@|email-?daemon)\b",
    re.IGNORECASE,
)
SUBJECTS = re.compile(
    r"undeliver|un-?deliverable|returned (mail|to sender)|mail failure|error sending your"
    r"|return(ed|ing) message|failure notice"
    r"|mail delivery|delivery (status|failure|fail|report|error|problem|notification|delay)"
    r"|delivery has failed|failed delivery|mail failed|failed mail|non.?delivery"
    r"|notification d'.chec"
    r"|are not (a )?member|could not be (delivered|sent)|cannot be delivered|mail (system )?error"
    r"|message (delivery )?(failed|delayed|rejected)|warning: (message|could not)"
    r"|unzustellbar|unbekannt|ikke leveret|ikke levert|chec de (?:la )?remise|non remis"
    r"|onbestelbaar|niet bezorgd|kunne ikke leveres|gick inte att leverera|kan inte levereras"
    r"|no se (?:puede|pudo|ha podido) entregar|non recapitabile|kan ikke leveres|no entregado"
    r"|error de entrega|mancata consegna"
    r"|impossibile recapitare|nie dostarczono|niedostarcz|não entregue|falha na entrega"
    r"|non distribu|olevererbart|ej levererat|toimittaminen ep|nedoru|kézbesíthetetlen|nelivrat"
    r"|teslim edilemedi|nem sikerült kézbes|не доставлен|недоставлен|не удалось доставить"
    r"|невозможно доставить"
    r"|メールエラー|エラー通知|配信(?:不能|エラー|でき)|配送.{0,6}(?:失敗|不能|エラー)|送信できません"
    r"|退信|无法(?:投递|送达|传递|发送)|未送达|投递失败|傳遞|전송 ?실패|배달되지|반송",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"(could|can) ?not be (delivered|sent)|unable to deliver|(did|could) not reach|undeliverable"
    r"|(wasn't|was not|weren't) (able to )?deliver|konnte nicht zugestellt|n'a pas pu être (remis"
    r"|livré)"
    r"|kunne ikke leveres|送信できません|配信できません"
    r"|delivery[^\n]{0,40}fail|returned to sender|no valid recipients|user unknown|unknown user"
    r"|mailbox[^\n]{0,20}full|over quota",
    re.IGNORECASE,
)
# a server's words to the one whose mail it returns
YOURS = re.compile(
    r"deliver(?:ed)? (?:your|the following) (?:message|mail|e-?mail)\b"
    r"|\byour (?:message|mail|e-?mail)\b[^\n]{0,80}(?:not|n't) (?:be )?deliver",
    re.IGNORECASE,
)
DONE = frozenset({"delivered", "relayed", "expanded"})
MUTE = 40  # characters of a subject that says no more than that something failed
REPLIED = re.compile(r"^[ \t]{0,8}[45]\d\d[ -](?!\d)", re.MULTILINE)
MACHINE = re.compile(
    r"(?:no|do)[-_.]?(?:not[-_.]?)?reply|mailer|daemon|admin|system|smtp", re.IGNORECASE
)
SUBJECT = re.compile(  # a line with the subject of what comes back, or it behind a case's reference
    r"^[ \t>*|]{0,8}(?:the )?(?:message )?(?:subject|betreff|objet|emne|onderwerp|asunto|oggetto)\b"
    r"[^\n]*|\[[A-Za-z #:]{0,20}[0-9A-Z]{4}-[0-9A-Z]{4}\][^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
SHORTEST = 8  # characters of a subject that is one of its own
LONGEST_OPENING = 3_000
MOST_PARTS = 20
LOOKED_AT = 20_000  # characters of prose in which recipient and reason are looked for
MOST = 100  # recipients of one report


def dsn_failures(mail: Mail) -> tuple[DeliveryFailure, ...] | None:
    """The recipients a delivery report names as failed or delayed; None when the mail is none.

    An empty tuple is a report of success.
    """
    groups = _groups(mail.status)
    if groups:
        return _stated(groups, mail)
    named = mail.header("x-failed-recipients")
    sure = bool(named) or "delivery-status" in mail.header("content-type")
    if sure or _from_a_server(mail):
        inner = _groups(_inner(mail)) if not named else []
        failures = (inner and _stated(inner, mail)) or _prosaic(mail, named)
        if (
            sure
            or _empty(mail)
            or (any(failure.recipient for failure in failures) and _returned(mail))
        ):
            return failures
    return None


def _returned(mail: Mail) -> bool:
    """Some of a mail comes back, or a reply code or a recipient stands as servers write them.

    A person may report abuse as postmaster, but not as the mailer daemon.
    """
    prose = _prose(mail)
    daemon = (mail.sender or "").lower().startswith("mailer-daemon@")
    return (
        daemon
        or bool(mail.original)
        or any(pattern.search(prose) for pattern in (RETURNED, LISTED, NAMED, CODE))
    )


def _groups(status: Sequence[HeaderFields]) -> list[HeaderFields]:
    """The groups that tell of a recipient."""
    return [group for group in status if first(group, "action") or first(group, "final-recipient")][
        :MOST
    ]


def _inner(mail: Mail) -> list[HeaderFields]:
    """What a delivery report says that came inside of another (a gateway sends it on)."""
    parts = (part.text for part in mail.parts if part.media == "message/delivery-status")
    return read_fields(next(parts, ""))


def _stated(groups: Sequence[HeaderFields], mail: Mail) -> tuple[DeliveryFailure, ...]:
    failed = [_reported(group) for group in groups if _action(group) not in DONE]
    return tuple(_completed(failure, mail) for failure in failed)


def delivered_to(mail: Mail) -> str:
    """Whom a report of success names, on one line; "" for nobody."""
    named = (
        first(group, "original-recipient") or first(group, "final-recipient")
        for group in mail.status
    )
    recipients = [group.value.rpartition(";")[2].strip() for group in named if group]
    return ", ".join(recipients[:5])[:400]


def _action(fields: HeaderFields) -> str:
    action = first(fields, "action")
    return action.value.partition(" ")[0].strip().lower() if action else "failed"


def _reported(fields: HeaderFields) -> DeliveryFailure:
    """One recipient's group of RFC 3464 section 2.3."""
    named = first(fields, "original-recipient") or first(fields, "final-recipient")
    recipient = named.value.rpartition(";")[2].strip().strip("<>") if named else None
    diagnostic, status = first(fields, "diagnostic-code"), first(fields, "status")
    match = TOLD.search(recipient or "")
    code = status_in(status.value) if status else ""
    why = " ".join((diagnostic.value if diagnostic else "").split())[:400]
    return _failure(
        address(match[1] or match[2]) if match else recipient,
        why,
        code,
        delayed=_action(fields) == "delayed",
    )


def _failure(
    recipient: str | None, why: str, code: str = "", *, delayed: bool = False
) -> DeliveryFailure:
    stated = status_in(why)
    vague = not code or code.endswith(".0.0")
    status = stated if stated and vague else code
    return DeliveryFailure(
        recipient=recipient or None,
        reason=reason_of(why, status),
        status=status,
        permanent=permanent(status, why),
        delayed=delayed,
        why=why,
    )


def _completed(stated: DeliveryFailure, mail: Mail) -> DeliveryFailure:
    """A failure whose group gives no address or no reason takes what the prose says."""
    recipient = stated.recipient
    if "@" not in (recipient or ""):
        recipient = next(iter(_returned_to(mail)), recipient)
    if stated.why and stated.reason is not FailureReason.OTHER:
        return replace(stated, recipient=recipient)
    prose = _without_ours(split_returned(_prose(mail))[0], mail)
    near = prose.find(recipient) if recipient else -1
    start = prose.rfind("\n", 0, near) + 1
    why = (
        (failure_line(prose[start : near + NEAR]) if near >= 0 else "")
        or failure_line(prose)
        or stated.why
    )
    restated = _failure(recipient, why or stated.status, stated.status, delayed=stated.delayed)
    return (
        replace(stated, recipient=recipient)
        if restated.reason is stated.reason and stated.why
        else restated
    )


def _prosaic(mail: Mail, named: str) -> tuple[DeliveryFailure, ...]:
    """What a server says in prose: its recipients, each with its reason."""
    prose, returned = split_returned(_prose(mail) or _prose(mail, PartRole.STATUS))
    prose, named_so = _without_ours(prose, mail), _without_ours(mail.subject, mail)
    late = says_delayed(prose, mail.subject)
    own = [recipient for recipient in (mail.sender, *mail.recipients) if recipient]
    listed = [address(match[1] or match[2]) for match in TOLD.finditer(named)]
    recipients = prose_recipients(prose, returned, listed or _returned_to(mail), own)
    if listed:
        known = dict(recipients)
        recipients = [
            ProseRecipient(recipient, known.get(recipient) or failure_line(prose))
            for recipient in listed[:MOST]
        ]
    title = named_so if SUBJECTS.search(named_so) and len(named_so) > MUTE else ""
    return tuple(
        _failure(
            recipient.recipient,
            recipient.why or failure_line(named_so) or title[:400],
            delayed=late,
        )
        for recipient in recipients
    )


def _without_ours(text: str, mail: Mail) -> str:
    """A text without the subject of what comes back: a notice about spam was not taken for spam."""
    subject = mail.original.get("subject", ("",))[0]
    words = text.replace(subject, " ") if len(subject) > SHORTEST else text
    return SUBJECT.sub(" ", words)


def _returned_to(mail: Mail) -> list[str]:
    """Whom the returned mail was for, by its own header."""
    header = ", ".join(mail.original.get("to", ()))[:2_000]
    return [address(match[1] or match[2]) for match in TOLD.finditer(header)][:MOST]


def _from_a_server(mail: Mail) -> bool:
    """A mail server wrote it: an empty or telling sender, with a telling subject or telling words.

    A postmaster may also report abuse, so words alone count only beside the returned mail itself,
    where they speak to its writer, or where they answer with a reply code on a line of its own.
    """
    empty = _empty(mail)
    who = f"{mail.sender or ''} {mail.sender_name or ''}"
    if not (mail.sender is None or empty or SENDERS.search(who[:400]) or _returns(mail)):
        return False
    if SUBJECTS.search(mail.subject[:400]) or (
        empty and _is_by_recipient(mail) and not _read(mail)
    ):
        return True
    prose = _prose(mail)[:LONGEST_OPENING]
    if mail.answers and REPLIED.search(prose):
        return True
    return bool(WORDS.search(prose)) and (
        empty or _is_by_recipient(mail) or bool(YOURS.search(prose))
    )


def _empty(mail: Mail) -> bool:
    """The mail has the empty return path of what must not be answered (RFC 5321 section 4.5.5)."""
    return mail.header("return-path").replace(" ", "") == "<>"


def _returns(mail: Mail) -> bool:
    """The mail inside was written by whoever gets this: it comes back from a machine."""
    return _is_by_recipient(mail) and bool(MACHINE.match(mail.sender or ""))


def _is_by_recipient(mail: Mail) -> bool:
    """The mail inside is by whoever gets this."""
    names = [*mail.original.get("from", ())[:1], *mail.original.get("return-path", ())[:1]]
    wrote = {_untagged(match[1] or match[2]) for match in TOLD.finditer(", ".join(names)[:800])}
    return not wrote.isdisjoint(map(_untagged, mail.recipients))


def _untagged(text: str) -> str:
    """An address without what stands behind its plus: a return path may carry a notice's id."""
    local, _, domain = address(text).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _read(mail: Mail) -> bool:
    """It was delivered: a person or a machine answers, or says that it was read."""
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    return submitted == "auto-replied" or "disposition-notification" in mail.header("content-type")


def _prose(mail: Mail, place: PartRole = PartRole.PROSE) -> str:
    """The mail's own words, as much as is looked at."""
    texts = (part.text[:LOOKED_AT] for part in mail.parts if part.place is place)
    return "\n".join(islice(texts, MOST_PARTS))[:LOOKED_AT]
