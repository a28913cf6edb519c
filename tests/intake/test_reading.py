"""Received bytes end in the outcome that a person would give them."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.intake.input_format import split_mails
from aupkeep.intake.reading import read
from aupkeep.intake.readings import with_authentication, with_source
from aupkeep.model.correspondence import MailMeaning
from aupkeep.model.origin import parse_origin
from aupkeep.model.report import Authentication, Reading, ReadingOutcome
from examples import times

SENDER = b"From: a@reporter.example\n"
DSN = b"""From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@customer.example
Action: %s
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
--b--
"""


def one(data: bytes, as_: str = "auto") -> Reading:
    [(_, reading)] = read(data, "x", as_)
    return reading


@pytest.mark.parametrize(
    ("data", "outcome", "word"),
    [
        (b"", ReadingOutcome.IGNORED, "empty"),
        (b"\n\n", ReadingOutcome.IGNORED, "empty"),
        (b"Subject:\n\n", ReadingOutcome.IGNORED, "empty"),
        (
            DSN % b"failed",
            ReadingOutcome.BOUNCE,
            "gone@customer.example (user unknown, for good): smtp; 550",
        ),
        (DSN % b"delivered", ReadingOutcome.IGNORED, "delivered to"),
        (
            SENDER + b"Auto-Submitted: auto-replied\n\nI am away",
            ReadingOutcome.IGNORED,
            "automatic",
        ),
        (SENDER + b"Precedence: auto_reply\n\nI am away", ReadingOutcome.IGNORED, "automatic"),
        (SENDER + b"Subject: Out of office: x\n\nI am away", ReadingOutcome.IGNORED, "automatic"),
        (SENDER + b"List-Id: <news.example>\n\nBuy things", ReadingOutcome.IGNORED, "list-id"),
        (SENDER + b"Precedence: bulk\n\nBuy things", ReadingOutcome.IGNORED, "bulk"),
        (SENDER + b"Subject: Re: [K7QF-2M9X] notice\n\nfixed", ReadingOutcome.REPLY, "K7QF-2M9X"),
        (
            SENDER + b"In-Reply-To: <k7qf-2m9x.1@us.example>\n\nok",
            ReadingOutcome.REPLY,
            "K7QF-2M9X",
        ),
        (SENDER + b"Subject: K7QF-2M9X\n\nwords alone", ReadingOutcome.REPLY, "K7QF-2M9X"),
        (SENDER + b"Subject: hello\n\nCall me.", ReadingOutcome.INBOX, ""),
        (b"\x7fELF\0\0\0\0\0\0" * 50, ReadingOutcome.INBOX, "binary"),
        (b'{"hello": "world"}', ReadingOutcome.INBOX, "XARF"),
    ],
)
def test_outcome(data: bytes, outcome: ReadingOutcome, word: str) -> None:
    reading = one(data)
    assert reading.outcome is outcome
    assert word in (reading.reason or "")


@pytest.mark.parametrize(
    ("head", "text", "recipient"),
    [
        (b"From: postmaster@mx.example\nSubject: failure notice", b"<x@c.example>: 550 no", "x@c."),
        (b"From: a@mx.example\nX-Failed-Recipients: y@c.example", b"User unknown", "y@c.example"),
        (
            b"Return-Path: <>\nFrom: q@mx.example\nSubject: Delivery failure",
            b"to z@c.example",
            "z@",
        ),
    ],
)
def test_prose_bounces(head: bytes, text: bytes, recipient: str) -> None:
    reading = one(head + b"\n\n" + text)
    assert reading.outcome is ReadingOutcome.BOUNCE
    assert recipient in (reading.reason or "")


def test_not_spam_feedback_claims_nothing() -> None:
    data = b"""From: a@reporter.example
Content-Type: multipart/report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: not-spam
Source-IP: 192.0.2.1
--b--
"""
    reading = one(data)
    assert (reading.outcome, reading.findings) == (ReadingOutcome.IGNORED, ())
    assert "not spam" in (reading.reason or "")


ARF = b"""From: a@reporter.example
Content-Type: multipart/report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
%s
--b
Content-Type: text/rfc822-headers

Received: from x (x [192.0.2.7]) by mx; Sun, 1 Mar 2026 12:00:00 +0000
Received: from y ([192.0.2.8]) by x
--b--
"""


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        (b"Source-IP: 192.0.2.1", "192.0.2.1"),
        (b"Source-IP: 192.0.2.1\nSource-Port: 25", "192.0.2.1:25"),
        (b"Source-IP: [IPv6:2001:db8::1]\nSource-Port: 25", "[2001:db8::1]:25"),
        (b"Version: 1", "192.0.2.7"),
    ],
)
def test_arf_source(fields: bytes, subject: str) -> None:
    assert [str(finding.subject) for finding in one(ARF % fields).findings] == [subject]


@pytest.mark.parametrize(
    "fields", [b"Source-IP: 300.1.1.1", b"Source-IP: 192.0.2.1\nSource-Port: 99999"]
)
def test_arf_with_a_senseless_source_is_dead(fields: bytes) -> None:
    reading = one(ARF % fields)
    assert (reading.outcome, len(reading.dead)) == (ReadingOutcome.INBOX, 1)


def test_values_stand_where_the_offsets_say() -> None:
    reading = one(ARF % b"Source-IP: 192.0.2.1")
    [finding] = reading.findings
    part, start, end = finding.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.1"


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


CSV = b"ip,time,kind\n192.0.2.1,2026-03-01T12:00:00Z,spam\n"


def test_members_are_read_one_by_one() -> None:
    inner = zipped({"b.csv": CSV})
    data = zipped({"a/../../a.csv": CSV, "in.zip": inner, "c.csv.gz": gzip.compress(CSV)})
    names = [name for name, reading in read(data, "o.zip") if reading.findings]
    assert names == ["o.zip!a.csv", "o.zip!in.zip!b.csv", "o.zip!c.csv.gz!c.csv"]


def test_archive_in_a_mail_belongs_to_the_mail() -> None:
    data = (
        b'From: a@reporter.example\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        b"Content-Type: application/zip; name=l.zip\nContent-Transfer-Encoding: base64\n\n"
    )
    import base64

    reading = one(data + base64.encodebytes(zipped({"l.csv": CSV})) + b"\n--b--\n")
    assert (reading.container, len(reading.findings)) == ("csv", 1)


def test_mbox_is_several_mails() -> None:
    box = b"From a@x Sun Mar  1 12:00:00 2026\nSubject: a\n\nx\n\n" * 2
    assert [name for name, _ in read(box, "m")] == ["m!1", "m!2"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_of_any_length_is_taken_apart(end: bytes) -> None:
    """Every byte is in one of its mails; what only begins as one does is one thing."""
    lines = (
        b"From a@x Sun Mar  1 12:00:00 2026",
        b"Subject: a",
        b"",
        b"From us to you: x",
        b"",
        b"",
    )
    mail = end.join(lines)
    found = list(split_mails(mail * 1500, "m"))
    assert found == [(f"m!{number}", mail) for number in range(1, 1501)]
    assert list(split_mails(mail, "m")) == [("m", mail)]
    assert list(split_mails(mail * 2, "m", "text")) == [("m", mail * 2)]
    log = b"From 2026\n\nFrom a@x Sun Mar  1 12:00:00 2026\nSubject: a\n"
    assert len(list(split_mails(b"x" + log, "m"))) == 1


def test_proven_sender_replaces_the_claimed() -> None:
    reading = one(ARF % b"Source-IP: 192.0.2.1")
    proven = with_authentication(reading, Authentication(identity="reporter.example"))
    sources = [str(found.source) for found in (*reading.findings, *proven.findings)]
    assert sources == ["mail:?reporter.example", "mail:reporter.example"]


def test_unproven_sender_stays_claimed() -> None:
    reading = with_authentication(one(ARF % b"Source-IP: 192.0.2.1"), Authentication())
    assert str(reading.findings[0].source) == "mail:?reporter.example"


def test_a_token_speaks_for_its_claims() -> None:
    reading = with_source(one(CSV), parse_origin("api:scanner"))
    assert [str(finding.source) for finding in reading.findings] == ["api:scanner"]


def test_an_unknown_form_is_a_reason() -> None:
    assert "klingon" in (one(b"x", "klingon").reason or "")


SEEDS = [DSN % b"failed", ARF % b"Source-IP: 192.0.2.1", CSV, zipped({"a": CSV}), b'{"type": "x"}']


@given(st.binary(max_size=2000), st.sampled_from(["auto", "mail", "xarf", "csv", "text"]))
def test_invariant_12_any_bytes_end_in_an_outcome(data: bytes, as_: str) -> None:
    assert all(reading.reason or reading.findings for _, reading in read(data, "x", as_))


@settings(max_examples=times(3))
@given(st.sampled_from(SEEDS), st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=20))
def test_invariant_12_damaged_reports_end_in_an_outcome(
    seed: bytes, at: int, cut: int, put: bytes
) -> None:
    at %= len(seed)
    assert read(seed[:at] + put + seed[at + cut :], "x")


def test_a_bare_page_is_read_as_its_words() -> None:
    page = (
        b"<html><head><script>var a = 'http://evil.example/malware'</script></head><body>"
        b"<a href='http://vendor.example/malware'>Buy</a> malware protection"
        b"<p>2026-03-01 10:00:00 UTC sshd: Failed password for root from 192.0.2.7 port 4711 ssh2"
        b"</body></html>"
    )
    [(_, reading)] = read(page, "page.html")
    assert [str(finding.subject.address) for finding in reading.findings] == ["192.0.2.7"]


def test_a_bare_letter_that_takes_back_accuses_nobody() -> None:
    said = (
        b"Dear desk,\n\nwe withdraw our report about spam from 192.0.2.7. It was our own relay.\n"
    )
    [(_, reading)] = read(said, "letter.txt")
    assert (reading.findings, reading.meaning) == ((), MailMeaning.RETRACTION)
