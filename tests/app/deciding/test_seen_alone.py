"""Whether a case is still as somebody saw it, without a database."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from aupkeep.app.deciding import case_seen
from aupkeep.app.deciding.case_seen import LOUD, QUIET, mark_in, refuse_changed, seen_of, tag_of
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Stale
from casework.scenes import CASE, KARI, NOW, OLA

MARK = "2026-03-01T11:00:00Z#"


@pytest.fixture
def journal(monkeypatch):
    """So many loud entries, and so many in all; what is asked of the newest is kept."""
    known = SimpleNamespace(loud=7, all=9, asked=[], newest=[])

    def count(case, without=()) -> int:
        assert case == CASE.id
        assert without in ((), QUIET)
        return known.loud if without else known.all

    def newest_first(most, *, types, case) -> list[object]:
        known.asked.append((most, types, case))
        return known.newest[:most]

    monkeypatch.setattr(case_seen.log, "count", count)
    monkeypatch.setattr(case_seen.log, "newest_first", newest_first)
    return known


def entry(kind, by, minutes):
    made = SimpleNamespace(type=kind, actor=by, at=NOW + timedelta(minutes=minutes, seconds=5))
    return SimpleNamespace(entry=made)


def test_a_mark_is_the_time_of_the_last_change_and_the_loud_entries(journal):
    """An ETag counts each entry besides, and gives its mark back."""
    assert seen_of(CASE) == f"{MARK}7"
    assert tag_of(CASE) == f'"{MARK}7.9"'
    assert mark_in(f' "{MARK}7.9" ') == f"{MARK}7"
    assert mark_in("*") == ""
    assert mark_in('"X.9"') == "X"


def test_what_is_as_it_was_is_not_refused(journal):
    refuse_changed(CASE, f"{MARK}7")
    assert journal.asked == []


@pytest.mark.parametrize(
    ("seen", "most"),
    [
        (f"{MARK}6", 1),
        (f"#{MARK}6", 1),
        (f"{MARK}4", 3),
        (f"{MARK}1", 3),
        (f"{MARK}9", 0),
        ("x#7", 0),
        (MARK, 0),
        (f"{MARK}{'0' * 9}1", 0),
        (f"{MARK}{'0' * 8}6", 1),
        (f"{MARK}-1", 0),
        ("", 0),
    ],
)
def test_what_changed_is_told_the_newest_three(journal, seen, most):
    """As many as came since, by loud entries of this case; of a mark that is none of ours none."""
    with pytest.raises(Stale):
        refuse_changed(CASE, seen)
    assert journal.asked == [(most, LOUD, CASE.id)]


def test_who_did_what_since_is_said_in_order(journal):
    """The oldest of them first, with the time of day."""
    journal.newest = [
        entry(EntryType.DECISION_MADE, OLA, 2),
        entry(EntryType.ANSWER_READ, KARI, 1),
    ]
    with pytest.raises(Stale) as caught:
        refuse_changed(CASE, f"{MARK}5")
    assert str(caught.value) == (
        "the case has changed since you looked (Answer read by kari at 12:01:05 UTC, "
        "Decided by ola at 12:02:05 UTC); look again, then decide"
    )
    journal.newest = []
    with pytest.raises(Stale) as caught:
        refuse_changed(replace(CASE, changed_at=NOW), f"{MARK}7")
    assert str(caught.value) == ("the case has changed since you looked; look again, then decide")
