"""Templates: what they read, that they refuse, and that no text makes them slow."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.extract.stated_times import TimeContext
from aupkeep.intake.profiles.placeholders import SLOTS, SlotContext, SlotMoment
from aupkeep.intake.profiles.template import TemplateMatch, compile_template, folded, match
from aupkeep.model.errors import Invalid

SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAIN = SlotContext(clock=TimeContext(sent_at=SENT))
OSLO = SlotContext(clock=TimeContext(sent_at=SENT), zone=ZoneInfo("Europe/Oslo"))


def read(template: str, text: str, context: SlotContext = PLAIN):
    """The values read, as the text they stand in, and True when the whole text was used."""
    found = match(compile_template(template), text, folded(text), (0, len(text)), context)
    if not isinstance(found, TemplateMatch) or text[found.end :].strip():
        return None
    return {name: text[one.start : one.end] for name, one in found.values.items()}


@pytest.mark.parametrize(
    ("template", "text", "expected"),
    [
        ("IP: {address}", "ip:\t192.0.2.1  ", {"address": "192.0.2.1"}),
        ("IP {address}", "IP 192[.]0[.]2[.]1", {"address": "192[.]0[.]2[.]1"}),
        ("IP {address}", "IP [2001:db8::1]", {"address": "2001:db8::1"}),
        ("{address}:{port}", "192.0.2.1:80", {"address": "192.0.2.1", "port": "80"}),
        ("{address}:{port}", "[2001:db8::1]:80", {"address": "2001:db8::1", "port": "80"}),
        ("{address}.{port} > {any}", "192.0.2.1.53 > x", {"address": "192.0.2.1", "port": "53"}),
        ("<{url}>", "<http://a.example/b>", {"url": "http://a.example/b"}),
        ("see {url}.", "see http://a.example/b.c.", {"url": "http://a.example/b.c"}),
        ("see {url}", "see <http://a.example/>", {"url": "http://a.example/"}),
        ("{word} {account} {any}", "a b@c d e", {"account": "b@c"}),
        ("|{kind} |{domain} |", "|a  b | a.example |", {"kind": "a  b", "domain": "a.example"}),
        ("{count} hits, {count} more", "1,200 hits, 3 more", {"count": "1,200 hits, 3"}),
        ("to {target} {target_port}/{protocol}", "to 192.0.2.9 22/tcp",
         {"target": "192.0.2.9", "target_port": "22", "protocol": "tcp"}),
        ("at {time}", "at Sun, 1 Mar 2026 11:00:00 +0100", {"time": "1 Mar 2026 11:00:00 +0100"}),
        ("{date}|{clock}", "2026-03-01|11:00", {"date": "2026-03-01", "clock": "11:00"}),
    ],
)  # fmt: skip
def test_reads(template, text, expected):
    """A template reads what it names, each value exactly where it stands."""
    assert read(template, text) == expected


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("IP: {address}", "IP: 192.0.2.1.9.9 and more"),
        ("IP: {address}", "IP: 192.0.2.999"),
        ("IP: {address}", "IP: nowhere"),
        ("IP: {address}", "host IP: 192.0.2.1"),
        ("port {port}", "port 0"),
        ("port {port}", "port 65536"),
        ("see {url}", "see a.example"),
        ("{domain} down", "192.0.2.1 down"),
        ("day {date}", "day 03/04/2026"),
        ("{address} {protocol}", "192.0.2.1 quic"),
    ],
)
def test_refuses(template, text):
    """What is not what the placeholder asks for is not read."""
    assert read(template, text) is None


@pytest.mark.parametrize(
    ("text", "context", "at", "exact"),
    [
        ("2026-03-01 11:00:00 UTC", PLAIN, "2026-03-01T11:00:00", 1.0),
        ("2026-03-01 11:00:00", PLAIN, "2026-03-01T11:00:00", 50_400.0),
        ("2026-03-01 11:00:00", OSLO, "2026-03-01T10:00:00", 1.0),
        ("2026-03-01 11:00", OSLO, "2026-03-01T10:00:00", 60.0),
        ("2026-07-01 11:00:00", OSLO, "2026-07-01T09:00:00", 1.0),
        ("2025-10-26 02:30:00", OSLO, "2025-10-26T00:30:00", 3600.0),
        ("2026-03-01", OSLO, "2026-02-28T23:00:00", 86_400.0),
        ("Sun, 1 Mar 2026", OSLO, "2026-02-28T23:00:00", 86_400.0),
        ("Mar 1, 2026", OSLO, "2026-02-28T23:00:00", 86_400.0),
        ("Feb 26 18h", OSLO, "2026-02-26T17:00:00", 3600.0),
        ("1772362800", OSLO, "2026-03-01T11:00:00", 1.0),
    ],
)
def test_a_time_says_how_exact_it_is(text, context, at, exact):
    """A stated zone holds, else the profile's, else ± 14 hours; the doubled hour is ± 1 hour."""
    found = match(
        compile_template("at {time}"), f"at {text}", f"at {text}".lower(), (0, 60), context
    )
    assert isinstance(found, TemplateMatch)
    moment = found.values["time"].value
    assert moment == SlotMoment(datetime.fromisoformat(at).replace(tzinfo=UTC), exact)


@pytest.mark.parametrize(("order", "month"), [("dmy", 4), ("mdy", 3)])
def test_the_order_of_days_is_the_reporters(order, month):
    """03/04 is the third of April or the fourth of March, as the file says."""
    context = SlotContext(clock=TimeContext(sent_at=None, order=order), zone=UTC, order=order)
    text = "at 03/04/2026 10:00:00"
    found = match(compile_template("at {time}"), text, text, (0, len(text)), context)
    assert isinstance(found, TemplateMatch)
    moment = found.values["time"].value
    assert isinstance(moment, SlotMoment)
    assert moment.at.month == month


@pytest.mark.parametrize(
    "source",
    ["{adress}", "IP {address", "IP {address} {address}", "{word}{address}", "x" * 301, "} {any}"],
)
def test_a_wrong_template_is_refused(source):
    """An unknown, open, doubled or blurred placeholder is an error."""
    with pytest.raises(Invalid, match="template: expected"):
        compile_template(source)


def test_words_that_are_there_and_a_value_that_is_not_are_told():
    """A line of the right form with a wrong value is not the same as another line."""
    text = "IP: nowhere at 10"
    found = match(compile_template("IP: {address} at {any}"), text, text.lower(), (0, 20), PLAIN)
    assert found == "expected {address}, found 'nowhere'"


@given(
    st.lists(st.sampled_from([f"{{{name}}}" for name in SLOTS]), min_size=1, max_size=5),
    st.text(max_size=120),
    st.text(alphabet="0123456789.:[]()abhtp/- ", max_size=200),
)
def test_any_text_is_survived_and_offsets_are_true(holes, noise, text):
    """No text raises; what is read stands where it is said to stand, in order."""
    try:
        template = compile_template("at " + " ~ ".join(holes))
    except Invalid:
        return
    for given_text in (noise, f"at {text}", f"AT {text} ~ {noise} ~ {text}"):
        low = folded(given_text)
        assert len(low) == len(given_text)
        found = match(template, given_text, low, (0, len(given_text)), PLAIN)
        if isinstance(found, TemplateMatch):
            places = [(value.start, value.end) for value in found.values.values()]
            assert all(0 <= start <= end <= len(given_text) for start, end in places)
            assert found.end <= len(given_text)


@pytest.mark.parametrize(
    "text", ["a " * 500_000, "a" * 1_000_000, "a b " * 250_000, " " * 1_000_000]
)
def test_no_text_makes_it_slow(text):
    """A million characters cost no more than looking at them, whatever stands there."""
    template = compile_template("{any} a {any} a {any} a {any} b {any} b {any} x")
    low = folded(text)
    began = time.process_time()
    for start in range(200):
        match(template, text, low, (start, len(text)), PLAIN)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "exact"),
    [("01 Mar 26 03:04 UTC", 60.0), ("Sun Mar  1 03:04:00 2026: user", 1.0)],
)
def test_years_of_two_figures_and_before_a_colon_are_read(text: str, exact: float) -> None:
    """RFC 822's short years are this century's; a colon behind a year ends the time."""
    found = SLOTS["time"](text, 0, len(text), SlotContext(clock=TimeContext(), zone=UTC))
    assert found is not None
    assert found.value == SlotMoment(datetime(2026, 3, 1, 3, 4, tzinfo=UTC), exact)
