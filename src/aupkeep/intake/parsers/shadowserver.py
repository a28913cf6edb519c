"""Shadowserver's daily reports: CSV or JSON, attached, zipped or on their own, or only linked."""

from collections.abc import Iterator

from aupkeep.intake.formats import table
from aupkeep.intake.mail.mail import Mail
from aupkeep.intake.parser import ParsedItem, Parser, Remark
from aupkeep.intake.shadowserver.links import linked_reports, remark
from aupkeep.intake.shadowserver.open_report import open_report
from aupkeep.intake.shadowserver.reports import read_report


def recognises(mail: Mail) -> bool:
    """A part that is a report, by its name or columns; or a mail of the publisher with links."""
    if mail.feedback:
        return False
    return any(open_report(part) for part in mail.parts) or bool(linked_reports(mail))


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """Findings for each row of each report; other tables beside them are read too."""
    names = linked_reports(mail)
    if names and not any(open_report(part) for part in mail.parts):
        yield Remark(remark(names))
    for index, part in enumerate(mail.parts):
        opened = open_report(part)
        if opened:
            yield from read_report(opened, source=mail.source, maker=PARSER.maker, part=index)
        elif table.is_table(part):
            yield from table.read_table(
                part.text, source=mail.source, maker=PARSER.maker, part=index, title=part.name
            )


PARSER = Parser("shadowserver", 1, recognises, parse)
