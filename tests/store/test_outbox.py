"""The outbox: once in one worker's hands, again when that worker dies, never for ever."""

from datetime import timedelta
from functools import partial

import pytest

from aupkeep.model.customer import Customer
from aupkeep.model.entry import Effect
from aupkeep.model.errors import Conflict, Missing
from aupkeep.store import customers, log, outbox
from databases import in_threads

LEASE = 30


@pytest.fixture
def leave(journal, make):
    """Leaves effects in the outbox."""

    def leave(*effects: Effect) -> None:
        journal.record(make.entry(), effects=effects)

    return leave


def take(now, worker: str = "w1", limit: int = 10) -> list[outbox.Lease]:
    return outbox.lease(["read", "mail"], now, LEASE, limit, worker)


def test_an_effect_is_leased_to_one_worker_only(leave, make):
    effect = make.effect()
    leave(effect)
    (lease,) = take(make.now)
    assert (lease.effect, lease.attempts) == (effect, 1)
    assert take(make.now, "w2") == []


def test_a_dead_workers_lease_runs_out(leave, make):
    leave(make.effect())
    (first,) = take(make.now)
    (second,) = take(make.now + timedelta(seconds=LEASE), "w2")
    assert second.effect.id == first.effect.id
    assert second.token > first.token


def test_what_a_dead_worker_held_is_given_back_at_once(leave, make):
    """At the next start on its machine, not when the lease runs out; others keep theirs."""
    leave(make.effect(), make.effect())
    (killed,) = take(make.now, "host-1", limit=1)
    (alive,) = take(make.now, "host-2", limit=1)
    assert outbox.free(lambda name: name == "host-1", make.now) == 1
    (again,) = take(make.now, "host-3")
    assert again.effect.id == killed.effect.id
    assert again.attempts == killed.attempts + 1
    with pytest.raises(Conflict, match="found it lost"):
        outbox.done(killed, make.now)
    outbox.done(alive, make.now)
    assert outbox.free(lambda name: False, make.now) == 0


def test_a_stale_token_cannot_complete(leave, make):
    """The first worker wakes up after the second one took over: nothing it says counts."""
    leave(make.effect())
    (stale,) = take(make.now)
    later = make.now + timedelta(seconds=LEASE)
    (fresh,) = take(later, "w2")
    for act in (
        lambda: outbox.done(stale, later),
        lambda: outbox.retry(stale, later, "slow", now=later),
        lambda: outbox.bury(stale, "slow", now=later),
    ):
        with pytest.raises(Conflict, match="found it lost"):
            act()
    outbox.done(fresh, later)
    assert outbox.pending() == 0


def test_a_stale_lease_takes_its_change_with_it(leave, journal, make):
    """`done=lease` and the rows are one transaction: a twin of the work is not recorded."""
    leave(make.effect())
    (stale,) = take(make.now)
    (fresh,) = take(make.now + timedelta(seconds=LEASE), "w2")
    journal.record(make.entry(), rows=[Customer(id="c1", name="A")], done=fresh)
    size = log.size()
    with pytest.raises(Conflict):
        journal.record(make.entry(), rows=[Customer(id="c2", name="B")], done=stale)
    assert (log.size(), customers.count(), outbox.pending()) == (size, 1, 0)


def test_a_done_effect_is_not_done_again(leave, make):
    leave(make.effect())
    (lease,) = take(make.now)
    outbox.done(lease, make.now)
    with pytest.raises(Conflict):
        outbox.done(lease, make.now)
    assert take(make.now + timedelta(days=1)) == []


def test_the_same_key_is_one_effect_for_ever(leave, make):
    leave(make.effect(key="mail:n1"))
    outbox.done(take(make.now)[0], make.now)
    leave(make.effect(key="mail:n1"))
    assert outbox.pending() == 0


def test_an_effect_waits_until_it_is_due(leave, make):
    later = make.now + timedelta(minutes=5)
    leave(make.effect(due=later))
    assert take(make.now) == []
    assert len(take(later)) == 1


def test_other_kinds_are_left_alone(leave, make):
    leave(make.effect("enforce"))
    assert take(make.now) == []
    assert outbox.pending(["enforce"]) == 1


def test_a_failing_effect_is_tried_again_then_put_aside(leave, make):
    """After the last attempt it is dead, and shown with its error; a replay gives all back."""
    effect = make.effect()
    leave(effect)
    now = make.now
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        (lease,) = take(now)
        assert lease.attempts == attempt
        now += timedelta(minutes=1)
        again = outbox.retry(lease, now, "refused", now=now)
        assert again is (attempt < outbox.MAX_ATTEMPTS)
    assert take(now) == []
    (dead,) = outbox.dead()
    assert (dead.effect.id, dead.error) == (effect.id, "refused")
    outbox.replay(effect.id, now)
    assert (take(now)[0].attempts, outbox.dead()) == (1, [])


def test_an_effect_that_kills_its_workers_is_put_aside(leave, make):
    """No worker ever says a word; the effect still does not come back for ever."""
    leave(make.effect())
    now = make.now
    for _ in range(outbox.MAX_ATTEMPTS):
        assert len(take(now)) == 1
        now += timedelta(seconds=LEASE)
    assert take(now) == []
    assert "died" in outbox.dead()[0].error


def test_only_a_dead_effect_is_replayed(leave, make):
    effect = make.effect()
    leave(effect)
    with pytest.raises(Missing):
        outbox.replay(effect.id, make.now)


def test_parallel_workers_share_the_work(leave, make):
    """Four workers take what is there: all of it, none twice."""
    leave(*(make.effect() for _ in range(60)))
    taken: list[str] = []

    def work(name: str) -> None:
        while leases := take(make.now, name, limit=3):
            taken.extend(lease.effect.id for lease in leases)

    in_threads(partial(work, f"w{n}") for n in range(4))
    assert len(taken) == len(set(taken)) == 60


def test_an_attempt_that_does_not_count_was_none(leave, make):
    """The storage was away: as often as that is so, the effect keeps its attempts."""
    leave(make.effect())
    for turn in range(outbox.MAX_ATTEMPTS + 3):
        now = make.now + timedelta(seconds=turn)
        (lease,) = take(now)
        assert lease.attempts == 1
        assert outbox.retry(lease, now, "disk full", now=now, counts=False)
    assert outbox.dead() == []


def test_what_waits_for_a_cause_is_hurried_once_it_is_over(leave, make):
    """Only what failed for that cause, and nothing that has used up half of its attempts."""
    leave(make.effect(), make.effect())
    first, second = take(make.now)
    later = make.now + timedelta(hours=1)
    outbox.retry(first, later, "no answer: away", now=make.now)
    outbox.retry(second, later, "451 not now", now=make.now)
    assert outbox.hurry("read", "no answer:", make.now) == 1
    (again,) = take(make.now)
    assert again.effect.id == first.effect.id
    for _ in range(outbox.MAX_ATTEMPTS // 2):
        outbox.retry(again, make.now, "no answer: away", now=make.now)
        (again,) = take(make.now)
    outbox.retry(again, later, "no answer: away", now=make.now)
    assert outbox.hurry("read", "no answer:", make.now) == 0
