"""What the columns of a table mean, by the names that feeds and reporters give them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from aupkeep.intake.side_words import (
    CUES,
    FIELD,
    PREPOSITION,
    VICTIM_SCORE,
    normalised,
)
from aupkeep.intake.times import written_time
from aupkeep.intake.zones import IN_UTC, UNREADABLE, StatedZone, whole_zone
from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address

# the names that say of an address that it came; of the others nobody knows
SOURCES = frozenset(
    {"src_ip", "source_ip", "source_address", "src_address", "srcip", "source", "src", "offender",
     "offender_ip", "offending_ip", "attacker", "attacker_ip", "attacking_ip", "abuser_ip",
     "remote_ip", "remote_addr", "client_ip", "srcaddr", "reported_ip", "infected_ip", "bot_ip",
     "networksourceipv4", "networksourceipv6", "ip_src", "quell_ip", "source_ipv4", "source_ipv6",
     "src_ipv4", "src_ipv6"}
)  # fmt: skip

# Field → header names, the better ones first; folded to lower case with `_`.
NAMES: dict[str, tuple[str, ...]] = {
    "address": (
        "address", "ip", "src_ip", "source_ip", "ip_address", "ipaddress", "source_address",
        "src_address", "srcip", "source", "src", "offender", "offender_ip", "attacker",
        "attacker_ip", "attacking_ip", "abuser_ip", "host_ip", "ipv4", "ipv6", "remote_ip",
        "client_ip", "srcaddr", "reported_ip", "remote_addr", "networksourceipv4",
        "networksourceipv6", "infected_ip", "bot_ip", "ip_src", "ip_adresse", "quell_ip",
        "adresse_ip", "ip_adres", "ip_adress", "ip_адрес", "ip_адреса", "adresa_ip", "adres_ip",
        "dirección_ip", "indirizzo_ip", "endereço_ip", "ip_cím", "ip_osoite", "ip_adrese",
        "διεύθυνση_ip", "عنوان_ip", "ip地址", "ipアドレス", "ip주소", "ip_주소",
    ),
    "port": ("port", "src_port", "source_port", "srcport", "sport", "source_port_number",
             "networksourceport", "quellport", "kildeport", "källport", "bronpoort",
             "puerto_origen", "port_source", "porta_sorgente", "porta_origem"),
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
        "tidspunkt", "dato", "fecha", "horodatage", "tijdstip", "tijd", "zeitpunkt", "tidpunkt",
        "fecha_hora", "data_hora", "data_ora", "data_i_czas", "időpont", "aika", "ajankohta",
        "시간", "일시", "발생시간", "время", "дата", "час", "zaman", "tarih", "čas",
        "last", "first", "started",
    ),
    "kind": (
        "kind", "type", "category", "class", "classification", "classification_type", "abuse_type",
        "report_type", "event_type", "attack_type", "attack", "threat", "threat_type", "taxonomy",
        "reason", "infection", "malware", "tag", "indicatorthreattype", "botname",
        "malware_family", "botnet", "art", "angriffsart", "hendelse", "tipo", "típus",
        "tyyppi", "soort", "유형", "공격유형", "report", "scenario", "incident_type",
    ),
    "role": ("role",),
    "confidence": ("confidence",),
    "count": ("count", "events", "event_count", "hits", "occurrences", "attempts"),
    "target": ("dst_ip", "destination_ip", "target_ip", "dest_ip", "dstip", "target",
               "victim", "victim_ip", "attacked_ip", "networkdestinationipv4"),
    "target_port": ("dst_port", "destination_port", "target_port", "dport", "dest_port",
                    "networkdestinationport", "zielport", "målport", "doelpoort",
                    "puerto_destino", "port_cible", "porta_destino"),
    "protocol": ("protocol", "proto", "transport"),
    "zone": ("time_zone", "timezone", "tz", "timezone_offset", "tz_offset", "utc_offset",
             "gmt_offset", "event_timezone", "zeitzone", "tidssone", "tidszone", "tidszon",
             "tijdzone", "fuseau_horaire", "fuseau", "zona_horaria", "huso_horario",
             "fuso_orario", "fuso_horario", "strefa_czasowa"),
}  # fmt: skip
MALWARE = (
    "malware",
    "malware_name",
    "infection",
    "malw_family",
    "malware_family",
    "botname",
    "botnet",
)
KNOWN = frozenset(name for known in NAMES.values() for name in known)
WORD = re.compile(r"[\w.-]+")
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
TIMES = frozenset({*NAMES["at"], *CLOCKS, *DAYS})
LONGEST = 100  # characters of a column's name
PARTS = re.compile(r"[\s_(\[,-]+")  # what may part the name of a column of times and its zone
CLOSED = re.compile(r"[(\[][^()\[\]]*[)\]]\s*$")
SCAN = frozenset({"asn", "src_asn"}), frozenset({"geo", "src_geo", "region", "naics"})


def folded(name: str) -> str:
    """A header name in lower case, its words joined with `_`.

    >>> folded(" Source.IP "), folded("dst-port")
    ('source_ip', 'dst_port')
    """
    return re.sub(r"[\W_]+", "_", name.strip("\ufeff \"'").lower()).strip("_")


def side_named(name: str) -> str | None:
    """The side whose address a column holds, where its whole name says so in any language read.

    >>> side_named("Angreifer-IP"), side_named("víctima"), side_named("ip"), side_named("port")
    ('source', 'target', None, None)
    """
    phrase = " ".join(normalised(word) for word in WORD.findall(name.lower()))
    weight = CUES.get(phrase, 0)
    if weight == VICTIM_SCORE:
        return "target"
    return "source" if weight >= FIELD or (weight == PREPOSITION and " " in phrase) else None


def is_source(name: str) -> bool:
    """Whether a name says of an address that it came.

    >>> is_source("src_ip"), is_source("Angreifer"), is_source("ip")
    (True, True, False)
    """
    return folded(name) in SOURCES or side_named(name) == "source"


def parted(cell: str) -> tuple[str, StatedZone | None]:
    """The folded name of a column, and the zone that stands behind one of times.

    >>> parted("Time (CET)"), parted("source_ip")
    (('time', StatedZone(names=('CET',))), ('source_ip', None))
    """
    for match in PARTS.finditer(cell[:LONGEST]):
        name, behind = folded(cell[: match.start()]), cell[match.end() :].strip("\"' ")
        if name not in TIMES or not behind:
            continue
        zone = whole_zone(behind) or whole_zone(behind.upper())
        if zone and (zone.names or CLOSED.search(cell)):
            return name, zone
    return folded(cell), None


def columns(header: Sequence[str]) -> dict[str, int]:
    """Field → index of its column; `day` is added where the date has a column of its own.

    >>> columns(["Timestamp", "Source IP", "Category"])
    {'address': 1, 'at': 0, 'kind': 2}
    """
    names: dict[str, int] = {}
    for row in (map(folded, header), (parted(cell)[0] for cell in header)):
        for index, name in enumerate(row):
            names.setdefault(name, index)
    fields = {
        field: names[best]
        for field, known in NAMES.items()
        if (best := next((name for name in known if name in names), None)) is not None
    }
    for index, cell in enumerate(header):
        side = None if folded(cell) in KNOWN else side_named(cell)
        if side:
            fields.setdefault("address" if side == "source" else side, index)
    clock = next((names[name] for name in CLOCKS if name in names), None)
    day = next((names[name] for name in DAYS if name in names), None)
    if clock is not None and day is not None and clock != day:
        fields["at"], fields["day"] = clock, day
    return fields


def zone_of_columns(header: Sequence[str]) -> StatedZone | None:
    """The zone of times without one: the header says it, or it is a Shadowserver report.

    Shadowserver's reports state UTC without a zone; they are known by network and place columns.

    >>> zone_of_columns(["ip", "Time (CET)"]), zone_of_columns(["ip", "time"])
    (StatedZone(names=('CET',)), None)
    """
    fields, names = columns(header), {folded(cell) for cell in header}
    own = [parted(header[fields[name]])[1] for name in ("at", "day") if name in fields]
    zone = next(filter(None, own), None)
    numbers, places = SCAN
    said = any(name.endswith("_utc") or name == "utc" for name in names)
    return zone or (IN_UTC if said or bool(names & numbers and names & places) else None)


def stated_time(said: Mapping[str, str], zone: StatedZone | None) -> tuple[datetime, float] | None:
    """The time of a row or record, None when it states none. Raises `Invalid`.

    A time without a zone is in that of its row, else in `zone`.
    """
    text = said.get("at", "")
    if not text:
        return None
    text = f"{said['day']} {text}" if said.get("day") else text
    if said.get("zone"):
        zone = whole_zone(said["zone"]) or UNREADABLE
    moment = written_time(text, zone=zone)
    if moment is None:
        raise Invalid(f"time: expected a date with a time, found {text[:60]!r}")
    return moment


def stated_source(named: Iterable[tuple[str, str]]) -> str | None:
    """The address that a name says is the source's, None where none does.

    `named` are folded names with values; what is no address counts for nothing. Raises `Invalid`
    where names say so of two addresses of one family.

    >>> stated_source([("ip", "192.0.2.1"), ("attacker_ip", "192.0.2.2"), ("source", "honeypot")])
    '192.0.2.2'
    """
    stated: dict[int, tuple[Address, str]] = {}
    for name, value in named:
        address = _address(value) if name in SOURCES and value else None
        if address is None:
            continue
        known, _ = stated.setdefault(address.version, (address, value))
        if known != address:
            raise Invalid(f"source: expected one, found {known} and {address}")
    return next((value for _, value in stated.values()), None)


def is_address(text: str) -> bool:
    """Whether a value is an address."""
    return _address(text) is not None


@lru_cache(maxsize=1024)
def _address(text: str) -> Address | None:
    try:
        return parse_address(text.strip().strip("[]"))
    except Invalid:
        return None
