"""Tables in a mail or on their own: CSV with a header row that names what its columns are."""

from collections.abc import Iterator

from aupkeep.intake import table
from aupkeep.intake.mail import Mail, Part, Place
from aupkeep.intake.parser import Parser, Said
from aupkeep.model.errors import Unreadable
from aupkeep.model.report import Dead

MEDIA = frozenset({"text/csv", "text/tab-separated-values", "application/csv"})
NAMES = (".csv", ".tsv")


def recognises(mail: Mail) -> bool:
    """An attached table whose header names an address, URL, domain or account."""
    return not mail.feedback and any(_is_table(part) for part in mail.parts)


def _is_table(part: Part) -> bool:
    if part.place is not Place.DATA:
        return False
    if part.media not in MEDIA and not part.name.lower().endswith(NAMES):
        return False
    try:
        table.header(part.text, part.name)
    except Unreadable:
        return False
    return True


def parse(mail: Mail) -> Iterator[Said]:
    """One finding for each row of each table; a broken row is dead and costs no other."""
    for index, part in enumerate(mail.parts):
        if not _is_table(part):
            continue
        try:
            yield from table.read_table(
                part.text, source=mail.source, maker=PARSER.maker, part=index, title=part.name
            )
        except Unreadable as error:
            yield Dead(row=1, reason=str(error))


PARSER = Parser("csv", 1, recognises, parse)
