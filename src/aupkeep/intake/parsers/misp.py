"""MISP events as JSON (misp-core-format): each attribute for detection is a claim."""

from collections.abc import Iterator, Mapping
from typing import Any

from aupkeep.intake.formats import json_parts
from aupkeep.intake.formats.json_parts import scalar
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.numbers import port_or_none
from aupkeep.intake.parser import ParsedItem, Parser, Remark
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.finding import Finding
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import Subject, parse_address
from aupkeep.model.taxonomy import KINDS

MARKS = ('"Attribute"',)
MOST = 20_000  # attributes of one event
LONGEST_URL = 2_000
DETECTS, TOLD = 0.6, 0.3  # confidence of an attribute that is meant for detection, and of another
INDICATION = KINDS["reputation/threat_intelligence"]
# Attribute type → what its value names; a port stands behind a bar.
TYPES = {
    "ip-src": "address",
    "ip-dst": "address",
    "ip-src|port": "address",
    "ip-dst|port": "address",
    "domain|ip": "domain",
    "url": "url",
    "uri": "url",
    "domain": "domain",
    "hostname": "domain",
    "hostname|port": "domain",
    "email-src": "account",
    "email": "account",
}


def recognises(mail: Mail) -> bool:
    """A JSON part with an event's attributes."""
    return not mail.feedback and any(
        '"to_ids"' in part.text[: json_parts.LOOKED_AT]
        for _, part in json_parts.marked_parts(mail, *MARKS)
    )


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """The claims of each event; an attribute that is none of ours to read costs nothing."""
    for index, part in json_parts.marked_parts(mail, *MARKS):
        try:
            events = _events(json_parts.load(part.text))
        except Unreadable as error:
            yield RejectedRow(row=1, reason=f"MISP: {error}")
            continue
        attributes = [(event, attribute) for event in events for attribute in _attributes(event)]
        finder = json_parts.ValueLocator(part.text, index)
        for row, (event, attribute) in enumerate(attributes[:MOST], 1):
            yield from _attribute(attribute, event, mail, row, finder)
        if len(attributes) > MOST:
            reason = f"MISP: expected at most {MOST} attributes, found more"
            yield RejectedRow(row=MOST + 1, reason=reason)
        if not attributes:
            yield RejectedRow(row=1, reason="MISP: expected an event with attributes, found none")


def _events(value: object) -> list[Mapping[str, Any]]:
    """The events of `{"Event": …}`, of a list of them, or of a search's `response`."""
    if isinstance(value, dict) and isinstance(value.get("response"), list):
        value = value["response"]
    values = value if isinstance(value, list) else [value]
    inner = [item.get("Event", item) for item in values if isinstance(item, dict)]
    return [item for item in inner if isinstance(item, dict)]


def _attributes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The event's own attributes, then those of its objects.

    An object that names both ends of a connection accuses its source alone.
    """
    objects = event.get("Object")
    yield from _of_holder(event)
    for holder in objects if isinstance(objects, list) else []:
        attributes = list(_of_holder(holder))
        sided = any(item["type"].startswith("ip-src") for item in attributes)
        yield from (a for a in attributes if not (sided and a["type"].startswith("ip-dst")))


def _of_holder(holder: object) -> Iterator[Mapping[str, Any]]:
    attributes = holder.get("Attribute") if isinstance(holder, dict) else None
    for item in attributes if isinstance(attributes, list) else []:
        if isinstance(item, dict) and item.get("type") in TYPES:
            yield item


def _attribute(
    attribute: Mapping[str, Any],
    event: Mapping[str, Any],
    mail: Mail,
    row: int,
    finder: json_parts.ValueLocator,
) -> Iterator[ParsedItem]:
    value = scalar(attribute.get("value"), LONGEST_URL)
    if attribute.get("deleted") is True:
        yield Remark(f"MISP: attribute {row} is deleted, so it claims nothing")
        return
    try:
        subject = _subject(TYPES[attribute["type"]], value)
    except Invalid as error:
        yield RejectedRow(row=row, reason=f"MISP: {error}")
        return
    category, words = (scalar(attribute.get("category")), _tags(attribute) + _tags(event))
    kind = next((k for word in words if (k := named(word)) and k is not UNSPECIFIED), INDICATION)
    written = scalar(attribute.get("last_seen")) or scalar(attribute.get("timestamp"))
    at, exact = any_time(written) or (None, 0.0)
    place = finder.place(value.partition("|")[0])
    finder.next()
    details = {"event": scalar(event.get("info")), "category": category,
            "comment": scalar(attribute.get("comment")),
            "tags": ", ".join(words)[:200]}  # fmt: skip
    yield Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role_of(kind),
        subject=subject,
        at=at,
        exact=exact,
        source=mail.source,
        confidence=DETECTS if attribute.get("to_ids") is True else TOLD,
        maker=PARSER.maker,
        offsets={TYPES[attribute["type"]]: place} if place else {},
        details={name: said for name, said in details.items() if said},
    )


def _tags(holder: Mapping[str, Any]) -> list[str]:
    tags = holder.get("Tag")
    names = (
        [tag.get("name") for tag in tags[:20] if isinstance(tag, dict)]
        if isinstance(tags, list)
        else []
    )
    return [scalar(name).rpartition("=")[2].strip('"') for name in names if name]


def _subject(name: str, value: str) -> Subject:
    """Raises `Invalid` when the value is not what its type says."""
    first, _, second = value.partition("|")
    if name == "address":
        return Subject(address=parse_address(first, "attribute"), port=port_or_none(second))
    if name == "url" and "://" in value:
        return Subject(url=value)
    if name == "domain" and "." in first and " " not in first:
        return Subject(domain=first.lower().rstrip(".")[:253])
    if name == "account" and "@" in value:
        return Subject(account=value[:320])
    raise Invalid(f"attribute: expected the value of a {name}, found {value[:60]!r}")


PARSER = Parser("misp", 1, recognises, parse)
