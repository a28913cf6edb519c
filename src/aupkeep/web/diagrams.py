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
STEP, GROUND, HIGHEST = 3, 16, 15  # units of a small line of bars


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


@dataclass(frozen=True, slots=True)
class Spark:
    """Small bars without words: a path of strokes in 72 by 16 units, and what they count."""

    path: str
    claims: int


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


def spark(counts: Sequence[int]) -> Spark:
    """Upright strokes on one ground: the highest is 15 units, and what is there at least 2.

    >>> spark([0, 1, 10]).path
    'M4.5 16v-2M7.5 16v-15'
    """
    most = max(counts, default=0)
    strokes = (
        f"M{STEP * number + STEP / 2:g} {GROUND}v-{max(2, round(HIGHEST * count / most))}"
        for number, count in enumerate(counts)
        if count
    )
    return Spark("".join(strokes), sum(counts))
