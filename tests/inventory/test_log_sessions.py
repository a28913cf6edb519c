"""Lines of a log become sessions: in any order, however often; what is not certain is nobody's."""

import itertools
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from aupkeep.inventory.history import exclusive
from aupkeep.inventory.log_sessions import BEGAN, ENDED, LIVES, LogMoment, LogPlace, LogSessions

T = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLACE = LogPlace(ip_network("203.0.113.7"))


def at(minute, doubt=0):
    """A moment of that minute, and so many minutes of doubt."""
    return LogMoment(T + timedelta(minutes=minute), T + timedelta(minutes=minute + doubt))


def read(*lines: tuple[object, ...], silence=60, numbers=True):
    """Sessions of lines: (what, session, who, minute[, minutes it lasted[, doubt]])."""
    sessions = LogSessions(timedelta(minutes=silence) if silence else None, numbers=numbers)
    for what, session, who, minute, *more in lines:
        lasted, doubt = (more[0] if more else None), (more[1] if len(more) == 2 else 0)
        moment = at(minute, doubt)
        if what == "on":
            sessions.restarted(who, moment)
            continue
        began = None if lasted is None else moment.latest - timedelta(minutes=lasted)
        key = (session,) if numbers else ()
        sessions.note(what, key, PLACE, who, moment, device="nas", began=began)
    return sessions


def shown(sessions):
    """Who from which minute to which."""
    history = sessions.history(lambda x, start, end: [(x.who, x.who, start, end)], whole=True)
    return [
        (x.customer, (x.start - T) // timedelta(minutes=1),
         x.end and (x.end - T) // timedelta(minutes=1))
        for x in exclusive(history.spans)
    ]  # fmt: skip


LOGS = {
    "a whole one": (
        [(BEGAN, 1, "a", 0), (LIVES, 1, "a", 10), (ENDED, 1, "a", 20, 20)], [("a", 0, 20)],
    ),
    "an end alone says when it began": ([(ENDED, 1, "a", 20, 20)], [("a", 0, 20)]),
    "an end alone that does not": ([(ENDED, 1, "a", 20)], []),
    "a sign of life alone": ([(LIVES, 1, "a", 20)], [("a", 20, None)]),
    "silence ends it where it was heard of": (
        [(BEGAN, 1, "a", 0), (LIVES, 1, "a", 10), (LIVES, 2, "b", 80)],
        [("a", 0, 10), ("b", 80, None)],
    ),
    "another one ends it where it was heard of": (
        [(BEGAN, 1, "a", 0), (LIVES, 1, "a", 10), (BEGAN, 2, "b", 15)],
        [("a", 0, 10), ("b", 15, None)],
    ),
    "its device begins anew": (
        [(BEGAN, 1, "a", 0), (LIVES, 1, "a", 10), ("on", 0, "nas", 12)], [("a", 0, 10)],
    ),
    "another device does": ([(BEGAN, 1, "a", 0), ("on", 0, "nas2", 12)], [("a", 0, None)]),
    "it was heard of after that": (
        [(BEGAN, 1, "a", 0), (LIVES, 1, "a", 13), ("on", 0, "nas", 12)], [("a", 0, None)],
    ),
    "two at once": (
        [(BEGAN, 1, "a", 0), (BEGAN, 2, "b", 5), (ENDED, 1, "a", 9, 9), (ENDED, 2, "b", 20, 15)],
        [("a", 0, 5), ("b", 9, 20)],
    ),
    "clocks that differ leave what is certain": (
        [(BEGAN, 1, "a", 0, None, 3), (ENDED, 1, "a", 20, 20, 3)], [("a", 3, 20)],
    ),
    "an end before the beginning": ([(BEGAN, 1, "a", 9), (ENDED, 1, "a", 0, 0)], [("a", 9, None)]),
    "the same number again, much later": (
        [(BEGAN, 1, "a", 0), (ENDED, 1, "a", 5, 5), (BEGAN, 1, "a", 50)],
        [("a", 0, 5), ("a", 50, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGS)
def test_in_any_order_and_twice(name):
    """The answer is the same for each order of the lines, and where each comes twice."""
    lines, expected = LOGS[name]
    for order in itertools.permutations(lines):
        assert shown(read(*order)) == expected
    assert shown(read(*lines, *lines)) == expected


BLOCKS = {
    "another one was there in between": (
        [(BEGAN, 0, "a", 0), (LIVES, 0, "a", 2), (BEGAN, 0, "b", 5), (LIVES, 0, "a", 10)],
        [("a", 0, 2), ("a", 10, None)],
    ),
    "too long apart to be one": (
        [(BEGAN, 0, "a", 0), (LIVES, 0, "a", 90)], [("a", 0, 0), ("a", 90, None)],
    ),
    "one goes on": ([(BEGAN, 0, "a", 0), (LIVES, 0, "a", 30)], [("a", 0, None)]),
    "freed and taken again": (
        [(BEGAN, 0, "a", 0), (ENDED, 0, "a", 5), (BEGAN, 0, "a", 9)], [("a", 0, 5), ("a", 9, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_a_log_without_numbers(name):
    """Two signs of life between which another was there are of two sessions."""
    lines, expected = BLOCKS[name]
    nothing = [item for item in expected if item[1] == item[2]]
    assert shown(read(*lines, numbers=False)) == [x for x in expected if x not in nothing]


def test_a_log_that_stands_still_ends_nothing():
    """Its own time is what counts, and no clock."""
    assert shown(read((BEGAN, 1, "a", 0))) == [("a", 0, None)]


def test_what_is_on_record_is_said_once():
    """Until it was taken it is said again; later only what changed."""
    sessions = read((BEGAN, 1, "a", 0))
    for _ in range(2):
        history = sessions.history(lambda x, start, end: [(x.who, "", start, end)])
        assert len(history.spans) == 1
    history.taken()
    assert sessions.history(lambda *_: []).about == set()
    sessions.note(LIVES, (2,), PLACE, "b", at(90))
    assert sessions.history(lambda *_: []).about == {PLACE.prefix}


def test_what_ended_long_ago_is_forgotten():
    """The log's memory is two days; what it forgot is on record and is not spoken of."""
    sessions = read((BEGAN, 1, "a", 0), (ENDED, 1, "a", 5, 5), (BEGAN, 2, "b", 10))
    sessions.history(lambda *_: []).taken()
    sessions.note(BEGAN, (3,), LogPlace(ip_network("203.0.113.9")), "c", at(60 * 24 * 5))
    sessions.history(lambda *_: []).taken()
    assert shown(sessions) == [("c", 7200, None)]
    assert sessions.since == T + timedelta(days=3)
