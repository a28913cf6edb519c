"""How values look on a page."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.web.formatting import exactness, moment, plain, span


@given(st.text())
def test_nothing_invisible_is_left_of_any_text(text: str):
    assert all(sign.isprintable() or sign in "\n\t" or sign.isspace() for sign in plain(text))


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S"))))
def test_what_shows_itself_is_left_alone(text: str):
    assert plain(text) == text


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (1440 * 2 + 70, "2 d 1 h")],
)
def test_a_span_has_at_most_two_units(minutes: int, words: str):
    assert span(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Oslo", "Friday 3 July 2026, 14:05 (Oslo)"),
        ("UTC", "Friday 3 July 2026, 12:05 (UTC)"),
        ("../../etc/passwd", "Friday 3 July 2026, 12:05 (UTC)"),
    ],
)
def test_a_moment_names_its_zone(zone: str, words: str):
    assert moment(datetime(2026, 7, 3, 12, 5, tzinfo=UTC), "en", zone) == words


def test_a_time_is_as_exact_as_it_is_said_to_be():
    assert exactness(30, "nb") == "pluss/minus 30 s"
