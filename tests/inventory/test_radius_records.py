"""Records of RADIUS accounting, value by value: what is read, and in which words one is refused."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aupkeep.inventory.log_sessions import LogMoment
from aupkeep.inventory.radius_records import (
    HIGHEST,
    MOST,
    SEVERAL,
    began,
    detail_record,
    json_record,
    number,
    one,
    record_moment,
)
from aupkeep.model.errors import Invalid

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
HEAD = "Sun Mar  1 13:00:00 2026"
OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("kari", "kari"),
        (" kari ", "kari"),
        ('"kari"', "kari"),
        ("'kari'", "kari"),
        ('"ka\\"ri\\\\"', 'ka"ri\\'),
        ('""', ""),
        ('"', '"'),
        ("'kari\"", "'kari\""),
        ("akaria", "akaria"),
        ('k"', 'k"'),
        ("XkariX", "XkariX"),
        ('"a', '"a'),
        ('"" x', '"" x'),
        ('"a""', 'a"'),
        ('"kari" ', '"kari"'),
    ],
)
def test_a_value(written, value):
    """Without its quotes, where it has them at both ends."""
    assert detail_record(f"{HEAD}\n\tUser-Name = {written}\n".encode()) == (
        HEAD,
        {"User-Name": [value]},
    )


def test_a_record_of_many_attributes():
    """Blank lines around it, ends of lines of either kind; as many attributes as there may be."""
    data = f"\n{HEAD}\n\tClass = a\r\n\tClass:1 += 'b \t'\r\n\n".encode()
    assert detail_record(data) == (HEAD, {"Class": ["a", "b \t"]})
    assert detail_record(f"\t{HEAD}\n\tA = \xa0\n".encode()) == (f"\t{HEAD}", {"A": [""]})
    most = "".join(f"\tA{number} = 1\n" for number in range(MOST))
    assert len(detail_record(f"{HEAD}\n{most}".encode())[1]) == MOST
    with pytest.raises(Invalid) as caught:
        detail_record(f"{HEAD}\n{most}\tB = 1\n".encode())
    assert str(caught.value) == "record: expected at most 400 attributes, found 401"


@pytest.mark.parametrize("line", ["\rA = 1", "X\tA = 1", "\tA = 1\nX" + "x" * 70])
def test_what_is_no_attribute(line):
    """It is told, as much of it as helps."""
    with pytest.raises(Invalid) as caught:
        detail_record(f"{HEAD}\nA{line}\n".encode())
    wrong = f"A{line}" if "\n" not in line else "A\tA = 1"
    assert str(caught.value) == f"record: expected NAME = VALUE, found {wrong[:60]!r}"
    with pytest.raises(Invalid) as caught:
        detail_record(f"{HEAD}\n{'x' * 70}\n".encode())
    assert str(caught.value) == f"record: expected NAME = VALUE, found {'x' * 60!r}"


def test_a_record_of_json():
    """Texts and whole numbers, alone, in a list, or as FreeRADIUS writes them with their type."""
    given = {
        "a": "x",
        "b": 7,
        "c": ["x", 8, True, None, 1.5],
        "d": {"type": "string", "value": ["y", "z"]},
        "e": {"value": False},
        "f": None,
    }
    assert json_record(json.dumps(given).encode()) == (
        "",
        {"a": ["x"], "b": ["7"], "c": ["x", "8"], "d": ["y", "z"], "e": ["False"], "f": []},
    )
    most = {str(number): 1 for number in range(MOST)}
    assert len(json_record(json.dumps(most).encode())[1]) == MOST
    for value in ([], 7, {**most, "more": 1}):
        with pytest.raises(Invalid) as caught:
            json_record(json.dumps(value).encode())
        assert str(caught.value) == "record: expected an object of attributes, found none"


def test_what_is_no_json():
    with pytest.raises(Invalid, match=r"^record: expected JSON, found: Expecting value: line 1"):
        json_record(b"nothing")
    with pytest.raises(Invalid) as caught:
        json_record(b"7" * 5000)  # more digits than Python reads: it says so at length
    assert len(str(caught.value)) == len("record: expected JSON, found: ") + 80


def test_what_comes_once_and_what_several_times():
    """The same value twice is once; of addresses there may be many."""
    assert one({}, "User-Name") == ""
    assert one({"User-Name": ["a", "a"]}, "User-Name") == "a"
    for name in SEVERAL:
        assert one({name: ["b", "a"]}, name) == "a"
    with pytest.raises(Invalid) as caught:
        one({"User-Name": ["a", "b"]}, "User-Name")
    assert str(caught.value) == "User-Name: expected it once, found 2 values"


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), (str(HIGHEST), HIGHEST), ("0" * 19 + "7", 7), ("", None)],
)
def test_a_number(text, value):
    assert number({"X": [text]}, "X") == value


@pytest.mark.parametrize("text", [str(HIGHEST + 1), "0" * 21, "-1", "²", "1.0", "x" * 50, "٣"])
def test_what_is_no_number(text):
    with pytest.raises(Invalid) as caught:
        number({"X": [text]}, "X")
    assert str(caught.value) == f"X: expected a number, found {text[:40]!r}"


def moment(head="", zone=None, **given: object):
    """When a record was, in seconds from noon."""
    attributes = {name.replace("_", "-"): [str(value)] for name, value in given.items()}
    at = record_moment(head, attributes, zone, NOON)
    return tuple((x - NOON).total_seconds() for x in at)


def test_the_first_line_says_when_it_was_written():
    """In the zone of the server, where that is known; `Timestamp` is better."""
    assert moment(HEAD, OSLO) == (0, 0)
    assert moment(HEAD, OSLO, Timestamp=SECONDS - 60) == (-60, -60)
    assert moment(HEAD, None, Event_Timestamp=SECONDS - 30) == (-30, -30)
    for head, zone in ((HEAD, None), ("", OSLO)):
        with pytest.raises(Invalid) as caught:
            moment(head, zone)
        assert str(caught.value) == (
            "time: expected Event-Timestamp or Timestamp, found none that is exact"
        )


def test_the_bounds_of_clocks():
    """A delay of a year at most; a clock that is ten minutes ahead; one that is not too old."""
    year = 366 * 86_400
    assert moment(Timestamp=SECONDS, Acct_Delay_Time=year + 7) == (-year, -year)
    ahead = {n: moment(Timestamp=SECONDS, Event_Timestamp=SECONDS + n) for n in range(0, 900, 60)}
    assert [at for n, at in ahead.items() if n <= 600] == [(0, n) for n in range(0, 601, 60)]
    assert {at for n, at in ahead.items() if n > 600} == {(0, 0)}
    old = 400 * 86_400
    assert moment(Timestamp=SECONDS, Event_Timestamp=SECONDS - old) == (0, 0)
    assert moment(Timestamp=SECONDS, Event_Timestamp=SECONDS - old + 1) == (1 - old, 0)


@pytest.mark.parametrize(
    "text", ["2026-02-31T12:00:00", "2026", "20261301T000000Z", "2026-03-01 25:00:00"]
)
def test_a_clock_of_a_nas_that_is_none(text):
    """The server's counts alone."""
    assert moment(Timestamp=SECONDS, Event_Timestamp=text, zone=OSLO) == (0, 0)


def test_seconds_since_1970_have_an_end():
    """Of either clock, named; the last second that fits is not plausible, and says so otherwise."""
    last = (2200 - 1970) * 365 * 86_400
    for name in ("Timestamp", "Event_Timestamp"):
        with pytest.raises(Invalid) as caught:
            moment(**{name: last + 1})
        shown = name.replace("_", "-")
        assert str(caught.value) == f"{shown}: expected seconds since 1970, found {last + 1}"
        with pytest.raises(Invalid) as caught:
            moment(**{name: last})
        assert "since 1970" not in str(caught.value)


def test_a_clock_of_many_digits():
    """Is told by its first ones."""
    with pytest.raises(Invalid, match=r"^Event-Timestamp: expected .*, found 9{20}$"):
        moment(Event_Timestamp="9" * 30)


def test_when_a_session_began():
    """By how long it lasts; not said, or longer than ten years, is not known."""
    at = LogMoment(NOON - timedelta(seconds=5), NOON)
    longest = 3660 * 86_400
    for seconds, start in ((60, NOON - timedelta(minutes=1)), (longest + 1, None)):
        assert began({"Acct-Session-Time": [str(seconds)]}, at) == start
    assert began({"Acct-Session-Time": [str(longest)]}, at) == NOON - timedelta(seconds=longest)
    assert began({}, at) is None
