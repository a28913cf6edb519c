"""A traffic picture as the shapes of an SVG: its main way above the line, the other below it.

Places along the time axis are in percent and heights in pixels, so the picture fits any width and
its words keep their size. Shapes carry class names only: the style sheet colours them, in light,
dark and forced colours alike. Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aupkeep.app.pages.traffic.page import TrafficMark, TrafficPhase, TrafficPicture, TrafficStep

HEIGHT = 256  # pixels of the whole picture
TOP, BOTTOM = 52, 224  # of the plot; marks stand above it, times below
UNIT, ROWS = 12, (44, 28)  # where the unit stands, and the letters: two rows, so that none collide
CLOSE = 8.0  # percent between two marks that would
GAP = 0.1  # share of a step that is left between two bars
NICE = (1, 2, 2.5, 5, 10)
EDGE = 12.0  # percent from an edge within which a word is set against that edge
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A rectangle: `x` and `width` in percent, `y` and `height` in pixels."""

    look: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word in the picture; `anchor` is start, middle or end."""

    text: str
    x: float
    y: float
    anchor: str = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLine:
    """A line across the picture: level at `y`, or upright at `x` with its letter."""

    look: str
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All shapes, back to front; `marks` are the letters with what they stand for."""

    height: int
    top: int
    bottom: int
    bands: tuple[Bar, ...]
    levels: tuple[ChartLine, ...]
    bars: tuple[Bar, ...]
    uprights: tuple[ChartLine, ...]
    words: tuple[Word, ...]
    marks: tuple[tuple[str, TrafficMark], ...]


def nice(value: float) -> float:
    """The next round number: what the axis goes up to.

    >>> nice(1003), nice(0.0), nice(18)
    (2000.0, 1.0, 20.0)
    """
    power = 1.0
    while power * 10 < value:
        power *= 10
    return next(step * power for step in NICE if step * power >= value) if value > 1 else 1.0


def chart(picture: TrafficPicture) -> Chart | None:
    """The picture's shapes, None where there is nothing to draw."""
    if not picture.steps:
        return None
    seconds = picture.seconds
    ways = [_ways(step, picture) for step in picture.steps]
    up = nice(max(above for above, _ in ways) / seconds)
    down = max(below for _, below in ways) / seconds
    room = BOTTOM - TOP
    scale = room / (up + down)  # pixels for a packet a second
    zero = TOP + up * scale
    marks = tuple(zip(LETTERS, picture.marks, strict=False))
    return Chart(
        height=HEIGHT,
        top=TOP,
        bottom=BOTTOM,
        bands=tuple(_bands(picture.steps)),
        levels=(
            ChartLine(look="level", y=TOP),
            ChartLine(look="level", y=TOP + up * scale / 2),
            ChartLine(look="zero", y=zero),
        ),
        bars=tuple(_bars(ways, seconds, scale, zero)),
        uprights=tuple(ChartLine(look="mark", x=_place(picture, mark.at)) for _, mark in marks),
        words=tuple(_words(picture, up, scale, marks)),
        marks=marks,
    )


def _ways(step: TrafficStep, picture: TrafficPicture) -> tuple[int, int]:
    """The packets of the main way and of the other."""
    ways = step.packets_out, step.packets_in
    return ways[::-1] if picture.into else ways


def _bars(
    ways: Sequence[tuple[int, int]], seconds: int, scale: float, zero: float
) -> Iterator[Bar]:
    """Two bars a step; what is too small to see is a pixel, what is not there is nothing."""
    width = 100 / len(ways)
    for number, pair in enumerate(ways):
        x, wide = round(number * width, 3), round(width * (1 - GAP), 3)
        for look, packets in zip(("main", "back"), pair, strict=True):
            high = round(max(packets / seconds * scale, 1.0), 1) if packets else 0.0
            top = round(zero - high, 1) if look == "main" else round(zero, 1)
            if high:
                yield Bar(look=look, x=x, width=wide, y=top, height=high)


def _bands(steps: Sequence[TrafficStep]) -> Iterator[Bar]:
    """The stretch between before and after, as a ground behind the bars."""
    width = 100 / len(steps)
    inside = [number for number, step in enumerate(steps) if step.phase is TrafficPhase.DURING]
    if inside:
        first, last = inside[0], inside[-1] + 1
        yield Bar(
            look="band",
            x=round(first * width, 3),
            width=round((last - first) * width, 3),
            y=TOP,
            height=BOTTOM - TOP,
        )


def _words(
    picture: TrafficPicture, up: float, scale: float, marks: Sequence[tuple[str, TrafficMark]]
) -> Iterator[Word]:
    yield Word(text="packets a second", x=0, y=UNIT)
    yield Word(text=f"{up:,.0f}", x=0, y=TOP - 4)
    yield Word(text=f"{up / 2:,.0f}" if up > 1 else "", x=0, y=TOP + up * scale / 2 - 4)
    yield Word(text=_clock(picture.start, picture), x=0, y=BOTTOM + 18)
    yield Word(text=_clock(picture.end, picture), x=100, y=BOTTOM + 18, anchor="end")
    last, row = -CLOSE, 0
    for letter, mark in marks:
        x = _place(picture, mark.at)
        row = 1 if x < EDGE else 1 - row if x - last < CLOSE else 0
        anchor = "end" if x > 100 - EDGE else "start" if x < EDGE else "middle"
        yield Word(text=letter, x=x, y=ROWS[row], anchor=anchor)
        last = x


def _place(picture: TrafficPicture, at: datetime) -> float:
    """Where a moment lies, in percent of the width."""
    share = (at - picture.start) / (picture.end - picture.start)
    return round(min(max(share, 0.0), 1.0) * 100, 3)


def _clock(at: datetime, picture: TrafficPicture) -> str:
    """A time of the axis, with its date where the picture is longer than a day."""
    long = (picture.end - picture.start).days > 0
    return f"{at.astimezone(UTC):{'%Y-%m-%d %H:%M' if long else '%H:%M:%S'}}"
