"""Feeds as stored: one lease at a time, state written once, copies that are not reaped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.model.errors import Conflict
from aupkeep.model.feed import FeedCopy, FeedItem, FeedOutcome, FeedState
from aupkeep.store import feeds, raws
from store.conftest import NOW

LATER = NOW + timedelta(seconds=300)


def take(name="feodo", at=NOW, worker="w1", **more):
    return feeds.lease(name, at, seconds=60, worker=worker, **more)


def done(**values):
    """A state after a good fetch."""
    return FeedState(name="feodo", outcome=FeedOutcome.READ, due_at=LATER, good_at=NOW, **values)


def item(key, at=NOW):
    return FeedItem(
        feed="feodo", key=key * 32, shown="203.0.113.9", first_seen=at, last_seen=at, told_at=at
    )


def test_new_feed_is_due(home):
    assert feeds.due(["feodo"], NOW) == ["feodo"]
    assert take() is not None


def test_second_worker_gets_none(home):
    """While one worker has a feed, no other fetches it."""
    take()
    assert take(worker="w2") is None
    assert feeds.due(["feodo"], NOW) == []


def test_lease_of_a_dead_worker_runs_out(home):
    """What the first one still says does not count once another has the feed."""
    first = take()
    second = take(at=NOW + timedelta(seconds=61), worker="w2")
    assert second is not None
    with pytest.raises(Conflict):
        feeds.finish(first, done(seen=1))
    feeds.finish(second, done(seen=2))
    assert feeds.state("feodo").seen == 2


def test_finished_feed_waits_until_it_is_due(home):
    feeds.finish(take(), done())
    assert take(at=LATER - timedelta(seconds=1)) is None
    assert feeds.due(["feodo"], LATER) == ["feodo"]
    assert take(at=LATER) is not None


def test_person_may_fetch_early(home):
    feeds.finish(take(), done())
    assert take(early=True) is not None
    assert take(early=True, worker="w2") is None


def test_state_is_read_back(home):
    copy = FeedCopy(name="a.txt", digest="d" * 64, size=3, items=1, at=NOW, etag='"1"')
    state = done(copies=(copy,), alarm="odd", alarm_at=NOW, failures=2, error="why", told=7, ours=3)
    feeds.finish(take(), state)
    assert feeds.states() == {"feodo": state}
    assert feeds.state("none") == FeedState(name="none")


def test_feed_given_back_is_free_at_once(home):
    feeds.let_go(take())
    second = take(worker="w2")
    assert second is not None
    feeds.let_go(replace(second, token=1))  # a lost lease gives nothing back
    assert take(worker="w3") is None


def test_items_keep_when_they_were_first_seen(home):
    """Seen again, an item only moves its last sighting."""
    feeds.finish(take(), done(), [item("a"), item("b")])
    again = replace(item("a", LATER), told_at=NOW)
    feeds.finish(take(at=LATER), done(), [again])
    found = feeds.items("feodo", ["a" * 32, "b" * 32, "c" * 32])
    assert found == {"a" * 32: replace(again, first_seen=NOW), "b" * 32: item("b")}
    assert [one.key[0] for one in feeds.listed("feodo")] == ["a", "b"]
    assert feeds.items("other", ["a" * 32]) == {}


def test_last_good_copy_is_not_reaped(home):
    """A copy stays as long as its feed names it, though no raw does."""
    digest = raws.keep(b"a list")
    copy = FeedCopy(name="a.txt", digest=digest, size=6, items=1, at=NOW)
    feeds.finish(take(), done(copies=(copy,)))
    long_after = NOW + timedelta(days=20_000)
    raws.reap(timedelta(hours=1), long_after)
    assert raws.read(digest) == b"a list"
    feeds.finish(take(at=LATER), done())
    assert raws.reap(timedelta(hours=1), long_after) == 1
