"""The source `radius`, record by record: what a session is known by, and what is told of others."""

from datetime import UTC, datetime, timedelta

import pytest

from aupkeep.inventory.history import exclusive
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.sources.radius import SOURCE
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Invalid

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
IP, DELEGATED = "Framed-IP-Address", "Delegated-IPv6-Prefix"


def record(status, minute, **more: object):
    """A record; `_` stands for a hyphen, None leaves one out."""
    given: dict[str, object] = {
        "Acct-Status-Type": status,
        "Acct-Session-Id": "1",
        "User-Name": "kari",
        "NAS-IP-Address": "192.0.2.1",
        "Timestamp": int(NOON.timestamp()) + 60 * minute,
    }
    given |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = [f"\t{name} = {value}" for name, value in given.items() if value is not None]
    return "\n".join(["Sun Mar  1 13:00:00 2026", *lines, "", ""])


def look(folder, *records: str, customers=None, options=None):
    """One look a day later."""
    (folder / "detail").write_text("".join(records))
    known = SourceOptions(
        name="bng",
        customers={"kari": "birch"} if customers is None else customers,
        options={"path": "detail", **(options or {})},
        folder=folder,
    )
    return SOURCE.open(known, HttpClient("http://localhost/"))(NOON + timedelta(days=1))


def held(reading):
    """Who has which prefix in which minutes."""
    spans = [
        span
        for prefix in sorted(reading.history.about, key=str)
        for span in exclusive(x for x in reading.history.spans if x.prefix == prefix)
    ]
    minute = timedelta(minutes=1)
    return [
        (str(x.prefix), x.customer, x.resource, (x.start - NOON) // minute,
         x.end and (x.end - NOON) // minute)
        for x in spans
    ]  # fmt: skip


KARI = ("203.0.113.7/32", "birch", "user:kari")
AT = {"Framed_IP_Address": "203.0.113.7"}


def test_whose_a_session_is(tmp_path):
    """The user's customer; with `named` the user is one; of nobody known it is nobody's."""
    start = record("Start", 0, **AT)
    assert held(look(tmp_path, start)) == [(*KARI, 0, None)]
    reading = look(tmp_path, start, customers={})
    assert held(reading) == [("203.0.113.7/32", "", "user unknown", 0, None)]
    assert reading.unmapped == {"kari"}
    named = look(tmp_path, start, customers={}, options={"named": True})
    assert held(named) == [("203.0.113.7/32", "kari", "user:kari", 0, None)]
    both = look(tmp_path, start, options={"named": True})
    assert held(both) == [(*KARI, 0, None)]
    blank = look(tmp_path, start, customers={"kari": " "})
    assert held(blank) == [("203.0.113.7/32", "", "user unknown", 0, None)]


def test_another_attribute_may_name_the_user(tmp_path):
    start = record("Start", 0, **AT, Class="c-1")
    reading = look(tmp_path, start, customers={"c-1": "oak"}, options={"user": "Class"})
    assert held(reading) == [("203.0.113.7/32", "oak", "user:c-1", 0, None)]


@pytest.mark.parametrize("name", ["NAS-IP-Address", "NAS-IPv6-Address", "NAS-Identifier"])
@pytest.mark.parametrize("restart", ["Accounting-On", "Accounting-Off", "7", "8"])
def test_a_device_begins_anew(tmp_path, name, restart):
    """Whatever it is known by; sessions of another one go on."""
    nas = {"NAS_IP_Address": None, name.replace("-", "_"): "2001:db8::1"}
    other = record("Start", 0, Framed_IP_Address="203.0.113.8", Acct_Session_Id="2")
    on = record(restart, 12, **nas, Acct_Session_Id=None, User_Name=None)
    lives = record("Alive", 10, **AT, **nas)
    reading = look(tmp_path, record("Start", 0, **AT, **nas), other, lives, on)
    assert held(reading) == [(*KARI, 0, 10), ("203.0.113.8/32", "birch", "user:kari", 0, None)]


def test_the_first_line_is_a_time_where_its_zone_is_known(tmp_path):
    """Of a record of a session, and of a device."""
    zone = {"zone": "Europe/Oslo"}
    start = record("Start", 0, **AT, Timestamp=None)
    on = record("Accounting-On", 0, Timestamp=None, Acct_Session_Id=None).replace("13:00", "13:30")
    assert held(look(tmp_path, start, on, options=zone)) == []
    lives = record("Alive", 10, **AT)
    assert held(look(tmp_path, start, lives, on, options=zone)) == [(*KARI, 0, 10)]
    assert [x.reason for x in look(tmp_path, start).rejected] == [
        "time: expected Event-Timestamp or Timestamp, found none that is exact"
    ]


@pytest.mark.parametrize("status", ["Tunnel-Start", "Failed", "Checkpoint", "9", "10", "15"])
def test_a_record_of_another_kind_says_nothing(tmp_path, status):
    assert look(tmp_path, record(status, 0, **AT)).rejected == []


TOLD = [
    (record("x" * 50, 0, **AT),
     f"Acct-Status-Type: expected Start, Stop and so on, found {'x' * 40!r}"),
    (record("Start", 0, Acct_Session_Id=None, **AT), "Acct-Session-Id: "),
    (record("Start", 0, User_Name=None, **AT), "User-Name: "),
    (record("Accounting-On", 0, NAS_IP_Address=None),
     "NAS-IP-Address or NAS-IPv6-Address or NAS-Identifier: "),
    (record("Start", 0, **AT, Timestamp="x"), "Timestamp: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), TOLD)
def test_a_record_that_says_nothing_is_told(tmp_path, text, reason):
    """With its number, and with its address where it has one; blank records are not counted."""
    good = record("Start", 0, Framed_IP_Address="203.0.113.9", Acct_Session_Id="9")
    reading = look(tmp_path, good, "\n\n", text)
    (told,) = reading.rejected
    assert told.row == 2
    assert told.reason.startswith(reason)
    assert (told.prefix and str(told.prefix)) == ("203.0.113.7/32" if "203.0" in text else None)
    assert len(held(reading)) == 1


def test_a_record_of_an_address_that_is_none(tmp_path):
    """The first that is one is told with it."""
    (told,) = look(
        tmp_path, record("Start", 0, Framed_IP_Address="me", **{DELEGATED: "2001:db8::/48"})
    ).rejected
    assert told.reason.startswith(f"{IP}: ")
    assert str(told.prefix) == "2001:db8::/48"
    (told,) = look(tmp_path, record("Start", 0, **{DELEGATED: "2001:db8::1/48"})).rejected
    assert (told.reason.startswith(f"{DELEGATED}: "), told.prefix) == (True, None)


@pytest.mark.parametrize("text", ["255.255.255.255", "255.255.255.254", "0.0.0.0"])
def test_no_address(tmp_path, text):
    """What asks the NAS for one."""
    reading = look(
        tmp_path, record("Start", 0, Framed_IP_Address=text, **{DELEGATED: "2001:db8::/48"})
    )
    assert [x[0] for x in held(reading)] == ["2001:db8::/48"]
    assert reading.rejected == []


def test_an_address_with_a_length(tmp_path):
    """Of an address the address alone counts, of a prefix its length."""
    more = {"Framed-IPv6-Address": "2001:db8::7/64", "Framed-IPv6-Prefix": "2001:db8:1::/64"}
    assert [x[0] for x in held(look(tmp_path, record("Start", 0, **more)))] == [
        "2001:db8:1::/64",
        "2001:db8::7/128",
    ]


def test_how_long_a_session_lasts_says_when_it_began(tmp_path):
    """Of a Stop or a sign of life; of a Start the time is its own."""
    lasts = {"Acct_Session_Time": 600}
    assert held(look(tmp_path, record("Alive", 10, **AT, **lasts))) == [(*KARI, 0, None)]
    assert held(look(tmp_path, record("Stop", 10, **AT, **lasts))) == [(*KARI, 0, 10)]
    assert held(look(tmp_path, record("Start", 10, **AT, **lasts))) == [(*KARI, 10, None)]
    stop = record("Stop", 30, Acct_Session_Time=1800)
    assert held(look(tmp_path, record("Start", 0, **AT), stop)) == [(*KARI, 0, 30)]


def test_a_sign_of_life_without_an_address_is_of_all(tmp_path):
    """With one of another version it says nothing of the rest; with one of its version it moved."""
    start = record("Start", 0, **AT, **{DELEGATED: "2001:db8::/48"})
    late = record("Start", 130, Framed_IP_Address="203.0.113.9", Acct_Session_Id="9")
    bare = look(tmp_path, start, record("Alive", 60), late)
    assert {x[0]: x[4] for x in held(bare)} == {
        "203.0.113.7/32": None, "2001:db8::/48": None, "203.0.113.9/32": None,
    }  # fmt: skip
    four = look(tmp_path, start, record("Alive", 60, **AT), late)
    assert {x[0]: x[4] for x in held(four)} == {"203.0.113.7/32": None, "203.0.113.9/32": None}


def test_after_a_stop_a_session_has_no_place(tmp_path):
    """A number that comes again is another session; one that was not seen to begin has none."""
    again = record("Alive", 40)
    reading = look(tmp_path, record("Start", 0, **AT), record("Stop", 30, **AT), again)
    assert held(reading) == [(*KARI, 0, 30)]
    moved = record("Alive", 10, Framed_IP_Address="203.0.113.8")
    unknown = look(tmp_path, record("Alive", 0, **AT), moved)
    assert {x[0]: x[4] for x in held(unknown)} == {"203.0.113.7/32": None, "203.0.113.8/32": None}


def test_what_a_session_gets_later_it_keeps(tmp_path):
    """A Stop ends it too."""
    more = record("Alive", 10, **AT, **{DELEGATED: "2001:db8::/48"})
    reading = look(tmp_path, record("Start", 0, **AT), more, record("Stop", 30))
    assert {x[0]: x[3:] for x in held(reading)} == {
        "203.0.113.7/32": (0, 30), "2001:db8::/48": (10, 30),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "minute", "end"),
    [
        ({}, 130, None),
        ({}, 131, 10),
        ({"silence": 60}, 11, None),
        ({"silence": 60}, 12, 10),
    ],
)
def test_silence(tmp_path, options, minute, end):
    """Two hours unless said, since it was last heard of; by the log's own time."""
    late = record("Start", minute, Framed_IP_Address="203.0.113.9", Acct_Session_Id="9")
    records = [record("Start", 0, **AT), record("Alive", 10, **AT), late]
    assert held(look(tmp_path, *records, options=options))[0][4] == end


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"form": "x" * 50}, f"option form: expected detail, json, found {'x' * 40!r}"),
        ({"silence": 0}, "option silence: expected seconds from 1 up, found 0"),
        ({"named": 1}, "option named: expected true or false, found another type"),
        ({"zone": "Nowhere"}, "option zone: "),
        ({"path": ""}, "source bng: expected the option path, found none"),
    ],
)
def test_options_in_words(tmp_path, options, words):
    with pytest.raises(Invalid) as caught:
        look(tmp_path, options=options)
    assert str(caught.value).startswith(words)


def test_lines_of_json(tmp_path):
    """Each is a record."""
    text = '{"Acct-Status-Type": "Start", "Acct-Session-Id": "1", "User-Name": "kari",'
    text += (
        f' "NAS-Identifier": "bng", "{IP}": "203.0.113.7", "Timestamp": {int(NOON.timestamp())}}}\n'
    )
    assert held(look(tmp_path, text, options={"form": "json"})) == [(*KARI, 0, None)]


def test_only_so_many_are_told(tmp_path):
    """The last two hundred."""
    reading = look(tmp_path, *[record("Party", 0)] * 201)
    assert [reading.rejected[0].row, reading.rejected[-1].row] == [2, 201]
