"""What a notice must hold (DSA Article 16(2), 17 USC 512(c)(3)), told where it is wrong."""

import contextlib
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.conftest import NOON
from app.notices_filed import COPYRIGHT, GOOD
from aupkeep.app.receiving.location import parse_location
from aupkeep.app.receiving.notice_bytes import content_of, pack, unpack
from aupkeep.app.receiving.notice_draft import FIELDS, LONGEST, InvalidNotice, Upload, read_draft
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.filing import KIND_OF, Matter
from aupkeep.model.taxonomy import KINDS

NOW = NOON
MANY = "\n".join(f"192.0.2.{n}" for n in range(21))


def read(matter=Matter.BREAK_IN, uploads=(), **more):
    fields = (COPYRIGHT if matter is Matter.COPYRIGHT else GOOD) | more
    own = ("abuse@aupkeep.example",)
    return read_draft(fields, matter, language="en", now=NOW, own=own, uploads=uploads)


def wrong(matter=Matter.BREAK_IN, uploads=(), **more):
    """The fields that are wrong, with the key of their words."""
    with pytest.raises(InvalidNotice) as caught:
        read(matter, uploads, **more)
    return [(trouble.field, trouble.key) for trouble in caught.value.troubles]


def test_every_matter_has_a_kind_of_the_taxonomy():
    assert set(KIND_OF) == set(Matter)
    assert set(KIND_OF.values()) <= set(KINDS)


def test_a_good_notice_is_read():
    """Place with port, the time in UTC from the zone it was written in, to the minute."""
    draft = read()
    assert str(draft.places[0].subject) == "203.0.113.70:40022"
    assert (draft.at, draft.exact) == (datetime(2026, 3, 1, 11, 50, tzinfo=UTC), 60.0)
    assert draft.written == "2026-03-01T12:50 Europe/Oslo"


@pytest.mark.parametrize(
    ("matter", "more", "found"),
    [
        (Matter.BREAK_IN, {"where": ""}, [("where", "missing")]),
        (Matter.BREAK_IN, {"where": MANY}, [("where", "many")]),
        (Matter.BREAK_IN, {"where": "203.0.113.0/24"}, [("where", "unclear")]),
        (Matter.BREAK_IN, {"where": "example.org/page"}, [("where", "unclear")]),
        (Matter.BREAK_IN, {"where": "our server"}, [("where", "unclear")]),
        (Matter.BREAK_IN, {"where": "\uff11\uff19\uff12.0.2.1"}, [("where", "unclear")]),
        (Matter.BREAK_IN, {"where": "https://\u202eexample.org/"}, [("where", "unclear")]),
        (Matter.BREAK_IN, {"at": ""}, [("at", "missing")]),
        (Matter.BREAK_IN, {"at": "yesterday"}, [("at", "unclear")]),
        (Matter.BREAK_IN, {"zone": ""}, [("zone", "unclear")]),
        (Matter.BREAK_IN, {"zone": "../../etc/passwd"}, [("zone", "unclear")]),
        (Matter.BREAK_IN, {"at": "2031-01-01T00:00"}, [("at", "never")]),
        (Matter.BREAK_IN, {"at": "1970-01-01T00:00"}, [("at", "never")]),
        (Matter.BREAK_IN, {"at": "0001-01-01T00:00", "zone": "+14:00"}, [("zone", "unclear")]),
        (Matter.BREAK_IN, {"why": "bad"}, [("why", "missing")]),
        (Matter.BREAK_IN, {"why": "x" * 1_000_000}, [("why", "long")]),
        (Matter.BREAK_IN, {"name": "Kari\r\nBcc: all@example.org"}, [("name", "line")]),
        (Matter.BREAK_IN, {"name": ""}, [("name", "missing")]),
        (Matter.BREAK_IN, {"email": "kari@example.org\nBcc: x@example.org"}, [("email", "line")]),
        (Matter.BREAK_IN, {"email": "kari"}, [("email", "unclear")]),
        (Matter.BREAK_IN, {"email": "kari@localhost"}, [("email", "unclear")]),
        (Matter.BREAK_IN, {"email": "mailer-daemon@example.org"}, [("email", "unclear")]),
        (Matter.BREAK_IN, {"email": "Abuse@aupkeep.example"}, [("email", "unclear")]),
        (Matter.BREAK_IN, {"good_faith": "no"}, [("good_faith", "missing")]),
        (Matter.COPYRIGHT, {"work": ""}, [("work", "missing")]),
        (Matter.COPYRIGHT, {"authority": "friend"}, [("authority", "missing")]),
        (Matter.COPYRIGHT, {"sworn": ""}, [("sworn", "missing")]),
        (Matter.COPYRIGHT, {"signature": ""}, [("signature", "missing")]),
        (Matter.OTHER, {"name": "", "email": ""}, [("name", "missing"), ("email", "missing")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(matter, more, found):
    """Each trouble by field and kind, and in words with what was expected and found."""
    assert wrong(matter, **more) == found
    with pytest.raises(InvalidNotice, match=r"^\w+: expected .+, found .+"):
        read(matter, **more)


def test_all_troubles_are_told_at_once():
    assert wrong(where="", why="", email="", good_faith="") == [
        ("where", "missing"), ("why", "missing"), ("email", "missing"), ("good_faith", "missing")
    ]  # fmt: skip


def test_about_children_nobody_needs_a_name_and_no_file_is_taken():
    """DSA Article 16(2)(c); the material itself must not be sent to us."""
    draft = read(Matter.CHILD, name="", email="", at="", zone="")
    assert (draft.name, draft.email, draft.at) == ("", "", None)
    assert wrong(Matter.CHILD, uploads=[Upload("ab" * 32, 9)]) == [("upload", "unwanted")]


def test_an_hour_that_came_twice_is_as_inexact_as_that():
    """On 26 October 2025 at three the clocks of Oslo went back to two."""
    draft = read(at="2025-10-26T02:30", zone="Europe/Oslo")
    assert (draft.at, draft.exact) == (datetime(2025, 10, 26, 1, 0, tzinfo=UTC), 1860.0)
    assert wrong(at="2025-03-30T02:30", zone="Europe/Oslo") == [("at", "unclear")]


@pytest.mark.parametrize(
    ("at", "zone", "second"),
    [
        ("2026-03-01T11:50:07Z", "", 7),
        ("2026-03-01T12:50:07+01:00", "Asia/Tokyo", 7),
        ("2026-03-01 12:50:07", "+01:00", 7),
    ],
)
def test_a_time_may_bring_its_zone(at, zone, second):
    draft = read(at=at, zone=zone)
    assert (draft.at, draft.exact) == (datetime(2026, 3, 1, 11, 50, second, tzinfo=UTC), 1.0)


@pytest.mark.parametrize(
    ("text", "address", "url", "domain"),
    [
        ("hxxps://a[.]example[.]org/b?c", None, "https://a.example.org/b?c", "a.example.org"),
        ("http://203.0.113.7:8080/x", "203.0.113.7", "http://203.0.113.7:8080/x", None),
        ("https://blåbær.example/", None, "https://blåbær.example/", "xn--blbr-roah.example"),
        ("[2001:db8::1]:22", "2001:db8::1", None, None),
        ("mail.example.org.", None, None, "mail.example.org"),
    ],
)  # fmt: skip
def test_places_people_write(text, address, url, domain):
    found = parse_location(text)
    known = str(found.address) if found.address else None
    assert (known, found.url, found.domain) == (address, url, domain)


@given(st.text(max_size=60))
def test_a_place_is_read_or_refused(text):
    """Whatever is written, the answer is a subject or `Invalid`."""
    with contextlib.suppress(Invalid):
        assert str(parse_location(text)) != "nothing"


HOSTILE = st.text() | st.sampled_from(["yes", "owner", "=1+1", "\0", "\ud800", "'; --", "x" * 300])


@settings(max_examples=60)
@given(
    st.sampled_from(Matter),
    st.dictionaries(st.sampled_from(FIELDS), HOSTILE),
    st.sampled_from([{}, GOOD, COPYRIGHT]),
)
def test_any_fields_end_in_a_draft_that_packs_or_in_troubles(matter, more, base):
    """A draft that is taken is the same after packing; only `InvalidNotice` is ever raised."""
    with contextlib.suppress(InvalidNotice):
        draft = read_draft(dict(base) | more, matter, language="nb", now=NOW)
        assert unpack(pack(draft, "ticket", [])) == (draft, [])


def test_a_notice_and_its_uploads_are_packed_to_the_byte():
    """One digest covers all; a changed byte of an upload is found."""
    bodies = [b"\0\xff\nReceived: x\r\n", b""]
    uploads = [Upload(hashlib.sha256(body).hexdigest(), len(body)) for body in bodies]
    draft = read(Matter.SPAM, uploads=uploads)
    data = pack(draft, "t", bodies)
    assert unpack(data) == (draft, bodies)
    for broken in (data.replace(b"\xff", b"\xfe"), data[:40], b"", b"{}\n", b"[" * 99_999):
        with pytest.raises(Unreadable):
            unpack(broken)


def test_the_ticket_is_not_part_of_the_content():
    """Two tickets are two files on disk and one content: that is how a repeat is known."""
    draft = read()
    assert pack(draft, "a", []) != pack(draft, "b", [])
    assert content_of(draft) == content_of(read())
    assert content_of(draft) != content_of(read(why="It guessed passwords on our web server."))
    head = json.loads(pack(draft, "a", []).partition(b"\n")[0])
    assert set(head) > {"where", "why", "email", "good_faith", "at"}


def test_lengths_are_counted_in_characters():
    assert read(why="ø" * LONGEST["why"]).why
    assert wrong(why="ø" * (LONGEST["why"] + 1)) == [("why", "long")]
    assert read(at=f"{NOW + timedelta(minutes=10):%Y-%m-%dT%H:%M}", zone="UTC").at > NOW
