"""What is typed into the search box is read as what it is."""

from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.app.pages.search.question import AskedFor, read_question, read_time
from aupkeep.model.errors import Invalid

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
THEN = datetime(2026, 2, 27, 2, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kind", "about"),
    [
        ("", AskedFor.NOTHING, None),
        ("203.0.113.24", AskedFor.ADDRESS, "203.0.113.24/32"),
        (" 203.0.113.24:22 ", AskedFor.ADDRESS, "203.0.113.24/32"),
        ("203[.]0.113(.)24", AskedFor.ADDRESS, "203.0.113.24/32"),
        ("[2001:db8::1]:22", AskedFor.ADDRESS, "2001:db8::1/128"),
        ("203.0.113.9/24", AskedFor.PREFIX, "203.0.113.0/24"),
        ("k7qf-2m9x", AskedFor.CASE, None),
        ("019ca945-0a00-7329-8c32-3f72cd1992ec", AskedFor.ID, None),
        ("hxxps://Sign-In[.]birch.example/id", AskedFor.URL, b"example.birch.sign-in"),
        ("birch.example/id", AskedFor.URL, b"example.birch"),
        ("http://203.0.113.24:8080/x", AskedFor.URL, "203.0.113.24/32"),
        ("Birch.example.", AskedFor.NAME, b"example.birch"),
        ("<20260301.1@cert.example>", AskedFor.MESSAGE, None),
        ("ola (at) birch.example", AskedFor.WORDS, None),
        ("Alder AS", AskedFor.WORDS, None),
        ("vm-4", AskedFor.WORDS, None),
        ("300.1.1.1", AskedFor.WORDS, None),
    ],
)
def test_a_text_is_read_as_what_it_is(typed: str, kind: AskedFor, about: object):
    question = read_question(typed, "", NOW)
    assert question.kind is kind
    read = question.name or (str(question.prefix) if question.prefix else None)
    assert read == about


def test_a_port_is_asked_for_too():
    assert read_question("203.0.113.24:22", "", NOW).port == 22


@pytest.mark.parametrize(
    ("typed", "at", "moment"),
    [
        ("203.0.113.24", "", None),
        ("203.0.113.24", "now", None),
        ("203.0.113.24", "2026-02-27 02:26", THEN),
        ("203.0.113.24@2026-02-27T02:26:00Z", "", THEN),
        ("203.0.113.24:22@2026-02-27 02:26", "", THEN),
        ("203.0.113.24", "3 h ago", NOW - timedelta(hours=3)),
        ("203.0.113.24", "2d", NOW - timedelta(days=2)),
        ("203.0.113.24", "2026-02-27", datetime(2026, 2, 27, tzinfo=UTC)),
    ],
)
def test_as_of_is_a_moment(typed: str, at: str, moment: datetime | None):
    assert read_question(typed, at, NOW).at == moment


@pytest.mark.parametrize("text", ["soon", "2026-02-30 10:00", "12", "3 y", "\u0663d"])
def test_what_is_no_time_is_refused(text: str):
    with pytest.raises(Invalid, match="at"):
        read_time(text, NOW)
