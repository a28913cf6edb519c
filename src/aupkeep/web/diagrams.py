"""Bars and ranges as shapes of an SVG: no script, and the same numbers stand in a table beside.

A drawing is 320 units wide; a row has its label and value above its bar.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aupkeep.web.formatting import plain

WIDTH = 320
ROW = 34  # units of height
TEXT, TOP = 12, 17  # of a row's words and of its bar, from its own top
HALF = 4.5  # of a bar's height
LONGEST = 38  # characters of a label


@dataclass(frozen=True, slots=True)
class BarPart:
    """A stretch of a bar, named after its colour."""

    name: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row; `point` is where its mark stands, 0 where it has none."""

    label: str
    value: str
    parts: tuple[BarPart, ...]
    y: int
    top: int
    middle: float
    point: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """A drawing; `said` are its rows in words, for who does not see it."""

    rows: tuple[BarRow, ...]
    height: int
    said: str


Bar = tuple[str, str, Sequence[tuple[str, float]]]
"""Label, value in words, and the parts: the name of a colour and a size."""


def bars(rows: Iterable[Bar]) -> Bars:
    """Bars beside each other's scale: the longest is as wide as the drawing.

    >>> bars([("a", "2", [("main", 2.0)]), ("b", "1", [("main", 1.0)])]).rows[1].parts
    (BarPart(name='main', x=0.0, width=160.0),)
    """
    listed = list(rows)
    most = max((sum(size for _, size in parts) for _, _, parts in listed), default=0) or 1
    drawn = []
    for number, (label, value, parts) in enumerate(listed):
        shapes, at = [], 0.0
        for name, size in parts:
            shapes.append(BarPart(name, round(at, 1), round(size / most * WIDTH, 1)))
            at += size / most * WIDTH
        drawn.append(_row(number, label, value, tuple(shapes)))
    return _drawing(drawn)


def ranges(rows: Iterable[tuple[str, str, float, float, float]]) -> Bars:
    """Label, value, and a share with both ends of its range, from 0 to 1."""
    drawn = []
    for number, (label, value, share, low, high) in enumerate(rows):
        part = BarPart("back", round(low * WIDTH, 1), round((high - low) * WIDTH, 1))
        drawn.append(_row(number, label, value, (part,), round(share * WIDTH, 1)))
    return _drawing(drawn)


def _row(
    number: int, label: str, value: str, parts: tuple[BarPart, ...], point: float = 0.0
) -> BarRow:
    start = number * ROW
    text = plain(label)
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return BarRow(short, value, parts, start + TEXT, start + TOP, start + TOP + HALF, point)


def _drawing(rows: Sequence[BarRow]) -> Bars:
    return Bars(tuple(rows), len(rows) * ROW, "; ".join(f"{row.label} {row.value}" for row in rows))
