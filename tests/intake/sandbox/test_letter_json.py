"""What a reading says of a letter crosses the box border without loss, and nothing unsound does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from aupkeep.model.correspondence import DeliveryFailure, FailureReason, MailMeaning
from aupkeep.model.errors import Unreadable
from aupkeep.model.finding import Offset
from aupkeep.model.report import Reading, ReadingOutcome
from aupkeep.store.codec import dump, load

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLACES = st.lists(st.builds(Offset, st.just(0), st.integers(0, 9), st.integers(9, 20)), max_size=3)
FAILURE = st.builds(
    DeliveryFailure,
    recipient=st.none() | TEXT,
    reason=st.sampled_from(FailureReason),
    status=TEXT,
    permanent=st.none() | st.booleans(),
    delayed=st.booleans(),
    why=TEXT,
)
LETTER = st.builds(
    Reading,
    outcome=st.just(ReadingOutcome.REPLY),
    parts=st.just(("x" * 20,)),
    quoted=PLACES.map(tuple),
    signed=PLACES.map(tuple),
    failures=st.lists(FAILURE, max_size=3).map(tuple),
    meaning=st.none() | st.sampled_from(MailMeaning),
)


@given(LETTER)
def test_a_letter_comes_out_as_it_went_in(reading: Reading) -> None:
    assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading


@given(LETTER)
def test_a_letter_is_stored_and_read_back(reading: Reading) -> None:
    assert load(Reading, json.loads(json.dumps(dump(reading)))) == reading


def test_a_reading_without_a_letter_is_stored_as_before() -> None:
    """Rows written before readings knew letters keep their digest."""
    assert not {"quoted", "signed", "failures", "meaning"}.intersection(
        dump(Reading(outcome=ReadingOutcome.PARSED))
    )


FAILED = ["a@b.example", "spam", "5.7.1", True, False, "no"]


@pytest.mark.parametrize(
    "letter",
    [
        [[[1, 0, 1]], [], [], None],
        [[[0, 5, 2]], [], [], None],
        [[[0, 0, 99]], [], [], None],
        [[["0", 0, 1]], [], [], None],
        [[[0, 0, 0]] * 5_001, [], [], None],
        [[], [], [[*FAILED[:1], "hatred", *FAILED[2:]]], None],
        [[], [], [[7, *FAILED[1:]]], None],
        [[], [], [[*FAILED[:3], "yes", *FAILED[4:]]], None],
        [[], [], [], "surrender"],
        [[], []],
        "words",
    ],
)
def test_what_a_box_may_not_say_of_a_letter_is_refused(letter: object) -> None:
    wire = reading_to_json(Reading(outcome=ReadingOutcome.REPLY, parts=("x" * 20,)))
    with pytest.raises(Unreadable):
        reading_from_json({**wire, "letter": letter})
