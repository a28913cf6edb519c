"""XARF before v4 (abusix/xarf v1 to v3, `Version` with `ReporterInfo` and `Report`), its basics."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.parser import Remark, Reporter, Said
from aupkeep.intake.times import any_time
from aupkeep.intake.words import clean
from aupkeep.intake.xarf4 import ACCOUNT, FULL, LONGEST, ODD, UNKNOWN, Context
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.report import Dead
from aupkeep.model.subject import MAX_PORT, Subject, parse_address
from aupkeep.model.taxonomy import KINDS, Kind

# ReportType, folded to letters and digits, where the words of `kinds` do not say it.
TYPES = {
    "openservice": "vulnerability/open_service",
    "webcrawler": "connection/scraping",
    "trademark": "content/brand_infringement",
    "childabuse": "content/csam",
    "portscan": "connection/port_scan",
    "exploit": "connection/vulnerability_scan",
    "harassment": "content/harassment",
    "potentiallycompromisedaccount": "infrastructure/compromised_server",
}


def recognises(report: Mapping[str, Any]) -> bool:
    """A report of v1 to v3: its three top-level fields."""
    return "Report" in report and "Version" in report and "ReporterInfo" in report


def read(report: Mapping[str, Any], context: Context) -> Iterator[Said]:
    """The reporter, then one finding or one dead row, and a remark for each oddity."""
    body = report["Report"]
    if not isinstance(body, dict) or not isinstance(report["ReporterInfo"], dict):
        reason = "XARF v3: expected Report and ReporterInfo to be objects, found something else"
        yield Dead(row=context.row, reason=reason)
        return
    kind = _kind(body)
    subject = _subject(body, context)
    if subject is None:
        yield Dead(row=context.row, reason="XARF v3: expected SourceIp or SourceUrl, found none")
        return
    yield from _reporter(report["ReporterInfo"])
    if kind is UNSPECIFIED:
        context.odd("ReportType", "a known type", body.get("ReportType"))
    found = any_time(_text(body, "Date"))
    if found is None:
        context.odd("Date", "RFC 3339", body.get("Date"))
    confidence = FULL * ODD ** len(context.remarks) * (UNKNOWN if kind is UNSPECIFIED else 1)
    yield Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role_of(kind),
        subject=subject,
        at=found[0] if found else None,
        exact=found[1] if found else 0.0,
        source=context.source,
        confidence=round(confidence, 4),
        maker=context.maker,
        offsets=_offsets(body, context),
    )
    for remark in context.remarks:
        yield Remark(remark)


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return clean(value.strip()[:LONGEST]) if isinstance(value, str) else ""


def _kind(body: Mapping[str, Any]) -> Kind:
    said = _text(body, "ReportType")
    folded = re.sub(r"[^a-z0-9]", "", said.lower())
    return KINDS[TYPES[folded]] if folded in TYPES else named(said) or UNSPECIFIED


def _subject(body: Mapping[str, Any], context: Context) -> Subject | None:
    inner = body["Source"] if isinstance(body.get("Source"), dict) else {}  # the form of v3.0.0
    url = _text(body, "SourceUrl") or _text(body, "Url") or _text(inner, "URL")
    try:
        address = parse_address(_text(body, "SourceIp") or _text(body, "Ip") or _text(inner, "IP"))
    except Invalid:
        return Subject(url=url) if "://" in url else None
    port = body.get("SourcePort", inner.get("Port"))
    sane = isinstance(port, int) and not isinstance(port, bool) and 0 < port <= MAX_PORT
    if port is not None and not sane:
        context.odd("SourcePort", f"a port from 1 to {MAX_PORT}", port)
    return Subject(address=address, port=port if sane else None, url=url if "://" in url else None)


def _reporter(info: Mapping[str, Any]) -> Iterator[Reporter]:
    contact = _text(info, "ReporterOrgEmail") or _text(info, "ReporterContactEmail")
    if ACCOUNT.fullmatch(contact):
        yield Reporter(contact, _text(info, "ReporterOrg"))


def _offsets(body: Mapping[str, Any], context: Context) -> dict[str, Offset]:
    """Where the values stand; `Report` is searched from its own key on."""
    found: dict[str, Offset] = {}
    begin = max(context.text.find('"Report"', context.start), context.start)
    source = body["Source"] if isinstance(body.get("Source"), dict) else {}
    keys = (("address", "IP"), ("address", "SourceIp"), ("url", "SourceUrl"), ("at", "Date"))
    for name, key in keys:
        value = _text(body, key) or _text(source, key)
        at = context.text.find(f'"{key}"', begin) if value else -1
        where = context.text.find(value, at + len(key) + 2) if at >= 0 else -1
        if where >= 0:
            found[name] = Offset(context.part, where, where + len(value))
    return found
