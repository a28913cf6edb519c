r"""Lines of `name=value` pairs: what a firewall's export or a script sends instead of a table.

Every line that is read names its subject and its kind itself (`srcip=192.0.2.1 type=scan`); the
logs of firewalls that do not are left to those who know them. The pairs are separated by blanks,
bars, commas or semicolons, and a value may be quoted.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.formats.columns import is_address
from aupkeep.intake.formats.json_parts import ValueLocator
from aupkeep.intake.formats.named_values import about, finding, speaks
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.parser import ParsedItem, Parser
from aupkeep.model.errors import Invalid
from aupkeep.model.report import RejectedRow

PAIR = re.compile(
    r"""([A-Za-z_][\w.-]{0,40})=(?:"([^"\n]{0,500})"|([^\s|,;"]{0,500}))(?=[\s|,;]|$)"""
)
LINE = re.compile(r"[^\n]+")
FEWEST = 2  # pairs of a line
LOOKED_AT = 20  # lines of which each must be such a line
MOST = 50_000  # lines of one part
LONGEST = 2_000  # characters of a line
NAMES = (".txt", ".log", ".kv", ".csv")


def recognises(mail: Mail) -> bool:
    """An attached part of which every line looked at is pairs, and names its subject."""
    return not mail.feedback and any(_is_pairs(part, mail) for part in mail.parts)


def _is_pairs(part: MailPart, mail: Mail) -> bool:
    attached = part.place is PartRole.DATA or part.name.lower().endswith(NAMES) or not mail.headers
    if not attached or "=" not in part.text[:LONGEST]:
        return False
    lines = [line for line in part.text[: LOOKED_AT * LONGEST].split("\n") if line.strip()]
    read = [_pairs(line[:LONGEST]) for line in lines[:LOOKED_AT]]
    sound = bool(read) and all(len(record) >= FEWEST and about(record) for record in read)
    return sound and speaks(read[0])


def _pairs(line: str) -> dict[str, str]:
    """The pairs of a line, or nothing when other words make up much of it."""
    pairs = list(PAIR.finditer(line))
    covered = sum(len(match[0]) for match in pairs)
    if covered < len(line.strip()) * 0.8 - len(pairs):
        return {}
    record: dict[str, str] = {}
    for match in pairs:
        value = match[2] or match[3] or ""
        if value and record.setdefault(match[1], value) != value and is_address(value):
            return {}  # of two addresses under one name nobody knows which came
    return record


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """One finding for each line; a line that is none is dead and costs no other."""
    zone = zone_of_parts(mail.subject, *mail.prose)
    for index, part in enumerate(mail.parts):
        if not _is_pairs(part, mail):
            continue
        finder, title = ValueLocator(part.text, index), part.name or mail.subject
        make = partial(
            finding, mail=mail, title=title, maker=PARSER.maker, finder=finder, zone=zone
        )
        for row, line in enumerate(LINE.finditer(part.text), 1):
            if row > MOST:
                yield RejectedRow(row=row, reason=f"expected at most {MOST} lines, found more")
                break
            finder.position = line.start()
            yield _item(line[0][:LONGEST], row, make)


def _item(line: str, row: int, make: Callable[[dict[str, str]], ParsedItem]) -> ParsedItem:
    pairs = _pairs(line)
    if not pairs:
        return RejectedRow(row=row, reason=f"expected name=value pairs, found {line[:60]!r}")
    try:
        return make(pairs)
    except Invalid as error:
        return RejectedRow(row=row, reason=str(error))


PARSER = Parser("pairs", 1, recognises, parse, general=True)
