"""The spam that an XARF report shows, as a sample or in fields: what the sender's log has too."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aupkeep.intake.domains import organisation
from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.mail.recipients import Headers
from aupkeep.intake.mail.sent_mail import sent_mail
from aupkeep.intake.mail.shown_mail import told_of_mail
from aupkeep.model.subject import Subject
from aupkeep.model.taxonomy import Kind

MOST, LONGEST = 20, 65_536  # samples, characters of one that are looked at
MAILS = ("message/", "text/rfc822", "text/plain")  # media types that may hold a mail
MESSAGING = "messaging/"


def spam_details(
    report: Mapping[str, Any], kind: Kind, subject: Subject, reporter: str, who: Sequence[str] = ()
) -> dict[str, str]:
    """Subject, Date and Message-ID of a spam, by a sample from that address, else by the fields.

    Fields name no server that took the mail: of them a Message-ID is told only where it is of the
    domain that the mail claims to be from, and a subject where the recipient stands beside it.
    `who` are names and addresses of who complains.
    """
    if subject.address is None or not kind.name.startswith(MESSAGING):
        return {}
    details = told_of_mail(_samples(report), subject.address, reporter, who)
    return details or _by_fields(report, reporter, who)


def _samples(report: Mapping[str, Any]) -> Iterator[Headers]:
    """The header fields of each sample that may be a mail (v4 evidence, v3 Samples)."""
    samples = report.get("evidence") or report.get("Samples")
    for sample in samples[:MOST] if isinstance(samples, list) else ():
        if not isinstance(sample, dict):
            continue
        media = str(sample.get("content_type") or sample.get("ContentType")).lower()
        payload = sample.get("payload") or sample.get("Payload")
        if media.startswith(MAILS) and isinstance(payload, str):
            plain = sample.get("Base64Encoded") is False
            code = payload[:LONGEST]
            yield read_mail(code.encode("utf-8", "replace") if plain else _decoded(code)).headers


def _decoded(code: str) -> bytes:
    try:
        return base64.b64decode(code + "=" * (-len(code) % 4))
    except (binascii.Error, ValueError):
        return b""


def _by_fields(report: Mapping[str, Any], reporter: str, who: Sequence[str]) -> dict[str, str]:
    named = {
        "subject": ("subject",),
        "message-id": ("message_id",),
        "to": ("smtp_to", "SmtpRcptToAddress", "ToAddress"),
        "from": ("smtp_from", "SmtpMailFromAddress", "FromAddress"),
    }
    headers = {
        name: values
        for name, keys in named.items()
        if (values := tuple(v for key in keys if isinstance(v := report.get(key), str) and v))
    }
    details = sent_mail(headers, reporter, who=who)
    ids = details.get("sent-message-id", "").rstrip(">").rpartition("@")[2]
    sender = headers.get("from", ("",))[0].rstrip("> ").rpartition("@")[2]
    own = bool(ids) and organisation(ids) is not None and organisation(ids) == organisation(sender)
    sure = {"sent-message-id"} if own else set()
    sure |= {"sent-subject"} if "to" in headers else set()
    return {name: value for name, value in details.items() if name in sure}
