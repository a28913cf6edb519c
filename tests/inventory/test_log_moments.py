"""When a line of a log says that something happened, as exactly as it says so."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aupkeep.inventory.log_moments import (
    after_time,
    detail_moment,
    plausible,
    syslog_moment,
    written_moment,
)
from aupkeep.inventory.log_sessions import LogMoment
from aupkeep.model.errors import Invalid

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


def said(moment):
    """Both ends, one where they are the same."""
    ends = (moment.earliest, moment.latest)
    assert all(end.tzinfo is UTC for end in ends)
    return " / ".join(dict.fromkeys(f"{end:%F %T.%f}".rstrip("0").rstrip(".") for end in ends))


@pytest.mark.parametrize(
    ("line", "zone", "expected"),
    [
        ("2026-11-29T04:30:08Z nat", None, "2026-11-29 04:30:08"),
        ("2026-11-29T04:30:08+01:00", None, "2026-11-29 03:30:08"),
        ("2026-11-29T04:30:08+0130 x", None, "2026-11-29 03:00:08"),
        ("2026-11-29 04:30:08-02:00", None, "2026-11-29 06:30:08"),
        ("<134>1 2026-11-29T04:30:08.25Z x", None, "2026-11-29 04:30:08.25"),
        ("<134>2026-11-29T04:30:08,123456789Z x", None, "2026-11-29 04:30:08.123456"),
        ("2026-11-29T04:30:08 x", OSLO, "2026-11-29 03:30:08"),
        ("2026-11-29T04:30:60Z x", None, "2026-11-29 04:30:59"),
        ("2026-10-25T02:30:00 x", OSLO, "2026-10-25 00:30:00 / 2026-10-25 01:30:00"),
        ("<5>Nov 29 04:30:08 nat", OSLO, "2026-11-29 03:30:08"),
        ("Nov  1 04:30:08.5 nat", OSLO, "2026-11-01 03:30:08.5"),
        ("Dec 31 23:59:59 nat", OSLO, "2025-12-31 22:59:59"),
        ("Nov 29 2026 04:30:08 nat", OSLO, "2026-11-29 03:30:08"),
        ("Nov 29 2026 04:30:08.25 nat", OSLO, "2026-11-29 03:30:08.25"),
        ("2026-11-29T14:30:08+12:00", None, "2026-11-29 02:30:08"),
        ("Nov 29 13:10:00 nat", OSLO, "2026-11-29 12:10:00"),
        ("Nov 29 13:10:01 nat", OSLO, "2025-11-29 12:10:01"),
    ],
)
def test_the_time_at_the_head_of_a_line(line, zone, expected):
    """RFC 5424, RFC 3164, and forms between them; a year that is not said is the last that fits."""
    assert said(syslog_moment(line, zone, NOW)) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), "2024-02-29 12:00:00"),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), "2028-02-29 12:00:00"),
        (datetime(2027, 12, 31, 23, 55, tzinfo=UTC), "2024-02-29 12:00:00"),
    ],
)
def test_a_leap_day_is_of_the_last_leap_year(now, expected):
    assert said(syslog_moment("Feb 29 12:00:00 nat", ZoneInfo("UTC"), now)) == expected


def test_the_new_year_may_begin_before_ours():
    """A clock that is ten minutes ahead."""
    now = datetime(2026, 12, 31, 23, 55, tzinfo=UTC)
    assert said(syslog_moment("Jan  1 00:04:00 x", ZoneInfo("UTC"), now)) == "2027-01-01 00:04:00"


FOUND = "time: expected one at the head of the line, found "
NO_ZONE = "time: expected a zone in it, or the option zone, found none"
DAY = "time: expected a day and a time of day, found "


@pytest.mark.parametrize(
    ("line", "zone", "words"),
    [
        ("", OSLO, f"{FOUND}''"),
        ("x" * 99, OSLO, f"{FOUND}{'x' * 40!r}"),
        ("2026-11-29T04:30:08Zx", OSLO, f"{FOUND}'2026-11-29T04:30:08Zx'"),
        ("Nov 29 04:30:08x", OSLO, f"{FOUND}'Nov 29 04:30:08x'"),
        ("nov 29 04:30:08", OSLO, f"{FOUND}'nov 29 04:30:08'"),
        ("2026-11-29T04:30:08 x", None, NO_ZONE),
        ("Nov 29 04:30:08 x", None, NO_ZONE),
        ("2026-13-29T04:30:08Z", None, f"{DAY}month must be in 1..12"),
        ("2026-11-29T24:30:08Z", None, f"{DAY}hour must be in 0..23"),
        ("1970-11-29T04:30:08Z", None, "time: expected a year from 1971 to 2200, found 1970"),
        ("2201-11-29T04:30:08Z", None, "time: expected a year from 1971 to 2200, found 2201"),
        (
            "2025-10-25T11:59:59Z x",
            None,
            "time: expected one of the last 400 days, found 2025-10-25T11:59:59Z",
        ),
        (
            "Oct 25 2025 11:59:59 x",
            ZoneInfo("UTC"),
            "time: expected one of the last 400 days, found 2025-10-25T11:59:59Z",
        ),
        (
            "2026-11-29T12:10:01Z",
            None,
            "time: expected one before 2026-11-29T12:00:00Z, found 2026-11-29T12:10:01Z",
        ),
    ],
)
def test_a_line_without_a_time_that_can_be(line, zone, words):
    with pytest.raises(Invalid) as caught:
        syslog_moment(line, zone, NOW)
    assert str(caught.value) == words


def test_what_is_just_plausible():
    """Four hundred days ago, and ten minutes ahead; of a doubt each end counts where it helps."""
    old, ahead = NOW - timedelta(days=400), NOW + timedelta(minutes=10)
    hour = timedelta(hours=1)
    for moment in (
        LogMoment(old, old),
        LogMoment(ahead, ahead),
        LogMoment(old - hour, old),
        LogMoment(ahead, ahead + hour),
    ):
        assert plausible(moment, NOW) == moment


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("2026-11-29T04:30:08Z nat x", " nat x"),
        ("<3>Nov 29 04:30:08 nat x", " nat x"),
        ("Nov 29 04:30:08", ""),
        ("nat x", ""),
    ],
)
def test_what_follows_the_time(line, rest):
    assert after_time(line) == rest


def test_the_first_line_of_a_record():
    """As ctime(3) writes it, in the zone that was declared."""
    assert said(detail_moment("Mon Mar  2 10:00:00 2026", OSLO)) == "2026-03-02 09:00:00"
    exact = detail_moment("Mon Mar  2 10:20:30.5 2026", OSLO)
    assert said(exact) == "2026-03-02 09:20:30.5"
    for year in (1971, 2200):
        assert said(detail_moment(f"Mon Mar  2 10:00:00 {year}", ZoneInfo("UTC"))).startswith(
            f"{year}-03-02 10:00:00"
        )
    assert said(detail_moment("Sun Oct 25 02:30:00 2026", OSLO)) == (
        "2026-10-25 00:30:00 / 2026-10-25 01:30:00"
    )
    with pytest.raises(Invalid) as caught:
        detail_moment("x" * 99, OSLO)
    expected = f"time: expected one such as 'Mon Mar  2 10:00:00 2026', found {'x' * 40!r}"
    assert str(caught.value) == expected
    with pytest.raises(Invalid) as caught:
        detail_moment("Mon Mar  2 10:00:00 2026", None)
    assert str(caught.value) == NO_ZONE


def test_a_time_as_it_is_printed():
    """UTC is believed, any other letters are those of the declared zone."""
    assert said(written_moment("Mar  2 2026 10:00:00 UTC", None)) == "2026-03-02 10:00:00"
    assert said(written_moment("Mar  2 2026 10:00:00 CET", OSLO)) == "2026-03-02 09:00:00"
    exact = written_moment("Mar  2 2026 10:20:30.25 GMT", OSLO)
    assert said(exact) == "2026-03-02 10:20:30.25"
    assert written_moment("Mar  2 2026 10:00:00 CET", None) is None
    with pytest.raises(Invalid) as caught:
        written_moment("x" * 99, OSLO)
    expected = f"time: expected one such as 'Mar  2 2026 10:00:00 UTC', found {'x' * 40!r}"
    assert str(caught.value) == expected
