"""RADIUS accounting: whose clock says when, which address a session has, and what is no record."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.inventory.history import exclusive
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.radius_records import detail_record, json_record, record_moment
from aupkeep.inventory.sources.radius import SOURCE
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Invalid

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
SECONDS = int(NOON.timestamp())
CLOCKS = {
    "the server's, less the delay": ({"Timestamp": SECONDS, "Acct-Delay-Time": 60}, (-60, -60)),
    "the NAS's alone": ({"Event-Timestamp": "Mar  1 2026 11:59:00 UTC"}, (-60, -60)),
    "both": ({"Timestamp": SECONDS, "Event-Timestamp": SECONDS - 90}, (-90, 0)),
    "a NAS ahead is wrong": ({"Timestamp": SECONDS, "Event-Timestamp": SECONDS + 3600}, (0, 0)),
    "a NAS that was never set": ({"Timestamp": SECONDS, "Event-Timestamp": 86400}, (0, 0)),
    "letters of a zone are not believed": (
        {"Timestamp": SECONDS, "Event-Timestamp": "Mar  1 2026 12:59:00 PST"}, (-60, 0),
    ),
    "ISO without a zone": ({"Event-Timestamp": "2026-03-01T12:59:00"}, (-60, -60)),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOCKS)
def test_when_it_happened(name):
    """Between what the clocks say, in seconds from noon."""
    given, expected = CLOCKS[name]
    attributes = {key: [str(value)] for key, value in given.items()}
    at = record_moment("", attributes, OSLO, NOON)
    assert tuple((x - NOON).total_seconds() for x in at) == expected


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Event-Timestamp": "Mar  1 2026 11:59:00 CET"},
        {"Timestamp": SECONDS + 3600},
        {"Timestamp": 86400},
        {"Timestamp": 10**30},
        {"Timestamp": -1},
        {"Event-Timestamp": "yesterday"},
    ],
)
def test_no_time(given):
    """Nothing says when it was, or a clock that cannot be right."""
    with pytest.raises(Invalid):
        record_moment("", {key: [str(value)] for key, value in given.items()}, None, NOON)


def record(status, minute, session="1", **more: object):
    """A record of the module detail, so many minutes after noon."""
    given = {
        "Acct-Status-Type": status,
        "Acct-Session-Id": session,
        "User-Name": "kari",
        "NAS-IP-Address": "192.0.2.1",
        "Timestamp": SECONDS + 60 * minute,
    }
    given |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = [f"\t{name} = {value}" for name, value in given.items() if value is not None]
    return "\n".join(["Sun Mar  1 12:00:00 2026", *lines, "", ""])


def read(folder, *records: str):
    """Who has which address in which minutes."""
    (folder / "detail").write_text("".join(records))
    options = {"path": "detail", "named": True}
    known = SourceOptions(name="bng", options=options, folder=folder)
    reading = SOURCE.open(known, HttpClient("http://localhost/"))(NOON + timedelta(days=1))
    by_prefix = {
        prefix: exclusive(x for x in reading.history.spans if x.prefix == prefix)
        for prefix in reading.history.about
    }
    minute = timedelta(minutes=1)
    return reading, {
        str(prefix.network_address): [
            (x.customer, (x.start - NOON) // minute, x.end and (x.end - NOON) // minute)
            for x in spans
        ]
        for prefix, spans in by_prefix.items()
    }


def test_an_address_that_came_later_was_not_had_before(tmp_path):
    """The session's time says since when it lasts, and not since when it has this address."""
    start = record("Start", 0, Framed_IP_Address="203.0.113.7")
    later = record(
        "Alive", 10, Framed_IP_Address="203.0.113.7", Acct_Session_Time=600,
        Delegated_IPv6_Prefix="2001:db8:7::/48",
    )  # fmt: skip
    _, found = read(tmp_path, start, later)
    assert found == {"203.0.113.7": [("kari", 0, None)], "2001:db8:7::": [("kari", 10, None)]}


def test_a_session_that_moves_left_its_address_when_it_was_last_heard_of(tmp_path):
    """A record that names another one says so, and an older one that comes late does not."""
    old, new = ({"Framed_IP_Address": f"203.0.113.{n}"} for n in (7, 8))
    steps = [record("Start", 0, **old), record("Alive", 10, **old), record("Alive", 20, **new)]
    expected = {"203.0.113.7": [("kari", 0, 10)], "203.0.113.8": [("kari", 20, None)]}
    assert read(tmp_path, *steps)[1] == expected
    assert read(tmp_path, *steps, record("Alive", 5, **old))[1] == expected


def test_a_stop_need_not_repeat_the_addresses(tmp_path):
    """It ends the session, whatever it names."""
    start = record("Start", 0, Framed_IP_Address="203.0.113.7", Framed_IPv6_Prefix="2001:db8::/64")
    _, found = read(tmp_path, start, record("Stop", 30))
    assert found == {"203.0.113.7": [("kari", 0, 30)], "2001:db8::": [("kari", 0, 30)]}


BROKEN = {
    "no session": record("Start", 0, Acct_Session_Id=None),
    "no user": record("Start", 0, User_Name=None),
    "a control in the user": record("Start", 0, User_Name='"ka\x1bri"'),
    "another status": record("Party", 0),
    "host bits": record("Start", 0, Delegated_IPv6_Prefix="2001:db8::1/48"),
    "a word as an address": record("Start", 0, Framed_IP_Address="me"),
    "an attribute that is none": record("Start", 0) [:-1] + "what\n\n",
    "a number without end": record("Start", 0, Acct_Delay_Time="0" * 5000),
    "On without a NAS": record("Accounting-On", 0, NAS_IP_Address=None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_told(tmp_path, name):
    """And the one after it counts."""
    good = record("Start", 5, session="2", Framed_IP_Address="203.0.113.7")
    reading, found = read(tmp_path, BROKEN[name], good)
    assert found == {"203.0.113.7": [("kari", 5, None)]}
    assert [x.row for x in reading.rejected] == [1]


@given(st.binary(max_size=200))
def test_any_bytes(data):
    """They are a record, or told to be none."""
    for reader in (detail_record, json_record):
        try:
            head, attributes = reader(data)
            record_moment(head, attributes, None, NOON)
        except Invalid:
            continue
