"""SMTP (RFC 5321) or LMTP (RFC 2033) to one relay, one message, one recipient.

`send` raises nothing for what a relay or a network does: it returns `Delivered`, or `NotDelivered`
with whether to try again. A connection cut after the text is `NotDelivered` and temporary: the
message may then arrive twice, with the same Message-ID, but it is never lost.
"""

import smtplib
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from aupkeep.config.tls import client_context, unchecked_context
from aupkeep.model.errors import Invalid
from aupkeep.notify.mailbox import parse_mailbox

PERMANENT = 500  # RFC 5321 section 4.2.1: 5yz
TIMEOUT = 30.0  # seconds for each step of the conversation
GREETING = 5.0  # seconds for each step when only asking whether it answers
LONGEST_REASON = 300


class Tls(StrEnum):
    """`OFFERED` encrypts when the relay can, unchecked (RFC 7435); `REQUIRED` checks who it is."""

    NEVER = "never"
    OFFERED = "offered"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Where to hand mail over. `name` is what we call ourselves; `timeout` in seconds a step."""

    host: str
    port: int = 25
    tls: Tls = Tls.OFFERED
    lmtp: bool = False
    timeout: float = TIMEOUT
    name: str = "localhost"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The relay took it; `encrypted` says whether under TLS."""

    encrypted: bool


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """Not taken: `temporary` = try again later; `reason` in the relay's words, one line.

    `unheard` = nobody answered, so nothing was said of this mail.
    """

    temporary: bool
    reason: str
    unheard: bool = False


def send(message: bytes, envelope_from: str, to: str, relay: Relay) -> Delivered | NotDelivered:
    """Hand over one message. `envelope_from` "" is the null return path. Never raises for trouble.

    Trouble before the envelope is the relay's and not the recipient's, so it is temporary whatever
    its code.
    """
    try:
        parse_mailbox(to, "recipient")
        if envelope_from:
            parse_mailbox(envelope_from, "envelope_from")
    except Invalid as error:
        return NotDelivered(temporary=False, reason=str(error))
    try:
        with _connect(relay) as connection:
            encrypted = _secure(connection, relay.tls)
            result = _hand_over(connection, message, (envelope_from, to), encrypted=encrypted)
            with suppress(smtplib.SMTPException, OSError):  # its goodbye changes nothing
                connection.quit()
            return result
    except smtplib.SMTPResponseException as error:
        return NotDelivered(temporary=True, reason=_reply_text(error.smtp_code, error.smtp_error))
    except (smtplib.SMTPException, OSError) as error:
        reason = _line(f"{type(error).__name__}: {error}")
        return NotDelivered(temporary=True, reason=reason, unheard=True)


def greet(relay: Relay) -> str:
    """What stands in the way of handing mail over now, "" for nothing. No mail is sent."""
    try:
        with _connect(replace(relay, timeout=GREETING)) as connection:
            _secure(connection, relay.tls)
    except smtplib.SMTPResponseException as error:
        return _reply_text(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return _line(f"{type(error).__name__}: {error}")
    return ""


def _connect(relay: Relay) -> smtplib.SMTP:
    kind = smtplib.LMTP if relay.lmtp else smtplib.SMTP
    return kind(relay.host, relay.port, local_hostname=relay.name, timeout=relay.timeout)


def _secure(connection: smtplib.SMTP, tls: Tls) -> bool:
    connection.ehlo_or_helo_if_needed()
    offered = connection.has_extn("starttls")
    if tls is Tls.NEVER or (tls is Tls.OFFERED and not offered):
        return False
    # offered: against a listener only, better than nothing, no promise
    context = unchecked_context() if tls is Tls.OFFERED else client_context()
    connection.starttls(context=context)
    connection.ehlo_or_helo_if_needed()
    return True


def _hand_over(
    connection: smtplib.SMTP, message: bytes, envelope: tuple[str, str], *, encrypted: bool
) -> Delivered | NotDelivered:
    sender, to = envelope
    try:
        connection.sendmail(sender, [to], message)
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(*error.recipients.get(to, (PERMANENT, b"recipient refused")))
    except smtplib.SMTPResponseException as error:  # of MAIL or DATA
        return _refused(error.smtp_code, error.smtp_error)
    return Delivered(encrypted=encrypted)


def _refused(code: int, said: bytes | str) -> NotDelivered:
    return NotDelivered(temporary=code < PERMANENT, reason=_reply_text(code, said))


def _reply_text(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _line(f"{code} {text}")


def _line(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split())[:LONGEST_REASON]
