"""A report attached as message/rfc822 is read as the words of the one who forwards it."""

import base64
import io
import quopri
import zipfile

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import Reading, ReadingOutcome

LOG = "2026-03-01T11:00:09Z sshd: Failed password for root from 192.0.2.7 port 4711 ssh2\n"
ARF = """From: fbl@inner.example
To: abuse@other.example
Subject: a report
Content-Type: multipart/report; report-type=feedback-report; boundary="in"

--in
Content-Type: text/plain

An abuse report.
--in
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: x/1
Version: 1
Arrival-Date: Sun, 01 Mar 2026 11:58:00 +0000
Source-IP: 192.0.2.7
--in
Content-Type: message/rfc822

From: bad@tenant.example
Subject: Offer

Buy now at 198.51.100.9
--in--
"""
XARF = """From: xarf@inner.example
Content-Type: application/json; name=xarf.json

{"xarf_version": "4.2.0", "report_id": "550e8400-e29b-41d4-a716-446655440000",
 "timestamp": "2026-03-01T11:58:00Z", "reporter": {"org": "R", "contact": "a@inner.example",
 "domain": "inner.example"}, "sender": {"org": "R", "contact": "a@inner.example",
 "domain": "inner.example"}, "source_identifier": "192.0.2.7", "source_port": 4711,
 "category": "connection", "type": "login_attack", "destination_ip": "198.51.100.7",
 "protocol": "tcp", "first_seen": "2026-03-01T11:58:00Z"}
"""
TOLD = f"From: admin@inner.example\nTo: abuse@other.example\nSubject: SSH attack\n\n{LOG}"
SPAM = "From: bad@tenant.example\nTo: someone@outer.example\nSubject: Spam\n\nspam from 192.0.2.7\n"


def forward(*inside: str) -> Reading:
    attached = "".join(f"--out\nContent-Type: message/rfc822\n\n{one}\n" for one in inside)
    mail = (
        "From: Desk <desk@outer.example>\nTo: abuse@hoster.example\nSubject: Fwd: see attached\n"
        'Content-Type: multipart/mixed; boundary="out"\n\n'
        f"--out\nContent-Type: text/plain\n\nPlease look at this.\n{attached}--out--\n"
    )
    [(_, reading)] = read(mail.encode(), "f.eml", "mail")
    return reading


@pytest.mark.parametrize(("inner", "container"), [(ARF, "arf"), (XARF, "xarf"), (TOLD, "text")])
def test_the_inner_report_is_read_as_the_outer_senders_claim(inner: str, container: str) -> None:
    reading = forward(inner)
    assert (reading.outcome, reading.container) == (ReadingOutcome.PARSED, container)
    assert reading.reporter == "desk@outer.example"
    [found] = reading.findings
    assert (str(found.source), str(found.subject.address)) == ("mail:?outer.example", "192.0.2.7")


@pytest.mark.parametrize("inner", [ARF, XARF, TOLD])
def test_the_offsets_point_into_the_parts_of_the_whole_mail(inner: str) -> None:
    reading = forward(inner)
    [found] = reading.findings
    part, start, end = found.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.7"


def test_every_attached_report_is_read() -> None:
    reading = forward(ARF, SPAM, XARF)
    kinds = [finding.kind for finding in reading.findings]
    assert kinds == ["messaging/spam", "connection/login_attack"]
    assert "2 of 3 attached mails" in (reading.reason or "")


@pytest.mark.parametrize(
    ("media", "encoding"),
    [
        ("message/rfc822", "base64"),
        ("message/rfc822", "quoted-printable"),
        ("application/octet-stream; name=report.eml", "base64"),
        ("text/plain; name=report.eml", "8bit"),
    ],
)
def test_a_report_attached_in_a_transfer_encoding_is_opened(media: str, encoding: str) -> None:
    encode = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}
    inner = encode.get(encoding, bytes)(ARF.encode()).decode()
    [(_, reading)] = read(
        (
            "From: Desk <desk@outer.example>\nSubject: Fwd\n"
            'Content-Type: multipart/mixed; boundary="out"\n\n--out\n\nSee this.\n'
            f"--out\nContent-Type: {media}\nContent-Transfer-Encoding: {encoding}\n\n{inner}\n"
            "--out--\n"
        ).encode(),
        "f.eml",
    )
    assert (reading.outcome, reading.container) == (ReadingOutcome.PARSED, "arf")
    [found] = reading.findings
    part, start, end = found.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.7"


def test_an_attached_mail_that_is_complained_about_is_no_report() -> None:
    assert forward(SPAM).outcome is ReadingOutcome.INBOX


def test_an_archive_inside_an_attached_mail_is_opened() -> None:
    rows = b"ip,time,kind\n192.0.2.7,2026-03-01T12:00:00Z,spam\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list.csv", rows)
    zipped = (
        "From: feed@inner.example\nTo: staff@other.example\nSubject: list\n"
        "Content-Type: application/zip; name=list.zip\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(packed.getvalue()).decode()
    )
    reading = forward(zipped, ARF, zipped)
    assert [one.kind for one in reading.findings] == ["messaging/spam"] * 3
    for finding in reading.findings:
        part, start, end = finding.offsets["address"]
        assert reading.parts[part][start:end] == "192.0.2.7"


def test_a_known_reporters_templates_read_it_wherever_it_was_sent() -> None:
    inner = (
        "From: abuse-reports@cyscon.de\nTo: someone@other.example\nSubject: bad\n\n"
        "IP: 192.0.2.7\nURL: http://tenant.example/x\nTested on: 2026-03-01 12:00:00 +0000\n"
    )
    [found] = forward(inner).findings
    assert (found.kind, str(found.source)) == ("content/malware", "mail:?outer.example")
