"""Reports are passed on to a reseller's own desk; reporters who write as machines get JSON."""

import dataclasses
import json
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, STAMP, report, with_settings
from app.steps import arrive, told
from aupkeep.app.deciding.consider import consider
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.read_whole import read_whole
from aupkeep.intake.reading import read
from aupkeep.model.entry import EntryType
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.notify.mail import compose
from aupkeep.store import notices, reports

DAY = timedelta(days=1)
XARF = {
    "xarf_version": "4.2.0",
    "report_id": "5f0c2c3e-7a0e-4d5c-9a2b-1c2d3e4f5a6b",
    "timestamp": "2026-03-01T11:55:00Z",
    "reporter": {"org": "CERT", "contact": "soc@cert.example", "domain": "cert.example"},
    "sender": {"org": "CERT", "contact": "soc@cert.example", "domain": "cert.example"},
    "source_identifier": "203.0.113.10",
    "source_port": 40022,
    "category": "connection",
    "type": "login_attack",
    "protocol": "tcp",
    "first_seen": "2026-03-01T11:50:00Z",
}


@pytest.fixture
def resold(furnished):
    """Alder is held below a reseller that has a desk of its own."""
    import_customers(
        furnished,
        b"customer,name,contact,role,language,parent,since\n"
        b"grove,Grove Hosting,desk@grove.example,abuse-desk,en,,2024-01-01\n"
        b"alder,Alder,noc@alder.example,abuse,nb,grove,2024-01-01\n",
    )
    return furnished


def forwards(case):
    """What was passed on about a case."""
    return [one for one in notices.of_case(case.id) if one.kind is NoticeKind.FORWARD]


def as_mail(notice, sender="abuse@aupkeep.example"):
    """A notice as it leaves."""
    return compose(notice, sender=sender, sender_name="Abuse desk")


def test_resellers_desk_gets_the_report_in_xarf(resold):
    """It says what the finding says, and the customer is told as well."""
    (case,) = arrive(resold, report("203.0.113.10", JUST_NOW))
    (forward,) = forwards(case)
    assert (forward.recipient, forward.party) == ("desk@grove.example", Party.RESELLER)
    assert {one.kind for one in notices.of_case(case.id)} == {
        NoticeKind.CUSTOMER,
        NoticeKind.FORWARD,
    }
    [(_, reading)] = read(as_mail(forward), "x.eml")
    [back] = reading.findings
    assert (back.kind, str(back.subject.address)) == ("connection/login_attack", "203.0.113.10")
    assert back.subject.port == 40005, "of the newest claim"
    assert back.at == JUST_NOW - timedelta(seconds=1)
    assert verify_home(resold).ok


def test_invariant_10_forward_does_not_reveal_the_reporter(resold):
    """Neither the words nor the JSON nor its evidence name who reported."""
    (case,) = arrive(resold, report("203.0.113.10", JUST_NOW))
    (forward,) = forwards(case)
    from base64 import b64decode

    value = json.loads(forward.attached)
    shown = b64decode(value["evidence"][0]["payload"]).decode()
    assert "203.0.113.10" in shown
    for text in (forward.text, forward.title, forward.attached, shown):
        assert "cert.example" not in text
        assert "Night shift" not in text


def test_customer_without_a_reseller_is_not_passed_on(furnished):
    """Nobody is above Alder here."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    assert forwards(case) == []


def test_cap_holds_a_forward_back(resold):
    """Above the daily cap of the desk's address an entry says why nothing went."""
    capped = with_settings(resold, mail={"notices_a_day": 0})
    (case,) = arrive(capped, report("203.0.113.10", JUST_NOW))
    assert forwards(case) == []
    failed = [one for one in told(case, EntryType.NOTICE_FAILED) if one["kind"] == "forward"]
    assert "the cap" in failed[0]["why"]


def test_report_of_the_desk_itself_is_not_sent_back(resold):
    """What the reseller reported about its own customer it knows."""
    assert arrive(resold, report("203.0.113.10", JUST_NOW, domain="grove.example")) == []
    (waiting,) = reports.inbox()
    (case,) = read_whole(resold, waiting.id, person="ada", reader=read, lookup=None)
    consider(resold, case.id)
    assert forwards(case) == []


def test_report_that_passed_us_is_not_passed_on_again(resold):
    """Two desks that are each other's reseller stop after one mail each."""
    (case,) = arrive(resold, report("203.0.113.10", JUST_NOW))
    (forward,) = forwards(case)
    theirs = dataclasses.replace(
        forward,
        id=resold.new_id(),
        recipient="abuse@aupkeep.example",
        headers={"X-Loop": "abuse@aupkeep.example"},
        message_id="<x1@other.example>",
    )
    data = as_mail(theirs, sender="desk@other.example")
    arrive(resold, STAMP.format(domain="other.example").encode() + data)
    assert len(forwards(case)) == 1


def xarf_mail(value, head=""):
    """A XARF report by mail from CERT."""
    mail = (
        "From: soc@cert.example\nTo: abuse@aupkeep.example\nSubject: report\n"
        f"Message-ID: <x9@cert.example>\nDate: Sun, 01 Mar 2026 11:59:00 +0000\n{head}"
        f"Content-Type: application/json; name=xarf.json\n\n{json.dumps(value)}\n"
    )
    return (STAMP.format(domain="cert.example") + mail.replace("\n", "\r\n")).encode()


def test_reporter_who_writes_xarf_gets_a_receipt_for_machines(furnished):
    """Beside the words: its number, the id of the report, and where to follow it."""
    arrive(furnished, xarf_mail(XARF))
    (receipt,) = notices.recent_to("soc@cert.example", NOON - DAY)
    value = json.loads(receipt.attached)
    assert value["report_ids"] == [XARF["report_id"]]
    assert (value["message_id"], value["read"], value["findings"]) == ("x9@cert.example", True, 1)
    assert value["reference"] in receipt.title
    assert value["status"] in receipt.text


def test_reporter_who_writes_prose_gets_words_alone(furnished):
    """As before."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    (receipt,) = notices.recent_to("soc@cert.example", NOON - DAY)
    assert receipt.attached == ""


def test_automatic_report_gets_no_receipt(furnished):
    """RFC 3834 section 2: what says that it is automatic is not answered, also not by JSON."""
    arrive(furnished, xarf_mail(XARF, "Auto-Submitted: auto-generated\n"))
    assert notices.recent_to("soc@cert.example", NOON - DAY) == []
