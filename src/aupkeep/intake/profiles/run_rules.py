"""Runs a profile's rules over a mail: lines, sentences and tables to records of values."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import islice
from typing import NamedTuple

from aupkeep.intake.formats.columns import folded as header_name
from aupkeep.intake.mail.mail import Mail, MailPart, PartRole
from aupkeep.intake.profiles.placeholders import OPEN, SKIPPED, SLOTS, SlotContext, SlotValue
from aupkeep.intake.profiles.profile import ReadingRule
from aupkeep.intake.profiles.template import SUBJECTS, LineTemplate, TemplateMatch, folded, match
from aupkeep.model.report import RejectedRow

MOST_ROWS = 100_000
LONGEST_LINE = 8_000
MOST_TRIES = 500  # places of one line at which a `text` template is tried
QUOTES = re.compile(r"[ \t>]+")
PLACES = {"body": PartRole.PROSE, "data": PartRole.DATA, "original": PartRole.ORIGINAL}


class PlacedValue(NamedTuple):
    """A value with its part and place there."""

    value: object
    part: int
    start: int
    end: int
    text: str


@dataclass(slots=True)
class TemplateRecord:
    """Values by placeholder; `row` is the line it ends in; `said` the templates it used."""

    values: dict[str, PlacedValue] = field(default_factory=dict)
    row: int = 0
    said: set[int] = field(default_factory=set)

    def ends_before(self, template: int, read: "Mapping[str, PlacedValue]") -> bool:
        """True when what was read is another record's: its template again, or another subject.

        A line that names its subject and says something else about it is another record's too.
        """
        again = read.keys() & self.values.keys() if SUBJECTS.intersection(read) else ()
        other = any(read[name].value != self.values[name].value for name in again)
        return template in self.said or other


Numbered = tuple[int, LineTemplate]


class RecordLine(NamedTuple):
    """One line of a part, its quoting marks left out."""

    number: int
    start: int
    end: int


def records(
    mail: Mail, rule: ReadingRule, context: SlotContext
) -> Iterator[TemplateRecord | RejectedRow]:
    """The records a rule reads in the parts it names, in order."""
    reader = _table if rule.columns else _lines
    for index, part in enumerate(mail.parts):
        if not _wanted(part, rule.where):
            continue
        for record in reader(index, part.text, rule, context):
            said = () if isinstance(record, RejectedRow) else record.values
            if all(name in said for name in rule.needs):
                yield record


def _wanted(part: MailPart, where: str) -> bool:
    if where in PLACES:
        return part.place is PLACES[where]
    return bool(part.name) and fnmatchcase(folded(part.name), folded(where))


def _lines(
    index: int, text: str, rule: ReadingRule, context: SlotContext
) -> Iterator[TemplateRecord | RejectedRow]:
    low = folded(text)
    now, above = TemplateRecord(), HeadingValues()
    under = [(-1 - number, template) for number, template in enumerate(rule.under)]
    lines = list(enumerate(rule.lines, 1))
    words = list(enumerate(rule.text, 1 + len(lines)))
    for line in _between(text, low, rule):
        matched = _on_line([*under, *lines], words, text, low, line, context)
        if isinstance(matched, RejectedRow):
            yield matched
            continue
        for number, values in matched:
            read = _values(values, index, text)
            if number < 0 or now.ends_before(number, read):
                yield from above.under(now)
                now = TemplateRecord()
            if number < 0:  # a template of `under`: it holds for what follows
                yield from above.alone(read)
                above.say(read, line.number)
                continue
            now.said.add(number)
            now.row = line.number
            for name, value in read.items():
                now.values.setdefault(name, value)
    yield from above.under(now)
    yield from above.alone()


class HeadingValues:
    """What `under` templates said; a subject that no record stands below is a record itself."""

    def __init__(self) -> None:
        self.values: dict[str, PlacedValue] = {}
        self.row = 0
        self.waits = False

    def say(self, values: Mapping[str, PlacedValue], row: int) -> None:
        """Hold these values for the records that follow."""
        self.values.update(values)
        self.row = row
        self.waits = self.waits or not SUBJECTS.isdisjoint(values)

    def under(self, record: TemplateRecord) -> Iterator[TemplateRecord]:
        """The record with what was said above it, when it says anything itself."""
        if record.said:
            self.waits = False
            yield TemplateRecord({**self.values, **record.values}, record.row, record.said)

    def alone(self, following: Mapping[str, PlacedValue] | None = None) -> Iterator[TemplateRecord]:
        """The subject that was said last and has nothing below it, before what follows hides it."""
        if self.waits and (following is None or not self.values.keys().isdisjoint(following)):
            self.waits = False
            yield TemplateRecord(dict(self.values), self.row, {0})


def _values(read: Mapping[str, SlotValue], index: int, text: str) -> dict[str, PlacedValue]:
    return {
        name: PlacedValue(slot.value, index, slot.start, slot.end, text[slot.start : slot.end])
        for name, slot in read.items()
    }


def _on_line(
    whole: list[Numbered],
    words: list[Numbered],
    text: str,
    low: str,
    line: RecordLine,
    context: SlotContext,
) -> list[tuple[int, Mapping[str, SlotValue]]] | RejectedRow:
    """The templates that match a line, each with its number; those of `under` count below 0."""
    wrong = ""
    for number, template in whole:
        if template.anchor and low.find(template.anchor, line.start, line.end) < 0:
            continue
        matched = match(template, text, low, (line.start, line.end), context)
        if isinstance(matched, TemplateMatch) and not text[matched.end : line.end].strip():
            return [(number, matched.values)]
        if isinstance(matched, str) and template.labelled and number > 0:
            wrong = wrong or matched
    sentences = _sentences(words, text, low, line, context) if words else []
    if wrong and not sentences:
        return RejectedRow(row=line.number, reason=f"line: {wrong}")
    return sentences


def _sentences(
    words: list[Numbered], text: str, low: str, line: RecordLine, context: SlotContext
) -> list[tuple[int, Mapping[str, SlotValue]]]:
    """The `text` templates that begin in a line; they may run on over the next ones."""
    matches = []
    for number, template in words:
        first = template.first
        place = low.find(first, line.start, line.end)
        tries = 0
        while place >= 0 and tries < MOST_TRIES:
            tries += 1
            span = (place, min(len(text), place + LONGEST_LINE))
            matched = match(template, text, low, span, context)
            end = place + len(first)
            if isinstance(matched, TemplateMatch):
                matches.append((place, number, matched.values))
                end = matched.end
            place = low.find(first, end, line.end) if end < line.end else -1
    return [
        (number, values) for _, number, values in sorted(matches, key=lambda matched: matched[:2])
    ]


def _between(text: str, low: str, rule: ReadingRule) -> Iterator[RecordLine]:
    """The lines behind `after` up to `until`; all where the rule names none."""
    reading = not rule.start
    lines = _anchored(text, low, rule.anchors) if rule.anchors else _split(text)
    for line in islice(lines, MOST_ROWS):
        if not reading:
            reading = low.find(rule.start, line.start, line.end) >= 0
            continue
        if rule.stop and low.find(rule.stop, line.start, line.end) >= 0:
            reading = False
            if not rule.start:
                return
            continue
        yield line


def _split(text: str) -> Iterator[RecordLine]:
    """Every line that is not blank."""
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = _line(text, start, end, number)
        if line.start < line.end:
            yield line
        start, number = end + 1, number + 1


def _anchored(text: str, low: str, anchors: re.Pattern[str]) -> Iterator[RecordLine]:
    """The lines that hold one of a rule's anchors."""
    place, number, counted = 0, 1, 0
    while (match := anchors.search(low, place)) is not None:
        start = text.rfind("\n", place, match.start()) + 1 or place
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        number += text.count("\n", counted, start)
        counted = start
        yield _line(text, start, end, number)
        place = end + 1


def _line(text: str, start: int, end: int, number: int) -> RecordLine:
    """One line without its quoting marks, and no longer than is read."""
    match = QUOTES.match(text, start, end)
    first = match.end() if match else start
    return RecordLine(number, first, min(end, first + LONGEST_LINE))


def _table(
    index: int, text: str, rule: ReadingRule, context: SlotContext
) -> Iterator[TemplateRecord | RejectedRow]:
    """Rows of cells; a row with another number of cells or a wrong value is dead."""
    low = folded(text)
    places: dict[str, int] | None = None
    width = 0
    if not rule.headers:
        places = {name: at for at, name in enumerate(rule.columns) if name not in SKIPPED}
        width = len(rule.columns)
    for line in _between(text, low, rule):
        cells = _cells(text, line, rule.separator)
        if places is None:
            places, width = _header(cells, rule), len(cells)
            continue
        if rule.separator == "|" and len(cells) > width:
            cells = _whole(text, line, cells, width)
        if len(cells) != width:
            if len(cells) > 1:
                reason = f"row: expected {width} cells, found {len(cells)}"
                yield RejectedRow(row=line.number, reason=reason)
            continue
        yield _row(index, text, line, (cells, places), context)


def _whole(
    text: str, line: RecordLine, cells: list[tuple[str, int]], width: int
) -> list[tuple[str, int]]:
    """The cells where the last holds bars itself, as a URL may: nothing quotes them."""
    start = cells[width - 1][1]
    last = text[start : line.end].rstrip().removesuffix("|").rstrip()
    return [*cells[: width - 1], (last, start)]


def _header(cells: list[tuple[str, int]], rule: ReadingRule) -> dict[str, int] | None:
    """Placeholder → column, when this line is the header."""
    names = [header_name(cell) for cell, _ in cells]
    if not all(name in names for name in rule.headers):
        return None
    pairs = zip(rule.columns, rule.headers, strict=True)
    return {slot: names.index(name) for slot, name in pairs}


def _row(
    index: int,
    text: str,
    line: RecordLine,
    table: tuple[list[tuple[str, int]], dict[str, int]],
    context: SlotContext,
) -> TemplateRecord | RejectedRow:
    cells, places = table
    values: dict[str, PlacedValue] = {}
    for name, column in places.items():
        cell, start = cells[column]
        end = start + len(cell)
        if not cell:
            continue
        read = SLOTS[name](text, start, end, context)
        if read is None or (name not in OPEN and (read.after or read.end) != end):
            reason = f"row: expected {{{name}}}, found {cell[:60]!r}"
            return RejectedRow(row=line.number, reason=reason)
        values[name] = PlacedValue(
            read.value, index, read.start, read.end, text[read.start : read.end]
        )
    if not SUBJECTS.intersection(values):
        reason = "row: expected an address, url, domain or account, found none"
        return RejectedRow(row=line.number, reason=reason)
    return TemplateRecord(values, line.number, {0})


def _cells(text: str, line: RecordLine, separator: str) -> list[tuple[str, int]]:
    """Each cell of a line, trimmed, with where it begins in the text."""
    raw = text[line.start : line.end]
    if separator == "|":
        raw_cells = raw.strip().removeprefix("|").removesuffix("|").split("|")
    else:
        raw_cells = next(csv.reader([raw], delimiter=separator, strict=False), [])
    cells_, place = [], line.start
    for cell in raw_cells:
        words = cell.strip()
        at = text.find(words, place, line.end)
        cells_.append((words, at if at >= 0 else place))
        place = (at if at >= 0 else place) + len(words)
    return cells_
