"""What is passed on is valid XARF, is read back as it was found, and tells of nobody else."""

import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

import jsonschema_rs
import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import Finding, Role
from aupkeep.model.notice import NoticeKind
from aupkeep.model.origin import parse_origin
from aupkeep.model.report import ReadingOutcome
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.model.taxonomy import KINDS
from aupkeep.notify.mail import compose
from aupkeep.notify.xarf import SEALED, ForwardedReport, xarf_report
from notify.letters import notice

SCHEMAS = Path(__file__).parents[3] / "shared" / "corpora" / "xarf-spec" / "schemas" / "v4"
AT = datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC)
ID = "5f0c2c3e-7a0e-4d5c-9a2b-1c2d3e4f5a6b"
URL = "https://203.0.113.7/login"
DETAILS = {"service": "memcached", "cve": "CVE-2026-12345"}
KIND_NAMES = sorted(name for name, kind in KINDS.items())


def finding(kind: str, **more: object) -> Finding:
    values = {
        "kind": kind,
        "rsit": KINDS[kind].rsit,
        "role": Role.OFFENDER,
        "subject": Subject(address=ip_address("203.0.113.7"), port=40022, url=URL),
        "at": AT,
        "exact": 1.0,
        "source": parse_origin("mail:cert.example"),
        "confidence": 0.9,
        "target": Endpoint(address=ip_address("192.0.2.99"), port=22, protocol="tcp"),
        "details": DETAILS,
    }
    return Finding(**(values | more))


def told(one: Finding, **more: object) -> ForwardedReport:
    values = {
        "report_id": ID,
        "finding": one,
        "at": AT,
        "first_at": AT - timedelta(hours=1),
        "count": 312,
        "lines": ("Failed password from 203.0.113.7 port 40022",),
        "org": "Example Hosting",
        "contact": "abuse@aupkeep.example",
        "reference": "K7QF-2M9X",
    }
    return ForwardedReport(**(values | more))


def mailed(value: object) -> bytes:
    made = notice(kind=NoticeKind.FORWARD, attached=json.dumps(value))
    return compose(made, sender="abuse@aupkeep.example", sender_name="Abuse desk")


@pytest.fixture(scope="module")
def valid() -> jsonschema_rs.Draft202012Validator:
    """The published schemas, formats included."""
    if not SCHEMAS.is_dir():
        pytest.skip("../shared/corpora is not here")
    schemas = [json.loads(path.read_text("utf-8")) for path in SCHEMAS.rglob("*.json")]
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas])
    master = next(schema for schema in schemas if schema["$id"].endswith("xarf-v4-master.json"))
    return jsonschema_rs.Draft202012Validator(master, registry=registry, validate_formats=True)


@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize(
    "subject",
    [
        Subject(address=ip_address("203.0.113.7"), port=40022, url=URL),
        Subject(address=ip_address("2001:db8::7")),
        Subject(url="https://shop.example/x", domain="shop.example"),
        Subject(account="spam@shop.example"),
    ],
    ids=["address and url", "address", "url", "account"],
)
def test_every_report_is_valid_under_its_type(kind, subject, valid):
    """Every kind of the taxonomy and every shape of subject: valid, or no report at all."""
    made = xarf_report(told(finding(kind, subject=subject)))
    if made is not None:
        assert [error.message for error in valid.iter_errors(made)] == []


def test_most_types_can_be_told():
    """With an address, a port, a page and details all but five types of XARF have a report."""
    made = [kind for kind in KIND_NAMES if xarf_report(told(finding(kind))) is not None]
    assert len(made) >= 24
    assert not SEALED.intersection(made)


@pytest.mark.parametrize(
    "kind",
    ["connection/login_attack", "connection/ddos", "connection/port_scan", "messaging/spam",
     "infrastructure/compromised_server", "vulnerability/open_service"],
)  # fmt: skip
def test_round_trip_through_our_own_parser(kind):
    """What we send out is read back with the same kind, address, port and time."""
    one = finding(kind, subject=Subject(address=ip_address("203.0.113.7"), port=40022))
    [(_, reading)] = read(mailed(xarf_report(told(one))), "x.eml")
    [back] = reading.findings
    assert (reading.outcome, reading.container) == (ReadingOutcome.PARSED, "xarf")
    assert (back.kind, back.subject, back.at) == (one.kind, one.subject, one.at)
    assert reading.reporter == "abuse@aupkeep.example"
    assert reading.reason is None, "nothing in it is odd"


@pytest.mark.parametrize("kind", ["content/phishing", "content/malware", "copyright/copyright"])
def test_round_trip_of_a_page(kind):
    """A page keeps its URL."""
    one = finding(kind, subject=Subject(url="https://shop.example/x", domain="shop.example"))
    [(_, reading)] = read(mailed(xarf_report(told(one))), "x.eml")
    assert [(back.kind, back.subject.url) for back in reading.findings] == [(kind, one.subject.url)]


def test_invariant_10_report_names_neither_reporter_nor_victim():
    """Neither who told us nor whom it hit stands anywhere in it."""
    text = json.dumps(xarf_report(told(finding("connection/login_attack"))))
    assert "cert.example" not in text
    assert "192.0.2.99" not in text


def test_time_of_receipt_is_said_to_be_that():
    """A claim without a time of its own carries a tag."""
    made = xarf_report(told(finding("messaging/spam", at=None)))
    assert made["timestamp"] == "2026-03-01T09:12:04Z"
    assert "aupkeep:time-of-receipt" in made["tags"]


def test_mail_is_as_the_transport_asks():
    """multipart/report of words, the word xarf, and the JSON; the same bytes each time."""
    value = xarf_report(told(finding("connection/login_attack")))
    mail = message_from_bytes(mailed(value), policy=default)
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert mail.get_content_type() == "multipart/report"
    assert mail.get_param("report-type") == "feedback-report"
    assert kinds == ["text/plain", "message/feedback-report", "application/json"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mailed(value) == mailed(value)
    last = list(mail.iter_parts())[-1]
    assert (last.get_filename(), json.loads(last.get_content())) == ("xarf.json", value)


def test_invariant_10_forward_names_no_desk_it_passed():
    """The header that stops loops holds our address alone: one before us may be the reporter."""
    hops = "first@a.example, abuse@aupkeep.example, \r\nBcc: x"
    made = notice(kind=NoticeKind.FORWARD, headers={"X-Loop": hops})
    mail = message_from_bytes(
        compose(made, sender="abuse@aupkeep.example", sender_name="Desk"), policy=default
    )
    assert mail["X-Loop"] == "abuse@aupkeep.example"
    assert mail["Bcc"] is None


def test_receipt_for_a_machine_is_no_feedback_report():
    """Its JSON is a plain attachment: nobody takes it for a complaint."""
    made = notice(kind=NoticeKind.RECEIPT, attached='{"aupkeep_receipt": 1}')
    data = compose(made, sender="abuse@aupkeep.example", sender_name="Desk")
    mail = message_from_bytes(data, policy=default)
    assert mail.get_content_type() == "multipart/mixed"
    [(_, reading)] = read(data, "x.eml")
    assert reading.outcome is ReadingOutcome.IGNORED
