"""Records of names and values to findings: objects of JSON, or lines of `name=value`.

The names are those of table columns (`columns`): `ip`, `source.ip`, `SourceIp` and many more are
the address. What no name is known for is told beside the claim.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address

from aupkeep.intake.field_words import CAMEL
from aupkeep.intake.formats.columns import (
    MALWARE,
    NAMES,
    SUBJECTS,
    columns,
    folded,
    is_address,
    is_source,
    stated_source,
    stated_time,
    zone_of_columns,
)
from aupkeep.intake.formats.json_parts import ValueLocator, scalar
from aupkeep.intake.formats.verdicts import (
    Pairs,
    SelfStatement,
    affirmed,
    judges,
    own_fields,
    refuse_denial,
    role_stated,
)
from aupkeep.intake.kinds import UNSPECIFIED, named
from aupkeep.intake.mail.decoding import clean
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.numbers import nothing_happened, port_or_none, stated_count
from aupkeep.intake.zones import StatedZone
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import LONGEST_DETAIL, TRANSPORTS, Finding, Offset
from aupkeep.model.subject import Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS, Kind

Record = Mapping[str, str]
DEEPEST = 4  # objects inside each other that are flattened
MOST_NAMES = 120
MOST_LABELS = 12  # of one list
MOST_TOLD = 16
LONGEST = 2_000  # characters of a URL, name or account
NAMED, UNNAMED = 0.7, 0.35  # confidence with and without a kind the taxonomy knows
MOST_EVENTS = 1_000_000
# What only wraps the names that matter.
AROUND = frozenset(
    {"data", "event", "alert", "report", "details", "address", "attributes", "indicator", "fields",
     "incident", "source_", "_source", "host", "properties", "env"}
)  # fmt: skip
ALIASES = {
    "ip_str": "ip",
    "ip_addr": "ip",
    "ipaddr": "ip",
    "src": "src_ip",
    "dport": "dst_port",
    "dstport": "dst_port",
    "date_last": "last_seen",
    "date_first": "first_seen",
    "itype": "type",
    "ts": "timestamp",
    "_ts": "timestamp",
}


def flat(value: Mapping[str, object]) -> Record:
    """The scalars of an object by their paths; of a list of objects those of the first.

    Of a list of labels or verdicts each stands, the further ones by their number.

    Of a list that names several addresses none is taken: of one record only one came.

    >>> flat({"src": {"ip": "192.0.2.1", "port": 9}, "tags": ["a", "b"], "n": None})
    {'tags': 'a', 'src.ip': '192.0.2.1', 'src.port': '9', 'tags.1': 'b'}
    """
    record: dict[str, str] = {}
    waiting: list[tuple[str, object, int]] = [("", value, 0)]
    while waiting and len(record) < MOST_NAMES:
        path, node, depth = waiting.pop(0)
        if isinstance(node, list):
            if judges(path.rpartition(".")[2]):
                more = enumerate(node[1:MOST_LABELS], 1)
                waiting.extend((f"{path}.{at}", item, DEEPEST) for at, item in more)
            node = node[0] if node and not _names_several(node) else None
        if isinstance(node, dict) and depth < DEEPEST:
            inner = list(node.items())[:MOST_NAMES]
            waiting.extend(
                (f"{path}.{key}" if path else key, item, depth + 1) for key, item in inner
            )
        elif text := scalar(node, LONGEST):
            record.setdefault(path[:200], text)
    return record


def _names_several(items: list[object]) -> bool:
    """Whether the items of a list are addresses that differ, or hold such under one name."""
    named: dict[str, str] = {}
    for item in items[:MOST_NAMES]:
        pairs = item.items() if isinstance(item, dict) else [("", item)]
        for name, value in pairs:
            said = scalar(value, LONGEST)
            if said and is_address(said) and named.setdefault(name, said) != said:
                return True
    return False


def _plain(path: str) -> str:
    """A path without what only wraps it, and with words of camel case apart."""
    parts = [CAMEL.sub("_", part).lower() for part in path.split(".")]
    while len(parts) > 1 and parts[0] in AROUND:
        parts.pop(0)
    return ALIASES.get(parts[-1], parts[-1]) if len(parts) == 1 else ".".join(parts)


@lru_cache(maxsize=64)  # the records of a list have the same few sets of names
def fields(names: tuple[str, ...]) -> tuple[dict[str, str], StatedZone | None]:
    """Field → the name that holds it, and the zone of times without one, as the names say it."""
    plain = [_plain(name) for name in names]
    return {field: names[index] for field, index in columns(plain).items()}, zone_of_columns(plain)


@lru_cache(maxsize=1024)
def _folded(name: str) -> str:
    return folded(_plain(name))


def about(record: Record) -> bool:
    """True when the record names an address, URL or domain under a known name.

    An account alone does not count: lists of these are about people, not about what they did.
    """
    known, _ = fields(tuple(record))
    return any(record.get(known.get(name, "")) for name in ("address", "url", "domain"))


def finding(
    record: Record,
    mail: Mail,
    *,
    title: str,
    maker: str,
    finder: ValueLocator,
    zone: StatedZone | None,
    around: Pairs = (),
) -> Finding:
    """The claim of one record; `title` is a last hint at the kind. Raises `Invalid`.

    `zone` is that of times for which the record states none, `around` what the list that holds it
    says. A record that says itself that it accuses nobody raises, so that a person is told.
    """
    names = tuple(record)
    known, own_zone = fields(names)
    values = {field: record[name] for field, name in known.items()}
    source = stated_source((_folded(name), value) for name, value in record.items())
    values |= {"address": source} if source and values.get("address") else {}
    subject = _subject(values)
    said, kind = self_statement(record, around, source), kind_of(record)
    refuse_denial(said, kind)
    kind = kind or _named(title)
    at, exact = stated_time(values, own_zone or zone) or (None, 0.0)
    transport = values.get("protocol", "").lower()
    return Finding(
        kind=(kind or UNSPECIFIED).name,
        rsit=(kind or UNSPECIFIED).rsit,
        role=role_stated(said, kind or UNSPECIFIED),
        subject=subject,
        at=at,
        exact=exact,
        source=mail.source,
        confidence=_confidence(values, kind),
        target=_target(values),
        count=0 if nothing_happened(own_fields(said)) else _count(values),
        maker=maker,
        words_alone=kind is None and not said.sourced,
        offsets=_offsets(values, subject, at, finder),
        transport=transport if transport in TRANSPORTS else None,
        details=dict(_other_details(record, set(known.values()))),
    )


@lru_cache(maxsize=64)
def _kinds(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that hold a word for the kind, the better first; those that name a malware."""
    by = {folded(_plain(name)): name for name in reversed(names)}
    words = tuple(by[name] for name in NAMES["kind"] if name in by)
    return words, tuple(by[name] for name in MALWARE if name in by)


# A list says the same few words over and over.
_named = lru_cache(maxsize=4096)(named)


def _affirmed(text: str) -> Kind | None:
    kind = _named(text)
    return kind if kind and affirmed(text) else None


def self_statement(record: Record, around: Pairs, source: str | None) -> SelfStatement:
    """What a record says of itself, at the level of the field that holds its subject."""
    known, _ = fields(tuple(record))
    at = next((known[name] for name in SUBJECTS if record.get(known.get(name, ""))), "")
    return SelfStatement(
        tuple(record.items()), at, source is not None or is_source(_folded(at)), around
    )


def speaks(record: Record) -> bool:
    """Whether a record names its subject and a kind."""
    return about(record) and kind_of(record) is not None


def kind_of(record: Record) -> Kind | None:
    """By the first word for a kind that the trade knows; a named malware is an infection."""
    words, malware = _kinds(tuple(record))
    stated = next((kind for name in words if (kind := _affirmed(record[name][:100]))), None)
    infected = any(affirmed(record[name]) for name in malware)
    return stated or (KINDS["connection/infected_host"] if infected else None)


def _other_details(record: Record, known: set[str]) -> Iterator[tuple[str, str]]:
    rest = [name for name in record if name not in known][:MOST_TOLD]
    for name in rest:
        yield clean(name)[:60], record[name][:LONGEST_DETAIL]


def _subject(values: Mapping[str, str]) -> Subject:
    """At least one of address, URL, domain and account. Raises `Invalid`."""
    text = values.get("address", "")
    number = text.isascii() and text.isdigit() and 2**24 <= int(text[:11]) < 2**32
    if number:
        text = str(IPv4Address(int(text)))
    address = parse_address(text.strip("[]")) if text else None
    url = values.get("url", "")
    domain = values.get("domain", "").lower().rstrip(".")
    account = values.get("account", "")
    subject = Subject(
        address=address,
        port=port_or_none(values.get("port", "")) if address else None,
        url=url if "://" in url else None,
        domain=domain[:253] if "." in domain and " " not in domain else None,
        account=account[:320] if "@" in account else None,
    )
    if subject == NOTHING:
        raise Invalid("record: expected an address, URL, domain or account, found none")
    return subject


NOTHING = Subject()


def _count(values: Mapping[str, str]) -> int:
    return max(1, stated_count(values.get("count", ""), MOST_EVENTS))


def _confidence(values: Mapping[str, str], kind: Kind | None) -> float:
    """As stated, from 0 to 1 or as a percentage; else by whether the kind is known."""
    text = values.get("confidence", "").rstrip("% ")
    sane = re.fullmatch(r"\d{1,3}(?:\.\d{1,6})?", text, re.ASCII)
    value = float(text) if sane else -1.0
    value = value / 100 if 1 < value <= 100 else value  # noqa: PLR2004 - per cent
    return value if 0 <= value <= 1 else NAMED if kind else UNNAMED


def _target(values: Mapping[str, str]) -> Endpoint | None:
    """The attacked side; what is not readable there does not cost the record."""
    try:
        address = parse_address(values["target"]) if values.get("target") else None
    except Invalid:
        address = None
    port = port_or_none(values.get("target_port", ""))
    protocol = values.get("protocol", "").lower()
    known = protocol if protocol in {"tcp", "udp"} else None
    return Endpoint(address=address, port=port, protocol=known) if address or port else None


def _offsets(
    values: Mapping[str, str], subject: Subject, at: datetime | None, finder: ValueLocator
) -> dict[str, Offset]:
    offsets: dict[str, Offset] = {}
    for name in (*SUBJECTS, "port", "at"):
        if (at if name == "at" else getattr(subject, name)) is None:
            continue
        where = finder.place(values.get(name, ""))
        if where:
            offsets[name] = where
    return offsets
