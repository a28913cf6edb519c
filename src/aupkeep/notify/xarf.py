"""What was found as an XARF v4 report (xarf.org) for the abuse desk of a reseller.

Reporter and sender are this provider: who reported to us is not revealed (invariant 10), nor is the
other side of the event. A field the type demands is filled with what was found, or with the
schema's own word for not knowing (`unknown`, `other`). Where it has none and nothing was found,
there is no report of that type, and the reseller gets text alone. Sealed material is never
forwarded.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from aupkeep.model.counted import counted
from aupkeep.model.finding import Finding
from aupkeep.model.taxonomy import SEALED
from aupkeep.notify.mailbox import parse_mailbox
from aupkeep.notify.own_values import HIDDEN, SERVICES, own_url

VERSION = "4.2.0"  # of the specification whose schemas the tests check against
MOST_LINES = 50  # of evidence
LONGEST_NAME = 200  # characters of an organisation's name
URI = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[!-~]{1,2000}", re.IGNORECASE)
CVE = re.compile(r"CVE-\d{4}-\d{4,7}", re.ASCII)
KNOWN_SERVICES = frozenset(
    {name.lower() for name in SERVICES.values()}
    | {"dns", "mdns", "chargen", "qotd", "cldap", "ldap", "rpc", "portmapper", "coap", "ipmi"}
    | {"mqtt", "amqp", "tftp", "upnp", "ws-discovery", "ubiquiti", "rdpeudp", "dvr dhcpdiscover"}
    | {"openvpn", "isakmp", "dtls", "cassandra", "couchdb", "kubernetes", "adb", "afp"}
)  # what a source calls it otherwise is a text of its own
PORTED = frozenset({"login_attack", "port_scan", "ddos"})  # need the port of an address
FIXED: dict[str, dict[str, object]] = {
    "connection/infected_host": {"bot_type": "unknown"},
    "connection/vulnerability_scan": {"scan_type": "vulnerability_scan"},
    "connection/reconnaissance": {"probed_resources": []},
    "content/exposed_data": {"data_types": ["other"], "exposure_method": "other"},
    "content/fraud": {"fraud_type": "other"},
    "content/remote_compromise": {"compromise_type": "other"},
    "infrastructure/botnet": {"compromise_evidence": "observed behaviour"},
    "infrastructure/compromised_server": {"compromise_method": "unknown"},
    "messaging/spam": {"protocol": "other"},  # "smtp" would demand the sender's address
    "reputation/blocklist": {"threat_type": "unknown"},
    "reputation/threat_intelligence": {"threat_type": "unknown"},
}
SITE = {"copyright/cyberlocker": "hosting_service", "copyright/link_site": "site_name",
        "copyright/ugc_platform": "platform_name"}  # fmt: skip
# Not among them, since no finding holds what they demand (the genuine site, the registration, the
# swarm): brand_infringement, suspicious_registration, p2p, usenet.
TYPES = frozenset(
    {
        *("connection/ddos", "connection/login_attack", "connection/port_scan"),
        *("connection/sql_injection", "connection/scraping", "content/phishing", "content/malware"),
        *("copyright/copyright", "messaging/bulk_messaging", "vulnerability/cve"),
        *("vulnerability/misconfiguration", "vulnerability/open_service"),
        *FIXED,
        *SITE,
    }
).difference(SEALED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardedReport:
    """What a report says: one finding, when it was, how often, and the lines that may be shown."""

    report_id: str  # a UUID, version 4
    finding: Finding
    at: datetime
    first_at: datetime
    count: int
    lines: Sequence[str]  # built from values of the accused (`own_values`)
    org: str
    contact: str  # the desk's address
    reference: str  # of the case
    secrets: Sequence[str] = ()  # words that lead to a reporter


def xarf_report(forwarded: ForwardedReport) -> dict[str, Any] | None:
    """The report as JSON's types, valid under its type's schema; None where none can be.

    Raises `Invalid` for a contact that is no address.
    """
    finding = forwarded.finding
    more = _fields(forwarded)
    source = _source(forwarded)
    if more is None or source is None:
        return None
    category, _, kind = finding.kind.partition("/")
    domain = parse_mailbox(forwarded.contact, "contact").rpartition("@")[2]
    desk = {"org": forwarded.org[:LONGEST_NAME], "contact": forwarded.contact, "domain": domain}
    document: dict[str, Any] = {
        "xarf_version": VERSION,
        "report_id": forwarded.report_id,
        "timestamp": _moment(forwarded.at),
        "reporter": desk,
        "sender": desk,
        "source_identifier": source,
        "category": category,
        "type": kind,
        "confidence": round(finding.confidence, 4),
        "description": _description(forwarded),
        "tags": ["aupkeep:forwarded", *(["aupkeep:time-of-receipt"] if not finding.at else [])],
    }
    if finding.subject.address is not None and finding.subject.port:
        document["source_port"] = finding.subject.port
    evidence = _evidence(forwarded.lines)
    return document | more | ({"evidence": [evidence]} if evidence else {})


def _source(forwarded: ForwardedReport) -> str | None:
    """Who is meant: the address, else the domain, the host of the URL, the account."""
    subject = forwarded.finding.subject
    if subject.address is not None:
        return str(subject.address)
    return subject.domain or _host(own_url(subject.url or "")) or subject.account


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _fields(forwarded: ForwardedReport) -> dict[str, Any] | None:
    """What the type demands beyond the core; None where it cannot be said."""
    finding = forwarded.finding
    kind = finding.kind
    category, _, name = kind.partition("/")
    if kind not in TYPES:
        return None
    extra = dict(FIXED.get(kind, {}))
    if category == "connection":
        extra |= {"protocol": _protocol(finding), "first_seen": _moment(forwarded.first_at)}
        extra |= {"last_seen": _moment(forwarded.at)}
        unported = finding.subject.address is not None and not finding.subject.port
        if name in PORTED and unported:
            return None
        if name == "scraping":
            extra["total_requests"] = max(forwarded.count, 1)
        return extra
    if category in {"content", "copyright"}:
        return _of_page(kind, forwarded, extra)
    if kind == "messaging/bulk_messaging":
        few = forwarded.count < 100  # noqa: PLR2004 - the schema's least number of recipients
        return None if few else extra | {"protocol": "other", "recipient_count": forwarded.count}
    return _of_service(finding, extra) if category == "vulnerability" else extra


def _of_page(kind: str, forwarded: ForwardedReport, extra: dict[str, Any]) -> dict[str, Any] | None:
    """A page: its URL, and the site's name where the type asks for one."""
    url = own_url(forwarded.finding.subject.url or "", forwarded.secrets)
    url = url.replace(HIDDEN, "hidden")  # a URL holds no other signs (RFC 3986)
    if not URI.fullmatch(url):
        return None
    if kind.startswith("content/"):
        return extra | {"url": url}
    site = SITE.get(kind)
    named = {site: _host(url)} if site else {}
    return extra | {"infringing_url": url} | named


def _of_service(finding: Finding, extra: dict[str, Any]) -> dict[str, Any] | None:
    """A service, by a name that everybody knows, else by protocol and port."""
    details, port = finding.details, finding.subject.port
    given = (details.get(name, "").lower() for name in ("service", "application", "type"))
    known = next((name for name in given if name in KNOWN_SERVICES), None)
    usual = SERVICES.get(port, f"{finding.transport or 'tcp'}/{port}") if port else "unknown"
    extra["service"] = known or usual
    if port:
        extra["service_port"] = port
    if finding.kind == "vulnerability/cve":
        cve = CVE.search(" ".join(details.values()).upper())
        return extra | {"cve_id": cve[0]} if cve and port else None
    return extra


def _protocol(finding: Finding) -> str:
    """The transport where the finding states it; most attacks of these kinds use TCP."""
    target = finding.target.protocol if finding.target else None
    said = finding.transport or target
    narrow = finding.kind not in {"connection/ddos", "connection/login_attack",
                                  "connection/port_scan"}  # fmt: skip
    return said if said == "udp" or (said == "icmp" and not narrow) else "tcp"


def _description(forwarded: ForwardedReport) -> str:
    """One sentence; nothing in it says who reported."""
    often = "once" if forwarded.count <= 1 else counted(forwarded.count, "event")
    return f"Forwarded by {forwarded.org[:LONGEST_NAME]}, case {forwarded.reference}: {often}."


def _evidence(lines: Sequence[str]) -> Mapping[str, object] | None:
    """The lines that may be shown, as one text."""
    text = "\n".join(lines[:MOST_LINES]).encode()
    if not text:
        return None
    return {
        "content_type": "text/plain",
        "description": "Values of the report that are the accused's own",
        "payload": base64.b64encode(text).decode(),
        "hash": f"sha256:{hashlib.sha256(text).hexdigest()}",
        "size": len(text),
    }


def _moment(at: datetime) -> str:
    exact = "microseconds" if at.microsecond else "seconds"
    return at.astimezone(UTC).isoformat(timespec=exact).replace("+00:00", "Z")
