"""What the customer answers is taken once, and read by a person."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report
from app.steps import arrive, look_at_clocks, told
from aupkeep.app.access.links import make_link
from aupkeep.app.deciding import answers as room
from aupkeep.app.deciding.answers import (
    LONGEST,
    case_of_link,
    give_answer,
    next_once,
    read_answer,
    read_answers,
)
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.deadlines import pass_deadlines
from aupkeep.app.journal import entry, record
from aupkeep.model.actor import SYSTEM
from aupkeep.model.as_json import as_json
from aupkeep.model.case import AnswerKind, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.store import cases, outbox


@pytest.fixture
def case(furnished):
    """One that waits for its customer."""
    (found,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    return found


@pytest.fixture
def token(furnished, case):
    """The customer's own link."""
    text, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    return text


def say(context, token, case, text="mended", kind=AnswerKind.FIXED):
    return give_answer(context, token, kind, text, next_once(context, find_case(case.id)))


def test_an_answer_is_the_customers_word(furnished, case, token):
    """Row and entry hold kind and text; the case waits for a person now."""
    given = say(furnished, token, case)
    assert (given.case, given.kind, given.text) == (case.id, AnswerKind.FIXED, "mended")
    assert (given.read_at, given.at < furnished.now()) == (None, True)
    assert cases.answers(case.id) == [given]
    payload = dict(told(case, EntryType.ANSWER_GIVEN)[-1])
    payload.pop("rows", None)
    assert payload == {
        "actor": {"id": "alder", "kind": "customer", "name": ""},
        "of_case": case.id,
        "answer": given.id,
        "kind": "fixed",
        "text": "mended",
    }
    after = cases.get(case.id)
    assert (after.state, after.deadline_at) == (CaseState.ANSWERED, None)


def test_the_same_page_answers_once(furnished, case, token):
    """Each answer changes the word that the next must bring."""
    once = next_once(furnished, case)
    assert len(once) == 32
    give_answer(furnished, token, AnswerKind.FIXED, "mended", once)
    assert next_once(furnished, case) != once
    with pytest.raises(Conflict) as caught:
        give_answer(furnished, token, AnswerKind.FIXED, "mended", once)
    assert str(caught.value) == (
        "this answer was sent already, or the page has changed; look again"
    )


def test_an_answer_has_a_longest(furnished, case, token):
    """Ten thousand characters are taken, one more is not."""
    with pytest.raises(Invalid) as caught:
        say(furnished, token, case, "x" * (LONGEST + 1))
    assert str(caught.value) == "answer: expected at most 10000 characters, found 10001"
    assert say(furnished, token, case, "x" * LONGEST).text == "x" * LONGEST


def test_a_link_opens_its_own_case(furnished, case, token):
    """The customer's link and no other kind of link."""
    assert case_of_link(furnished, token).id == case.id
    other, link = make_link(furnished, LinkKind.REPORTER, "soc@cert.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    with pytest.raises(Missing):
        case_of_link(furnished, other)
    bare, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example")
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    with pytest.raises(Missing) as caught:
        case_of_link(furnished, bare)
    assert str(caught.value) == "this link names no case any more"


def test_a_person_reads_each_answer_once(furnished, case, token):
    """The case is open again when the last one is read."""
    first, second = say(furnished, token, case), say(furnished, token, case, "and more")
    read_answer(furnished, first.id, "ada")
    assert cases.get(case.id).state is CaseState.ANSWERED
    seen = cases.answer(first.id)
    assert (seen.read_by, seen.read_at is not None) == ("ada", True)
    payload = dict(told(case, EntryType.ANSWER_READ)[-1])
    payload.pop("rows", None)
    assert payload == {
        "actor": {"id": "ada", "kind": "person", "name": "ada"},
        "of_case": case.id,
        "answer": first.id,
    }
    with pytest.raises(Conflict):
        read_answer(furnished, first.id, "ada")
    read_answer(furnished, second.id, "ada")
    assert cases.get(case.id).state is CaseState.OPEN
    with pytest.raises(Missing) as caught:
        read_answer(furnished, "z" * 99, "ada")
    assert str(caught.value) == f"answer: expected a known one, found {'z' * 60!r}"


def test_all_answers_are_read_at_once(furnished, case, token):
    """Only the unread are counted; a second time there is none."""
    first = say(furnished, token, case)
    say(furnished, token, case, "and more")
    read_answer(furnished, first.id, "ada")
    say(furnished, token, case, "and still more")
    shown = {"case": case.reference, "read": 2, "state": "open"}
    assert as_json(read_answers(furnished, case.reference, "ada")) == shown
    assert as_json(read_answers(furnished, case.reference, "ada")) == {**shown, "read": 0}


def test_a_deadline_that_passes_brings_the_case_back(furnished, now, case):
    """At its moment, with an entry that says so, and before the policy again."""
    due = cases.get(case.id).deadline_at
    assert due - case.changed_at <= timedelta(hours=24)
    now.at = due - timedelta(seconds=1)
    look_at_clocks(furnished)
    assert cases.get(case.id).state is CaseState.WAITING
    before = outbox.pending(["consider"])
    now.at = due
    look_at_clocks(furnished)
    after = cases.get(case.id)
    assert (after.state, after.deadline_at) == (CaseState.OPEN, None)
    payload = dict(told(case, EntryType.CASE_CHANGED)[-1])
    payload.pop("rows", None)
    assert payload == {
        "actor": {"id": "aupkeep", "kind": "system", "name": "Aupkeep"},
        "of_case": case.id,
        "case": case.id,
        "why": "the deadline passed without an answer",
    }
    assert outbox.pending(["consider"]) >= before
    changes = len(told(case, EntryType.CASE_CHANGED))
    look_at_clocks(furnished)
    assert len(told(case, EntryType.CASE_CHANGED)) == changes


def test_an_answer_to_a_page_that_is_old_by_now_is_not_taken(furnished, case, token, monkeypatch):
    """The case was changed between the look at it and the answer: nothing of it is lost."""
    old = cases.get(case.id)
    once = next_once(furnished, old)
    close_by_reference(furnished, case.reference, "fixed", "mended", "ada")
    monkeypatch.setattr(room, "case_of_link", lambda *_: old)
    with pytest.raises(Conflict):
        give_answer(furnished, token, AnswerKind.FIXED, "mended", once)
    assert cases.get(case.id).state is CaseState.CLOSED


def test_what_a_colleague_read_meanwhile_is_not_read_again(furnished, case, token, monkeypatch):
    """Neither the answer nor the case is written over."""
    first, second = say(furnished, token, case), say(furnished, token, case, "and more")
    read_answer(furnished, first.id, "bea")
    with monkeypatch.context() as patch:
        patch.setattr(cases, "answer", lambda _: first)
        with pytest.raises(Conflict):
            read_answer(furnished, first.id, "ada")
    assert cases.answer(first.id).read_by == "bea"
    before = cases.get(case.id)
    close_by_reference(furnished, case.reference, "fixed", "mended", "ada")
    with monkeypatch.context() as patch:
        patch.setattr(cases, "get", lambda _: before)
        with pytest.raises(Conflict):
            read_answer(furnished, second.id, "ada")
    assert cases.get(case.id).state is CaseState.CLOSED
    monkeypatch.setattr(cases, "get", lambda _: None)
    with pytest.raises(Missing):
        read_answer(furnished, second.id, "ada")


def test_one_deadline_that_cannot_pass_keeps_no_other(furnished, now, case, monkeypatch):
    """Who changed the case meanwhile is not written over; the effect names the case."""
    old = cases.get(case.id)
    now.at = old.deadline_at
    for lease in outbox.lease(("consider",), furnished.now(), 60, 100, "test"):
        outbox.done(lease, furnished.now())
    with monkeypatch.context() as patch:
        stale = dataclasses.replace(old, changed_at=old.changed_at - timedelta(hours=1))
        patch.setattr(cases, "overdue", lambda _: [stale, old])
        pass_deadlines(furnished)
    assert cases.get(case.id).state is CaseState.OPEN
    leases = outbox.lease(("consider",), furnished.now(), 60, 100, "test")
    assert [lease.effect.payload for lease in leases] == [{"case": case.id}]
