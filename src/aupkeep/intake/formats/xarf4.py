"""XARF v4 (xarf.org, schemas 4.x): one JSON report to one finding, graded instead of refused.

A field that is missing or odd is remarked on and lowers the confidence; only a report that names
no source, or neither category nor type, cannot be used at all.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aupkeep.intake.formats.xarf4_rules import oddities
from aupkeep.intake.formats.xarf_samples import spam_details
from aupkeep.intake.formats.xarf_values import read_address, read_time
from aupkeep.intake.kinds import UNSPECIFIED, infected, role_of
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.parser import ParsedItem, Remark, StatedReporter
from aupkeep.intake.times import ZONELESS, any_time
from aupkeep.intake.zones import StatedZone
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.origin import Origin
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import MAX_PORT, Endpoint, Subject
from aupkeep.model.taxonomy import KINDS, Kind

FULL = 0.9  # the confidence of a report that states none
ODD = 0.9  # the factor for each oddity
UNKNOWN = 0.5  # the factor for a type that the taxonomy does not hold
LONGEST = 2_000  # characters of a URL, name or account
VERSION = re.compile(r"4\.\d+\.\d+")
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
DOMAIN = re.compile(r"(?=.{1,253}\.?$)(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z0-9-]{2,63}\.?")
ACCOUNT = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}")
KEYS = {
    "address": ("source_identifier",),
    "domain": ("source_identifier", "domain"),
    "account": ("source_identifier",),
    "url": ("url", "infringing_url", "source_identifier"),
    "port": ("source_port", "service_port"),
    "at": ("timestamp",),
}
PLACES = {
    key: re.compile(rf'"{key}"\s{{0,20}}:\s{{0,20}}"?') for keys in KEYS.values() for key in keys
}


@dataclass(slots=True)
class XarfContext:
    """Where a report stands: who sent it, in which part, at which character it begins."""

    source: Origin
    maker: str
    text: str
    part: int
    start: int = 0
    row: int = 1
    remarks: list[str] = field(default_factory=list)
    zone: StatedZone | None = None  # of times that state none
    who: tuple[str, ...] = ()  # names and addresses of who complains

    def odd(self, name: str, expected: str, value: object) -> None:
        """Note that a field is not as the schema says."""
        self.remarks.append(f"{name}: expected {expected}, found {str(value)[:60]!r}")


def recognises(report: Mapping[str, Any]) -> bool:
    """A v4 report by its version or its three core fields."""
    return "xarf_version" in report or {"category", "type", "source_identifier"} <= report.keys()


def read(report: Mapping[str, Any], context: XarfContext) -> Iterator[ParsedItem]:
    """The reporter, one finding, or one rejected row, and a remark for each oddity."""
    kind = _kind(report, context)
    subject = _subject(report, context)
    if kind is None:
        yield RejectedRow(row=context.row, reason="XARF: expected category and type, found neither")
        return
    if subject is None:
        reason = (
            f"XARF: expected a source_identifier, found {text_of(report, 'source_identifier')!r}"
        )
        yield RejectedRow(row=context.row, reason=reason)
        return
    yield from _reporter(report, context)
    _check(report, context)
    for oddity in oddities(report, kind.name):
        context.odd(*oddity)
    at, exact = _time(report, context)
    confidence = _confidence(report, context, kind)
    yield Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role_of(kind),
        subject=subject,
        at=at,
        exact=exact,
        source=context.source,
        confidence=round(confidence, 4),
        target=_target(report),
        maker=context.maker,
        offsets=_offsets(report, subject, at, context),
        details=spam_details(report, kind, subject, context.source.identity, context.who),
    )
    for remark in context.remarks:
        yield Remark(remark)


def text_of(report: Mapping[str, Any], key: str) -> str:
    """A field's text, stripped and bounded; "" where it has none."""
    value = report.get(key)
    return clean(value.strip()[:LONGEST]) if isinstance(value, str) else ""


def _kind(report: Mapping[str, Any], context: XarfContext) -> Kind | None:
    category, name = (
        text_of(report, key).lower().replace("-", "_") for key in ("category", "type")
    )
    if not category and not name:
        return None
    kind = KINDS.get(f"{category}/{name}")
    if kind is None:
        context.odd("category/type", "one of the XARF v4 types", f"{category}/{name}")
        return UNSPECIFIED
    if kind.name != "infrastructure/botnet":
        return kind
    commands = text_of(report, "c2_server").partition(":")[0]
    source = text_of(report, "source_identifier")
    return kind if commands and commands == source else infected()


def _subject(report: Mapping[str, Any], context: XarfContext) -> Subject | None:
    source = text_of(report, "source_identifier")
    url = text_of(report, "url") or text_of(report, "infringing_url")
    if "://" in source:
        url = url or source
    url = url if re.match(r"[a-z][a-z0-9+.-]{1,20}://", url, re.IGNORECASE) else ""
    try:
        address = read_address(source.strip("[]"))
    except Invalid:
        address = None
    if address is not None:
        return Subject(address=address, port=_port(report, context), url=url or None)
    if ACCOUNT.fullmatch(source):
        return Subject(account=source, url=url or None)
    domain = source.lower().rstrip(".") if DOMAIN.fullmatch(source.lower()) else None
    return Subject(url=url or None, domain=domain) if url or domain else None


def _port(report: Mapping[str, Any], context: XarfContext) -> int | None:
    for key in KEYS["port"]:
        value = report.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_PORT:
            return value
        if value is not None:
            context.odd(key, f"a port from 1 to {MAX_PORT}", value)
    return None


def _target(report: Mapping[str, Any]) -> Endpoint | None:
    """The attacked side, where the report names it."""
    try:
        address = read_address(text_of(report, "destination_ip"))
    except Invalid:
        address = None
    port = report.get("destination_port")
    sane = isinstance(port, int) and not isinstance(port, bool) and 0 < port <= MAX_PORT
    protocol = text_of(report, "protocol").lower()
    if address is None and not sane:
        return None
    return Endpoint(
        address=address,
        port=port if sane else None,
        protocol=protocol if protocol in {"tcp", "udp"} else None,
    )


def _time(report: Mapping[str, Any], context: XarfContext) -> tuple[datetime | None, float]:
    text = text_of(report, "timestamp")
    moment = read_time(text)
    if moment is None:
        context.odd("timestamp", "RFC 3339", text)
        return None, 0.0
    if moment[1] >= ZONELESS:
        context.odd("timestamp", "a zone", text)
    return any_time(text, zone=context.zone) or moment


def _reporter(report: Mapping[str, Any], context: XarfContext) -> Iterator[StatedReporter]:
    who = report.get("reporter")
    if not isinstance(who, dict):
        context.odd("reporter", "an object", who)
        return
    contact = text_of(who, "contact")
    if not ACCOUNT.fullmatch(contact):
        context.odd("reporter.contact", "a mail address", contact)
    else:
        yield StatedReporter(contact, text_of(who, "org"))


def _check(report: Mapping[str, Any], context: XarfContext) -> None:
    """What the core schema asks for beyond what is used here."""
    if not VERSION.fullmatch(text_of(report, "xarf_version")):
        context.odd("xarf_version", "4.x.y", report.get("xarf_version"))
    if not UUID.fullmatch(text_of(report, "report_id")):
        context.odd("report_id", "a UUID", report.get("report_id"))
    if not isinstance(report.get("sender"), dict):
        context.odd("sender", "an object", report.get("sender"))


def _confidence(report: Mapping[str, Any], context: XarfContext, kind: Kind) -> float:
    stated = report.get("confidence", FULL)
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not 0 <= stated <= 1:
        context.odd("confidence", "a number from 0 to 1", stated)
        stated = FULL
    graded: float = stated * ODD ** len(context.remarks)
    return graded * UNKNOWN if kind is UNSPECIFIED else graded


def _offsets(
    report: Mapping[str, Any], subject: Subject, at: datetime | None, context: XarfContext
) -> dict[str, Offset]:
    """Where each value stands in the text; a value written with escapes has no place."""
    offsets: dict[str, Offset] = {}
    for name, keys in KEYS.items():
        if (at if name == "at" else getattr(subject, name)) is None:
            continue
        place = next((p for key in keys if (p := _place(report, key, context))), None)
        if place:
            offsets[name] = place
    return offsets


def _place(report: Mapping[str, Any], key: str, context: XarfContext) -> Offset | None:
    value = report.get(key)
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    match = PLACES[key].search(context.text, context.start)
    written = str(value)
    if match is None or not context.text.startswith(written, match.end()):
        return None
    return Offset(context.part, match.end(), match.end() + len(written))
