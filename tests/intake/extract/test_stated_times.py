"""Times in text: read as their author meant them, with how exact that is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.extract.day_order import day_order
from aupkeep.intake.extract.services import NOUGHTS
from aupkeep.intake.extract.stated_times import (
    TimeContext,
    best_time,
    find_times,
    lead_places,
    line_times,
)
from aupkeep.intake.extract.stated_zone import spoken_zone, stated_zone
from aupkeep.intake.extract.time_formats import COMPILED, FORMS, MONTHS, formats_in
from aupkeep.intake.times import ZONELESS, written_time
from aupkeep.intake.zones import IN_UTC, UNREADABLE, StatedZone, read_zone
from intake.extract.reread import read_time

SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOCK = TimeContext(sent_at=SENT)
NO_ZONE = 50_400.0
TABLE = [
    ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00", 1),
    ("2026-03-01T12:00:00.667Z:", "2026-03-01T12:00:00", 1),
    ("2026-03-01 12:00:00 +0200", "2026-03-01T10:00:00", 1),
    ("2026-03-01 12:00:00,123 UTC+2.", "2026-03-01T10:00:00", 1),
    ("2026-03-01 12:00 CEST", "2026-03-01T10:00:00", 60),
    ("2026/03/01 12:00:07 [error]", "2026-03-01T12:00:07", NO_ZONE),
    ("[01/Mar/2026:14:39:21 +0100]", "2026-03-01T13:39:21", 1),
    ("Sun, 1 Mar 2026 12:00:00 -0500 (EST)", "2026-03-01T17:00:00", 1),
    ("Sun Mar 01 11:23:08.569531 2026", "2026-03-01T11:23:08", NO_ZONE),
    ("Sun Mar  1 11:23:08 CET 2026", "2026-03-01T10:23:08", 1),
    ("Mar  1 11:22:44 mx sshd[1]", "2026-03-01T11:22:44", NO_ZONE),
    ("Mar  5 11:22:44 mx sshd[1]", "2025-03-05T11:22:44", NO_ZONE),
    ("Dec 31 23:59:59 mx sshd[1]", "2025-12-31T23:59:59", NO_ZONE),
    ("260301  0:04:00 [Warning]", "2026-03-01T00:04:00", NO_ZONE),
    ("Mar-01-26 07:08:36 [Worker]", "2026-03-01T07:08:36", NO_ZONE),
    ("2026:03:01-00:17:45: x", "2026-03-01T00:17:45", NO_ZONE),
    ("1772366400.123 4 192.0.2.1", "2026-03-01T12:00:00", 1),
    ("msg=audit(1772366400.123:45)", "2026-03-01T12:00:00", 1),
    ("01.03.2026 um 12:03 Uhr", "2026-03-01T12:03:00", NO_ZONE),
    ("01.03.2026, 12:03:04 MEZ", "2026-03-01T11:03:04", 1),
    ("03/01/2026 10:11:12 PM EST", "2026-03-02T03:11:12", 1),
    ("25/02/2026 10:11:12 UTC", "2026-02-25T10:11:12", 1),
    ("Mar 1, 2026 10:11 PM UTC", "2026-03-01T22:11:00", 60),
    ("Mar 1, 2026 12:11 AM UTC", "2026-03-01T00:11:00", 60),
    ("1 March 2026 at 12:00 UTC", "2026-03-01T12:00:00", 60),
    ("le 1er mars 2026 à 14h05 (CET)", "2026-03-01T13:05:00", 60),
    ("op 1 maart 2026 om 14:05 uur CET", "2026-03-01T13:05:00", 60),
    ("den 1. mars 2026 kl. 14.05", "2026-03-01T14:05:00", NO_ZONE),
    ("1 de marzo de 2026 a las 14:05 UTC", "2026-03-01T14:05:00", 60),
    ("1. März um 14:05 Uhr MEZ", "2026-03-01T13:05:00", 60),
    ("14:05 UTC on 1 March 2026", "2026-03-01T14:05:00", 60),
    ("um 14:05:06 Uhr am 01.03.2026", "2026-03-01T14:05:06", NO_ZONE),
    ("01.03.26 14:05:06", "2026-03-01T14:05:06", NO_ZONE),
    ("03/01/26-14:05:06.123456 [**]", "2026-03-01T14:05:06", NO_ZONE),
    ("03/01-14:05:06.123456 [**]", "2026-03-01T14:05:06", NO_ZONE),
    ("L 03/01/2026 - 14:05:06: x", "2026-03-01T14:05:06", NO_ZONE),
    ("date=2026-03-01 time=14:05:06 x", "2026-03-01T14:05:06", NO_ZONE),
    ('{"ts":1772366400.5,', "2026-03-01T12:00:00", 1),
    ("2026-03-01T10:00-05:00", "2026-03-01T15:00:00", 60),
    ("2026-03-01 10:00:00-05:00", "2026-03-01T15:00:00", 1),
    ("20260301T120000Z", "2026-03-01T12:00:00", 1),
    ("2026-03-01 02:05:06 PM UTC", "2026-03-01T14:05:06", 1),
    ("[2026.03.01] 14:05:06 [x]", "2026-03-01T14:05:06", NO_ZONE),
    ('{"ts":1772366400123,"x":1}', "2026-03-01T12:00:00", 1),
    ("@4000000069a42a4a0b5a1c34 x", "2026-03-01T11:59:51", 20),
]
NONE = [
    "12:00:00 UTC", "2026-02-30 12:00:00 UTC", "2026-03-01", "25:61", "01/02/2025 10:00:00 UTC",
    "1234567890123", "order 4111111111111111", "192.0.2.1", "2026-13-01 10:00:00", "13 PM",
    "Mar 1, 2026 13:11 PM UTC", "01.03.2026 10.12.14.5", "1 mars", "kl. 14.05",
    "um 14:05 Uhr", "2026-03-01 10:00-10:15 UTC", "01.03.2026 10:00-11:00 Uhr", "1000000000 bytes",
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "exact"), TABLE)
def test_reads_the_format(text, at, exact):
    """Each way of writing a time yields one moment with its exactness."""
    (when,) = find_times(text, CLOCK)
    assert when.at.isoformat() == f"{at}+00:00"
    assert when.exact == exact


@pytest.mark.parametrize(("text", "at", "exact"), TABLE)
def test_the_source_of_a_time_reads_as_the_time(text, at, exact):
    """What stands at the offsets of a time means the same time when read alone."""
    (when,) = find_times(text, CLOCK)
    again = read_time(text[when.start : when.end], CLOCK)
    assert again is not None
    assert (again.at, again.exact) == (when.at, when.exact)


@pytest.mark.parametrize("text", NONE)
def test_invents_no_time(text):
    """Clocks without a date, impossible and ambiguous dates and plain numbers give no time."""
    assert find_times(text, CLOCK) == []


def test_a_time_without_a_year_needs_the_mails_own():
    """Without a date of the mail nothing says which year a syslog line is of."""
    assert find_times("Mar  1 11:22:44 mx sshd[1]", TimeContext()) == []


def test_the_29th_of_february_takes_a_leap_year():
    """A day that exists only in leap years takes the last of them before the mail."""
    (when,) = find_times("Feb 29 10:00:00 mx", CLOCK)
    assert when.at == datetime(2024, 2, 29, 10, tzinfo=UTC)


def test_the_reporters_own_zone_narrows_what_states_none():
    """With the zone of the Date field the doubt is that zone and summer time, no longer 14 h."""
    clock = TimeContext(sent_at=SENT, own=timedelta(hours=2))
    (when,) = find_times("2026-03-01 12:00:00", clock)
    assert (when.at.hour, when.exact, when.zoned) == (10, 10_800.0, False)


def test_a_stated_zone_removes_the_doubt():
    """A mail that says "all times are UTC" states the zone of each of its times."""
    clock = TimeContext(sent_at=SENT, stated=StatedZone(("+01:00",)), own=timedelta(hours=5))
    (when,) = find_times("Mar  1 12:00:00 mx", clock)
    assert (when.at.hour, when.exact) == (11, 1.0)


def test_the_best_time_of_a_line_states_its_zone():
    """Of the relay's and the program's time the one with a zone is taken."""
    found = find_times("Mar  1 12:00:00 mx app: 2026-03-01T11:00:00Z login failed", CLOCK)
    taken = best_time(found)
    assert taken is not None
    assert taken.zoned


@given(st.text("0123456789:-/ TZMarDecJan+.,[]UTC", max_size=120))
def test_a_lines_shape_hides_no_time(text):
    """The formats of a line's shape find what all formats find."""
    places = lead_places(text.translate(NOUGHTS))
    assert line_times(text, CLOCK, places) == find_times(text, CLOCK)


SEPARATE = st.sampled_from([*" /.,-:", ", ", " de ", "th ", "º ", " of ", ". ", " at ", " um "])
PIECE = st.sampled_from([*MONTHS, "1", "02", "31", "2026", "26", "14:05", "14h05", "14.05", "PM"])


@given(st.lists(st.tuples(PIECE, SEPARATE), max_size=12))
def test_no_form_stands_in_a_text_without_its_marks(pieces):
    """Each form that matches somewhere is among those that the marks allow."""
    text = "".join(map("".join, pieces))
    assert {name for name in FORMS if COMPILED[name].search(text)} <= set(formats_in(text))


@given(st.datetimes(datetime(2016, 4, 1), datetime(2026, 3, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - the zone is drawn apart
def test_rfc_3339_is_read_as_written(local, minutes):
    """Any moment with any offset comes back as that moment."""
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    (when,) = find_times(f"at {local:%Y-%m-%dT%H:%M:%S}{offset} we saw", CLOCK)
    assert when.at == local.replace(microsecond=0, tzinfo=UTC) - timedelta(minutes=minutes)


NOON = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - a local time


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("All times are UTC", 0),
        ("The events below are in UTC.", 0),
        ("all times are utc.", 0),
        ("times are in GMT+2.", 2),
        ("Timezone: +0200", 2),
        ("(all times UTC)", 0),
        ("All times are in\nGMT+1.", 1),
        ("Zeitzone: MESZ", 2),
        ("Times are given in CET", 1),
        ("le 03/02/2026 à 08:12 (heure de Paris, UTC+1)", 1),
        ("Uhrzeit in Ortszeit (MEZ)", 1),
        ("All timestamps below are given in America/New_York.", -5),
        ("Alle Zeiten sind in der Zeitzone Europe/Berlin angegeben.", 1),
        ("Alle tidspunkter er oppgitt i norsk tid.", 1),
        ("Alle tidspunkt er i UTC+2.", 2),
        ("L'heure est indiquée en UTC.", 0),
        ("Toutes les heures sont exprimées en heure de Paris.", 1),
        ("Todas las horas están en UTC-3.", -3),
        ("Alle tijden zijn met UTC aangegeven.", 0),
        ("Alla tider är i UTC.", 0),
        ("Alle tider er i CET.", 1),
        ("Tutti gli orari sono in UTC.", 0),
        ("Wszystkie czasy podano w UTC.", 0),
        ("Todas as horas estão em UTC-3.", -3),
        ("TZ=Europe/Berlin", 1),
        ("Times are Pacific Time.", -8),
        ("UTC is used for all timestamps.", 0),
        ("(GMT -05:00) Eastern Time: all times in this report", -5),
        ("UTC+2 applies to all times", 2),
        ("(GMT +1) Toutes les heures", 1),
        ("All times are (UTC+01:00) Amsterdam, Berlin", 1),
        ("Wir verwenden Europe/Zurich für alle Zeitangaben.", 1),
        ("Time zone: CET, but all times are UTC", 0.5),
        ("no zone here", None),
        ("At the time IT staff looked at the logs from your host.", None),
        ("We are in another time zone, so please write.", None),
    ],
)
def test_reads_the_zone_a_mail_states(text, hours):
    """The sentence about the zone is understood; two zones are both meant."""
    zone = stated_zone(text)
    offset = zone.offset(NOON) if zone else None
    assert (offset and offset.away) == (None if hours is None else timedelta(hours=hours))
    assert offset is None or offset.open == (1800 if "but" in text else 0)


@pytest.mark.parametrize(
    "text",
    ["All times are in Mars/Phobos.", "All times are local time.", "Alle Zeiten in Ortszeit.",
     "Time zone: see our page", "All times are in XQT.", "heures en heure locale",
     "Heure: heure locale"],
)  # fmt: skip
def test_a_stated_zone_that_cannot_be_read_leaves_the_hour_open(text):
    """Whatever the sender's own clock shows."""
    assert stated_zone(text) == UNREADABLE
    clock = TimeContext(sent_at=SENT, stated=UNREADABLE, own=timedelta(hours=2))
    (when,) = find_times("2026-03-01 12:00:00", clock)
    assert (when.at.hour, when.exact) == (12, NO_ZONE)


def test_a_line_of_a_log_states_no_zone():
    """Strangers write in it."""
    said = '"GET / HTTP/1.1" 404 1 "-" "all times are UTC-9"'
    assert stated_zone(f"192.0.2.1 - - [01/Mar/2026:10:00:00 +0000] {said}") is None
    assert stated_zone("Mar  1 10:00:00 mx httpd: all times are UTC-9") is None


@given(st.lists(st.sampled_from([*"Aé&-_= ", "times", "Zeit", "logs", "UTC", "+02:00", "CET"])))
def test_the_look_at_the_words_hides_no_zone(pieces):
    """A zone is found wherever looking at every word alone finds one."""
    text = "".join(pieces)
    assert stated_zone(text) == spoken_zone(text)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("25/02/2026 and 01/03/2026", "dmy"),
        ("02/25/2026 and 01/03/2026", "mdy"),
        ("02/25/2026 and 25/02/2026", ""),
        ("nous avons vu votre serveur le 01/03/2026", "dmy"),
        ("wij zagen een aanval op onze server, 01-03-2026", "dmy"),
        ("we saw the attack from your server on 01/03/2026", ""),
        ("no day here", ""),
    ],
)
def test_a_mail_tells_how_it_writes_days(text, order):
    """One day that reads one way tells how the others read, else the language does."""
    assert day_order(text) == order


@pytest.mark.parametrize("text", ["", "+15:00", "+02:61", "XYZ", "IST", "2", "UTC UTC"])
def test_an_unknown_zone_is_no_zone(text):
    """Names with several meanings and impossible offsets state nothing."""
    assert read_zone(text) is None


LOST = [
    "UTC 2",
    "GMT 1",
    "UTC 02:00",
    "UTC 0200",
    "02:00",
    "0200",
    "UTC%2B2",
    "(UTC 2)",
    "UTC 5:30",
]


@pytest.mark.parametrize("said", LOST)
def test_an_offset_without_its_sign_leaves_the_hour_open(said):
    """A plus is lost where a URL is decoded, a minus elsewhere: nobody knows which it was."""
    text = f"2026-03-01 12:00:00 {said}"
    (when,) = find_times(f"Time: {text}", TimeContext(sent_at=SENT, stated=IN_UTC))
    assert when.exact == ZONELESS
    assert written_time(text, zone=UTC) == (datetime(2026, 3, 1, 12, tzinfo=UTC), ZONELESS)


def test_a_number_behind_a_zone_may_be_another_field():
    """`UTC 22 tcp` is a time in UTC and a port."""
    (when,) = find_times("2026-03-01 12:00:00 UTC 22 tcp", TimeContext(sent_at=SENT))
    assert when.exact == 1


def test_a_label_with_a_place_keeps_no_winter_offset_in_summer():
    """Such labels say "GMT-05:00" all year; in July the clock of the place may be meant."""
    written = written_time("2026-07-01 12:00:00 (GMT-05:00) Eastern Time (US & Canada)")
    assert written == (datetime(2026, 7, 1, 16, 30, tzinfo=UTC), 1801.0)
