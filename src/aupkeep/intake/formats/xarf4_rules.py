"""What XARF v4 (schemas 4.x) asks beyond its core, as tables: by type, and by field.

All of it is graded: a field that is missing or odd is remarked on and lowers the confidence.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aupkeep.intake.formats.xarf_values import (
    ADDRESS,
    MOMENT,
    NAME,
    PORT,
    WEB,
    WORDS,
    FieldRule,
    read_time,
)

TAG = re.compile(r"[a-z0-9_-]{1,60}:[a-z0-9._-]{1,100}")
HASH = re.compile(r"[a-z0-9-]{2,20}:[0-9A-Fa-f]{8,200}")
CONNECTION = ("first_seen", "protocol")
CONTENT = ("url",)
INFRINGED = ("infringing_url",)
# Kind → the fields that its schema requires.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "connection/ddos": (*CONNECTION, "source_port"),
    "connection/login_attack": (*CONNECTION, "source_port"),
    "connection/port_scan": (*CONNECTION, "source_port"),
    "connection/sql_injection": CONNECTION,
    "connection/infected_host": (*CONNECTION, "bot_type"),
    "connection/reconnaissance": (*CONNECTION, "probed_resources"),
    "connection/scraping": (*CONNECTION, "total_requests"),
    "connection/vulnerability_scan": (*CONNECTION, "scan_type"),
    "content/phishing": CONTENT,
    "content/malware": CONTENT,
    "content/fraud": (*CONTENT, "fraud_type"),
    "content/brand_infringement": (*CONTENT, "infringement_type", "legitimate_site"),
    "content/csam": (*CONTENT, "classification", "detection_method"),
    "content/csem": (*CONTENT, "detection_method", "exploitation_type"),
    "content/exposed_data": (*CONTENT, "data_types", "exposure_method"),
    "content/remote_compromise": (*CONTENT, "compromise_type"),
    "content/suspicious_registration": (*CONTENT, "registration_date", "suspicious_indicators"),
    "copyright/copyright": INFRINGED,
    "copyright/cyberlocker": (*INFRINGED, "hosting_service"),
    "copyright/link_site": (*INFRINGED, "site_name"),
    "copyright/p2p": ("p2p_protocol",),
    "copyright/ugc_platform": (*INFRINGED, "platform_name"),
    "copyright/usenet": ("newsgroup",),
    "infrastructure/botnet": ("compromise_evidence",),
    "infrastructure/compromised_server": ("compromise_method",),
    "messaging/spam": ("protocol",),
    "messaging/bulk_messaging": ("protocol", "recipient_count"),
    "reputation/blocklist": ("threat_type",),
    "reputation/threat_intelligence": ("threat_type",),
    "vulnerability/cve": ("cve_id", "service", "service_port"),
    "vulnerability/misconfiguration": ("service",),
    "vulnerability/open_service": ("service",),
}


def _tags(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(tag, str) and TAG.fullmatch(tag) for tag in value
    )


def _evidence(value: object) -> bool:
    return isinstance(value, list) and all(map(_piece, value))


def _piece(item: object) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("content_type"), str):
        return False
    digest = item.get("hash", "sha256:00000000")
    sound = isinstance(digest, str) and bool(HASH.fullmatch(digest))
    return sound and isinstance(item.get("payload"), str)


# Field → what it must be where it is there.
FORMS: Mapping[str, FieldRule] = {
    "first_seen": MOMENT,
    "last_seen": MOMENT,
    "url": WEB,
    "infringing_url": WEB,
    "destination_ip": ADDRESS,
    "destination_port": PORT,
    "protocol": WORDS,
    "description": WORDS,
    "evidence_source": WORDS,
    "tags": FieldRule("a list of namespace:value in lower case", _tags),
    "evidence": FieldRule("a list of evidence with its content type and payload", _evidence),
}
PARTY: Mapping[str, FieldRule] = {"org": WORDS, "domain": NAME}


def oddities(report: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str, object]]:
    """Name, what was expected and what was found, for each field that is not as the schema says."""
    for name in NEEDS.get(kind, ()):
        if report.get(name) in (None, "", []):
            yield name, "what its type asks for", report.get(name)
    for name, value in report.items():
        rule = FORMS.get(name)
        if rule is not None and value is not None and not rule.holds(value):
            yield name, rule.expected, value
    reporter, sender = report.get("reporter"), report.get("sender")
    yield from _party("reporter", reporter)
    if sender != reporter:
        yield from _party("sender", sender)
    yield from _order(report)


def _party(side: str, who: object) -> Iterator[tuple[str, str, object]]:
    for name, rule in PARTY.items() if isinstance(who, dict) else ():
        value = who.get(name) if isinstance(who, dict) else None
        if not rule.holds(value):
            yield f"{side}.{name}", rule.expected, value


def _order(report: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """What was first seen after it was last seen was seen by nobody."""
    first, last = report.get("first_seen"), report.get("last_seen")
    if isinstance(first, str) and isinstance(last, str) and first != last:
        begun, ended = read_time(first), read_time(last)
        if begun and ended and begun[0] > ended[0]:
            yield "first_seen", "a time before last_seen", first
