"""What presses in a question, in the desk's languages."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.stated_urgency import stated_urgency

THURSDAY = datetime(2026, 4, 2, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("May we run a scanner?", "", None),
        ("URGENT: may we mail our members?", "urgent", None),
        ("Our mail is down, may we use port 25?", "is down", None),
        ("Det haster. Kan vi skanne?", "haster", None),
        ("Det haster ikke. Kan vi skanne?", "", None),
        ("It is not urgent.", "", None),
        ("Our test begins on 2026-04-20 at noon.", "", "2026-04-20"),
        ("Wir beginnen am 20.04.2026.", "", "2026-04-20"),
        ("We need it by 5 April.", "", "2026-04-05"),
        ("We need it by April 5th, 2026.", "", "2026-04-05"),
        ("Kan vi få svar innen fredag?", "", "2026-04-03"),
        ("Before Thursday, please", "", "2026-04-02"),
        ("Kan vi begynne i morgen?", "", "2026-04-03"),
        ("We asked on 2026-03-01 and on 1 March.", "", "2027-03-01"),
        ("Between 30 February and 31.04.2026", "", None),
        ("Since 2019-05-01, until 2031-01-01", "", None),
        ("It begins on 9 May, at the latest on 3 May; emergency", "emergency", "2026-05-03"),
    ],
)
def test_words_and_the_soonest_day_to_come(text: str, words: str, day: str | None):
    """A day without a year is the next one of that date."""
    said = stated_urgency(text, THURSDAY)
    assert (said.words, said.by and f"{said.by:%Y-%m-%d}") == (words, day)
