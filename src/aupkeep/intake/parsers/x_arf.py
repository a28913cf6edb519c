"""X-ARF 0.1 and 0.2: a mail whose part `report.txt` holds YAML lines of name and value."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from aupkeep.intake.fields import Field, Fields, first, merged, read_fields
from aupkeep.intake.kinds import UNSPECIFIED, named, role_of
from aupkeep.intake.mail import Mail, Part, Place
from aupkeep.intake.parser import Parser, Said
from aupkeep.intake.times import any_time
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.report import Dead
from aupkeep.model.subject import MAX_PORT, Endpoint, Subject, parse_address
from aupkeep.model.taxonomy import KINDS, Kind

MARKS = tuple(
    re.compile(rf"^{name}[ \t]*:", re.IGNORECASE | re.MULTILINE)
    for name in ("Reported-From", "Category", "Source")
)
CATEGORIES = {"auth": "connection/login_attack", "fraud": "content/phishing"}
LOOKED_AT = 20_000  # characters in which the marks must stand
KNOWN, VAGUE = 0.85, 0.5  # confidence with and without a kind the taxonomy knows
LONGEST = 2_000  # characters of a URL


def recognises(mail: Mail) -> bool:
    """A part with the names that both versions require."""
    return not mail.feedback and any(_is_report(part) for part in mail.parts)


def _is_report(part: Part) -> bool:
    text = part.text[:LOOKED_AT]
    own = part.place in {Place.PROSE, Place.DATA}
    return own and all(mark.search(text) for mark in MARKS)


def parse(mail: Mail) -> Iterator[Said]:
    """One finding for each report part."""
    for index, part in enumerate(mail.parts):
        if not _is_report(part):
            continue
        fields = _unquoted(merged(read_fields(part.text[:LOOKED_AT])))
        try:
            yield _finding(fields, mail, index)
        except Invalid as error:
            yield Dead(row=1, reason=str(error))


def _unquoted(fields: Fields) -> dict[str, Field]:
    """Each name's first value without YAML quotes, its place moved along."""
    found: dict[str, Field] = {}
    for name in fields:
        field = first(fields, name)
        if field is None or not field.value:
            continue
        value, start, end = field
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value, start, end = value[1:-1], start + 1, end - 1
        found[name] = Field(value, start, end)
    return found


def _finding(fields: Mapping[str, Field], mail: Mail, part: int) -> Finding:
    """Raises `Invalid` when the source is none."""
    offsets: dict[str, Offset] = {}
    subject = _subject(fields, part, offsets)
    kind = _kind(fields)
    at, exact = _time(fields, part, offsets)
    return Finding(
        kind=kind.name,
        rsit=kind.rsit,
        role=role_of(kind),
        subject=subject,
        at=at,
        exact=exact,
        source=mail.source,
        confidence=VAGUE if kind is UNSPECIFIED else KNOWN,
        target=_target(fields),
        count=_count(fields),
        maker=PARSER.maker,
        offsets=offsets,
    )


def _subject(fields: Mapping[str, Field], part: int, offsets: dict[str, Offset]) -> Subject:
    """`Source` is an address or a URI; beside a URI some senders name the address as `Ip`."""
    source = fields["source"]
    if "://" in source.value:
        offsets["url"] = Offset(part, source.start, source.end)
        ip = fields.get("ip")
        if ip is None:
            return Subject(url=source.value[:LONGEST])
        offsets["address"] = Offset(part, ip.start, ip.end)
        return Subject(url=source.value[:LONGEST], address=parse_address(ip.value, "Ip"))
    offsets["address"] = Offset(part, source.start, source.end)
    return Subject(address=parse_address(source.value, "Source"))


def _kind(fields: Mapping[str, Field]) -> Kind:
    said = fields.get("report-type")
    category = fields["category"].value.lower() if "category" in fields else ""
    by_category = KINDS[CATEGORIES[category]] if category in CATEGORIES else UNSPECIFIED
    return (named(said.value) if said else None) or by_category


def _time(
    fields: Mapping[str, Field], part: int, offsets: dict[str, Offset]
) -> tuple[datetime | None, float]:
    date = fields.get("date")
    found = any_time(date.value) if date else None
    if found is None or date is None:
        return None, 0.0
    offsets["at"] = Offset(part, date.start, date.end)
    return found


def _target(fields: Mapping[str, Field]) -> Endpoint | None:
    """`Port` is the attacked service's, never the source's."""
    port = fields.get("port")
    text = port.value if port else ""
    sane = text.isascii() and text.isdigit() and 0 < int(text[:6]) <= MAX_PORT
    try:
        address = parse_address(fields["destination"].value) if "destination" in fields else None
    except Invalid:
        address = None
    if not sane and address is None:
        return None
    return Endpoint(address=address, port=int(text) if sane else None)


def _count(fields: Mapping[str, Field]) -> int:
    said = fields.get("occurrences")
    sane = said is not None and said.value.isascii() and said.value.isdigit()
    return max(1, min(int(said.value[:7]), 1_000_000)) if said and sane else 1


PARSER = Parser("x-arf", 1, recognises, parse)
