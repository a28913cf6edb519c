"""Abuse Reporting Format, RFC 5965, with its extensions.

Ports by RFC 6692, failed authentication by RFC 6591, "not spam" by RFC 6430; opt-out is unofficial
and common. RFC 6650 tells what such a report is: one recipient's complaint, or a machine's.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.kinds import role_of
from aupkeep.intake.mail.header_fields import HeaderField, first
from aupkeep.intake.mail.mail import Mail, PartRole
from aupkeep.intake.mail.received import outer_peer
from aupkeep.intake.mail.sent_mail import sent_mail
from aupkeep.intake.mail.shown_mail import complainant
from aupkeep.intake.numbers import stated_count
from aupkeep.intake.parser import ParsedItem, Parser, Remark, WholeOutcome
from aupkeep.intake.times import any_time, mail_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import LONGEST_DETAIL, Finding, Offset
from aupkeep.model.report import ReadingOutcome, RejectedRow
from aupkeep.model.subject import Address, Subject, parse_address, parse_port, parse_subject
from aupkeep.model.taxonomy import KINDS, kind_for

# RFC 5965 section 7.3 and the unofficial opt-out → kind and confidence.
TYPES = {
    "abuse": (KINDS["messaging/spam"], 0.9),
    "fraud": (KINDS["content/phishing"], 0.8),
    "virus": (KINDS["content/malware"], 0.8),
    "opt-out": (KINDS["messaging/bulk_messaging"], 0.6),
    "opt-out-list": (KINDS["messaging/bulk_messaging"], 0.6),
    # RFC 6591: mail that failed a check. Somebody forges, or a sender is set up wrongly; as long
    # as nobody says which, whoever sent it is asked to look and accused of nothing.
    "auth-failure": (
        kind_for("vulnerability/misconfiguration", "availability:misconfiguration"),
        0.3,
    ),
}
OTHER = (KINDS["law/unspecified"], 0.5)
NO_SPAM = frozenset({"not-spam", "miscategorized"})  # RFC 6430; the older name of its drafts
NO_SOURCE = "expected a Source-IP field (RFC 5965 section 3.2), found none"
UNKNOWN = frozenset({"unknown", "none", "n/a", "-"})
GUESSED = 0.7  # the factor for an address from a Received header
MOST = 1_000_000  # Incidents beyond are not believed
MOST_URIS = 50
LONGEST_URL = 2_000
TOLD = ("feedback-type", "user-agent", "original-mail-from", "original-rcpt-to", "reported-domain",
        "reported-uri", "authentication-results", "auth-failure", "delivery-result", "dkim-domain",
        "spf-dns", "identity-alignment", "source", "abuse-type")  # fmt: skip

# Fields that name a recipient or a server that took the mail.
RECEIVING = ("original-rcpt-to", "reporting-mta", "authentication-results", "removal-recipient")


def recognises(mail: Mail) -> bool:
    """A feedback part that is not the envelope of an XARF report."""
    kind = first(mail.feedback, "feedback-type")
    return bool(mail.feedback) and (kind is None or kind.value.lower() != "xarf")


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """The address the mail came from, at its arrival; for a fraud each URL it leads to too."""
    type_ = _value(mail, "feedback-type").lower()
    if type_ in NO_SPAM:
        about = _value(mail, "source-ip") or "one of our addresses"
        reason = f"not spam: a recipient says that mail from {about[:60]} is none (RFC 6430)"
        yield WholeOutcome(ReadingOutcome.IGNORED, reason)
        return
    kind, confidence = TYPES.get(type_, OTHER)
    offsets: dict[str, Offset] = {}
    try:
        source = _stated(mail, offsets)
    except Invalid as error:
        yield RejectedRow(row=1, reason=str(error))
        return
    urls = list(_urls(mail)) if type_ in {"fraud", "virus"} else []
    guessed = source is None and (seen := _received(mail, offsets)) is not None
    source = Subject(address=seen) if guessed else source
    if source is None and not urls:
        yield RejectedRow(row=1, reason=NO_SOURCE)
        return
    if guessed:
        yield Remark("no Source-IP field; the address is what the reporter's server saw")
    at, exact = _arrival(mail, offsets)
    finding = Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role_of(kind),
        subject=source or Subject(url=urls[0][0]),
        at=at,
        exact=exact,
        source=mail.source,
        confidence=round(confidence * (GUESSED if guessed else 1), 4),
        count=_incidents(mail),
        maker=PARSER.maker,
        offsets=offsets,
        details=_details(mail),
    )
    if source is not None:
        yield finding
    for url, where in urls:
        own = {key: place for key, place in offsets.items() if key == "at"}
        yield replace(finding, subject=Subject(url=url), offsets={**own, "url": where}, count=1)


def _value(mail: Mail, name: str) -> str:
    field = first(mail.feedback, name)
    return field.value if field else ""


def _feedback_field(
    mail: Mail, name: str, key: str, offsets: dict[str, Offset]
) -> HeaderField | None:
    """A feedback field, its place noted as the place of `key`."""
    field = first(mail.feedback, name)
    if field and field.value:
        offsets[key] = Offset(mail.feedback_part, field.start, field.end)
        return field
    return None


def _stated(mail: Mail, offsets: dict[str, Offset]) -> Subject | None:
    """The source as stated, its port by RFC 6692 section 3.

    Raises `Invalid` when it is none, or when several fields name different ones.
    """
    named = {field.value.lower() for field in mail.feedback.get("source-ip", ())}
    if len(named) > 1:
        raise Invalid(f"Source-IP: expected one, found {', '.join(sorted(named))[:100]}")
    source = _feedback_field(mail, "source-ip", "address", offsets)
    if source is None or source.value.lower() in UNKNOWN:
        offsets.pop("address", None)
        return None
    port = _feedback_field(mail, "source-port", "port", offsets)
    try:
        subject = parse_subject(source.value)
    except Invalid:
        subject = Subject(
            address=parse_address(source.value.strip("[]").removeprefix("IPv6:"), "Source-IP")
        )
    return replace(subject, port=parse_port(port.value, "Source-Port")) if port else subject


def _received(mail: Mail, offsets: dict[str, Offset]) -> Address | None:
    """The first peer outside the reporter's network in the original's Received headers."""
    hop = outer_peer(mail.original.get("received", ()), mail.domain or "")
    if hop is None:
        return None
    for index, part in enumerate(mail.parts):
        at = part.text.find(hop[0]) if part.place is PartRole.HEADERS else -1
        if at >= 0:
            offsets["address"] = Offset(index, at, at + len(hop[0]))
            break
    return hop[1]


def _urls(mail: Mail) -> Iterator[tuple[str, Offset]]:
    """The Reported-URI fields that are URLs, each once, with their places."""
    seen: set[str] = set()
    for field in mail.feedback.get("reported-uri", ())[:MOST_URIS]:
        url = field.value[:LONGEST_URL]
        if url.lower().startswith(("http://", "https://", "ftp://")) and url not in seen:
            seen.add(url)
            yield url, Offset(mail.feedback_part, field.start, field.end)


def _arrival(mail: Mail, offsets: dict[str, Offset]) -> tuple[datetime | None, float]:
    """Arrival-Date (its old name Received-Date), else when the reporter's server took the mail."""
    for name in ("arrival-date", "received-date"):
        stated = _feedback_field(mail, name, "at", offsets)
        zone = zone_of_parts(mail.subject, *mail.prose)
        moment = any_time(stated.value, zone=zone) if stated else None
        if moment:
            return moment
        offsets.pop("at", None)
    lines = mail.original.get("received", ())
    return (mail_time(lines[0].rpartition(";")[2]) if lines else None) or (None, 0.0)


def _incidents(mail: Mail) -> int:
    """The number of mails this one report stands for (RFC 5965 section 3.2)."""
    return stated_count(_value(mail, "incidents"), MOST)


def _details(mail: Mail) -> dict[str, str]:
    """What the report says beside the claim; repeated fields are joined."""
    details = {
        name: ", ".join(field.value for field in mail.feedback[name][:MOST_URIS])
        for name in TOLD
        if name in mail.feedback
    }
    for name in ("subject", "message-id"):
        values = mail.original.get(name, ())
        if values:
            details[f"original-{name}"] = values[0]
    stated = [field.value for name in RECEIVING for field in mail.feedback.get(name, ())]
    details |= sent_mail(mail.original, mail.domain or "", stated, complainant(mail))
    return {name: value[:LONGEST_DETAIL] for name, value in details.items() if value}


PARSER = Parser("arf", 1, recognises, parse)
