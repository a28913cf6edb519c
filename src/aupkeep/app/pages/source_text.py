"""A source's own text, cut to the lines that were read, with each value that was read marked."""

from collections.abc import Iterable, Iterator, Sequence

from aupkeep.app.pages.layout.page import TextPart
from aupkeep.model.case import Claim

LINES = 20
BEFORE = 2  # lines shown above the first value, for the desk
LONGEST = 600  # characters of a line that is shown whole
Span = tuple[int, int]
Mark = tuple[int, int, str]


def excerpt(
    parts: Sequence[str], claims: Iterable[Claim], *, whole: bool
) -> tuple[tuple[TextPart, ...], bool]:
    """The text around the claims' values, and whether it is a part of a longer source.

    `whole` gives the lines between and above the values too, else only those that hold one.
    """
    marks = _marks(parts, claims)
    if not marks:
        return (), False
    part = min(marks)
    text, part_marks = parts[part], marks[part]
    lines = _lines(text, part_marks, whole=whole)
    shown: list[TextPart] = []
    for start, end in lines:
        shown += [TextPart("\n")] if shown else []
        shown += _cut(text, (start, end), part_marks)
    covered = sum(end - start for start, end in lines) + len(lines) - 1
    return tuple(_joined(shown)), covered < len(text.rstrip()) or len(parts) > 1


def _marks(parts: Sequence[str], claims: Iterable[Claim]) -> dict[int, list[Mark]]:
    """Where each field was read, by part, in the order of the text; overlaps are dropped."""
    by_part: dict[int, set[Mark]] = {}
    for claim in claims:
        for name, (part, start, end) in claim.finding.offsets.items():
            if 0 <= part < len(parts) and 0 <= start < end <= len(parts[part]):
                pieces = _pieces(parts[part], start, end)
                by_part.setdefault(part, set()).update((*piece, name) for piece in pieces)
    return {part: _apart(sorted(marks)) for part, marks in by_part.items()}


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The places that stand for a value: itself, or the ends of one that reaches over lines.

    "First seen: … Last seen: …" on lines of their own frame one time; what lies between is not it.
    """
    first = text.find("\n", start, end)
    if first < 0:
        yield start, end
        return
    last = text.rfind("\n", start, end) + 1
    yield from ((begin, stop) for begin, stop in ((start, first), (last, end)) if begin < stop)


def _apart(marks: list[Mark]) -> list[Mark]:
    apart: list[Mark] = []
    for mark in marks:
        if not apart or mark[0] >= apart[-1][1]:
            apart.append(mark)
    return apart


def _lines(text: str, marks: list[Mark], *, whole: bool) -> list[Span]:
    """The lines to show, each within LONGEST characters around its first value."""
    first: dict[int, Span] = {}
    for start, end, _ in marks:
        line = _line(text, start, end)
        first.setdefault(line[0], line)
    held = list(first.values())[:LINES]
    if not whole:
        return held
    start = held[0][0]
    for _ in range(BEFORE):
        start = text.rfind("\n", 0, max(start - 1, 0)) + 1
    if held[0][0] - start > LONGEST:
        start = held[0][0]
    return _run(text, start, held[-1][1])


def _run(text: str, start: int, end: int) -> list[Span]:
    """Lines one after another from `start` on, LINES of them at most, up to `end`."""
    lines: list[Span] = []
    while start <= end and len(lines) < LINES:
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        lines.append((start, min(stop, start + LONGEST)))
        if stop > start + LONGEST:
            break
        start = stop + 1
    return lines


def _line(text: str, start: int, end: int) -> Span:
    stop = text.find("\n", end)
    begin = max(text.rfind("\n", 0, start) + 1, start - LONGEST // 2)
    return begin, min(len(text) if stop < 0 else stop, begin + LONGEST)


def _cut(text: str, line: Span, marks: list[Mark]) -> list[TextPart]:
    """One line as parts."""
    place, end = line
    shown: list[TextPart] = []
    for start, stop, name in marks:
        if start < place or stop > end:
            continue
        shown += [TextPart(text[place:start])] if start > place else []
        shown.append(TextPart(text[start:stop], name))
        place = stop
    return [*shown, TextPart(text[place:end])] if place < end else shown


def _joined(parts: list[TextPart]) -> list[TextPart]:
    """Neighbours without a mark as one."""
    joined: list[TextPart] = []
    for part in parts:
        if joined and not part.mark and not joined[-1].mark:
            joined[-1] = TextPart(joined[-1].text + part.text)
        else:
            joined.append(part)
    return joined
