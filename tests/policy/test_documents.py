"""Which version of a document holds when: adopted, dated, worded anew, taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from aupkeep.model.clause import Clause
from aupkeep.model.ladder import Standard
from aupkeep.policy.documents import newly_recorded, oldest, version_at

START = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = Clause(
    id="spam",
    title="Spam",
    text="Do not.",
    document="AUP",
    version="1",
    anchor="1",
    standard=Standard.PLAIN_CONDUCT,
)
SECOND = replace(FIRST, version="2", text="Never.")


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def adopted(*steps: tuple[float, Clause]):
    """The rows after these (day, clause) were adopted, each asked for twice."""
    ids, known = count(), {}
    for at, clause in steps:
        for _ in range(2):
            rows = newly_recorded(
                list(known.values()), [clause], day(at), lambda: f"d{next(ids):03}"
            )
            known |= {row.id: row for row in rows}
    return list(known.values())


@pytest.mark.parametrize(
    ("steps", "asked", "text"),
    [
        ([(10, FIRST)], 1, "Do not."),
        ([(10, replace(FIRST, effective=day(5)))], 6, "Do not."),
        ([(10, replace(FIRST, effective=day(5)))], 4, None),
        ([(0, FIRST), (10, SECOND)], 9, "Do not."),
        ([(0, FIRST), (10, SECOND)], 11, "Never."),
        ([(0, FIRST), (10, replace(SECOND, effective=day(7)))], 8, "Never."),
        ([(0, FIRST), (10, replace(SECOND, effective=day(20)))], 15, "Do not."),
        ([(0, FIRST), (10, replace(SECOND, effective=day(20)))], 21, "Never."),
        ([(0, FIRST), (10, replace(FIRST, text="No."))], 5, "Do not."),
        ([(0, FIRST), (10, replace(FIRST, text="No."))], 11, "No."),
        ([(0, FIRST), (10, SECOND), (20, FIRST)], 15, "Never."),
        ([(0, FIRST), (10, SECOND), (20, FIRST)], 21, "Do not."),
    ],
)
def test_the_words_in_force_at_a_moment(steps, asked, text):
    """By the stated date, else by adoption; nobody is judged by words written afterwards."""
    clause = version_at(adopted(*steps), "spam", day(asked))
    assert (clause.text if clause else None) == text


def test_asking_again_records_nothing():
    """However often a pack is adopted, each version is one row."""
    dated = replace(FIRST, effective=day(5))
    assert len(adopted((10, dated), (11, dated), (12, dated))) == 1
    assert len(adopted((0, FIRST), (10, SECOND), (20, FIRST), (30, FIRST))) == 3


def test_a_date_that_is_stated_later_replaces_none():
    """The first version had no date; now it has one, and is still one row."""
    (row,) = adopted((0, FIRST), (10, replace(FIRST, effective=day(-30))))
    assert row.effective_from == day(-30)
    assert oldest([row], "spam").text == "Do not."
    assert oldest([row], "law") is None
