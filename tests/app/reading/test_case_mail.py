"""What comes back: notices nobody got, and reports their reporters take back."""

import dataclasses
import re
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, STAMP, report, with_settings
from app.notifying.test_notices import BOUNCE
from app.steps import agent_of, arrive, enforce, look_at_clocks, told, vouch, work
from aupkeep.app.case_context import load_case_context
from aupkeep.app.enforcing.freeze import freeze
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying import delivery as room
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.inbox.load import inbox_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.reporters.sources import track_record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Evidence
from aupkeep.notify.channels.smtp import Delivered, NotDelivered
from aupkeep.store import actions, cases, notices, reports

ADA = Person(id="ada", name="Ada Lovelace")
BACK = """\
From: {sender}
To: abuse@aupkeep.example
Subject: Re: password guessing
Message-ID: <w{number}@{domain}>
In-Reply-To: <{parent}>
Date: Sun, 01 Mar 2026 12:10:00 +0000

We withdraw our report: it was our own scanner. Sorry.
"""


@pytest.fixture
def case(furnished):
    """A case that waits for its customer."""
    (found,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    assert found.state is CaseState.WAITING
    return found


@pytest.fixture
def notice(case):
    """The notice that set the deadline."""
    (found,) = notices.of_case(case.id)
    return found


def bounce(notice, *, recipient="noc@alder.example", action="failed", to="abuse@aupkeep.example"):
    """A delivery report about a notice."""
    mail = BOUNCE.format(parent=notice.message_id).replace("noc@alder.example", recipient)
    mail = mail.replace("Action: failed", f"Action: {action}").replace(
        "To: abuse@aupkeep.example\nSubject: Undelivered", f"To: {to}\nSubject: Undelivered"
    )
    return mail.replace("\n", "\r\n").encode()


def back(parent, sender="soc@cert.example", *, proven=True):
    """A mail by which a reporter takes a report back."""
    domain = sender.rpartition("@")[2]
    mail = BACK.format(sender=sender, domain=domain, parent=parent, number=f"{proven:d}")
    return ((STAMP.format(domain=domain) if proven else "") + mail.replace("\n", "\r\n")).encode()


def of_case(case):
    """The one report of a case."""
    (found,) = reports.of_case(case.id)
    return found


def test_no_deadline_runs_on_a_notice_that_came_back(furnished, now, case, notice):
    """The case is back at the desk, with the reason, and nothing is overdue later."""
    arrive(furnished, bounce(notice))
    found = cases.get(case.id)
    assert (found.state, found.deadline_at) == (CaseState.OPEN, None)
    (failed,) = told(case, EntryType.NOTICE_FAILED)
    assert (failed["class"], failed["status"]) == ("user-unknown", "5.1.1")
    assert any("no longer runs" in one.get("why", "") for one in told(case, EntryType.CASE_CHANGED))
    now.at += timedelta(days=10)
    look_at_clocks(furnished)
    assert not any("passed" in one.get("why", "") for one in told(case, EntryType.CASE_CHANGED))
    assert verify_home(furnished).ok


def test_deadline_runs_on_when_another_notice_arrived(furnished, case, notice):
    """A second notice of the same decision that was sent keeps the clock."""
    other = dataclasses.replace(
        notice,
        id=furnished.new_id(),
        message_id=notice.message_id.replace(notice.id[-6:], "abcdef"),
        sent_at=furnished.now(),
    )
    made = entry(furnished, EntryType.NOTICE_SENT, SYSTEM, {"notice": other.id}, case=case.id)
    record(furnished, made, rows=[other])
    arrive(furnished, bounce(notice))
    assert cases.get(case.id).state is CaseState.WAITING


def test_delay_is_no_failure(furnished, case, notice):
    """A server that still tries changes nothing."""
    arrive(furnished, bounce(notice, action="delayed"))
    assert notices.get(notice.id).failure is None
    assert cases.get(case.id).state is CaseState.WAITING


def test_failure_behind_the_contact_is_put_to_a_person(furnished, case, notice):
    """The contact's own forwarding failed: whether they have the notice, a person finds out."""
    arrive(furnished, bounce(notice, recipient="somebody@elsewhere.example"))
    assert notices.get(notice.id).failure is None
    assert cases.get(case.id).state is CaseState.WAITING
    (found,) = reports.inbox()
    assert case.reference in found.inbox_reason


def test_returned_by_its_own_address(furnished, notice):
    """A report that quotes nothing comes to the notice's own return path."""
    silent = dataclasses.replace(notice, message_id="<lost@relay.example>")
    arrive(furnished, bounce(silent, to=f"abuse+n-{notice.id}@aupkeep.example"))
    assert "no such user" in notices.get(notice.id).failure


@pytest.mark.parametrize(("tags", "tag"), [(True, "+n-"), (False, "abuse@")])
def test_return_path_is_tagged_where_wanted(furnished, notice, monkeypatch, tags, tag):
    """The option puts the notice's id into the envelope sender."""
    sent = []
    context = with_settings(furnished, mail={"return_tags": tags})

    def send(_: bytes, back: str, *__: object) -> Delivered:
        sent.append(back)
        return Delivered(encrypted=True)

    monkeypatch.setattr(room, "send", send)
    work(context, "mail")
    assert any(tag in one for one in sent)
    assert (notice.id in "".join(sent)) is tags


def test_refused_by_the_relay_stops_the_deadline(furnished, case, notice, monkeypatch):
    """A notice the relay refuses was never sent: its deadline does not run."""
    monkeypatch.setattr(room, "send", lambda *_: NotDelivered(reason="550 no", temporary=False))
    work(furnished, "mail")
    assert notices.get(notice.id).failure == "550 no"
    assert cases.get(case.id).state is CaseState.OPEN


def test_no_deadline_without_a_notice(furnished):
    """Above the cap nobody is told, so nobody is waited for."""
    capped = with_settings(furnished, mail={"notices_a_day": 0})
    (case,) = arrive(capped, report("203.0.113.10", JUST_NOW))
    assert (case.state, case.deadline_at) == (CaseState.OPEN, None)


def test_proven_retraction_is_recorded_and_surfaces(furnished, case):
    """The same proven reporter takes it back: it stands on the claims, the case is at the desk."""
    first = of_case(case)
    arrive(furnished, back(first.reading.message_id))
    (taken,) = told(case, EntryType.CLAIM_WITHDRAWN)
    assert taken["report"] == first.id
    assert set(taken["claims"]) == {claim.id for claim in cases.claims(case.id)}
    assert cases.get(case.id).state is CaseState.OPEN
    (waiting,) = reports.inbox()
    assert case.reference in waiting.inbox_reason
    assert "our own scanner" in waiting.inbox_reason
    assert track_record(furnished, "mail:cert.example").refuted == 1
    assert verify_home(furnished).ok


def test_retraction_of_one_of_two_reporters_leaves_the_deadline(furnished, case):
    """Another reporter's claim still stands, so the customer still owes an answer."""
    arrive(furnished, report("203.0.113.10", JUST_NOW, domain="other.example", lines=3))
    (first,) = (one for one in reports.of_case(case.id) if "cert" in one.reading.reporter)
    arrive(furnished, back(first.reading.message_id))
    assert len(told(case, EntryType.CLAIM_WITHDRAWN)) == 1
    assert cases.get(case.id).state is CaseState.WAITING


@pytest.mark.parametrize(
    ("sender", "proven"), [("soc@cert.example", False), ("someone@else.example", True)]
)
def test_unproven_retraction_changes_nothing(furnished, case, sender, proven):
    """Somebody else, or somebody not proven, only makes a person look."""
    before = cases.get(case.id)
    arrive(furnished, back(of_case(case).reading.message_id, sender, proven=proven))
    assert told(case, EntryType.CLAIM_WITHDRAWN) == []
    assert cases.get(case.id) == before
    (waiting,) = reports.inbox()
    assert "not proven" in waiting.inbox_reason


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        ("alice@gmail.com", "mallory@gmail.com", False),
        ("alice@gmail.com", "Alice@gmail.com", True),
        ("soc@cert.example", "colleague@cert.example", True),
    ],
)
def test_who_takes_a_report_back_is_the_source_that_reported(furnished, first, second, taken):
    """At a mailbox provider that is an address; at an organisation two colleagues are one."""
    mail = report("203.0.113.10", JUST_NOW, domain=first.rpartition("@")[2])
    mail = mail.replace(b"soc@" + first.rpartition("@")[2].encode(), first.encode())
    (case,) = arrive(furnished, mail)
    source = of_case(case).source
    arrive(furnished, back(of_case(case).reading.message_id, second))
    assert bool(told(case, EntryType.CLAIM_WITHDRAWN)) is taken
    assert cases.get(case.id).state is (CaseState.OPEN if taken else CaseState.WAITING)
    assert track_record(furnished, source).refuted == taken
    (waiting,) = reports.inbox()
    assert ("not proven to be who reported" in waiting.inbox_reason) is not taken


def test_retraction_by_answering_our_receipt(furnished, case):
    """The receipt names the report it answered."""
    (receipt,) = notices.recent_to("soc@cert.example", NOON - timedelta(days=1))
    arrive(furnished, back(receipt.message_id.strip("<>")))
    assert len(told(case, EntryType.CLAIM_WITHDRAWN)) == 1


def test_claims_taken_back_support_no_further_measure(furnished):
    """Of two sources one is left: the facts a rule reads fall to one credible source."""
    vouch(furnished, "mail:cert.example", "mail:other.example")
    freeze("a test", "ada", furnished.home)
    for number, domain in enumerate(("cert.example", "other.example")):
        mail = report("203.0.113.10", JUST_NOW, domain=domain, lines=30 + number)
        (case,) = arrive(furnished, mail)
    assert load_case_context(furnished, case).facts["evidence.level"] == Evidence.E2
    (first,) = (one for one in reports.of_case(case.id) if "cert" in one.reading.reporter)
    arrive(furnished, back(first.reading.message_id))
    about = load_case_context(furnished, cases.get(case.id))
    assert about.facts["evidence.level"] == Evidence.E1
    assert about.facts["case.events"] == 31
    assert len(about.claims) == 61, "the claims themselves stay"


def test_inbox_has_a_place_for_what_comes_back(furnished, case, notice):
    """A bounce and a retraction are no reports that could not be read."""
    arrive(furnished, bounce(notice))
    arrive(furnished, back(of_case(case).reading.message_id))
    page = inbox_page(furnished, ADA, "", "")
    assert {reason.key: reason.count for reason in page.reasons if reason.count} == {
        "": 2,
        "bounce": 1,
        "back": 1,
    }


def test_retraction_gets_no_receipt(furnished, case):
    """It is no report; who wrote it knows that it came."""
    before = notices.recent_to("soc@cert.example", NOON - timedelta(days=1))
    arrive(furnished, back("unknown@cert.example", "boss@cert.example"))
    assert notices.recent_to("boss@cert.example", NOON - timedelta(days=1)) == []
    assert notices.recent_to("soc@cert.example", NOON - timedelta(days=1)) == before


def test_retraction_lifts_nothing(furnished):
    """A measure in force stays until somebody lifts it."""
    vouch(furnished, "mail:cert.example")
    for number, domain in enumerate(("cert.example", "other.example")):
        mail = report("203.0.113.10", JUST_NOW, domain=domain, lines=30 + number)
        (case,) = arrive(furnished, mail)
    agent = agent_of(furnished)
    enforce(furnished, agent)
    before = [(one.id, one.state) for one in actions.of_case(case.id)]
    assert before
    for one in reports.of_case(case.id):
        arrive(furnished, back(one.reading.message_id, one.reading.reporter))
    enforce(furnished, agent)
    assert [(one.id, one.state) for one in actions.of_case(case.id)] == before
    assert len(told(case, EntryType.CLAIM_WITHDRAWN)) == 2


def test_evidence_that_was_taken_back_says_so(furnished, case):
    """The page of the case marks it, and its timeline tells when."""
    arrive(furnished, back(of_case(case).reading.message_id))
    page = case_page(furnished, ADA, case.reference)
    assert [one.withdrawn for one in page.evidence] == ["the reporter takes the report back"]
    assert "Report taken back" in [one.what for one in page.timeline]


def test_answer_by_mail_is_shown_with_its_quote_folded(furnished, case, notice):
    """The customer's new words first; what they quote is ours, and is marked."""
    mail = (
        f"From: noc@alder.example\nTo: abuse@aupkeep.example\nSubject: Re: {notice.title}\n"
        f"Message-ID: <q1@alder.example>\nIn-Reply-To: {notice.message_id}\n\n"
        "We rebuilt it.\n\n-- \nAda\n\nOn 1 March 2026, Abuse desk wrote:\n> your server\n"
    )
    data = (STAMP.format(domain="alder.example") + mail.replace("\n", "\r\n")).encode()
    arrive(furnished, data)
    (reply,) = case_page(furnished, ADA, case.reference).answers
    assert [(part.mark, part.text.split("\n")[0]) for part in reply.parts] == [
        ("", "We rebuilt it."),
        ("signed", "-- "),
        ("quoted", "On 1 March 2026, Abuse desk wrote:"),
    ]
    assert "> your server" in reply.text, "what came stays as it came"


def test_receipt_of_a_twin_is_not_answered(furnished, case):
    """Two desks that write to each other: the other's receipt is kept and gets no answer."""
    (receipt,) = notices.recent_to("soc@cert.example", NOON - timedelta(days=1))
    from aupkeep.notify.mail import compose

    twin = compose(receipt, sender="abuse@twin.example", sender_name="Twin")
    data = re.sub(rb"^To: .*?\r\n", b"To: abuse@aupkeep.example\r\n", twin, flags=re.MULTILINE)
    arrive(furnished, STAMP.format(domain="twin.example").encode() + data)
    assert notices.recent_to("abuse@twin.example", NOON - timedelta(days=1)) == []
    assert reports.inbox() == []
