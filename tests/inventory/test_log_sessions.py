"""Lines of a log become sessions: in any order, however often; what is not certain is nobody's."""

import itertools
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from aupkeep.inventory.history import LateEnd, exclusive
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
    "it ended as it began": ([(ENDED, 1, "a", 10), (BEGAN, 1, "a", 10)], []),
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
    "another one, and it came back": (
        [(BEGAN, 0, "a", 0), (BEGAN, 0, "b", 5), (LIVES, 0, "a", 10)], [("a", 10, None)],
    ),
    "heard of, and another one in between": (
        [(LIVES, 0, "a", 0), (LIVES, 0, "b", 5), (LIVES, 0, "a", 10)], [("a", 10, None)],
    ),
    "ended, and another one in between": (
        [(BEGAN, 0, "a", 0), (LIVES, 0, "b", 5), (ENDED, 0, "a", 10)], [],
    ),
    "another one at its beginning": (
        [(BEGAN, 0, "a", 0), (LIVES, 0, "a", 10), (LIVES, 0, "b", 0)], [("a", 0, None)],
    ),
    "as far apart as silence is": (
        [(BEGAN, 0, "a", 0), (LIVES, 0, "a", 60)], [("a", 0, None)],
    ),
    "a sign of life where it begins": (
        [(BEGAN, 0, "a", 5), (LIVES, 0, "a", 5)], [("a", 5, None)],
    ),
    "another one at its end": (
        [(BEGAN, 0, "a", 0), (LIVES, 0, "a", 10), (BEGAN, 0, "b", 10)],
        [("a", 0, 10), ("b", 10, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_a_log_without_numbers(name):
    """Two signs of life between which another was there are of two sessions."""
    lines, expected = BLOCKS[name]
    certain = [item for item in expected if item[1] != item[2]]
    for order in itertools.permutations(lines):
        assert shown(read(*order, numbers=False)) == certain
    assert shown(read(*lines, *lines, numbers=False)) == certain


def test_no_order_says_more_than_is_certain():
    """Of many signs of life the last two are remembered: then less is said, and never more."""
    lines = [(BEGAN, 0, "a", 0), *((LIVES, 0, "a", minute) for minute in (3, 10, 12))]
    for order in itertools.permutations([*lines, (LIVES, 0, "b", 5)]):
        found = shown(read(*order, numbers=False))
        assert found[-1][2] is None
        assert found[-1][1] in (10, 12)
        assert set(found[:-1]) <= {("a", 0, 3)}


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


OTHER = LogPlace(ip_network("203.0.113.9"))


def test_a_session_that_left():
    """It ended when it was last heard of before; what nobody knows, or is there still, did not."""
    sessions = read((BEGAN, 1, "a", 0), (LIVES, 1, "a", 10))
    sessions.left((9,), PLACE, "a", at(20))
    sessions.left((1,), PLACE, "a", at(10))
    assert shown(sessions) == [("a", 0, None)]
    sessions.history(lambda *_: []).taken()
    sessions.left((1,), PLACE, "a", at(11))
    assert sessions.history(lambda *_: []).about == {PLACE.prefix}
    assert shown(sessions) == [("a", 0, 10)]


def test_a_device_that_began_anew():
    """What is on it is looked at again, nothing of another; what was heard of then lives."""
    sessions = read((BEGAN, 1, "a", 0), (LIVES, 1, "a", 12))
    sessions.note(BEGAN, (2,), OTHER, "b", at(0), device="nas2")
    sessions.history(lambda *_: []).taken()
    sessions.restarted("nas", at(12))
    assert sessions.history(lambda *_: []).about == {PLACE.prefix}
    assert {(x.customer, x.end) for x in spans(sessions)} == {("a", None), ("b", None)}


@pytest.mark.parametrize(
    ("silence", "heard", "until"), [(60, 60, None), (60, 61, 0), (None, 9000, None)]
)
def test_how_long_is_silence(silence, heard, until):
    """Longer than that, by the log's own time; where there is none, it says nothing."""
    sessions = read((BEGAN, 1, "a", 0), silence=silence)
    sessions.note(LIVES, (2,), OTHER, "b", at(heard), device="nas")
    ends = {x.customer: x.end for x in spans(sessions)}
    assert ends.get("a", T) == (None if until is None else T + timedelta(minutes=until))


def spans(sessions):
    """As they are said, each with its minutes."""
    return sessions.history(lambda x, start, end: [(x.who, "r", start, end)], whole=True).spans


@pytest.mark.parametrize(
    ("ports", "ends"), [((5, 9), False), ((4, 9), True), ((1, 1), True), ((0, 0), False)]
)
def test_another_one_on_one_of_its_ports(ports, ends):
    """One port in common is enough, beside it is not."""
    sessions = LogSessions(None)
    mine, theirs = LogPlace(PLACE.prefix, 1, 4), LogPlace(PLACE.prefix, *ports)
    sessions.note(BEGAN, (1,), mine, "a", at(0))
    sessions.note(LIVES, (1,), mine, "a", at(2))
    sessions.note(BEGAN, (2,), theirs, "b", at(5))
    (a,) = [x for x in spans(sessions) if x.customer == "a"]
    assert a.end == (T + timedelta(minutes=2) if ends else None)
    assert (a.port_from, a.port_to, a.resource) == (1, 4, "r")


def test_two_that_were_heard_of_at_once():
    """The one that began later counts; of two that are the same in all, both go on."""
    sessions = LogSessions(None)
    for key, who, minute in ((1, "a", 0), (2, "b", 5), (1, "a", 9), (2, "b", 9)):
        sessions.note(BEGAN if minute in (0, 5) else LIVES, (key,), PLACE, who, at(minute))
    ends = {x.customer: x.end for x in spans(sessions)}
    assert ends == {"a": T + timedelta(minutes=9), "b": None}
    twins = LogSessions(None)
    for key, who in ((1, "a"), (2, "b")):
        twins.note(BEGAN, (key,), PLACE, who, at(0))
    assert {x.customer: x.end for x in spans(twins)} == {"a": None, "b": None}


def test_the_end_of_what_began_before_the_log():
    """Whose it was in its last second is told, with its ports."""
    place = LogPlace(PLACE.prefix, 1024, 2047)
    sessions = LogSessions(None)
    sessions.note(ENDED, (1,), place, "a", at(20))
    sessions.note(LIVES, (2,), place, "b", at(1))
    asked = []

    def holders(session, start, end) -> list[tuple[str, str, datetime, datetime | None]]:
        asked.append((session.who, start, end))
        return [(session.who, "line", start, end)]

    history = sessions.history(holders)
    end = T + timedelta(minutes=20)
    assert history.ends == [
        LateEnd(prefix=PLACE.prefix, port_from=1024, port_to=2047, customer="a", resource="line",
                at=end)
    ]  # fmt: skip
    assert ("a", end - timedelta(seconds=1), end) in asked


def old(*notes: tuple[str, str, int], silence=None, taken=True):
    """What is remembered five days after some lines of the first minutes."""
    sessions = LogSessions(silence)
    for what, who, minute in notes:
        sessions.note(what, (who,), PLACE, who, at(minute))
    if taken:
        sessions.history(lambda *_: []).taken()
    for days in (5, 6):
        sessions.note(BEGAN, (days,), OTHER, "later", at(60 * 24 * days))
        sessions.history(lambda *_: [])
    return {x.who for known in sessions._by_place.values() for x in known} - {"later"}


def test_what_is_remembered():
    """What never ended where nothing is said of it for long, and what is not on record yet."""
    assert old((BEGAN, "a", 0), (BEGAN, "b", 1), (ENDED, "b", 2)) == {"a"}
    assert old((BEGAN, "a", 0), silence=timedelta(minutes=5)) == set()
    assert old((BEGAN, "a", 0), (ENDED, "a", 2), taken=False) == {"a"}
    assert old((BEGAN, "a", 0), (ENDED, "a", 60 * 24 * 3), (BEGAN, "b", 0)) == {"a", "b"}
    assert old((BEGAN, "a", 0), (ENDED, "a", 60 * 24 * 3 - 1)) == set()


def test_a_line_of_a_session_that_ended():
    """Within the slack of its end it is of it, after that it is of a new one."""
    for minute, expected in ((7, [("a", 0, 5)]), (8, [("a", 0, 5), ("a", 8, None)])):
        sessions = read((BEGAN, 1, "a", 0), (ENDED, 1, "a", 5), (LIVES, 1, "a", minute))
        assert shown(sessions) == expected


def test_a_line_at_the_very_beginning_and_within_the_silence():
    """Just inside, without numbers: one session each."""
    assert shown(read((BEGAN, 0, "a", 5), (LIVES, 0, "a", 5), numbers=False)) == [("a", 5, None)]
    assert shown(read((LIVES, 1, "a", 5), (LIVES, 1, "a", 5))) == [("a", 5, None)]
    apart = [(BEGAN, 0, "a", 0), (LIVES, 0, "a", 60)]
    assert shown(read(*apart, numbers=False)) == [("a", 0, None)]


def test_what_a_history_says_of_the_log():
    """Its newest line, and once, when the log goes back so far, since when all was heard of."""
    sessions = read((BEGAN, 1, "a", 0))
    sessions.note(BEGAN, (2,), OTHER, "b", at(59))
    first = sessions.history(lambda *_: [])
    assert (first.quiet_before, first.newest, first.since) == (None, at(59).earliest, T)
    first.taken()
    sessions.note(LIVES, (2,), OTHER, "b", at(60))
    for _ in range(2):
        quiet = sessions.history(lambda *_: [])
        assert quiet.quiet_before == T
        assert quiet.about == {PLACE.prefix, OTHER.prefix}
    quiet.taken()
    assert sessions.history(lambda *_: []).quiet_before is None


def test_what_was_silent_twice_is_told_twice():
    """Once it was heard of again in between."""
    sessions = read((BEGAN, 1, "a", 0))
    for minute, told in ((90, {PLACE.prefix, OTHER.prefix}), (91, {OTHER.prefix})):
        sessions.note(LIVES, (2,), OTHER, "b", at(minute))
        history = sessions.history(lambda *_: [])
        assert history.about == told
        history.taken()
    sessions.note(LIVES, (1,), PLACE, "a", at(92))
    sessions.history(lambda *_: []).taken()
    sessions.note(LIVES, (2,), OTHER, "b", at(200))
    assert sessions.history(lambda *_: []).about == {PLACE.prefix, OTHER.prefix}


def test_what_may_have_begun_earlier():
    """A sign of life alone; of two holders in a row the first; not once its beginning is known."""

    def holders(session, start, end) -> list[tuple[str, str, datetime, datetime | None]]:
        later = start + timedelta(minutes=1)
        return [("a", "r", start, later), ("b", "r", later, end)]

    sessions = read((LIVES, 1, "a", 10))
    assert [x.earlier for x in sessions.history(holders, whole=True).spans] == [True, False]
    sessions.note(BEGAN, (1,), PLACE, "a", at(5))
    assert [x.earlier for x in sessions.history(holders, whole=True).spans] == [False, False]


def test_a_beginning_that_is_known_stays():
    """Whatever a later line says that is near it."""
    assert shown(read((BEGAN, 1, "a", 0), (LIVES, 1, "a", 10, 9))) == [("a", 0, None)]


def test_with_numbers_the_end_of_another_one_says_nothing():
    """Of which the beginning is not known."""
    assert shown(read((BEGAN, 1, "a", 5), (ENDED, 2, "b", 10))) == [("a", 5, None)]


def test_a_sign_of_life_that_comes_twice():
    """Is one: what lay before it is still known."""
    lines = [(BEGAN, 0, "a", 0), (LIVES, 0, "a", 3), (LIVES, 0, "a", 10), (LIVES, 0, "a", 10)]
    assert shown(read(*lines, (LIVES, 0, "b", 5), numbers=False)) == [
        ("a", 0, 3), ("a", 10, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("minutes", "kept"), [(0, True), (1, False)])
def test_the_memory_of_a_log_has_an_edge(minutes, kept):
    """Four days and not a moment less go by before anything is forgotten, a restart too."""
    sessions = read((BEGAN, 1, "a", 0), (ENDED, 1, "a", 0))
    for minute in (0, 60 * 24 * 2 + minutes, 60 * 24 * 2 + minutes - 1):
        sessions.restarted("nas", at(minute))
    sessions.history(lambda *_: []).taken()
    sessions.note(BEGAN, (3,), OTHER, "c", at(60 * 24 * 4 + minutes))
    sessions.history(lambda *_: [])
    assert bool(sessions._by_place.get(PLACE)) is kept
    assert len(sessions._restarts["nas"]) == (3 if kept else 1)
