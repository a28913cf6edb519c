"""Counters and drafts that all processes share."""

from datetime import timedelta

import pytest

from aupkeep.model.errors import Missing
from aupkeep.store import drafts, raws, shared_counters
from databases import in_threads
from store.samples import NOW

LATER = NOW + timedelta(hours=1)
CALLERS = 8


def test_a_count_goes_up_by_one_each_time(home):
    assert [shared_counters.add("a", LATER) for _ in range(3)] == [1, 2, 3]
    assert (shared_counters.count("a"), shared_counters.count("b")) == (3, 0)


def test_of_many_at_once_one_spends(home):
    """Eight threads with connections of their own: exactly one may use a challenge."""
    won: list[bool] = []

    def use() -> None:
        won.append(shared_counters.spend("challenge", LATER))

    in_threads([use] * CALLERS)
    assert sorted(won) == [False] * (CALLERS - 1) + [True]
    assert shared_counters.spent("challenge")


def test_what_is_over_is_forgotten(home):
    shared_counters.add("old", NOW)
    shared_counters.add("new", LATER)
    assert shared_counters.sweep(NOW + timedelta(seconds=1)) == 1
    assert (shared_counters.count("old"), shared_counters.count("new")) == (0, 1)


def test_a_draft_outlives_the_reaper_until_its_time(home):
    """An upload of a form that is not sent yet is no orphan; afterwards it is one."""
    digest = drafts.keep(b"an upload", LATER)
    assert drafts.total() == 9
    age = timedelta(seconds=-1)
    assert raws.reap(age, NOW + timedelta(days=9000)) == 0
    drafts.sweep(LATER + timedelta(seconds=1))
    assert raws.reap(age, NOW + timedelta(days=9000)) == 1
    with pytest.raises(Missing):
        raws.read(digest)
