"""A system that does not answer is asked again, less and less often, at least each minute."""

from datetime import UTC, datetime, timedelta

from aupkeep.enforcement.backoff import FIRST, LONGEST, Backoff

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def waits_of(**more: set[str]) -> list[float]:
    """How long it is left alone after each of twelve faults; each gives its own reason."""
    backoff, now, waits = Backoff(), NOW, []
    for number in range(12):
        assert backoff.rests("a", now) is None
        backoff.after({"a"}, {"a": f"fault {number}"}, now, **more)
        wait = timedelta(0)
        while backoff.rests("a", now + wait) == f"fault {number}":
            wait += SECOND
        waits.append(wait.total_seconds())
        now += wait
    return waits


def test_each_wait_is_double_the_last_within_a_minute():
    """From 2 s on, and short enough that the step after it is within the minute too."""
    assert waits_of() == [2, 4, 8, 16, 32, *[45] * 7]


def test_what_it_has_begun_is_asked_for_steadily():
    """Whatever is done within a minute is seen to be done within it."""
    assert waits_of(begun={"a"}) == [2, 4, 8, *[15] * 9]


def test_what_went_well_is_forgotten():
    """And what was not tried keeps its wait."""
    backoff = Backoff()
    backoff.after({"a", "b"}, {"a": "away", "b": "away"}, NOW)
    backoff.after({"a"}, {}, NOW + FIRST)
    assert backoff.rests("a", NOW) is None
    assert backoff.rests("b", NOW + SECOND) == "away"
    backoff.after({"a"}, {"a": "away"}, NOW + FIRST)
    assert backoff.rests("a", NOW + FIRST + FIRST) is None, "it counts from the first again"


def test_a_clock_set_back_keeps_nothing_waiting():
    """Else a step of two days would."""
    backoff = Backoff()
    backoff.after({"a"}, {"a": "away"}, NOW)
    assert backoff.rests("a", NOW - timedelta(days=2)) is None
    assert backoff.rests("a", NOW + LONGEST) is None


def test_what_refused_is_asked_again_after_a_minute_and_up_to_an_hour():
    """Credentials that fail are not tried into a lock-out."""
    backoff, now = Backoff(), NOW
    waits = []
    for _ in range(9):
        backoff.after({"a"}, {"a": "401"}, now, {"a"})
        wait = next(
            minutes for minutes in range(1, 200)
            if backoff.rests("a", now + timedelta(minutes=minutes)) is None
        )  # fmt: skip
        waits.append(wait)
        now += timedelta(minutes=wait)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
