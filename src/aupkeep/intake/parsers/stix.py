"""STIX 2.1 and 2.0: bundles of indicators, sightings and observed data, as JSON.

An indicator that asks for an address, a URL, a name or an account claims that these are bad. Its
`valid_from` is the time, or that of a sighting of it. Observed data tells what was seen, and blames
nobody by itself: it is believed little.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aupkeep.intake.formats import json_parts
from aupkeep.intake.formats.json_parts import scalar
from aupkeep.intake.formats.stix_pattern import PatternValues, pattern_values
from aupkeep.intake.kinds import infected, named, role_of
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.numbers import port_or_none
from aupkeep.intake.parser import ParsedItem, Parser, Remark
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import Finding, Offset, Role
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Address, Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS, Kind

MARKS = ('"bundle--', '"indicator--', '"observed-data--')
MOST = 20_000  # objects of one bundle
MOST_CLAIMS = 20_000
LONGEST_URL = 2_000
STATED, LOOSE, SEEN = 0.6, 0.8, 0.4  # confidence; the factor for a pattern that asks for more
INDICATION = KINDS["reputation/threat_intelligence"]
# indicator_types of STIX 2.1 section 10.6 that name a kind by themselves
TYPES = {
    "compromised": KINDS["infrastructure/compromised_server"],
    "anonymization": INDICATION,
    "malicious-activity": INDICATION,
    "anomalous-activity": INDICATION,
    "attribution": INDICATION,
}
SUBJECTS = frozenset({"address", "url", "domain", "account"})
ADDRESSES = frozenset({"ipv4-addr", "ipv6-addr"})
SEEN_AS = {"ipv4-addr": "address", "ipv6-addr": "address", "url": "url", "domain-name": "domain",
           "email-addr": "account"}  # fmt: skip


def recognises(mail: Mail) -> bool:
    """A JSON part with the id of a bundle, an indicator or observed data."""
    return not mail.feedback and any(json_parts.marked_parts(mail, *MARKS))


@dataclass(slots=True)
class _Bundle:
    """The objects of a bundle, and what the relations between them say."""

    mail: Mail
    finder: json_parts.ValueLocator
    objects: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    indicates: dict[str, str] = field(default_factory=dict)  # indicator → what it indicates
    sightings: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """The claims of each indicator and each observation; a broken object costs no other."""
    for index, part in json_parts.marked_parts(mail, *MARKS):
        try:
            value = json_parts.load(part.text)
        except Unreadable as error:
            yield RejectedRow(row=1, reason=f"STIX: {error}")
            continue
        objects = _objects(value)
        bundle = _read(mail, json_parts.ValueLocator(part.text, index), objects[:MOST])
        left = MOST_CLAIMS
        for row, thing in enumerate(objects[:MOST], 1):
            claims = list(_object(thing, bundle, row))
            yield from claims
            bundle.finder.next()
            left -= len(claims)
            if left < 0:
                break
        if left < 0 or len(objects) > MOST:
            yield RejectedRow(row=MOST, reason=f"STIX: expected at most {MOST} objects, found more")


def _objects(value: object) -> list[Any]:
    """The objects of a bundle, of a list of bundles, or the one object."""
    values = value if isinstance(value, list) else [value]
    objects: list[Any] = []
    for item in values:
        bundle = item if isinstance(item, dict) and item.get("type") == "bundle" else {}
        inner = bundle.get("objects")
        objects.extend(inner if isinstance(inner, list) else [item])
    return objects


def _read(mail: Mail, finder: json_parts.ValueLocator, objects: list[Any]) -> _Bundle:
    bundle = _Bundle(mail, finder)
    for thing in objects:
        if not isinstance(thing, dict):
            continue
        bundle.objects[scalar(thing.get("id"))] = thing
        if thing.get("type") == "relationship" and thing.get("relationship_type") == "indicates":
            bundle.indicates[scalar(thing.get("source_ref"))] = scalar(thing.get("target_ref"))
        if thing.get("type") == "sighting":
            bundle.sightings[scalar(thing.get("sighting_of_ref"))] = thing
    return bundle


def _object(thing: object, bundle: _Bundle, row: int) -> Iterator[ParsedItem]:
    if not isinstance(thing, dict):
        yield RejectedRow(row=row, reason=f"STIX: expected an object, found {type(thing).__name__}")
    elif thing.get("type") == "indicator":
        yield from _indicator(thing, bundle, row)
    elif thing.get("type") == "observed-data":
        yield from _observed(thing, bundle)


def _words(thing: Mapping[str, Any], *keys: str) -> list[str]:
    values = [thing.get(key) for key in keys]
    return [
        scalar(word)
        for value in values
        for word in (value[:20] if isinstance(value, list) else [value])
        if word is not None
    ]


def _indicator(thing: Mapping[str, Any], bundle: _Bundle, row: int) -> Iterator[ParsedItem]:
    name = scalar(thing.get("name")) or scalar(thing.get("id"))
    labels = [word.lower() for word in _words(thing, "indicator_types", "labels")]
    if thing.get("revoked") is True or "benign" in labels:
        why = "revoked" if thing.get("revoked") is True else "benign"
        yield Remark(f"STIX: {name[:60]} is {why}, so it claims nothing")
        return
    if thing.get("pattern_type", "stix") != "stix":
        yield RejectedRow(
            row=row, reason=f"STIX: expected a stix pattern, found {thing['pattern_type']!r:.40}"
        )
        return
    count = 0
    for observation in pattern_values(scalar(thing.get("pattern"), 20_000)):
        for subject, target in _subjects(observation):
            count += 1
            yield _claim(thing, bundle, subject, target, LOOSE if observation.other else 1.0)
    if not count:
        yield RejectedRow(
            row=row, reason=f"STIX: expected a pattern with an address, URL or name, {name!r}"
        )


def _subjects(observation: PatternValues) -> Iterator[tuple[Subject, Endpoint | None]]:
    """What one observation claims: the port beside an address is the address's own."""
    values = dict(reversed(observation.values))  # of two the first
    port, own = _port(values.get("port")), _port(values.get("source_port"))
    if "source" in values:
        attacked = _address(values.get("address", ""))
        target = Endpoint(address=attacked, port=port) if attacked or port else None
        source = _subject("address", values["source"], own)
        if source is not None:
            yield source, target
            return
    for name, value in observation.values:
        subject = _subject(name, value, port) if name in SUBJECTS else None
        if subject is not None:
            yield subject, None


def _subject(name: str, value: str, port: int | None = None) -> Subject | None:
    value = value.strip()
    if name == "address":
        address = _address(value)
        return Subject(address=address, port=port) if address else None
    if name == "url":
        return Subject(url=value[:LONGEST_URL]) if "://" in value else None
    if name == "domain":
        return Subject(domain=value.lower().rstrip(".")[:253]) if "." in value else None
    return Subject(account=value[:320]) if "@" in value else None


def _address(text: str) -> Address | None:
    """An address; a net of one address is one."""
    text = text.removesuffix("/32") if "." in text else text.removesuffix("/128")
    try:
        return parse_address(text)
    except Invalid:
        return None


def _port(value: object) -> int | None:
    return port_or_none(scalar(value))


def _kind(thing: Mapping[str, Any], bundle: _Bundle) -> tuple[Kind, Role]:
    """By the phase of the kill chain, the words of the indicator, and what it indicates."""
    phases = thing.get("kill_chain_phases")
    for phase in phases[:10] if isinstance(phases, list) else []:
        name = scalar(phase.get("phase_name")) if isinstance(phase, dict) else ""
        if name in {"command-and-control", "c2"}:
            return KINDS["infrastructure/botnet"], Role.CONTROLLER
    indicated = bundle.objects.get(bundle.indicates.get(scalar(thing.get("id")), ""), {})
    words = _words(thing, "indicator_types", "labels", "name")
    words += _words(indicated, "malware_types", "labels", "name", "type")
    kinds = [TYPES.get(word.lower()) or named(word) for word in words]
    kind = next(
        (candidate for candidate in kinds if candidate and candidate is not INDICATION), None
    )
    kind = infected() if kind is KINDS["infrastructure/botnet"] else kind or INDICATION
    return kind, role_of(kind)


def _when(thing: Mapping[str, Any], bundle: _Bundle) -> tuple[tuple[datetime, float] | None, str]:
    """When it was last seen, else from when the indicator holds."""
    sighting = bundle.sightings.get(scalar(thing.get("id")), {})
    for value in (sighting.get("last_seen"), thing.get("last_observed"), thing.get("valid_from")):
        text = scalar(value)
        moment = any_time(text) if text else None
        if moment:
            return moment, text
    return None, ""


def _claim(
    thing: Mapping[str, Any],
    bundle: _Bundle,
    subject: Subject,
    target: Endpoint | None,
    factor: float,
) -> Finding:
    kind, role = _kind(thing, bundle)
    moment, written = _when(thing, bundle)
    at, exact = moment or (None, 0.0)
    stated = thing.get("confidence")
    sane = isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated <= 100  # noqa: PLR2004 - per cent
    base = SEEN if thing.get("type") == "observed-data" else STATED
    confidence = stated / 100 if sane and isinstance(stated, int) else base
    details = {
        "name": scalar(thing.get("name")),
        "labels": ", ".join(_words(thing, "indicator_types", "labels"))[:200],
        "valid until": scalar(thing.get("valid_until")),
        "id": scalar(thing.get("id")),
    }
    return Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role,
        subject=subject,
        at=at,
        exact=exact,
        source=bundle.mail.source,
        confidence=round(confidence * factor, 4),
        target=target,
        count=_count(thing, bundle),
        maker=PARSER.maker,
        offsets=_offsets(bundle.finder, subject, written),
        details={name: value for name, value in details.items() if value},
    )


def _count(thing: Mapping[str, Any], bundle: _Bundle) -> int:
    sighting = bundle.sightings.get(scalar(thing.get("id")), {})
    number = thing.get("number_observed", sighting.get("count", 1))
    sane = isinstance(number, int) and not isinstance(number, bool)
    return max(0, min(number, 1_000_000)) if sane and isinstance(number, int) else 1


def _offsets(finder: json_parts.ValueLocator, subject: Subject, written: str) -> dict[str, Offset]:
    values = {
        "address": subject.address,
        "url": subject.url,
        "domain": subject.domain,
        "account": subject.account,
        "at": written or None,
    }
    return {
        name: where
        for name, value in values.items()
        if value is not None and (where := finder.place(str(value)))
    }


def _observed(record: Mapping[str, Any], bundle: _Bundle) -> Iterator[ParsedItem]:
    """The source of each connection, else each thing seen (2.1 by reference, 2.0 inside).

    Of two addresses without a connection between them nothing says which one came.
    """
    inside = record.get("objects")
    objects: Mapping[str, Any] = inside if isinstance(inside, dict) else bundle.objects
    refs = record.get("object_refs")
    keys = list(objects) if isinstance(inside, dict) else refs if isinstance(refs, list) else []
    seen = [claimed for key in keys[:1000] if isinstance(claimed := objects.get(str(key)), dict)]
    flows = [thing for thing in seen if thing.get("type") == "network-traffic"]
    for flow in flows:
        source = _value(objects, flow.get("src_ref"))
        subject = _subject("address", source, _port(flow.get("src_port")))
        address = _address(_value(objects, flow.get("dst_ref")))
        port = _port(flow.get("dst_port"))
        target = Endpoint(address=address, port=port) if address or port else None
        if subject is not None:
            yield _claim(record, bundle, subject, target, 1.0)
    addresses = {scalar(thing.get("value")) for thing in seen if thing.get("type") in ADDRESSES}
    if not flows and len(addresses) > 1:
        yield Remark(f"STIX: {len(addresses)} addresses observed, and none said to be the source")
        return
    for thing in seen if not flows else []:
        name = SEEN_AS.get(scalar(thing.get("type")))
        claimed = _subject(name, scalar(thing.get("value"), LONGEST_URL)) if name else None
        if claimed is not None:
            yield _claim(record, bundle, claimed, None, 1.0)


def _value(objects: Mapping[str, Any], ref: object) -> str:
    target = objects.get(str(ref))
    return scalar(target.get("value")) if isinstance(target, dict) else ""


PARSER = Parser("stix", 1, recognises, parse)
