"""Which version of a document holds when: adopted, dated, worded anew, taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from aupkeep.model.clause import Clause
from aupkeep.model.ladder import Standard
from aupkeep.model.policy_document import PolicyDocument
from aupkeep.policy.documents import (
    clause_in,
    digest_of,
    document_at,
    holding,
    newly_recorded,
    oldest,
    version_at,
)

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


LATE_AGAIN = (31, replace(SECOND, effective=day(50)))


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
        ([(0, FIRST), (10, replace(FIRST, effective=day(20)))], 5, "Do not."),
        ([(0, FIRST), (10, replace(FIRST, effective=day(20)))], 15, "Do not."),
        ([(0, FIRST), (10, SECOND), (12, replace(SECOND, effective=day(20)))], 15, "Do not."),
        ([(0, FIRST), (10, SECOND), (12, replace(SECOND, effective=day(20)))], 21, "Never."),
        (
            [(0, FIRST), (10, SECOND), (20, FIRST), (30, SECOND), LATE_AGAIN],
            40,
            "Do not.",
        ),
        (
            [(0, FIRST), (10, SECOND), (20, FIRST), (30, SECOND), LATE_AGAIN],
            15,
            "Never.",
        ),
        ([(0, FIRST), (10, SECOND), (20, FIRST)], 21, "Do not."),
    ],
)
def test_the_words_in_force_at_a_moment(steps, asked, text):
    """By the stated date, else by adoption; nobody is judged by words written afterwards."""
    clause = version_at(adopted(*steps), "spam", day(asked))
    assert (clause.text if clause else None) == text


def test_a_clause_says_since_when_it_holds():
    """With the date of its row, also where it stated none."""
    known = adopted((0, FIRST), (10, SECOND))
    assert [version_at(known, "spam", day(at)).effective for at in (9, 11)] == [None, day(10)]


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


def test_a_row_field_by_field():
    """One row for each document, version and date, with all its clauses."""
    law = replace(FIRST, id="law", title="Law")
    other = replace(FIRST, id="mail", document="Mail terms")
    dated = replace(FIRST, id="late", effective=day(30))
    ids = iter("abc")
    rows = newly_recorded([], [FIRST, law, other, dated], day(1), lambda: next(ids))
    assert [(row.id, row.document, row.version) for row in rows] == [
        ("a", "AUP", "1"),
        ("b", "Mail terms", "1"),
        ("c", "AUP", "1"),
    ]
    assert [row.clauses for row in rows] == [(FIRST, law), (other,), (dated,)]
    assert [row.effective_from for row in rows] == [None, None, day(30)]
    assert {row.recorded_at for row in rows} == {day(1)}
    assert rows[0].digest == digest_of([law, FIRST])
    assert clause_in(rows[0], "law") == law
    assert clause_in(rows[0], "mail") is None


def test_a_digest_is_of_the_words():
    """Whatever their order; the document and its version are not in it."""
    law = replace(FIRST, id="law")
    assert digest_of([FIRST, law]) == digest_of([law, FIRST]) != digest_of([FIRST])
    assert digest_of([replace(FIRST, document="x", version="9")]) == digest_of([FIRST])
    changes = ({"id": "x"}, {"title": "x"}, {"text": "x"}, {"anchor": "x"})
    changed = [replace(FIRST, **change) for change in changes]
    changed.append(replace(FIRST, standard=Standard.PRECAUTIONS))
    assert len({digest_of([clause]) for clause in [FIRST, *changed]}) == 6


def test_which_row_holds_these_very_words():
    """The newest of the version that was quoted; other words or another version hold nothing."""
    known = adopted((0, FIRST), (10, SECOND), (20, FIRST))
    assert holding(known, FIRST) == known[-1]
    assert holding(known, SECOND) == known[1]
    for change in ({"text": "x"}, {"version": "3"}, {"document": "x"}, {"id": "law"}):
        assert holding(known, replace(FIRST, **change)) is None


def test_the_oldest_words_are_for_an_act_before_all():
    """By when they took effect, then by when they were recorded."""
    late = replace(FIRST, text="Late.", effective=day(50))
    known = adopted((0, late), (10, replace(SECOND, effective=day(40))))
    assert oldest(known, "spam").text == "Never."
    same = adopted((0, replace(FIRST, effective=day(3))), (1, replace(SECOND, effective=day(3))))
    assert oldest(same, "spam").text == "Do not."
    assert document_at(same, "spam", day(3)).version == "2"
    assert document_at(same, "spam", day(2.9)) is None
    assert document_at(same, "law", day(9)) is None


@pytest.mark.parametrize(
    ("steps", "begins"),
    [
        ([(0, FIRST)], [None]),
        ([(0, FIRST), (10, SECOND)], [None, 10]),
        ([(0, FIRST), (10, replace(FIRST, id="law", document="Law"))], [None, None]),
        ([(0, FIRST), (10, replace(FIRST, text="x", effective=day(5)))], [None, 10]),
        ([(0, FIRST), (10, replace(FIRST, text="x", effective=day(20)))], [None, 20]),
        (
            [
                (0, replace(FIRST, effective=day(10))),
                (10, replace(FIRST, text="x", effective=day(5))),
            ],
            [10, 10],
        ),
        ([(0, replace(FIRST, effective=day(20))), (10, replace(FIRST, text="x"))], [20, 10]),
        (
            [(0, replace(FIRST, effective=day(10))), (10, replace(FIRST, text="x"))],
            [10, 10],
        ),
        ([(0, FIRST), (10, SECOND), (20, replace(FIRST, effective=day(20)))], [None, 10, 20]),
        ([(0, replace(FIRST, effective=day(10))), (10, replace(FIRST, effective=day(20)))], [10]),
        ([(0, FIRST), (10, replace(FIRST, effective=day(10)))], [10]),
        ([(5, replace(FIRST, effective=day(9))), (6, replace(FIRST, effective=day(8)))], [8]),
    ],
)
def test_from_when_a_row_holds(steps, begins):
    """The stated date; now for words that were in force before; always for the very first."""
    rows = sorted(adopted(*steps), key=lambda row: row.id)
    found = [row.effective_from and (row.effective_from - START).days for row in rows]
    assert found == begins


def test_a_version_stands_only_where_all_its_clauses_do():
    """One clause of it was replaced since by another document: adopted again, it is a new row."""
    law = replace(FIRST, id="law")
    ids = count()

    def adopt(known, clauses, at) -> list[PolicyDocument]:
        return [*known, *newly_recorded(known, clauses, day(at), lambda: f"d{next(ids)}")]

    known = adopt([], [FIRST, law], 0)
    assert adopt(known, [FIRST, law], 5) == known
    known = adopt(known, [replace(law, version="2", text="New.")], 10)
    again = adopt(known, [law, FIRST], 20)
    assert len(again) == len(known) + 1
    assert version_at(again, "law", day(21)).text == "Do not."
