"""XARF: v4 (xarf.org) and the basics of v1 to v3, as a JSON part or attachment, or bare JSON."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from aupkeep.intake.extract.quoted import quoted_ranges
from aupkeep.intake.extract.stated_zone import zone_of_parts
from aupkeep.intake.formats import strict_json, xarf3, xarf4
from aupkeep.intake.formats.json_parts import value_or_error
from aupkeep.intake.formats.xarf4 import XarfContext
from aupkeep.intake.mail.header_fields import first
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.mail.shown_mail import complainant
from aupkeep.intake.parser import ParsedItem, Parser
from aupkeep.intake.zones import StatedZone
from aupkeep.model.errors import Unreadable
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.report import RejectedRow

MARKS = ('"xarf_version"', '"ReporterInfo"', '"ReportClass"', '"source_identifier"')
LOOKED_AT = 200_000  # characters of a part in which a mark must stand
BRACE = re.compile(r"^[ \t]{0,8}\{", re.MULTILINE)
MOST_TRIES = 5  # braces before a mark at which a report may begin
LONGEST = 1 << 20  # characters in which a report below words ends
MOST = 10_000  # reports in one part


def recognises(mail: Mail) -> bool:
    """A JSON part that is XARF, or a feedback part that says that one follows."""
    kind = first(mail.feedback, "feedback-type")
    if kind and kind.value.lower() == "xarf":
        return True
    return any(_is_xarf(part) for part in mail.parts) or any(
        _below(mail, part) is not None for part in mail.parts
    )


def _below(mail: Mail, part: MailPart) -> int | None:
    """Where a report begins below words of a letter that answers nothing; None without one."""
    text = part.text[:LOOKED_AT]
    marks = [at for mark in MARKS if (at := text.find(mark)) >= 0]
    if part.place is not PartRole.PROSE or mail.answers or not marks:
        return None
    for match in islice(BRACE.finditer(text, 0, min(marks)), MOST_TRIES):
        try:
            value, end = strict_json.load_at(part.text[:LONGEST], match.end() - 1)
        except Unreadable:
            continue
        known = isinstance(value, dict) and (xarf3.recognises(value) or xarf4.recognises(value))
        if known and end > min(marks) and not _quoted(text, match.start()):
            return match.end() - 1
    return None


def _quoted(text: str, place: int) -> bool:
    return any(start <= place < end for start, end in quoted_ranges(text))


def _is_xarf(part: MailPart) -> bool:
    if part.place not in {PartRole.DATA, PartRole.PROSE}:
        return False
    text = part.text[:LOOKED_AT]
    if not text.lstrip("\ufeff \t\n").startswith(("{", "[")):
        return False
    return part.name.lower() == "xarf.json" or any(mark in text for mark in MARKS)


def parse(mail: Mail) -> Iterator[ParsedItem]:
    """One finding for each report; a report that cannot be read is a rejected row."""
    parts = [(index, part) for index, part in enumerate(mail.parts) if _is_xarf(part)]
    any_report = False
    for index, part in enumerate(mail.parts) if not parts else ():
        start = _below(mail, part)
        if start is not None:
            any_report = True
            report, _ = strict_json.load_at(part.text[:LONGEST], start)
            context = XarfContext(
                mail.source, PARSER.maker, part.text, index, start, 1, zone=_zone(mail)
            )
            yield from _report(report, mail, context)
    if not parts and not any_report:
        yield RejectedRow(row=1, reason="XARF: expected a JSON part named xarf.json, found none")
    for index, part in parts:
        yield from _part(mail, index, part.text)


def _part(mail: Mail, index: int, text: str) -> Iterator[ParsedItem]:
    try:
        reports = _reports(text)
    except Unreadable as error:
        yield RejectedRow(row=1, reason=str(error))
        return
    position = 0
    for row, report in enumerate(reports[:MOST], 1):
        if isinstance(report, Unreadable):
            yield RejectedRow(row=row, reason=str(report))
            continue
        context = XarfContext(
            mail.source, PARSER.maker, text, index, position, row, zone=_zone(mail)
        )
        said = list(_report(report, mail, context))
        yield from said
        ends = (offset.end for item in said for offset in getattr(item, "offsets", {}).values())
        position = max(ends, default=position)
    if len(reports) > MOST:
        yield RejectedRow(row=MOST + 1, reason=f"XARF: expected at most {MOST} reports, found more")


def _who(report: Mapping[str, Any], mail: Mail) -> tuple[str, ...]:
    """Names and addresses of who complains, by the mail and by the report."""
    stated = [report.get(name) for name in ("reporter", "sender", "ReporterInfo")]
    words = (word for who in stated if isinstance(who, Mapping) for word in who.values())
    return (*complainant(mail), *(word for word in words if isinstance(word, str)))


def _zone(mail: Mail) -> StatedZone | None:
    """The zone that the words around the reports state for times without one."""
    return zone_of_parts(mail.subject, *mail.prose)


def _reports(text: str) -> list[Any]:
    """One report, a list of them, or one a line. Raises `Unreadable`."""
    text = text.lstrip("\ufeff")
    lines = text.strip().split("\n")
    if len(lines) > 1 and all(line.startswith("{") and line.endswith("}") for line in lines):
        return [value_or_error(line) for line in lines[: MOST + 1]]
    value = strict_json.load(text)
    return value if isinstance(value, list) else [value]


def _report(report: object, mail: Mail, context: XarfContext) -> Iterator[ParsedItem]:
    if not isinstance(report, dict):
        yield RejectedRow(row=context.row, reason=f"XARF: expected an object, found {report!r:.60}")
        return
    context.who = _who(report, mail)
    if mail.sender is None:
        context.source = Origin(OriginChannel.MAIL, _claimed(report), proven=False)
    if xarf3.recognises(report):
        yield from xarf3.read(report, context)
    else:
        yield from xarf4.read(report, context)


def _claimed(report: dict[str, Any]) -> str:
    """The domain that the report itself gives its reporter: a claim, no proof."""
    who = report.get("reporter", report.get("ReporterInfo"))
    if not isinstance(who, dict):
        return "nobody"
    domain = who.get("domain") or who.get("ReporterOrgDomain")
    return domain.lower()[:253] if isinstance(domain, str) and domain.isascii() else "nobody"


PARSER = Parser("xarf", 1, recognises, parse)
