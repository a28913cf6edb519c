"""IODEF, RFC 7970 (version 2) and RFC 5070 (version 1): incidents with flows between systems.

In a flow the source is claimed to be the offender and the target is its other side; a flow without
a source tells of a victim. Sensors and infrastructure are the sender's own machines.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from aupkeep.intake.formats.strict_xml import XmlElement
from aupkeep.intake.formats.xml_fragments import XmlFragment, documents, holds, place
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.numbers import port_or_none, stated_count
from aupkeep.intake.parser import ParsedItem, Parser, Remark, StatedReporter
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import LONGEST_DETAIL, Finding, Offset, Role
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Address, Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS, Kind

ROOT = "IODEF-Document"
MOST = 10_000  # claims of one document
LOOKED_AT = 4_000  # characters from a System's begin in which its values are pointed out
SURE, MENDED, VAGUE = 0.85, 0.75, 0.6  # confidence; the factor where no kind is named
MOST_COUNT = 1_000_000
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp"}  # ip-protocol is IANA's number
# Impact types (RFC 5070 section 3.10.1, RFC 7970 section 3.12.1) that name a kind by themselves.
IMPACTS = {
    "dos": "connection/ddos",
    "availability-service": "connection/ddos",
    "availability-system": "connection/ddos",
    "recon": "connection/reconnaissance",
    "social-engineering": "content/phishing",
    "misconfiguration": "vulnerability/misconfiguration",
    "takeover-account": "connection/login_attack",
    "monitoring-traffic": "interference/sniffing",
}
TIMES = ("detecttime", "starttime", "endtime")


def recognises(mail: Mail) -> bool:
    """A part of the sender's own with an IODEF document, and no feedback report."""
    return not mail.feedback and any(holds(part, ROOT) for part in mail.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What an event inherits from what is around it (RFC 7970 section 3.14)."""

    mail: Mail
    part: int
    starts: dict[int, int] = field(default_factory=dict)  # id of a System → where it begins
    first: int = 0  # where the first System begins
    end: int = 0
    confidence: float = SURE
    at: tuple[datetime, float] | None = None
    said: str = ""  # the time as written
    kind: Kind = UNSPECIFIED
    details: dict[str, str] = field(default_factory=dict)


class _System(NamedTuple):
    """One side of a flow, and what of it cannot be a subject."""

    node: XmlElement
    address: Address | None
    port: int | None
    url: str | None
    domain: str | None
    account: str | None
    transport: str | None
    wrong: str


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """The claims of each incident of each document."""
    for document in documents(mail, ROOT):
        yield from _document(mail, *document)


def _document(mail: Mail, part: int, row: int, fragment: XmlFragment) -> Iterator[ParsedItem]:
    try:
        root, mended = fragment.load()
    except Unreadable as error:
        yield RejectedRow(row=row, reason=f"IODEF: {error}")
        return
    if mended:
        yield Remark("the IODEF document is no sound XML; it was mended")
    begins = fragment.begins(mail.parts[part].text, "System")
    starts = {id(node): at for node, at in zip(root.below("system"), begins, strict=False)}
    context = _Context(
        mail=mail,
        part=part,
        starts=starts,
        first=begins[0] if begins else 0,
        end=fragment.end,
        confidence=MENDED if mended else SURE,
    )
    left = MOST
    any_claim = False
    for incident in root.all("incident"):
        for said in _incident(incident, context, row):
            left -= isinstance(said, Finding | RejectedRow)
            any_claim = True
            if left < 0:
                yield RejectedRow(
                    row=row, reason=f"IODEF: expected at most {MOST} claims, found more"
                )
                return
            yield said
    if not any_claim:
        yield RejectedRow(row=row, reason="IODEF: expected an Incident with a System, found none")


def _incident(incident: XmlElement, context: _Context, row: int) -> Iterator[ParsedItem]:
    identity = incident.word("incidentid")
    context = replace(_inherited(incident, context), details={"incident": identity})
    for contact in incident.all("contact"):
        if contact.attributes.get("role") in {"creator", "reporter", "irt", "cc"}:
            yield from _reporter(contact)
            break
    events = list(incident.all("eventdata"))
    if not events:
        yield RejectedRow(
            row=row, reason=f"IODEF: expected EventData in {identity[:60]!r}, found none"
        )
    for event in events:
        yield from _event(event, context, row)


def _event(event: XmlElement, context: _Context, row: int) -> Iterator[ParsedItem]:
    """An event, then those inside it, which inherit from it; the tree is at most 60 levels deep."""
    context = _inherited(event, context)
    for flow in event.all("flow"):
        yield from _flow(flow, context, row)
    for inner in event.all("eventdata"):
        yield from _event(inner, context, row)


def _inherited(node: XmlElement, context: _Context) -> _Context:
    """The context with what this node says itself."""
    for name in TIMES:
        said = node.word(name)
        moment = any_time(said)
        if moment:
            context = replace(context, at=moment, said=said)
            break
    kind = _kind(node)
    return replace(context, kind=kind) if kind else context


def _kind(node: XmlElement) -> Kind | None:
    """The kind that the assessment, the method or the description names, in this order."""
    assessment = node.first("assessment")
    impacts = assessment.nodes if assessment else []
    words = [
        word
        for impact in impacts
        for word in (impact.attributes.get("exttype", ""), impact.text, impact.word("description"))
    ]
    types = [
        IMPACTS[impact_type]
        for impact in impacts
        if (impact_type := impact.attributes.get("type")) in IMPACTS
    ]
    method = node.first("method")
    words += [method.word("description")] if method else []
    described = next((kind for word in words if (kind := named(word))), None)
    if described or types:
        return described or KINDS[types[0]]
    return named(node.word("description"))


def _reporter(contact: XmlElement) -> Iterator[StatedReporter]:
    element = contact.first("email")
    address = (element.word("emailto") or " ".join(element.text.split())) if element else ""
    if address.count("@") == 1 and " " not in address:
        yield StatedReporter(address, contact.word("contactname")[:200])


def _flow(flow: XmlElement, context: _Context, row: int) -> Iterator[ParsedItem]:
    sides: dict[str, list[_System]] = {}
    for node in islice(flow.all("system"), MOST):
        category = node.attributes.get("category", "").lower()
        sides.setdefault(category, []).append(_system(node))
    sources, targets = sides.get("source", []), sides.get("target", [])
    target = _endpoint(targets[0]) if targets else None
    for system in sources:
        spoofed = system.node.attributes.get("spoofed", "").lower() == "yes"
        role = Role.VICTIM if spoofed else role_of(context.kind)
        yield from _claim(system, role, target, context, row)
    for system in sides.get("intermediate", []):
        yield from _claim(system, Role.VULNERABLE, target, context, row)
    if not sources:
        for system in targets:
            yield from _claim(system, Role.VICTIM, None, context, row)


def _claim(
    system: _System, role: Role, target: Endpoint | None, context: _Context, row: int
) -> Iterator[ParsedItem]:
    subject = Subject(
        address=system.address,
        port=system.port if system.address else None,
        url=system.url,
        domain=system.domain,
        account=system.account,
    )
    if subject == NOTHING:
        yield RejectedRow(
            row=row, reason=f"IODEF: expected a System with an address, {system.wrong}"
        )
        return
    kind, (at, exact) = context.kind, context.at or (None, 0.0)
    factor = VAGUE if kind is UNSPECIFIED else 1
    yield Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role,
        subject=subject,
        at=at,
        exact=exact,
        source=context.mail.source,
        confidence=round(context.confidence * factor, 4),
        target=target,
        count=_count(system.node),
        maker=PARSER.maker,
        offsets=_offsets(system, subject, context),
        transport=system.transport,
        details={k: clean(v)[:LONGEST_DETAIL] for k, v in context.details.items() if v},
    )


NOTHING = Subject()


def _system(node: XmlElement) -> _System:
    values: dict[str, str] = {}
    wrong = "found none"
    inner = node.first("node") or node
    for element in inner.all("address"):
        category = element.attributes.get("category", "ipv4-addr").lower()
        text = " ".join(element.text.split())
        if category in {"ipv4-addr", "ipv6-addr"}:
            values.setdefault("address", text)
        elif category == "site-uri" and "://" in text:
            values.setdefault("url", text[:2_000])
        elif category == "e-mail" and "@" in text:
            values.setdefault("account", text[:320])
        else:
            wrong = f"found {category} {text[:60]!r}"
    data = inner.first("domaindata")
    domain = (data.word("name") if data else "") or inner.word("nodename")
    try:
        address = parse_address(values["address"]) if "address" in values else None
    except Invalid as error:
        address, wrong = None, str(error)
    service = node.first("service") or inner.first("service")
    return _System(
        node=node,
        address=address,
        port=_port(service),
        url=values.get("url"),
        domain=domain.lower().rstrip(".")[:253] or None if " " not in domain else None,
        account=values.get("account"),
        transport=PROTOCOLS.get(service.attributes.get("ipprotocol", "")) if service else None,
        wrong=wrong,
    )


def _port(service: XmlElement | None) -> int | None:
    said = (service.word("port") or service.word("portlist")) if service else ""
    return port_or_none(said)


def _endpoint(system: _System) -> Endpoint | None:
    if system.address is None and system.port is None:
        return None
    protocol = system.transport if system.transport in {"tcp", "udp"} else None
    return Endpoint(address=system.address, port=system.port, protocol=protocol)


def _count(node: XmlElement) -> int:
    for counter in node.all("counter"):
        unit = counter.attributes.get("unit", counter.attributes.get("type", "")).lower()
        said = counter.text.strip().partition(".")[0]
        if unit in {"event", "alert", "session", "message"} and said.isascii() and said.isdigit():
            return stated_count(said, MOST_COUNT)
    return 1


def _offsets(system: _System, subject: Subject, context: _Context) -> dict[str, Offset]:
    """Where the values of this system stand; the time is looked for in the whole document."""
    text, begin = context.mail.parts[context.part].text, context.starts.get(id(system.node))
    if begin is None:
        return {}
    end = min(context.end, begin + LOOKED_AT)
    values = {"address": subject.address, "port": subject.port, "url": subject.url,
              "domain": subject.domain, "account": subject.account}  # fmt: skip
    offsets = {
        name: where
        for name, value in values.items()
        if value is not None and (where := place(text, str(value), context.part, begin, end))
    }
    first = context.first
    at = place(text, context.said, context.part, max(0, first - LOOKED_AT), first)
    return {**offsets, "at": at} if at else offsets


PARSER = Parser("iodef", 1, recognises, parse)
