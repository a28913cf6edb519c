"""JSON records: threat alerts and event lists whose objects name an address, URL or domain.

One object, a list, one a line, or the one list inside an object. Known formats in JSON have a
parser of their own; this one reads what only has names that speak for themselves: the subject's,
and a kind that the trade knows, or a file or mail that says it is an alert. Without these it may be
anything, such as the events of a mailing service.
"""

import re
from collections.abc import Iterator
from typing import Any

from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.formats import json_parts
from aupkeep.intake.formats.named_values import about, finding, flat, kind_of, speaks
from aupkeep.intake.formats.verdicts import Pairs, names_nobody
from aupkeep.intake.mail.mail import Mail, MailPart
from aupkeep.intake.parser import ParsedItem, Parser
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.report import RejectedRow

ALERT = re.compile(
    r"threat|alert|abuse|attack|malicious|incident|botnet|indicator|blocklist|\bioc", re.IGNORECASE
)
MOST = 50_000  # records of one part
LOOKED_AT = 20  # records of which one must be about something
LONGEST = 4 << 20  # characters of a part


def recognises(mail: Mail) -> bool:
    """A JSON part with records."""
    parts = (part for part in mail.parts if json_parts.is_json(part))
    return not mail.feedback and any(_has_records(part, mail) for part in parts)


def _has_records(part: MailPart, mail: Mail) -> bool:
    if len(part.text) > LONGEST:
        return False
    try:
        values, _ = _records(json_parts.load(part.text))
    except Unreadable:
        return False
    records = [flat(value) for value in values[:LOOKED_AT] if isinstance(value, dict)]
    alert = ALERT.search(f"{part.name} {mail.subject[:200]}") is not None
    return any((alert and about(record)) or speaks(record) for record in records)


def _records(value: object) -> tuple[list[Any], Pairs]:
    """A list as it is; of an object the longest list of objects in it, unless it is a record.

    With it what the object says of that list: its name, and the other values.
    """
    if isinstance(value, list):
        return value, ()
    if not isinstance(value, dict):
        return [value], ()
    own = flat({name: item for name, item in value.items() if not isinstance(item, list)})
    if about(own) or kind_of(own):
        return [value], ()
    lists = [item for item in value.items() if isinstance(item[1], list) and _objects(item[1])]
    lists = lists or [
        (name, [item])
        for name, item in value.items()
        if isinstance(item, dict) and names_nobody(name)
    ]
    name, longest = max(lists, key=lambda item: len(item[1]), default=("", [value]))
    return longest, ((name, ""), *own.items()) if name else ()


def _objects(values: list[Any]) -> bool:
    return any(isinstance(value, dict) for value in values[:LOOKED_AT])


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """One finding for each record; one that is about nothing is dead and costs no other."""
    for index, part in enumerate(mail.parts):
        if not json_parts.is_json(part) or not _has_records(part, mail):
            continue
        finder = json_parts.ValueLocator(part.text, index)
        records, around = _records(json_parts.load(part.text))
        for row, value in enumerate(records[:MOST], 1):
            yield _item(value, around, mail, part.name or mail.subject, row, finder)
            finder.next()
        if len(records) > MOST:
            yield RejectedRow(row=MOST + 1, reason=f"expected at most {MOST} records, found more")


def _item(
    record: object,
    around: Pairs,
    mail: Mail,
    title: str,
    row: int,
    finder: json_parts.ValueLocator,
) -> ParsedItem:
    if not isinstance(record, dict):
        kind = str(record) if isinstance(record, Unreadable) else type(record).__name__
        return RejectedRow(row=row, reason=f"expected an object, found {kind}")
    try:
        zone = zone_of_parts(mail.subject, *mail.prose)
        return finding(
            flat(record),
            mail,
            title=title,
            maker=PARSER.maker,
            finder=finder,
            zone=zone,
            around=around,
        )
    except Invalid as error:
        return RejectedRow(row=row, reason=str(error))


PARSER = Parser("json", 1, recognises, parse, general=True)
