"""Tables in a mail or on their own: CSV with a header row that names what its columns are."""

from collections.abc import Iterator

from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.formats import table
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.parser import ParsedItem, Parser
from aupkeep.model.errors import Unreadable
from aupkeep.model.report import RejectedRow


def recognises(mail: Mail) -> bool:
    """An attached table whose header names an address, URL, domain or account."""
    return not mail.feedback and any(table.is_table(part) for part in mail.parts)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """One finding for each row of each table; a broken row is dead and costs no other."""
    for index, part in enumerate(mail.parts):
        if not table.is_table(part):
            continue
        try:
            yield from table.read_table(
                part.text,
                source=mail.source,
                maker=PARSER.maker,
                part=index,
                title=part.name,
                zone=zone_of_parts(mail.subject, *mail.prose),
            )
        except Unreadable as error:
            yield RejectedRow(row=1, reason=str(error))


PARSER = Parser("csv", 1, recognises, parse, general=True)
