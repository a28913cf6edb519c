"""The inbox: what could not be read or attributed stands there with its reason."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, guess, post
from aupkeep.app.pages.inbox.load import inbox_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.reading.inbox import list_inbox, show_inbox
from aupkeep.app.reading.read import inbox_done
from aupkeep.model.errors import Conflict, Missing
from aupkeep.store import reports

ADA = Person(id="ada@aupkeep.example", name="Ada")
COMPLAINT = """\
Authentication-Results: mx.aupkeep.example; dkim=pass header.d=cert.example
From: Feedback loop <fbl@cert.example>
To: abuse@aupkeep.example
Subject: complaint
Date: Sun, 01 Mar 2026 12:00:00 +0000
Message-ID: <complaint@cert.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

A user calls the mail below spam.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: fbl/1.0
Version: 1
Source-IP: 203.0.113.70
Arrival-Date: {date}

--b
Content-Type: text/rfc822-headers

From: shop@shop.example
To: user@cert.example
Subject: cheap watches
Message-ID: <watches@shop.example>

--b--
"""


@pytest.mark.parametrize(
    ("address", "at", "words"),
    [
        ("203.0.113.99", JUST_NOW, "nobody on record held it then"),
        ("203.0.113.70", NOON - timedelta(minutes=60), "disputed between 2"),
        ("192.0.2.1", JUST_NOW, "none of 6"),
    ],
    ids=["unknown", "changing hands", "not ours"],
)
def test_unattributed_report_waits_with_its_reason(furnished, address, at, words):
    """No holder, two holders, or somebody else's address: a person sees why."""
    assert arrive(furnished, report(address, at)) == []
    (row,) = list_inbox(furnished)
    assert words in row.reason


@pytest.mark.parametrize(
    ("zone", "customers"),
    [("+0000", ["birch"]), ("CEST", ["alder"]), ("", []), ("XQT", [])],
    ids=str,
)
def test_a_time_whose_zone_is_not_read_accuses_nobody_in_particular(furnished, zone, customers):
    """The complaint came within a day of the change of holder, at an hour that nobody can tell."""
    found = arrive(furnished, COMPLAINT.format(date=f"Sun, 01 Mar 2026 11:30:00 {zone}").encode())
    assert [case.customer for case in found] == customers
    reasons = [row.reason for row in list_inbox(furnished)]
    assert customers or "disputed between 2" in reasons[0]


def test_doubt_about_one_finding_keeps_the_others(furnished):
    """What is certain opens its case; the doubt stands in the inbox all the same."""
    found = post(furnished, guess("203.0.113.10", JUST_NOW), guess("203.0.113.99", JUST_NOW))
    assert [case.customer for case in found] == ["alder"]
    assert "1 of 2 findings" in list_inbox(furnished)[0].reason


RECORDS = """\
Authentication-Results: mx.aupkeep.example; dkim=pass header.d=cert.example
From: Watch <watch@cert.example>
To: abuse@aupkeep.example
Subject: events
Date: Sun, 01 Mar 2026 12:00:00 +0000
Message-ID: <events@cert.example>
MIME-Version: 1.0
Content-Type: application/json

[{"ip": "203.0.113.10", "category": "ssh brute force", "time": "2026-03-01T11:55:00Z"},
 {"ip": "203.0.113.70", "category": "ssh brute force", "time": "2026-03-01T11:56:00Z",
  "malicious": false}]
"""


def test_a_record_that_takes_itself_back_stands_in_the_inbox(furnished):
    """It costs no other, opens nothing, and a person sees that it was left."""
    assert [case.customer for case in arrive(furnished, RECORDS.encode())] == ["alder"]
    (row,) = list_inbox(furnished)
    assert row.reason == ("1 row says itself that nobody is accused: it says malicious 'false'")
    assert {group.key: group.count for group in inbox_page(furnished, ADA, "", "").reasons}[
        "rows"
    ] == 1


def test_victim_of_ours_is_shown_and_not_accused(furnished):
    """Our customer was attacked: no case, no notice, and a person sees it (invariant 10)."""
    assert post(furnished, guess("203.0.113.10", JUST_NOW, role="victim")) == []
    assert "victim" in list_inbox(furnished)[0].reason


def test_one_item_is_shown_with_its_text(furnished):
    """What was read in it, its words and why it waits; an id of nothing is missing."""
    arrive(furnished, report("203.0.113.99", JUST_NOW))
    (row,) = list_inbox(furnished)
    shown = show_inbox(furnished, row.report)
    assert (shown.reason, shown.done, len(shown.findings)) == (row.reason, None, 6)
    assert "Your host keeps guessing passwords here" in shown.text[0]
    with pytest.raises(Missing):
        show_inbox(furnished, "x")


def test_what_cannot_wait_stands_first(furnished):
    """Harm to children is seen before what came earlier, though nobody certain held the address."""
    arrive(furnished, report("203.0.113.99", JUST_NOW))
    post(furnished, guess("203.0.113.98", JUST_NOW) | {"kind": "content/csam"})
    first, second = list_inbox(furnished)
    assert first.reason.startswith("at once, harm to children or terror: no certain holder")
    assert second.reason.startswith("no certain holder")
    page = inbox_page(furnished, ADA, "", "")
    assert [row.id for row in page.rows] == [first.report, second.report]
    (urgent,) = inbox_page(furnished, ADA, "urgent", "").rows
    assert urgent.id == first.report


def test_others_addresses_are_not_urgent_here(furnished):
    """A claim about somebody else's network waits in its turn, whatever it is about."""
    post(furnished, guess("192.0.2.1", JUST_NOW) | {"kind": "content/csam"})
    assert list_inbox(furnished)[0].reason.startswith("none of 1")


def test_done_takes_it_out_once(furnished):
    """A person takes it out with a reason; the second time there is nothing to take."""
    arrive(furnished, report("203.0.113.99", JUST_NOW))
    (row,) = list_inbox(furnished)
    inbox_done(furnished, row.report, "ada", "address not in use")
    assert list_inbox(furnished) == []
    assert reports.get(row.report).done_at is not None
    with pytest.raises((Missing, Conflict)):
        inbox_done(furnished, row.report, "bo", "again")
