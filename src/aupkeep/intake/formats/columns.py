"""What the columns of a table mean, by the names that feeds and reporters give them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from aupkeep.intake.kinds import UNSPECIFIED, role_of
from aupkeep.intake.times import written_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Role
from aupkeep.model.taxonomy import Kind

ROLES = frozenset(Role)

# Field → header names, the better ones first; folded to lower case with `_`.
NAMES: dict[str, tuple[str, ...]] = {
    "address": (
        "address", "ip", "src_ip", "source_ip", "ip_address", "ipaddress", "source_address",
        "src_address", "srcip", "source", "src", "offender", "offender_ip", "attacker",
        "attacker_ip", "attacking_ip", "abuser_ip", "host_ip", "ipv4", "ipv6", "remote_ip",
        "client_ip", "srcaddr", "reported_ip", "remote_addr", "networksourceipv4",
        "networksourceipv6", "infected_ip", "bot_ip", "ip_src", "ip_adresse", "quell_ip",
        "adresse_ip", "ip_adres",
    ),
    "port": ("port", "src_port", "source_port", "srcport", "sport", "source_port_number",
             "networksourceport", "quellport"),
    "url": ("url", "uri", "source_url", "link", "malicious_url", "phishing_url"),
    "domain": ("domain", "fqdn", "domain_name", "source_fqdn"),
    "account": ("account", "email", "mail", "user", "username", "source_account"),
    "at": (
        "time", "timestamp", "at", "datetime", "date_time", "event_time", "time_source",
        "ts", "epoch", "unix_time", "unix_timestamp", "source_time", "detected_at",
        "detection_time", "observed_at", "seen", "last_seen", "event_date", "date",
        "first_seen", "time_utc", "timestamp_utc", "date_utc", "start_time", "lastseen",
        "firstseen", "last_seen_utc", "add_date", "date_added", "dateadded", "created_at",
        "reported_at", "time_detected", "date_detected", "datetime_utc",
        "date_time_received_utc", "firstreporteddatetime", "zeitstempel", "zeit", "datum",
        "tidspunkt", "dato", "fecha", "horodatage", "tijdstip", "tijd",
    ),
    "kind": (
        "kind", "type", "category", "class", "classification", "classification_type", "abuse_type",
        "report_type", "event_type", "attack_type", "attack", "threat", "threat_type", "taxonomy",
        "reason", "infection", "malware", "tag", "indicatorthreattype", "botname",
        "malware_family",
    ),
    "role": ("role",),
    "confidence": ("confidence",),
    "count": ("count", "events", "event_count", "hits", "occurrences", "attempts"),
    "target": ("dst_ip", "destination_ip", "target_ip", "dest_ip", "dstip", "target",
               "networkdestinationipv4"),
    "target_port": ("dst_port", "destination_port", "target_port", "dport", "dest_port",
                    "networkdestinationport"),
    "protocol": ("protocol", "proto", "transport"),
}  # fmt: skip
MALWARE = ("malware", "malware_name", "infection", "malw_family", "malware_family", "botname")
SUBJECTS = ("address", "url", "domain", "account")
CLOCKS = (
    "time",
    "event_time",
    "uhrzeit",
    "zeit",
    "heure",
    "klokkeslett",
    "hora",
    "tijd",
)  # the time of day, where a column of the date stands beside it
DAYS = ("date", "event_date", "datum", "dato", "fecha")
SCAN = frozenset({"asn", "src_asn"}), frozenset({"geo", "src_geo", "region", "naics"})


def folded(name: str) -> str:
    """A header name in lower case, its words joined with `_`.

    >>> folded(" Source.IP "), folded("dst-port")
    ('source_ip', 'dst_port')
    """
    return re.sub(r"[^a-z0-9]+", "_", name.strip("\ufeff \"'").lower()).strip("_")


def columns(header: Sequence[str]) -> dict[str, int]:
    """Field → index of its column; `day` is added where the date has a column of its own.

    >>> columns(["Timestamp", "Source IP", "Category"])
    {'address': 1, 'at': 0, 'kind': 2}
    """
    names: dict[str, int] = {}
    for index, cell in enumerate(header):
        names.setdefault(folded(cell), index)
    fields = {
        field: names[best]
        for field, known in NAMES.items()
        if (best := next((name for name in known if name in names), None)) is not None
    }
    clock = next((names[name] for name in CLOCKS if name in names), None)
    day = next((names[name] for name in DAYS if name in names), None)
    if clock is not None and day is not None:
        fields["at"], fields["day"] = clock, day
    return fields


def utc(header: Sequence[str]) -> bool:
    """True when a time without a zone is UTC: the header says so, or it is a Shadowserver report.

    Shadowserver's reports state UTC without a zone; they are known by network and place columns.
    """
    names = {folded(cell) for cell in header}
    numbers, places = SCAN
    said = any(name.endswith("_utc") or name == "utc" for name in names)
    return said or bool(names & numbers and names & places)


def stated_time(said: Mapping[str, str], *, in_utc: bool) -> tuple[datetime, float] | None:
    """The time of a row or record, None when it states none. Raises `Invalid`."""
    text = said.get("at", "")
    if not text:
        return None
    text = f"{said['day']} {text}" if said.get("day") else text
    moment = written_time(text, zone=UTC if in_utc else None)
    if moment is None:
        raise Invalid(f"time: expected a date with a time, found {text[:60]!r}")
    return moment


def stated_role(said: Mapping[str, str], kind: Kind | None) -> Role:
    """The role a row or record states, else that of its kind."""
    role = said.get("role", "").lower()
    return Role(role) if role in ROLES else role_of(kind or UNSPECIFIED)
