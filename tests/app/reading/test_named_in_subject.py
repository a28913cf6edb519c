"""A reply that quotes no mail of ours: what its subject names, and who provably wrote it."""

import pytest

from app.conftest import NOON, STAMP, report
from app.steps import arrive, told
from aupkeep.app.notifying.receipts import report_reference
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.store import cases, notices, reports

BARE = """\
From: {sender}\r
To: abuse@aupkeep.example\r
Subject: {subject}\r
Message-ID: <w{number}@{domain}>\r
Date: Sun, 01 Mar 2026 12:10:00 +0000\r
\r
We looked at the machine and will do more tomorrow.\r
"""


def bare(subject, sender, *, proven=True):
    """A mail without a thread, written by hand."""
    domain, number = sender.rpartition("@")[2], abs(hash((subject, sender, proven)))
    mail = BARE.format(sender=sender, subject=subject, domain=domain, number=number)
    return ((STAMP.format(domain=domain) if proven else "") + mail).encode()


@pytest.fixture
def case(furnished):
    """A case that waits for alder, reported by cert.example, which has a receipt."""
    (found,) = arrive(furnished, report("203.0.113.10", NOON))
    assert found.state is CaseState.WAITING
    return found


@pytest.mark.parametrize(
    "subject", ["Re: Svar (%s)", "SV: Re: noe (%s)", "%s", "case %s: more", "Sak: %s", "Re: %s"]
)
def test_a_contacts_mail_that_names_the_case_is_an_unread_answer(furnished, case, subject):
    """As our title has it, or as people write it; the letters' case says nothing."""
    arrive(furnished, bare(subject % case.reference, "noc@alder.example"))
    assert cases.get(case.id).state is CaseState.ANSWERED
    assert "do more tomorrow" in cases.answers(case.id)[0].text


@pytest.mark.parametrize(
    ("sender", "proven"), [("noc@alder.example", False), ("noc@birch.example", True)]
)
def test_whoever_guesses_a_case_reaches_the_inbox_alone(furnished, case, sender, proven):
    """The case waits on; a person sees the mail, and the case's timeline that it is there."""
    arrive(furnished, bare(f"Re: {case.reference}", sender, proven=proven))
    assert cases.get(case.id).state is CaseState.WAITING
    assert cases.answers(case.id) == []
    (waiting,) = reports.inbox()
    assert case.reference in waiting.inbox_reason
    assert "inbox" in told(case, EntryType.CASE_CHANGED)[-1]["why"]


def reported(case):
    """The name under which the reporter knows the report."""
    (found,) = reports.of_case(case.id)
    return report_reference(found)


def test_a_reporters_mail_that_names_its_report_stands_beside_the_case(furnished, case):
    """The receipt went to that address; the case itself stays as it is."""
    arrive(furnished, bare(f"Re: We have your report ({reported(case)})", "soc@cert.example"))
    (waiting,) = reports.inbox()
    assert waiting.inbox_reason.startswith("who reported it writes about report R-")
    assert case.reference in waiting.inbox_reason
    assert told(case, EntryType.CASE_CHANGED)[-1]["report"] == waiting.id
    assert cases.get(case.id).state is CaseState.WAITING


@pytest.mark.parametrize(
    ("sender", "proven"), [("soc@cert.example", False), ("eve@other.example", True)]
)
def test_whoever_guesses_a_report_learns_and_changes_nothing(furnished, case, sender, proven):
    before = len(told(case, EntryType.CASE_CHANGED))
    arrive(furnished, bare(reported(case), sender, proven=proven))
    (waiting,) = reports.inbox()
    assert waiting.inbox_reason.startswith("somebody who is not proven to be its reporter")
    assert case.reference not in waiting.inbox_reason
    assert len(told(case, EntryType.CASE_CHANGED)) == before


def test_our_receipt_answered_in_its_thread_stands_there_too(furnished, case):
    """The Message-ID of the receipt names the report."""
    (receipt,) = (n for n in notices.recent_to("soc@cert.example", NOON))
    mail = bare("Re: thanks", "soc@cert.example").replace(
        b"Date:", f"In-Reply-To: {receipt.message_id}\r\nDate:".encode()
    )
    arrive(furnished, mail)
    (waiting,) = reports.inbox()
    assert case.reference in waiting.inbox_reason


def test_numbers_and_other_desks_tickets_are_no_reference(furnished):
    """A report under a ticket of its sender's is read as a report."""
    for number, subject in enumerate(["2345-6789 attempts", "attack (BCDF-2345) seen", "CERT-22"]):
        mail = report("203.0.113.10", NOON, lines=3 + number)
        arrive(
            furnished, mail.replace(b"Subject: password guessing", b"Subject: " + subject.encode())
        )
    assert reports.inbox() == []
