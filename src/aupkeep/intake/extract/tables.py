"""Tables that stand in a mail: a row of names, then rows of values, parted by bars, tabs or spaces.

The names say which column holds the one who came, the one who was hit, and whose port is whose;
they outrank the words within a row, which say nothing there.
"""

import re
from bisect import bisect_right
from typing import NamedTuple

from aupkeep.intake.extract.direction import nearest_cue
from aupkeep.intake.extract.further_languages import COLUMNS
from aupkeep.intake.formats.columns import NAMES, folded
from aupkeep.intake.numbers import is_counted

# a line, with the line end before it, without figures that holds the name of a column of addresses
HEADER = re.compile(
    r"\n((?=[^\n\d.]{4,300}$)[^\n]{0,200}?(?<![a-z])"
    r"(?:ips?|addr|address|source|src|host|adress?e?|quelle|kilde|bron|origin|origem?|origen|origine"
    r"|sorgente|källa|źródło|attacker|offender|target|victim|dest\w{0,9}|dst|ziel|cible|cel|mål|doel"
    rf"|{COLUMNS})(?![a-z])[^\n]{{0,300}})$",
    re.IGNORECASE | re.MULTILINE,
)
PARTED = (
    re.compile(r"\s{0,20}\|\s{0,20}"),
    re.compile(r"\t"),
    re.compile(r"[\"']?\s?[;,]\s?[\"']?"),
    re.compile(r" {2,40}"),
)
OWN_PORT = re.compile(
    r"s(?:ou)?rc(?:e)?[ _-]?port|^sport|^spt|remote[ _-]?port|quellport|kildeport"
)
HIT_PORT = re.compile(r"d(?:e?st)\w{0,8}[ _-]?port|^dport|^dpt|target[ _-]?port|zielport|målport")
FEWEST, MOST_TABLES, MOST_CELLS = 2, 50, 40


class TextTable(NamedTuple):
    """Where the rows of a table stand, how cells are parted, and what each column means."""

    start: int
    end: int
    parted: re.Pattern[str]
    weights: tuple[int, ...]
    own: int | None
    hit: int | None
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
            weights = tuple(map(nearest_cue, names)) if FEWEST <= len(names) <= MOST_CELLS else ()
            if any(weights):
                spotted.append(_table(text, match.end(), parted, names, weights))
                break
    return spotted


def table_at(known: list[TextTable], place: int) -> TextTable | None:
    """The table in whose rows a place stands, or None."""
    at = bisect_right(known, place, key=lambda table: table.start) - 1
    return known[at] if at >= 0 and place < known[at].end else None


def cells(table: TextTable, line: str) -> list[tuple[int, int]] | None:
    """Where each cell of a row begins and ends, None where the row has other columns."""
    begin = len(line) - len(line.lstrip("| \t\"'"))
    cells, edge, stop = [], begin, len(line.rstrip("| \t\"'\r"))
    for match in table.parted.finditer(line, begin, stop):
        cells.append((edge, match.start()))
        edge = match.end()
    cells.append((edge, stop))
    return cells if len(cells) == len(table.weights) else None


def column(spans: list[tuple[int, int]], place: int) -> int:
    """In which column a place of a row stands."""
    return max(0, bisect_right(spans, place, key=lambda span: span[0]) - 1)


def _table(
    text: str, start: int, parted: re.Pattern[str], names: list[str], weights: tuple[int, ...]
) -> TextTable:
    end = text.find("\n\n", start)
    lower = [name.lower() for name in names]
    return TextTable(
        start=start,
        end=len(text) if end < 0 else end,
        parted=parted,
        weights=weights,
        own=next((at for at, name in enumerate(lower) if OWN_PORT.search(name)), None),
        hit=next((at for at, name in enumerate(lower) if HIT_PORT.search(name)), None),
        zone=next((at for at, name in enumerate(lower) if folded(name) in NAMES["zone"]), None),
        counted=tuple((at, name) for at, name in enumerate(lower) if is_counted(name)),
        names=tuple(names),
    )
