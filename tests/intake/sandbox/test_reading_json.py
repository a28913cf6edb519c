"""A reading crosses the box border without loss, and nothing unsound crosses it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.parse_output import parsed_file
from aupkeep.intake.sandbox.reading_json import reading_from_json, reading_to_json
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Unreadable
from aupkeep.model.finding import TRANSPORTS, Finding, Offset, Role
from aupkeep.model.origin import parse_origin
from aupkeep.model.report import Authentication, Reading, ReadingOutcome, RejectedRow, Verdict
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.model.taxonomy import ROWS

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
MAYBE = st.none() | TEXT
MOMENT = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
ADDRESS = st.ip_addresses().filter(
    lambda address: address.version == 4 or not (address.ipv4_mapped or address.scope_id)
)
PORT = st.none() | st.integers(0, 65535)
PARTS = st.lists(st.text("ab ", min_size=20, max_size=20), min_size=1, max_size=3).map(tuple)
SUBJECT = st.builds(Subject, address=st.none() | ADDRESS, port=PORT, url=MAYBE, account=MAYBE)
TARGET = st.none() | st.builds(Endpoint, address=st.none() | ADDRESS, port=PORT, protocol=MAYBE)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    row = draw(st.sampled_from(ROWS))
    return Finding(
        kind=row.name,
        rsit=row.rsit,
        role=draw(st.sampled_from(Role)),
        subject=draw(SUBJECT),
        at=draw(st.none() | MOMENT),
        exact=draw(st.floats(0, 1e6)),
        source=parse_origin("mail:?reporter.example"),
        confidence=draw(st.floats(0, 1)),
        target=draw(TARGET),
        count=draw(st.integers(1, 1000)),
        maker="arf/1",
        offsets=draw(st.dictionaries(TEXT, st.just(Offset(0, 2, 20)), max_size=2)),
        transport=draw(st.sampled_from([None, *TRANSPORTS])),
        details=draw(st.dictionaries(TEXT, TEXT, max_size=3)),
    )


VERDICT = st.sampled_from(Verdict)
READING = st.builds(
    Reading,
    outcome=st.sampled_from(ReadingOutcome),
    reason=MAYBE,
    container=MAYBE,
    reporter=MAYBE,
    reporter_name=MAYBE,
    title=TEXT,
    sent_at=st.none() | MOMENT,
    message_id=MAYBE,
    reply_to=MAYBE,
    authentication=st.builds(
        Authentication, dkim=VERDICT, spf=VERDICT, arc=VERDICT, dmarc=VERDICT, identity=MAYBE
    ),
    findings=st.lists(findings(), max_size=3).map(tuple),
    dead=st.lists(
        st.builds(
            RejectedRow,
            row=st.integers(0, 99),
            reason=TEXT,
            place=st.none() | st.just(Offset(0, 2, 20)),
            name=TEXT,
        ),
        max_size=2,
    ).map(tuple),
    parts=PARTS,
    headers=st.dictionaries(TEXT, TEXT, max_size=2),
)


@given(READING)
def test_a_reading_comes_out_as_it_went_in(reading: Reading) -> None:
    assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading


FINDING = Finding(
    kind="messaging/spam",
    rsit="abusive-content:spam",
    role=Role.OFFENDER,
    subject=Subject(address=ip_address("192.0.2.1"), port=25),
    at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    exact=1.0,
    source=parse_origin("mail:?reporter.example"),
    confidence=0.9,
    offsets={"address": Offset(0, 0, 9)},
)
SOUND = reading_to_json(
    Reading(outcome=ReadingOutcome.PARSED, findings=(FINDING,), parts=("192.0.2.1 did it",))
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("outcome",), "approved"),
        (("parts",), ["short"]),
        (("parts",), [7]),
        (("headers",), []),
        (("authentication",), ["pass"]),
        (("claims", 0, 0), "made/up"),
        (("claims", 0, 4), "nothing"),
        (("claims", 0, 5), 2),
        (("findings", 0, 1), "300.0.0.1"),
        (("findings", 0, 2), 70000),
        (("findings", 0, 8), [0, 5, 2]),
        (("findings", 0, 8), [3, 0, 1]),
        (("findings", 0, 8), [0, 0]),
        (("findings", 0, 0), 1),
        (("findings", 0, 0), -1),
        (("findings", 0, 6), "yesterday"),
        (("findings", 0, 6), "2026-03-01T12:00:00"),
        (("claims", 0, 9), "carrier pigeon"),
        (("findings", 0, 9), ["a value without its name"]),
        (("findings", 0, 9), [7]),
    ],
)
def test_what_a_box_may_not_say_is_refused(path: tuple[str | int, ...], value: object) -> None:
    wire = json.loads(json.dumps(SOUND))
    place = wire
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(Unreadable):
        reading_from_json(wire)


def test_details_are_few_and_short() -> None:
    for details in ({"banner": "x" * 201}, {f"n{number}": "x" for number in range(41)}):
        finding = replace(FINDING, details=details)
        wire = reading_to_json(
            Reading(outcome=ReadingOutcome.PARSED, findings=(finding,), parts=("x" * 20,))
        )
        with pytest.raises(Unreadable):
            reading_from_json(wire)


@pytest.mark.parametrize("value", [None, [], "x", {}, {"outcome": "parsed"}])
def test_what_is_no_reading_is_refused(value: object) -> None:
    with pytest.raises(Unreadable):
        reading_from_json(value)


def test_a_line_says_null_for_what_is_absent() -> None:
    line = as_json(parsed_file("x.eml", reading_from_json(SOUND)))
    assert line["authentication"] is None
    assert line["findings"] == [
        {
            "kind": "messaging/spam",
            "rsit": "abusive-content:spam",
            "role": "offender",
            "address": "192.0.2.1",
            "port": 25,
            "url": None,
            "domain": None,
            "account": None,
            "at": "2026-03-01T12:00:00Z",
            "exact": 1.0,
            "confidence": 0.9,
            "clause": "spam",
            "offsets": {"address": [0, 0, 9]},
        }
    ]
