"""Turns in the outbox: a flood of one source delays itself, and nobody else (A2)."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.entry import Effect
from aupkeep.model.source import Lane
from aupkeep.store import fair_queue, outbox

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
FLOOD = 1000
SECOND = timedelta(seconds=1)


@pytest.fixture
def leave(journal, make):
    """Leaves effects in the outbox, a thousand in one transaction."""

    def leave(flow: str, count: int = 1, *, after: float = 0, lane: Lane = Lane.NORMAL) -> None:
        due = make.now + after * SECOND
        effects = [
            dataclasses.replace(make.effect(), due_at=due, flow=flow, lane=lane)
            for _ in range(count)
        ]
        journal.record(make.entry(), effects=effects)

    return leave


def order(now, limit: int = 2 * FLOOD) -> list[str]:
    """The flows of what is due, in the order a worker takes it."""
    return [one.effect.flow for one in outbox.lease(["read", "mail"], now, 30, limit, "w")]


def test_a_flood_of_a_thousand(leave, make):
    """After a thousand of one source, a report of another is the second to be read."""
    leave("flood", FLOOD)
    leave("good", after=5)
    found = order(make.now + 6 * SECOND)
    assert len(found) == FLOOD + 1
    assert found.index("good") <= 1


def test_floods_share(leave, make):
    """Between three floods the turns go round; a newcomer waits for one of each at most."""
    for flow in ("a", "b", "c"):
        leave(flow, 50)
    leave("good")
    found = order(make.now)
    assert found.index("good") <= 3
    found.remove("good")
    assert all(set(found[at : at + 3]) == {"a", "b", "c"} for at in range(0, 150, 3))


def test_a_flood_waits_for_nobody(leave, make):
    """Where nothing else is due a flood is read as fast as it can be: turns delay nothing."""
    leave("flood", 100)
    assert order(make.now) == ["flood"] * 100


def test_lanes(leave, make):
    """Good standing goes first, the slow lane last, each behind nobody for ever."""
    leave("slow", 3, lane=Lane.SLOW)
    leave("normal", 3)
    leave("fast", 3, lane=Lane.FAST)
    found = order(make.now)
    assert found[0] == "fast"
    assert found[-3:] == ["slow"] * 3
    assert found.index("normal") < 4


def test_what_has_no_flow_goes_to_the_front(leave, make):
    """A case to consider, or a mail to send, does not wait behind what waits to be read."""
    leave("flood", 100)
    leave("", after=3)
    assert order(make.now + 4 * SECOND).index("") <= 1


def test_what_is_tried_again_keeps_its_time(leave, make):
    """An effect that failed comes back when it is due, at its place."""
    leave("flood", 2)
    (first, _) = outbox.lease(["read"], make.now, 30, 2, "w")
    later = make.now + 60 * SECOND
    assert outbox.retry(first, later, "no answer", now=make.now)
    assert order(make.now + SECOND) == []
    assert order(later) == ["flood", "flood"]


arrivals = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.sampled_from(list(Lane))), max_size=40
)


@given(arrivals)
def test_places_of_a_flow_only_rise(arrivals):
    """Whatever comes, one flow's effects are done in the order they came."""
    places: dict[str, list] = {}
    for number, (flow, at, lane) in enumerate(sorted(arrivals, key=lambda one: one[1])):
        effect = Effect(
            id=str(number),
            kind="read",
            key="",
            payload={},
            due_at=EPOCH + at * SECOND,
            flow=flow,
            lane=lane,
        )
        front = min((one for flows in places.values() for one in flows), default=None)
        before = places.setdefault(flow, [])
        before.append(fair_queue.place(effect, front, before[-1] if before else None))
    assert all(found == sorted(found) for found in places.values())


def test_what_waits_already_is_not_left_twice(journal, make):
    """It keeps the better place; what a worker has, or is due later, is no such work."""

    def ask(flow: str, *, after: float = 0, key: str = "case-1") -> None:
        due = make.now + after * SECOND
        effect = dataclasses.replace(make.effect(), due_at=due, flow=flow, merge=key)
        journal.record(make.entry(), effects=[effect])

    ask("flood")
    ask("flood")
    ask("flood", key="case-2")
    assert outbox.pending() == 2
    ask("good", after=1)
    assert outbox.pending() == 2
    leases = outbox.lease(["read", "mail"], make.now + SECOND, 30, 1, "w")
    assert [(one.effect.merge, one.effect.flow) for one in leases] == [("case-1", "flood")]
    ask("good", after=1)
    assert outbox.pending() == 3, "a worker may have looked at the case before this was written"
    ask("good", after=-60)
    assert outbox.pending() == 4, "what is asked for now does not wait for what is due later"


def test_what_waits_goes_to_the_better_place(journal, make, leave):
    """A case that a slow source asked for is considered in the turn of the good one."""
    leave("other", 3)
    slow = dataclasses.replace(
        make.effect(), due_at=make.now, flow="slow", lane=Lane.SLOW, merge="case"
    )
    journal.record(make.entry(), effects=[slow])
    good = dataclasses.replace(
        make.effect(), due_at=make.now, flow="good", lane=Lane.FAST, merge="case"
    )
    journal.record(make.entry(), effects=[good])
    assert order(make.now) == ["good", "other", "other", "other"]
