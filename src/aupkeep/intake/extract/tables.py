"""Tables that stand in a mail: a row of names, then rows of values, parted by bars, tabs or spaces.

The names say which column holds the one who came, the one who was hit, and whose port is whose;
they outrank the words within a row, which say nothing there.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from aupkeep.intake.extract.direction import nearest_cue
from aupkeep.intake.formats.columns import NAMES, folded
from aupkeep.intake.numbers import is_counted

# a line without figures and sentences, with the line end before it, above one with an address
HEADER = re.compile(
    r"\n(?=([^\n\d.!?]{4,300})\n(?:[-=+|: \t]{3,400}\n)?[^\n]{0,400}?[\da-fA-F][.:][\da-fA-F:])"
)
BLANKS = re.compile(r" {2,40}")
PARTED = (
    re.compile(r"\s{0,20}\|\s{0,20}"),
    re.compile(r"\t"),
    re.compile(r"[\"']?\s?[;,]\s?[\"']?"),
    BLANKS,
)
OWN_PORT = re.compile(
    r"s(?:ou)?rc(?:e)?[ _-]?port|^sport|^spt|remote[ _-]?port|quellport|kildeport"
)
HIT_PORT = re.compile(r"d(?:e?st)\w{0,8}[ _-]?port|^dport|^dpt|target[ _-]?port|zielport|målport")
FEWEST, MOST_TABLES, MOST_CELLS = 2, 50, 40
LONGEST = 4  # words of a column's name


class TextTable(NamedTuple):
    """Where the rows of a table stand, how cells are parted, and what each column means."""

    start: int
    end: int
    parted: re.Pattern[str]
    weights: tuple[int, ...]
    own: int | None
    hit: int | None
    begins: frozenset[int] = frozenset()  # where columns parted by blanks begin
    zone: int | None = None  # the column that says the zone of the times
    names: tuple[str, ...] = ()  # of all columns
    counted: tuple[tuple[int, str], ...] = ()  # the columns that say how often it happened


def find_tables(text: str) -> list[TextTable]:
    """The tables of a text in order."""
    spotted: list[TextTable] = []
    for match in HEADER.finditer(f"\n{text}"):
        if len(spotted) >= MOST_TABLES:
            break
        for parted in PARTED:
            names = [name.strip("|\"' \t") for name in parted.split(match[1].strip("| \t\"'"))]
            named = FEWEST <= len(names) <= MOST_CELLS and all(
                0 < len(name.split()) <= LONGEST for name in names
            )
            weights = tuple(map(nearest_cue, names)) if named else ()
            if any(weights):
                spotted.append(_table(text, match.end(1), parted, names, weights))
                break
    return spotted


def table_at(known: list[TextTable], place: int) -> TextTable | None:
    """The table in whose rows a place stands, or None."""
    at = bisect_right(known, place, key=lambda table: table.start) - 1
    return known[at] if at >= 0 and place < known[at].end else None


def cells(table: TextTable, line: str, places: Iterable[int] = ()) -> list[tuple[int, int]] | None:
    """Where each cell of a row begins and ends, None where the row has other columns.

    A row with a cell left empty is read by what stands below which name, where at all of `places`
    a column begins.
    """
    begin = len(line) - len(line.lstrip("| \t\"'"))
    cells, edge, stop = [], begin, len(line.rstrip("| \t\"'\r"))
    for match in table.parted.finditer(line, begin, stop):
        cells.append((edge, match.start()))
        edge = match.end()
    cells.append((edge, stop))
    if len(cells) == len(table.weights):
        return cells
    under = bool(table.begins) and table.begins.issuperset(places)
    edges = [*sorted(table.begins), max(stop, *table.begins)] if under else []
    return list(pairwise(edges)) or None


def column(spans: list[tuple[int, int]], place: int) -> int:
    """In which column a place of a row stands."""
    return max(0, bisect_right(spans, place, key=lambda span: span[0]) - 1)


def _table(
    text: str, start: int, parted: re.Pattern[str], names: list[str], weights: tuple[int, ...]
) -> TextTable:
    end = text.find("\n\n", start)
    lower = [name.lower() for name in names]
    head = text[text.rfind("\n", 0, start - 1) + 1 : start - 1]
    gaps = (0, *(match.end() for match in parted.finditer(head))) if parted is BLANKS else ()
    return TextTable(
        start=start,
        end=len(text) if end < 0 else end,
        parted=parted,
        weights=weights,
        begins=frozenset(gaps if len(gaps) == len(names) else ()),
        own=next((at for at, name in enumerate(lower) if OWN_PORT.search(name)), None),
        hit=next((at for at, name in enumerate(lower) if HIT_PORT.search(name)), None),
        zone=next((at for at, name in enumerate(lower) if folded(name) in NAMES["zone"]), None),
        counted=tuple((at, name) for at, name in enumerate(lower) if is_counted(name)),
        names=tuple(names),
    )
