"""A notice as an Internet message (RFC 5322), from our words and nothing else.

Every header is ours: what a field brings in is checked or made one visible line, so a line break
cannot begin a second header. The text goes as 7bit or quoted-printable (RFC 2045), which every
relay carries unchanged; no line is longer than 998 octets.
"""

import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from aupkeep.model.errors import Invalid
from aupkeep.model.notice import Notice, NoticeKind
from aupkeep.notify.mailbox import parse_mailbox

AGENT = "Aupkeep/1"
MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")  # RFC 5322 section 3.6.4, loosely
ANSWERS = frozenset({NoticeKind.RECEIPT, NoticeKind.OUTCOME, NoticeKind.FILED})
LONGEST_TITLE = 200  # characters
LONGEST_PLAIN = 78  # octets of a line, RFC 5322 section 2.1.1; longer ones are quoted-printable
BARE = re.compile(rb"^([!-9;-~]+:)\r\n[ \t]", re.MULTILINE)  # a header with no word on its line
MOST_REFERENCES = 20
TICKET_FIELD = "X-Aupkeep-Ticket"
LONGEST_LINE = 998  # octets, RFC 5322 section 2.1.1
CRLF = re.compile(rb"\r\n|\r|\n")
SUBJECT = re.compile(rb"^Subject:", re.IGNORECASE | re.MULTILINE)
LONGEST_LOCAL = 25  # characters before the tag: RFC 5321 section 4.5.3.1.1 allows 64 in all


def compose(
    notice: Notice, *, sender: str, sender_name: str, reply_to: str | None = None,
    original: bytes = b"",
) -> bytes:  # fmt: skip
    """The message, CRLF lines. The same notice gives the same bytes: nothing is drawn or read.

    `Date` is the notice's `made_at`, `Message-ID` its own. Of the notice's headers `In-Reply-To`
    and `References` are taken where they hold message ids; others' malformed ones are left out.
    `original` is a mail that goes along as it came.
    Raises `Invalid` for an address or message id of ours that is none.
    """
    message = EmailMessage(SMTP)
    message["From"] = _mailbox(sender, _line(sender_name), "sender")
    message["To"] = _mailbox(notice.recipient, "", "recipient")
    message["Subject"] = _line(notice.title)[:LONGEST_TITLE]
    message["Date"] = format_datetime(notice.made_at)
    message["Message-ID"] = _own_id(notice.message_id)
    if reply_to is not None:
        message["Reply-To"] = _mailbox(reply_to, "", "reply_to")
    for name, value in _thread(notice.headers).items():
        message[name] = value
    # RFC 3834 section 5: a receipt answers a message, the other notices answer none
    if notice.kind not in {NoticeKind.INQUIRY, NoticeKind.TICKET}:  # a person wrote it
        replied = notice.kind is NoticeKind.RECEIPT
        message["Auto-Submitted"] = "auto-replied" if replied else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    if notice.kind is NoticeKind.TICKET:
        message[TICKET_FIELD] = _line(str(notice.facts.get("reference", "")))
    message["X-Loop"] = sender  # where a report was before stays with us
    message.set_content(notice.text, cte=_encoding(notice.text))
    if notice.attached:
        _attach(message, notice)
    if original:
        _enclose(message, notice, original)
    head, blank, body = message.as_bytes().partition(b"\r\n\r\n")
    return BARE.sub(rb"\1 ", head) + blank + body


def _attach(message: EmailMessage, notice: Notice) -> None:
    """The JSON beside the words: a XARF report as its mail transport asks, else an attachment.

    The transport is `multipart/report; report-type=feedback-report` with a part that says `xarf`
    and one that is the report (xarf.org, mail transport). A receipt's JSON is a plain attachment,
    since a feedback report would be taken for a complaint.
    """
    message.make_mixed(boundary=f"=-{notice.id}-=")
    forward = notice.kind is NoticeKind.FORWARD
    if forward:
        kind = EmailMessage()
        kind["Content-Type"] = "message/feedback-report"
        kind.set_payload(f"Feedback-Type: xarf\r\nUser-Agent: {AGENT}\r\nVersion: 1\r\n")
        message.attach(kind)
    name = "xarf.json" if forward else "receipt.json"
    data = notice.attached.encode()
    message.add_attachment(
        data, maintype="application", subtype="json", filename=name, params={"name": name}
    )
    if forward:
        message.replace_header("Content-Type", "multipart/report")
        message.set_param("report-type", "feedback-report")
        message.set_boundary(f"=-{notice.id}-=")


def _enclose(message: EmailMessage, notice: Notice, original: bytes) -> None:
    """A mail beside the words, byte for byte.

    As `message/rfc822` where its lines may travel as they are, since that type takes no encoding
    (RFC 2046 section 5.2.1); else as a file.
    """
    message.make_mixed(boundary=f"=-{notice.id}-=")
    if original.isascii() and b"\0" not in original and _short(original):
        part = EmailMessage(SMTP)
        part["Content-Type"] = "message/rfc822"
        part["Content-Disposition"] = 'attachment; filename="original.eml"'
        text = CRLF.sub(b"\r\n", original).decode("ascii")
        part.set_payload(text)
        message.attach(part)
        return
    message.add_attachment(
        original, maintype="application", subtype="octet-stream", filename="original.eml"
    )


def as_it_came(notice: Notice, original: bytes, sender: str) -> bytes:
    """The original mail sent on (RFC 5322 section 3.6.6): its own head, our reference in it.

    The subject has the reference before it, so the sender's signature (DKIM) does not hold any more
    where it covers the subject.
    """
    data = CRLF.sub(b"\r\n", original)
    head, blank, body = data.partition(b"\r\n\r\n")
    reference = _line(str(notice.facts["reference"])).encode()
    fields = [
        b"Resent-From: " + str(_mailbox(sender, "", "sender")).encode(),
        b"Resent-To: " + str(_mailbox(notice.recipient, "", "recipient")).encode(),
        b"Resent-Date: " + format_datetime(notice.made_at).encode(),
        b"Resent-Message-ID: " + _own_id(notice.message_id).encode(),
        b"X-Loop: " + sender.encode(),
        TICKET_FIELD.encode() + b": " + reference,
    ]
    marked, count = SUBJECT.subn(rb"\g<0> [" + reference + rb"]", head, count=1)
    if not count:
        fields.append(b"Subject: [" + reference + b"]")
    return b"\r\n".join([*fields, marked]) + (blank or b"\r\n\r\n") + body


def _short(data: bytes) -> bool:
    return all(len(line) <= LONGEST_LINE for line in data.splitlines())


def envelope_from(notice: Notice, sender: str, *, tagged: bool = False) -> str:
    """The return path: empty for automatic answers (RFC 3834 section 3.3), else the desk.

    A customer's notice that bounces must come back, since the customer has not received it.
    `tagged` adds the notice's id after a plus sign (RFC 5233): it comes back by its own address.
    """
    if notice.kind in ANSWERS:
        return ""
    local, _, domain = parse_mailbox(sender, "sender").rpartition("@")
    tag = f"+n-{notice.id}" if tagged and len(local) <= LONGEST_LOCAL else ""
    return f"{local}{tag}@{domain}"


def message_id(notice_id: str, sender: str) -> str:
    """The stable Message-ID of a notice: its id at the sender's domain."""
    domain = parse_mailbox(sender, "sender").rpartition("@")[2]
    return _own_id(f"<{notice_id}@{domain}>")


def _own_id(text: str) -> str:
    if not MESSAGE_ID.fullmatch(text):
        raise Invalid(f"message id: expected <id@domain>, found {text[:60]!r}")
    return text


def _mailbox(address: str, name: str, what: str) -> Address:
    local, _, domain = parse_mailbox(address, what).rpartition("@")
    return Address(name, local, domain)


def _line(text: str) -> str:
    """One visible line: what does not print is a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _thread(headers: Mapping[str, str]) -> dict[str, str]:
    """In-Reply-To and References, as message ids and nothing else (RFC 5322 section 3.6.4)."""
    given = {name.lower(): value for name, value in headers.items()}
    parent = MESSAGE_ID.findall(given.get("in-reply-to", ""))[:1]
    before = MESSAGE_ID.findall(given.get("references", ""))[-MOST_REFERENCES:]
    threads = {"In-Reply-To": parent, "References": list(dict.fromkeys([*before, *parent]))}
    return {name: " ".join(ids) for name, ids in threads.items() if ids}


def _encoding(text: str) -> str:
    short = all(len(line) <= LONGEST_PLAIN for line in text.splitlines())
    return "7bit" if short and text.isascii() else "quoted-printable"
