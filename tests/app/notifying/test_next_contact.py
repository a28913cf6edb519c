"""A notice that came back: the next contact is written to, and what proves that it arrived."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.notifying.test_notices import letter
from app.reading.test_case_mail import bounce
from app.steps import arrive, work
from aupkeep.app.access.links import make_link
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.answers import case_of_link, give_answer, next_once
from aupkeep.app.deciding.case_records import find_case, show_case
from aupkeep.app.deciding.retell import retell
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.journal import entry, record
from aupkeep.app.notifying import delivery as room
from aupkeep.app.reading.reached import settle_reached
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.link import LinkKind
from aupkeep.notify.channels.smtp import Delivered
from aupkeep.store import notices, reports

TWO = (
    b"customer,name,contact,role,language\n"
    b"alder,Alder,noc@alder.example,abuse,nb\n"
    b"alder,Alder,boss@alder.example,owner,en\n"
)


@pytest.fixture
def case(furnished, monkeypatch):
    """A case whose first notice has left; the customer has two contacts."""
    monkeypatch.setattr(room, "send", lambda *_: Delivered(encrypted=True))
    assert import_customers(furnished, TWO).dead == ()
    (found,) = arrive(furnished, report("203.0.113.10", NOON - timedelta(minutes=5)))
    work(furnished, "mail")
    return found


def proven(context, case):
    """When the customer is proven to have been noticed, and what is missing."""
    inputs = load_case_context(context, find_case(case.id)).inputs
    return inputs.notice_proven_at, inputs.notice_missing


def told(context, case):
    """To whom each notice went, and what is proven of it."""
    made = notices.of_case(case.id)
    shown = [row.proof for row in show_case(context, case.id).notices]
    return [(notice.recipient, proof) for notice, proof in zip(made, shown, strict=True)]


def test_the_next_contact_is_written_to_once(furnished, case, now):
    """In its own language, with a deadline from then on; after both came back nobody is left."""
    (first,) = notices.of_case(case.id)
    assert first.recipient == "noc@alder.example"
    arrive(furnished, bounce(first))
    assert retell(furnished, lambda _: True) == 1
    work(furnished, "mail")
    (_, second) = notices.of_case(case.id)
    assert (second.recipient, second.language) == ("boss@alder.example", "en")
    assert find_case(case.id).state is CaseState.WAITING
    assert "came back" in told(furnished, case)[0][1]
    assert "counts from" in proven(furnished, case)[1]
    arrive(furnished, bounce(second, recipient="boss@alder.example"))
    assert find_case(case.id).state is CaseState.OPEN
    assert retell(furnished, lambda _: True) == 0
    now.at += timedelta(days=9)
    when, missing = proven(furnished, case)
    assert when is None
    assert "came back" in missing


def test_the_bounce_leaves_the_inbox_once_the_next_contact_is_written_to(furnished, case):
    """Not before, and not where that one came back too."""
    (first,) = notices.of_case(case.id)
    arrive(furnished, bounce(first))
    assert settle_reached(furnished) == 0
    retell(furnished, lambda _: True)
    assert settle_reached(furnished) == 0, "the next notice is made and has not left"
    work(furnished, "mail")
    assert settle_reached(furnished) == 1
    assert reports.inbox() == []
    arrive(furnished, bounce(notices.of_case(case.id)[1], recipient="boss@alder.example"))
    assert settle_reached(furnished) == 0
    assert len(reports.inbox()) == 1


def test_five_days_without_a_bounce_prove_it(furnished, case, now):
    """Not an hour earlier; a bounce that comes later takes the proof away."""
    (notice,) = notices.of_case(case.id)
    now.at = notice.sent_at + timedelta(days=5, hours=-1)
    assert proven(furnished, case)[0] is None
    now.at += timedelta(hours=1)
    assert proven(furnished, case)[0] == notice.sent_at + timedelta(days=5)
    assert told(furnished, case)[0][1].startswith("noticed on 2026-03-01")
    arrive(furnished, bounce(notice))
    assert proven(furnished, case)[0] is None


def test_a_look_at_the_page_proves_nothing_and_an_answer_there_does(furnished, case):
    """Machines open links; who fills in the form has read the page."""
    token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    made = entry(furnished, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=case.id)
    record(furnished, made, rows=[link])
    assert case_of_link(furnished, token).id == case.id
    assert proven(furnished, case)[0] is None
    given = give_answer(furnished, token, AnswerKind.FIXED, "done", next_once(furnished, case))
    assert proven(furnished, case)[0] == given.at


@pytest.mark.parametrize("threads", [True, False])
def test_a_mail_proves_the_notice_that_it_answers(furnished, case, threads):
    """One that only names the case, under another thread, proves no notice."""
    (notice,) = notices.of_case(case.id)
    other = dataclasses.replace(notice, message_id="<8TXF.elsewhere@mx.example>")
    arrive(furnished, letter(notice if threads else other, "noc@alder.example"))
    assert (proven(furnished, case)[0] is not None) == threads
