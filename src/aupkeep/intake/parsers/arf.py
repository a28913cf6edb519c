"""Abuse Reporting Format, RFC 5965; ports by RFC 6692, types by RFC 6430 and RFC 6591."""

from collections.abc import Iterator
from datetime import datetime

from aupkeep.intake.fields import Field, first
from aupkeep.intake.hops import peer
from aupkeep.intake.mail import Mail, Place
from aupkeep.intake.parser import Parser, Remark, Said
from aupkeep.intake.times import mail_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.report import Dead
from aupkeep.model.subject import Address, Subject, parse_address, parse_port
from aupkeep.model.taxonomy import KINDS

# RFC 5965 section 7.3, RFC 6430, RFC 6591; opt-out is unofficial and common.
TYPES = {
    "abuse": ("messaging/spam", 0.9),
    "fraud": ("content/phishing", 0.8),
    "virus": ("content/malware", 0.8),
    "opt-out": ("messaging/bulk_messaging", 0.6),
    "opt-out-list": ("messaging/bulk_messaging", 0.6),
    "auth-failure": ("law/unspecified", 0.3),  # RFC 6591: mail failed a check, no abuse is claimed
}
OTHER = ("law/unspecified", 0.5)
MOST = 1_000_000  # Incidents beyond are not believed


def recognises(mail: Mail) -> bool:
    """A feedback part that is not the envelope of an XARF report."""
    kind = first(mail.feedback, "feedback-type")
    return bool(mail.feedback) and (kind is None or kind.value.lower() != "xarf")


def parse(mail: Mail) -> Iterator[Said]:
    """One finding: the address the mail came from, at its arrival."""
    kind, confidence = TYPES.get(_value(mail, "feedback-type").lower(), OTHER)
    if _value(mail, "feedback-type").lower() == "not-spam":
        yield Remark("the recipient says that this is no spam (RFC 6430)")
        return
    offsets: dict[str, Offset] = {}
    try:
        subject = _subject(mail, offsets)
    except Invalid as error:
        yield Dead(row=1, reason=str(error))
        return
    if subject is None:
        yield Dead(row=1, reason="expected a Source-IP field (RFC 5965 section 3.2), found none")
        return
    at, exact = _arrival(mail, offsets)
    yield Finding(
        kind=kind,
        rsit=KINDS[kind].rsit,
        role=Role.OFFENDER,
        subject=subject,
        at=at,
        exact=exact,
        source=mail.source,
        confidence=confidence,
        count=_incidents(mail),
        maker=PARSER.maker,
        offsets=offsets,
    )


def _value(mail: Mail, name: str) -> str:
    found = first(mail.feedback, name)
    return found.value if found else ""


def _said(mail: Mail, name: str, key: str, offsets: dict[str, Offset]) -> Field | None:
    """A feedback field, its place noted as the place of `key`."""
    found = first(mail.feedback, name)
    if found and found.value:
        offsets[key] = Offset(mail.feedback_part, found.start, found.end)
        return found
    return None


def _subject(mail: Mail, offsets: dict[str, Offset]) -> Subject | None:
    """The source as stated, else as the reporter's own server noted it. Raises `Invalid`."""
    source = _said(mail, "source-ip", "address", offsets)
    if source is None:
        address = _received(mail, offsets)
        return Subject(address=address) if address else None
    address = parse_address(source.value.strip("[]").removeprefix("IPv6:"), "Source-IP")
    port = _said(mail, "source-port", "port", offsets)  # RFC 6692 section 3
    return Subject(address=address, port=parse_port(port.value, "Source-Port") if port else None)


def _received(mail: Mail, offsets: dict[str, Offset]) -> Address | None:
    """The peer in the topmost Received header of the original: the reporter's server wrote it."""
    lines = mail.original.get("received", ())
    hop = peer(lines[0]) if lines else None
    if hop is None:
        return None
    for index, part in enumerate(mail.parts):
        at = part.text.find(hop[0]) if part.place is Place.HEADERS else -1
        if at >= 0:
            offsets["address"] = Offset(index, at, at + len(hop[0]))
            break
    return hop[1]


def _arrival(mail: Mail, offsets: dict[str, Offset]) -> tuple[datetime | None, float]:
    """Arrival-Date (its old name Received-Date), else when the reporter's server took the mail."""
    for name in ("arrival-date", "received-date"):
        found = _said(mail, name, "at", offsets)
        moment = mail_time(found.value) if found else None
        if moment:
            return moment
        offsets.pop("at", None)
    lines = mail.original.get("received", ())
    return (mail_time(lines[0].rpartition(";")[2]) if lines else None) or (None, 0.0)


def _incidents(mail: Mail) -> int:
    """The number of mails this one report stands for (RFC 5965 section 3.2)."""
    said = _value(mail, "incidents")
    return max(1, min(int(said), MOST)) if said.isascii() and said.isdigit() else 1


PARSER = Parser("arf", 1, recognises, parse)
