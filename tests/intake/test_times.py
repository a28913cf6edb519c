"""How exact a time is: to the second, the minute or the day, with or without a zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from aupkeep.intake.times import DAY, MINUTE, SECOND, ZONELESS, any_time, mail_time, written_time

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OSLO = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "at", "exact"),
    [
        ("2026-03-01T12:00:00Z", NOON, SECOND),
        ("2026-03-01 12:00:00 UTC", NOON, SECOND),
        ("2026-03-01 12:00:00,250+0000", NOON, SECOND),
        ("2026-03-01 12:00Z", NOON, MINUTE),
        ("2026-03-01T14:00 +02:00", NOON, MINUTE),
        ("2026-03-01 12:00:60Z", NOON.replace(second=59), SECOND),
        ("2026-03-01 00:05Z", NOON.replace(hour=0, minute=5), MINUTE),
        ("2026-03-01 12:00:00", NOON, ZONELESS),
        ("2026-03-01 12:00", NOON, ZONELESS),
        ("2026-03-01", NOON.replace(hour=0), DAY),
        ("1772366400", NOON, SECOND),
        ("Sun, 01 Mar 2026 13:00:00 +0100", NOON, SECOND),
    ],
)
def test_a_time_is_as_exact_as_it_is_stated(text, at, exact):
    assert any_time(text) == (at, exact)


@pytest.mark.parametrize(
    ("text", "at", "exact"),
    [
        ("2026-03-01 13:00:00", NOON, SECOND),
        ("2026-03-01 13:00", NOON, MINUTE),
        ("2026-03-01", datetime(2026, 2, 28, 23, tzinfo=UTC), DAY),
        ("2026-03-01 12:00Z", NOON, MINUTE),
    ],
)
def test_an_assumed_zone_counts_only_where_none_is_stated(text, at, exact):
    assert any_time(text, zone=OSLO) == (at, exact)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1772366400000", NOON),
        ("134168400000000000", NOON),
        ("1.3.2026 12:00:00", NOON),
        ("01.03.2026, 12:00:00", NOON),
        ("2026/03/01 12:00:00", NOON),
    ],
)
def test_the_forms_of_tables_are_read(text, at):
    assert written_time(text, zone=UTC) == (at, SECOND)


@pytest.mark.parametrize(
    "text", ["", "noon", "2026-02-30 12:00Z", "2026-13-01", "2026-03-01 12:00 +25:00x", "12345678"]
)
def test_what_is_no_time_is_none(text):
    assert any_time(text, zone=UTC) is None


@pytest.mark.parametrize("text", ["", "yesterday", "Mon, 32 Mar 2026 12:00:00 +0000"])
def test_a_mail_date_that_is_none_is_none(text):
    assert mail_time(text) is None


@pytest.mark.parametrize(
    ("zone", "hour", "exact"),
    [
        (" +0200", 10, SECOND),
        (" EST", 17, SECOND),
        (" -0330 (NST)", 15, SECOND),
        (" -0000", 12, SECOND),
        (" GMT", 12, SECOND),
        (" (UTC)", 12, SECOND),
        (" +00:00", 12, SECOND),
        ("", 12, ZONELESS),
        (" CEST", 10, SECOND),
        (" K", 12, ZONELESS),
        (" XQT", 12, ZONELESS),
        (" +2", 10, SECOND),
        (" +02:00", 10, SECOND),
        (" GMT+2", 10, SECOND),
        (" GMT +0200", 10, SECOND),
        (" +9900", 12, ZONELESS),
    ],
)
def test_a_mail_date_is_exact_only_where_its_zone_is_read(zone, hour, exact):
    """An unknown zone is no zone: the hour stands as written, and ± 14 h say so."""
    at, known = mail_time(f"Sun, 01 Mar 2026 12:00:00{zone}")
    assert (at.replace(minute=0), known) == (NOON.replace(hour=hour), exact)


@pytest.mark.parametrize("text", ["Sun, 01 Mar 2026 13:00:00", "Sun Mar  1 13:00:00 2026"])
def test_a_mail_date_takes_an_assumed_zone_where_none_stands(text):
    assert any_time(text, zone=OSLO) == (NOON, SECOND)
    assert any_time(text) == (NOON.replace(hour=13), ZONELESS)


def test_an_assumed_zone_does_not_stand_for_an_unreadable_one():
    assert any_time("Sun, 01 Mar 2026 12:00:00 XQT", zone=UTC) == (NOON, ZONELESS)
