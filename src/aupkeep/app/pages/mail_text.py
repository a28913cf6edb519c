"""A letter's words with what it quotes and its signature marked, so that a page can fold them."""

from collections.abc import Iterator, Sequence

from aupkeep.app.pages.layout.page import TextPart
from aupkeep.model.entry import EntryType
from aupkeep.model.finding import Offset
from aupkeep.model.report import Reading
from aupkeep.store import reports
from aupkeep.store.log import Logged

LONGEST = 20_000  # characters shown
QUOTED, SIGNED = "quoted", "signed"  # marks of the parts


def letter_parts(reading: Reading) -> tuple[TextPart, ...]:
    """The words in their order, quoted and signed stretches marked; what is empty is left out."""
    shown: list[TextPart] = []
    left = LONGEST
    for number, text in enumerate(reading.parts):
        for part in _marked(text, number, reading):
            cut = part.text[:left].strip("\n")
            left -= len(part.text)
            if cut.strip():
                shown.append(TextPart(cut, part.mark))
            if left <= 0:
                return tuple(shown)
    return tuple(shown)


def _marked(text: str, number: int, reading: Reading) -> Iterator[TextPart]:
    marks = sorted([*_of(number, reading.quoted, QUOTED), *_of(number, reading.signed, SIGNED)])
    place = 0
    for start, end, mark in marks:
        if start < place:
            continue
        yield TextPart(text[place:start])
        yield TextPart(text[start:end], mark)
        place = end
    yield TextPart(text[place:])


def _of(number: int, places: Sequence[Offset], mark: str) -> Iterator[tuple[int, int, str]]:
    return ((place.start, place.end, mark) for place in places if place.part == number)


def answers_by_mail(logged: Sequence[Logged]) -> dict[str, tuple[TextPart, ...]]:
    """The words of each answer that came by mail, by the answer's id."""
    payloads = (
        payload.entry.payload for payload in logged if payload.entry.type is EntryType.ANSWER_GIVEN
    )
    report_of_answer = {
        str(payload["answer"]): str(payload["report"])
        for payload in payloads
        if payload.get("report")
    }
    report_by_id = reports.by_ids(report_of_answer.values())
    return {
        answer: letter_parts(report_by_id[report].reading)
        for answer, report in report_of_answer.items()
        if report in report_by_id
    }
