"""A report taken back before anybody processed it, and one whose record is corrected afterwards."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, STAMP, report
from app.deciding.test_correct import correct
from app.reading.test_case_mail import back
from app.steps import arrive
from aupkeep.app.deciding.case_records import show_case
from aupkeep.app.deciding.reattribute import reattribute_case
from aupkeep.app.journal import entry, record
from aupkeep.app.read_whole import read_whole
from aupkeep.app.sanctions.held_reports import resume_report
from aupkeep.intake.reading import read
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.source import Lane, Source
from aupkeep.store import cases, reports


def test_a_held_report_taken_back_is_not_processed(furnished, now):
    """It waits with the reason; nobody is told of it when its source may report again."""
    until = now.at + timedelta(days=9)
    source = Source(
        id=furnished.new_id(),
        key="mail:cert.example",
        first_at=now.at,
        lane=Lane.SUSPENDED,
        until=until,
    )
    record(furnished, entry(furnished, EntryType.SOURCE_CHANGED, SYSTEM, {}), rows=[source])
    assert arrive(furnished, report("203.0.113.10", JUST_NOW)) == []
    (held,) = reports.inbox()
    arrive(furnished, back(held.reading.message_id, "soc@cert.example"))
    again = reports.get(held.id)
    assert again.inbox_reason.startswith("its reporter took it back: ")
    with pytest.raises(Conflict):
        resume_report(furnished, held.id, person="ada", reasons="heard again")


def test_what_was_taken_back_goes_to_no_other_holder(furnished, now):
    """The record of the address was wrong: its right holder hears nothing of it either."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (first,) = reports.of_case(case.id)
    arrive(furnished, back(first.reading.message_id, "soc@cert.example"))
    now.at += timedelta(minutes=5)
    correct(furnished, "203.0.113.10", customer="birch", resource="vm-z")
    done = reattribute_case(furnished, case.reference, person="ada", reasons="seen in the lease")
    assert (done.moved, done.moved_to) == (0, ())
    assert cases.last_for("birch", "vm-z", case.kind) is None


LATER = """\
From: soc@{domain}
To: abuse@aupkeep.example
Subject: Odp: password guessing
Message-ID: <later@{domain}>
In-Reply-To: <{parent}>
Date: Sun, 01 Mar 2026 12:10:00 +0000
Content-Type: text/plain; charset=utf-8

{words}
"""


@pytest.mark.parametrize(
    "words",
    [
        "Wycofujemy nasze zgłoszenie, to był nasz własny skaner.",
        "Bereme zpět naše hlášení, adresa byla uvedena chybně.",
        "Bildirimimizi geri çekiyoruz, kendi testimizdi.",
        "Відкликаємо нашу скаргу, адресу вказано помилково.",
    ],
)
@pytest.mark.parametrize("domain", ["cert.example", "other.example"])
def test_a_mail_after_a_report_stands_beside_its_case(furnished, words, domain):
    """In a language whose takebacks nobody taught us too; who wrote it is said, nothing changes."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (first,) = reports.of_case(case.id)
    mail = LATER.format(domain=domain, parent=first.reading.message_id, words=words)
    arrive(furnished, (STAMP.format(domain=domain) + mail.replace("\n", "\r\n")).encode())
    same = domain == "cert.example"
    who = "who reported it" if same else "somebody not proven to be who reported it"
    shown = show_case(furnished, case.reference)
    assert f"{who} writes again: read the inbox" in [entry.why for entry in shown.timeline]
    (waiting,) = reports.inbox()
    assert waiting.inbox_reason.startswith(f"a mail about what case {case.reference} rests on")
    assert (shown.level, shown.events) == ("E1", 6)


@pytest.mark.parametrize(
    ("parent", "sender", "proven", "opened"),
    [
        ("first@cert.example", "soc@cert.example", True, 0),
        ("first@cert.example", "soc@cert.example", False, 1),
        ("first@cert.example", "soc@other.example", True, 1),
        ("second@cert.example", "soc@cert.example", True, 1),
    ],
    ids=["same", "unproven", "another", "another-report"],
)
def test_a_takeback_read_before_its_report_holds_it(furnished, parent, sender, proven, opened):
    """Which of two mails is read first says nothing: only its own reporter, proven, holds it."""
    mail = report("203.0.113.10", JUST_NOW)
    named = next(line for line in mail.decode().splitlines() if line.startswith("Message-ID"))
    mail = mail.replace(named.encode(), b"Message-ID: <first@cert.example>")
    arrive(furnished, back(f"<{parent}>", sender, proven=proven))
    assert len(arrive(furnished, mail)) == opened
    held = [one for one in reports.inbox() if one.reading.findings]
    assert len(held) == 1 - opened
    assert all(one.inbox_reason.startswith("its reporter took it back before") for one in held)


def test_a_person_may_count_what_was_taken_back_first(furnished):
    """Their word that it is a report opens the case."""
    mail = report("203.0.113.10", JUST_NOW)
    named = next(line for line in mail.decode().splitlines() if line.startswith("Message-ID"))
    arrive(furnished, back(named.partition(": ")[2].strip(), "soc@cert.example"))
    assert arrive(furnished, mail) == []
    (held,) = [one for one in reports.inbox() if one.reading.findings]
    (case,) = read_whole(furnished, held.id, person="ada", reader=read, lookup=None)
    assert [claim.report for claim in cases.claims(case.id)] == [held.id] * 6
    assert reports.get(held.id).done_at
