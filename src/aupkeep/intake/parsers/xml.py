"""XML alone: documents of no known format whose elements name an address, URL or domain plainly.

An element is a record when it names its subject and a kind that the trade knows, by the names that
columns and JSON have (`formats.named_values`): `<attacker><ip>` is the address of who came.
"""

from collections import deque
from collections.abc import Iterator

from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.formats import strict_xml
from aupkeep.intake.formats.columns import NAMES, SOURCES
from aupkeep.intake.formats.json_parts import ValueLocator
from aupkeep.intake.formats.named_values import Record, finding, speaks
from aupkeep.intake.formats.strict_xml import XmlElement
from aupkeep.intake.formats.verdicts import Pairs
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.parser import ParsedItem, Parser
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.report import RejectedRow

OWN = frozenset({PartRole.DATA, PartRole.PROSE})
LONGEST = 4 << 20  # characters of a part
MOST, MOST_NAMES, DEEPEST = 50_000, 120, 5
LONGEST_VALUE = 2_000
# the names of columns as they are folded in XML
PLAIN = {
    name.replace("_", ""): name
    for names in (*NAMES.values(), SOURCES)
    for name in reversed([*names])
}


def recognises(mail: Mail) -> bool:
    """A part that is an XML document and nothing else, with records."""
    return not mail.feedback and any(_records(part) for part in mail.parts)


def _records(part: MailPart) -> list[tuple[Record, Pairs]]:
    """The records of a document: the outermost elements that are about something.

    With each what the elements around it say: their names, attributes and plain values.
    """
    text = part.text.lstrip("\ufeff \t\n")
    if part.place not in OWN or not text.startswith("<") or len(text) > LONGEST:
        return []
    try:
        top = strict_xml.load(text)
    except Unreadable:
        return []
    waiting: deque[tuple[XmlElement, Pairs]] = deque([(top, ((top.name, ""),))])
    records: list[tuple[Record, Pairs]] = []
    while waiting and len(records) <= MOST:
        node, around = waiting.popleft()
        record = _flat(node)
        if record is not None and speaks(record):
            records.append((record, around))
        else:
            above = (*around, *_plain_values(node))[:MOST_NAMES]
            waiting.extendleft((inner, ((inner.name, ""), *above)) for inner in node.nodes[::-1])
    return records


def _plain_values(node: XmlElement) -> Iterator[tuple[str, str]]:
    """The attributes of an element, and the elements in it that hold text alone."""
    yield from node.attributes.items()
    for inner in node.nodes[:MOST_NAMES]:
        if inner.text.strip() and not inner.nodes:
            yield inner.name, inner.text.strip()[:LONGEST_VALUE]


def _flat(node: XmlElement) -> Record | None:
    """The values below an element by their paths; None where one path has several that differ."""
    record: dict[str, str] = {}
    waiting = deque([("", node, 0)])
    while waiting:
        path, element, depth = waiting.popleft()
        values = {**element.attributes, "": element.text}
        for name, value in values.items():
            said, key = value.strip()[:LONGEST_VALUE], _path(path, name)
            if said and key and record.setdefault(key, said) != said:
                return None
        for inner in element.nodes:
            if depth == DEEPEST or len(record) > MOST_NAMES:
                return None
            waiting.append((_path(path, inner.name), inner, depth + 1))
    return record


def _path(*names: str) -> str:
    return ".".join(PLAIN.get(name, name) for name in names if name)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """One finding for each record; one that cannot be read is dead and costs no other."""
    zone = zone_of_parts(mail.subject, *mail.prose)
    for index, part in enumerate(mail.parts):
        finder, title = ValueLocator(part.text, index), part.name or mail.subject
        for row, (record, around) in enumerate(_records(part), 1):
            if row > MOST:
                yield RejectedRow(row=row, reason=f"expected at most {MOST} records, found more")
                break
            try:
                yield finding(
                    record,
                    mail,
                    title=title,
                    maker=PARSER.maker,
                    finder=finder,
                    zone=zone,
                    around=around,
                )
            except Invalid as error:
                yield RejectedRow(row=row, reason=str(error))
            finder.next()


PARSER = Parser("xml", 1, recognises, parse, general=True)
