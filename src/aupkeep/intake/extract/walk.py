"""Goes through a text line by line: what each line claims, and the further offenders of a sentence.

Only lines with an address are looked at; one of more than 4,096 characters is read in pieces.
"""

import re
from collections.abc import Iterator

from aupkeep.intake.extract.addresses import Spot, scope
from aupkeep.intake.extract.breaks import unbroken, whole_lines
from aupkeep.intake.extract.cues import WINDOW
from aupkeep.intake.extract.lines import HEADER, Lens, Sighting, may, port_at, read_line
from aupkeep.intake.extract.tables import Table, cells, column, table_at, tables

MOST_LINES = 50_000  # lines of a mail with an address in them
JOIN = re.compile(r"[\])]?(?:[\s,;/&]|and|und|et|en|og){1,8}[\[(]?", re.IGNORECASE)
LONGEST_JOIN = 8
# a further offender in a sentence: "… and by 192.0.2.9"; not whoever saw or received it
ALSO = re.compile(
    r"(?<!\w)(?:from|by|von|durch|fra|depuis|par|van|door)\s{1,2}(?:(?:ip|host)\s)?[\[(\"']?$",
    re.IGNORECASE,
)
LONGEST_ALSO = 16  # characters
BY_US = re.compile(
    r"(?:report|detect|block|bann?|receiv|logg?|seen|observ|caught|record|forward|notic|find|found|"
    r"drop|reject|listed|captur|monitor|protect|hosted)\w{0,4}\s(?:\w{2,5}\s)?$",
    re.IGNORECASE,
)
CELL = re.compile(r"\s{0,9}(\d{1,5})\s{0,9}", re.ASCII)


def sightings(text: str, lens: Lens, lines: Iterator[int]) -> Iterator[Sighting | None]:
    """Every claim in a text, line by line, in order; None where there is more than is read.

    `lines` counts those with an address that the mail's parts have had.
    """
    known: list[Table] | None = None
    for start, end, placed in whole_lines(text):
        if next(lines) >= MOST_LINES:
            yield None
            return
        if not lens.want(start):
            continue
        line, group = text[start:end], _moved(placed, -start)
        line = unbroken(line) if "\n" in line else line
        known = tables(text) if known is None else known
        table = table_at(known, start) if known else None
        seen = _row(line, group, table, lens, start) if table else None
        seen = seen or read_line(line, group, lens, start)
        if seen is not None:
            yield seen
            if len(group) > 1 and not seen.log:
                yield from _further(line, seen, group, lens)


def _row(line: str, group: list[Spot], table: Table, lens: Lens, base: int) -> Sighting | None:
    """What a row of a table says by its columns, None where they say nothing of its addresses."""
    spans = cells(table, line)
    if spans is None:
        return None
    weights = tuple(table.weights[column(spans, spot.start)] for spot in group)
    seen = read_line(line, group, lens, base, weights) if any(w > 0 for w in weights) else None
    if seen is None:
        return None
    own, hit = (
        _figures(line, spans[at]) if at is not None else None for at in (table.own, table.hit)
    )
    own, hit = own or seen.own_port, hit or seen.hit_port
    return seen._replace(telling=True, own_port=own, hit_port=hit)  # the column says who came


def _figures(line: str, span: tuple[int, int]) -> tuple[int, int, int] | None:
    """The port that a cell holds, or None."""
    match = CELL.fullmatch(line, *span)
    return port_at(line, match.span(1)) if match else None


def _moved(group: list[Spot], by: int) -> list[Spot]:
    return [
        Spot(s.address, s.start + by, s.end + by, s.port, s.port_start + by, s.port_end + by)
        if s.port
        else Spot(s.address, s.start + by, s.end + by)
        for s in group
    ]


def _further(line: str, seen: Sighting, group: list[Spot], lens: Lens) -> Iterator[Sighting]:
    """The other offenders of a sentence, each once."""
    told = {seen.spot.start}
    for one in (*_siblings(line, seen, group, lens), *_others(line, seen, group, lens)):
        if one.spot.start not in told:
            told.add(one.spot.start)
            yield one


def _siblings(text: str, seen: Sighting, group: list[Spot], lens: Lens) -> Iterator[Sighting]:
    """The other addresses of an enumeration in prose: `192.0.2.1, 192.0.2.2 and 192.0.2.3`."""
    at = next(index for index, spot in enumerate(group) if spot.start == seen.spot.start)
    for step in (1, -1):
        index, edge = at + step, seen.spot
        while 0 <= index < len(group):
            near = group[index]
            first, second = (edge, near) if step > 0 else (near, edge)
            gap = text[first.port_end or first.end : second.start]
            if len(gap) > LONGEST_JOIN or not JOIN.fullmatch(gap) or not may(near, lens):
                break
            if scope(near.address) != scope(seen.spot.address):
                break
            yield seen._replace(spot=near)
            index, edge = index + step, near


def _others(line: str, seen: Sighting, group: list[Spot], lens: Lens) -> Iterator[Sighting]:
    """The addresses of a sentence that a word of their own names as offenders."""
    if HEADER.match(line):
        return
    ends = [0, *(spot.port_end or spot.end for spot in group)]
    for spot, after in zip(group, ends, strict=False):
        before = line[max(after, spot.start - WINDOW) : spot.start]
        by = ALSO.search(before, max(0, len(before) - LONGEST_ALSO))
        if by is None or BY_US.search(before[: by.start()]):
            continue
        alike = may(spot, lens) and scope(spot.address) == scope(seen.spot.address)
        if alike and spot.address != seen.spot.address:
            yield seen._replace(spot=spot)
