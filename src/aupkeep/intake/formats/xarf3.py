"""XARF before v4 (abusix/xarf v1 to v3, xarf.org's legacy form): what a report claims.

`xarf3_rules` holds it against what its version asks. A fault makes it a rejected row: a person sees
what is wrong, repairs it and reprocesses it. Oddities are remarked on and cost confidence.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aupkeep.intake.formats.xarf3_rules import folded, grade
from aupkeep.intake.formats.xarf4 import FULL, LONGEST, ODD, UNKNOWN, XarfContext, text_of
from aupkeep.intake.formats.xarf_samples import spam_details
from aupkeep.intake.formats.xarf_values import EMAIL
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.numbers import port_or_none
from aupkeep.intake.parser import ParsedItem, Remark, StatedReporter
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import LONGEST_DETAIL, Finding, Offset, Role
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import MAX_PORT, Address, Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS, Kind, kind_for

# ReportType, folded to letters and digits, where the words of `kinds` do not say it.
TYPES = {
    "openservice": "vulnerability/open_service",
    "webcrawler": "connection/scraping",
    "trademark": "content/brand_infringement",
    "childabuse": "content/csam",
    "childsexualabusematerial": "content/csam",
    "portscan": "connection/port_scan",
    "exploit": "connection/vulnerability_scan",
    "harassment": "content/harassment",
}
LEAKED = kind_for("infrastructure/compromised_server", "intrusions:unprivileged-account-compromise")
SHOWN = 3  # faults that a rejected row names
# What the desk wants to see beside the claim; free text and samples stay in the source.
TOLD = ("ReportSubType", "ReporterCaseID", "ReporterSeverity", "MalwareName", "BotnetName",
        "InfringedMaterial", "TrademarkedMaterial", "MaterialType", "SharingProtocol", "FileName",
        "ServiceName", "ServiceVersion", "CVE", "RpzDomain", "ThreatActor",
        "FirstSeen")  # fmt: skip


def recognises(report: Mapping[str, Any]) -> bool:
    """A report of v1 to v3: two of its three top-level fields."""
    return len({"Report", "Version", "ReporterInfo"} & report.keys()) > 1


def read(report: Mapping[str, Any], context: XarfContext) -> Iterator[ParsedItem]:
    """The reporter, then the findings or one rejected row, and a remark for each oddity."""
    body, who = report.get("Report"), report.get("ReporterInfo")
    if not (isinstance(body, dict) and isinstance(who, dict) and "Version" in report):
        wanted = "Version, and Report and ReporterInfo as objects"
        yield RejectedRow(row=context.row, reason=f"XARF v1 to v3: expected {wanted}, found less")
        return
    yield from _reporter(who)
    graded = grade(report)
    subject = _subject(body)
    faults = graded.faults if subject else (*graded.faults, "a source: found none that is sound")
    if subject is None or faults:
        more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        named_ = "; ".join(faults[:SHOWN]) + more
        yield RejectedRow(row=context.row, reason=f"not valid XARF {_version(report)}: {named_}")
        return
    context.remarks.extend(graded.oddities)
    yield from _findings(body, subject, context)
    for remark in context.remarks:
        yield Remark(remark)


def _version(report: Mapping[str, Any]) -> str:
    return clean(str(report["Version"])[:20])


def _findings(body: Mapping[str, Any], subject: Subject, context: XarfContext) -> Iterator[Finding]:
    kind = LEAKED if subject.account else _kind(body)
    at, exact = any_time(text_of(body, "Date"), zone=context.zone) or (None, 0.0)
    confidence = FULL * ODD ** len(context.remarks) * (UNKNOWN if kind is UNSPECIFIED else 1)
    transport = text_of(body, "TransportProtocol").lower()
    finding = Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=Role.VICTIM if subject.account else role_of(kind),
        subject=subject,
        at=at,
        exact=exact,
        source=context.source,
        confidence=round(confidence, 4),
        target=_target(body),
        maker=context.maker,
        offsets=_offsets(body, subject, context),
        transport=transport if transport in {"tcp", "udp"} else None,
        details={key: said for key in TOLD if (said := text_of(body, key)[:LONGEST_DETAIL])}
        | spam_details(body, kind, subject, context.source.identity, context.who),
    )
    yield finding
    attacker = _address(body, "AttackerIp")
    if attacker:
        yield _attack(finding, attacker, body, context)


def _attack(
    leaked: Finding, attacker: Address, body: Mapping[str, Any], context: XarfContext
) -> Finding:
    """Who tried a leaked account (v3): the address that logged in is the offender."""
    kind = KINDS["connection/login_attack"]
    port = _port(body.get("AttackerPort"))
    return Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=Role.OFFENDER,
        subject=Subject(address=attacker, port=port),
        at=leaked.at,
        exact=leaked.exact,
        source=leaked.source,
        confidence=leaked.confidence,
        target=leaked.target,
        maker=leaked.maker,
        offsets=_offsets(body, Subject(address=attacker, port=port), context, ATTACKER),
    )


def _kind(body: Mapping[str, Any]) -> Kind:
    said = folded(body.get("ReportType"))
    if said == "malware" and folded(body.get("ReportClass")) == "activity":
        return KINDS["connection/infected_host"]  # a machine that asked for a malware's name (RPZ)
    return (
        KINDS[TYPES[said]] if said in TYPES else named(text_of(body, "ReportType")) or UNSPECIFIED
    )


def _inner(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that xarf.org's legacy form names the source in."""
    inner = body.get("Source")
    return inner if isinstance(inner, dict) else {}


def _address(body: Mapping[str, Any], key: str) -> Address | None:
    try:
        return parse_address(text_of(body, key))
    except Invalid:
        return None


def _subject(body: Mapping[str, Any]) -> Subject | None:
    inner = _inner(body)
    said = (text_of(body, "SourceUrl"), text_of(body, "Url"), text_of(inner, "URL"))
    url = next((text for text in said if "://" in text), None)
    address = _address(body, "SourceIp") or _address(body, "Ip") or _address(inner, "IP")
    if address is None and url is None:
        return _account(body)
    port = _port(body.get("SourcePort", inner.get("Port"))) if address else None
    return Subject(address=address, port=port, url=url)


def _account(body: Mapping[str, Any]) -> Subject | None:
    """The account whose password leaked, by its address or its name."""
    account = body.get("Account")
    if not isinstance(account, dict):
        return None
    values = [str(value).strip() for value in account.values() if isinstance(value, str | int)]
    name = text_of(account, "AccountEmail") or clean(next(filter(None, values), "")[:LONGEST])
    return Subject(account=name) if name else None


def _port(value: object) -> int | None:
    """A port that says something: one, and not 0."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return port_or_none(value)
    sane = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_PORT
    return value if sane and isinstance(value, int) else None


def _target(body: Mapping[str, Any]) -> Endpoint | None:
    address, port = _address(body, "DestinationIp"), _port(body.get("DestinationPort"))
    return Endpoint(address=address, port=port) if address or port else None


def _reporter(info: Mapping[str, Any]) -> Iterator[StatedReporter]:
    contact = text_of(info, "ReporterOrgEmail") or text_of(info, "ReporterContactEmail")
    if len(contact) > 2 and EMAIL.fullmatch(contact):  # noqa: PLR2004 - longer than <>
        yield StatedReporter(contact, text_of(info, "ReporterOrg"))


PLACES = (
    ("address", ("SourceIp", "Ip", "IP")),
    ("port", ("SourcePort", "Port")),
    ("url", ("SourceUrl", "Url", "URL")),
    ("account", ("Account",)),
    ("at", ("Date",)),
)
ATTACKER = (("address", ("AttackerIp",)), ("port", ("AttackerPort",)), ("at", ("Date",)))


def _offsets(
    body: Mapping[str, Any],
    subject: Subject,
    context: XarfContext,
    places: tuple[tuple[str, tuple[str, ...]], ...] = PLACES,
) -> dict[str, Offset]:
    """Where the values stand; `Report` is searched from its own key on."""
    offsets: dict[str, Offset] = {}
    begin = max(context.text.find('"Report"', context.start), context.start)
    for name, keys in places:
        value = text_of(body, keys[0]) if name == "at" else getattr(subject, name)
        key = next(
            (candidate for candidate in keys if candidate in body or candidate in _inner(body)),
            None,
        )
        if not value or key is None:
            continue
        written = _written(body, key) or str(value)
        at = context.text.find(f'"{key}"', begin)
        where = context.text.find(written, at + len(key) + 2) if at >= 0 else -1
        if where >= 0:
            offsets[name] = Offset(context.part, where, where + len(written))
    return offsets


def _written(body: Mapping[str, Any], key: str) -> str:
    """A text as the report has it, such as an address in capitals; empty where it is no text."""
    return text_of(body, key) or text_of(_inner(body), key)
