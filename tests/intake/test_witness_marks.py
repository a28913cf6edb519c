"""Marks: what two reports share when one of them only passes the other's word on."""

from dataclasses import replace

import pytest

from aupkeep.intake.auth.trust_boundary import TrustBoundary
from aupkeep.intake.queue_flow import flow_of
from aupkeep.intake.witness_marks import line_marks, message_ids, reading_marks
from aupkeep.model.report import Authentication, Reading, ReadingOutcome

LINE = "Mar  1 03:12:09 gate sshd[9]: Failed password for root from 203.0.113.7 port 4 ssh2"
MAIL = Reading(
    outcome=ReadingOutcome.PARSED,
    reporter="soc@desk.cert.example",
    message_id="<1@cert.example>",
    authentication=Authentication(identity="desk.cert.example"),
    parts=("Dear all,\n" + LINE,),
)
PASSED_ON = replace(
    MAIL,
    message_id="<9@shop.example>",
    authentication=Authentication(identity="shop.example"),
    parts=("From: soc@cert.example\nMessage-ID: <1@cert.example>\n\nDear all,\n> " + LINE,),
)


@pytest.mark.parametrize(
    "line", [f"> {LINE}", f">> | {LINE}  ", LINE.upper(), LINE.replace(" ", "\t")]
)
def test_a_line_passed_on_is_the_same_line(line):
    """Quoting, blanks and case do not make another witness."""
    assert line_marks(line) == line_marks(LINE) != ()


@pytest.mark.parametrize(
    "line", ["", "203.0.113.7", "Offending address: 203.0.113.7 (our customer)", "at 03:12:09 UTC"]
)
def test_what_many_could_write_marks_nobody(line):
    """Without a time, or too short to be told from others', a line ties nobody to anybody."""
    assert line_marks(line) == ()


def test_another_line_is_another_witness():
    """The same attack seen by two hosts leaves two lines."""
    assert line_marks(LINE) != line_marks(LINE.replace("gate", "door"))


def test_a_forwarded_report_shares_its_message():
    """Who attaches a report has the id of the message inside."""
    one = set(reading_marks(MAIL, "mail:cert.example", token=False))
    other = set(reading_marks(PASSED_ON, "mail:shop.example", token=False))
    shared = one & other
    assert len(shared) == 1
    assert next(iter(shared)).startswith("id:")
    assert message_ids(PASSED_ON) == ("9@shop.example", "1@cert.example")


def test_a_token_shares_its_reporter():
    """A report by a token is of the reporter it names; one by mail is of who is proven."""
    by_token = replace(MAIL, authentication=Authentication(), message_id=None)
    assert "reporter:cert.example" in reading_marks(by_token, "api:partner", token=True)
    assert "reporter:cert.example" in reading_marks(MAIL, "mail:cert.example", token=False)
    unproven = reading_marks(by_token, "mail:?cert.example", token=False)
    assert not [one for one in unproven if one.startswith("reporter:")]


def test_a_signer_is_a_mark():
    """One key that signs for two domains is one source."""
    signed = replace(
        MAIL, authentication=Authentication(identity="x.example", signer="a@x.example")
    )
    assert "signer:a@x.example" in reading_marks(signed, "mail:x.example", token=False)


OURS = TrustBoundary(relays=("203.0.113.0/28",), names=("mx.ours.example",))
FROM = b"From: a@desk.cert.example\r\n\r\nbody"
STAMP = b"Authentication-Results: mx.ours.example; dkim=pass header.d=cert.example\r\n"
HOP = b"Received: from mx (mx [198.51.100.9]) by mx.ours.example; now\r\n"


@pytest.mark.parametrize(
    ("data", "peer", "flow"),
    [
        (FROM, "192.0.2.77", "peer:192.0.2.0/24"),
        (STAMP + FROM, "192.0.2.77", "peer:192.0.2.0/24"),
        (FROM, "2001:db8:1:2::9", "peer:2001:db8:1::/48"),
        (FROM, "::ffff:192.0.2.77", "peer:192.0.2.0/24"),
        (STAMP + FROM, "203.0.113.5", "mail:desk.cert.example"),
        (HOP + FROM, "203.0.113.5", "peer:198.51.100.0/24"),
        (HOP + STAMP + FROM, "203.0.113.5", "mail:desk.cert.example"),
        (FROM, "203.0.113.5", "mail:?desk.cert.example"),
        (FROM, "127.0.0.1", "mail:?desk.cert.example"),
        (STAMP + FROM, "127.0.0.1", "mail:?desk.cert.example"),
        (FROM, None, "mail:?desk.cert.example"),
        (b"", None, ""),
        (b"From: a@b.example, c@d.example\r\n\r\n", None, ""),
    ],
)  # fmt: skip
def test_whose_turn_it_is(data, peer, flow):
    """The flow rests on what costs a flooder something, on a name in From only without it."""
    assert flow_of(data, peer, OURS) == flow
