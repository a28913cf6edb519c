"""The pages filled for real: what they show, what they never show, and that looking is free."""

import re
from dataclasses import asdict
from datetime import timedelta

import pytest

from app.conftest import NOON, report
from app.steps import block_port, enforce, vouch
from app.test_road import arrive
from aupkeep.app.access.staff import actor_of
from aupkeep.app.deciding.answers import give_answer
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_case
from aupkeep.app.enforcing.freeze import freeze
from aupkeep.app.pages.case import acts
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.pages.inbox.load import inbox_item, inbox_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.queue.load import queue_page
from aupkeep.app.pages.reporter.load import reporter_page
from aupkeep.app.pages.reporter.page import Progress, Result
from aupkeep.app.reading.read import inbox_done
from aupkeep.model.case import AnswerKind, CaseState, Outcome
from aupkeep.model.errors import Conflict, Gone, Invalid, Missing
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.store import case_filter, log, notices
from aupkeep.store.case_filter import CaseFilter

ADA = Person(id="ada@aupkeep.example", name="Ada")
REPORTER = ("cert.example", "soc@", "Night shift", "password guessing", "gate")
ACCUSED = ("Alder", "alder", "vm-a", "Birch", "birch", "vm-b")


def links(kind):
    """The tokens of all links of a kind in letters, the newest first."""
    found = [
        token
        for address in ("noc@alder.example", "soc@cert.example")
        for one in notices.recent_to(address, NOON - timedelta(days=9))
        for token in re.findall(rf"/{kind}/([\w-]+)/", one.text)
    ]
    return list(dict.fromkeys(found))


def text_of(page):
    """Everything a page holds, as one text."""
    return repr(asdict(page))


@pytest.fixture
def case(furnished):
    """The case of one authenticated report about the address that has moved since."""
    (found,) = arrive(furnished, report("203.0.113.70", NOON - timedelta(minutes=90)))
    return find_case(found.reference)


def block(context, case):
    """A person's block of the one port."""
    block_port(context, case, reasons="cert.example says it goes on")


def test_case_page_holds_the_ground_of_a_decision(furnished, case):
    """Sentence, clause, holders then and now, and the level with its reason."""
    page = case_page(furnished, ADA, case.reference)
    assert "6 events" in page.sentence
    assert "203.0.113.70" in page.sentence
    assert page.level is Evidence.E1
    assert (page.holder_then.name, page.holder_then.site) == ("Alder", "main")
    assert (page.holder_now.name, page.holder_now.resource) == ("Birch", "vm-b")
    assert page.clause.text
    assert page.customer is not None
    assert page.customer.contact == "n••@a••••.example"
    assert "/c/…" in page.notices[0].text, "a colleague cannot answer as the customer"
    assert page.timeline[0].index > page.timeline[-1].index


def test_marks_join_to_the_source(furnished, case):
    """The parts of an item are the source's own lines, with every read value marked."""
    (item,) = case_page(furnished, ADA, case.reference).evidence
    text = "".join(part.text for part in item.parts)
    source = report("203.0.113.70", NOON - timedelta(minutes=90)).decode().replace("\r\n", "\n")
    assert text.strip() in source
    marked = [part.text for part in item.parts if part.mark == "address"]
    assert marked == ["203.0.113.70"] * 6
    assert item.proven
    assert "cert.example" in item.authentication
    assert len(item.digest) == 64


def test_offers_say_why_they_are_barred(furnished, case):
    """Each measure is sounded at the gate: a port may be closed, a termination may not."""
    offers = {offer.measure: offer for offer in case_page(furnished, ADA, case.reference).offers}
    assert offers[Measure.BLOCK_PORT].barred == ""
    assert "203.0.113.10" in offers[Measure.BLOCK_PORT].touches
    assert (offers[Measure.BLOCK_PORT].hours, offers[Measure.BLOCK_PORT].most) == (24, 168)
    assert "notice" in offers[Measure.TERMINATE].barred
    assert offers[Measure.SUSPEND_ACCOUNT].people == 2
    assert offers[Measure.SUSPEND_ACCOUNT].barred == ""
    assert Measure.BLOCK_URL not in offers, "no page is in evidence"


def test_refusals_of_rules_are_shown(furnished):
    """At E2 the rule would block, but the switch is on: the page says so and proposes it."""
    freeze("a feed went mad", "ada", furnished.home)
    at = NOON - timedelta(minutes=5)
    vouch(furnished, "mail:cert.example")
    arrive(furnished, report("203.0.113.10", at))
    earlier = at - timedelta(seconds=30)
    (case,) = arrive(furnished, report("203.0.113.10", earlier, domain="other.example"))
    page = case_page(furnished, ADA, case.reference)
    assert page.level is Evidence.E2
    assert page.header.freeze is not None
    assert page.header.freeze.reason == "a feed went mad"
    assert page.proposal is not None
    assert page.proposal.measure is Measure.BLOCK_PORT
    assert "freeze" in page.proposal.alone
    assert {refusal.invariant for refusal in page.refusals} == {8}
    assert page.proposal.why
    assert all(re.search(r": (yes|no|not known)\.$", line) for line in page.proposal.why)


def test_looking_writes_nothing(furnished, case):
    """Every page may be opened by a mail scanner: the journal does not grow."""
    block(furnished, case)
    before = log.size()
    case_page(furnished, ADA, case.reference)
    queue_page(furnished, ADA, "", "", {})
    inbox_page(furnished, ADA, "", "")
    for token in links("c"):
        first, second = customer_page(furnished, token, ""), customer_page(furnished, token, "en")
        assert first.once == second.once
    for token in links("r"):
        reporter_page(furnished, token, "")
    assert log.size() == before


def test_invariant_10_the_accused_never_learns_the_reporter(furnished, case):
    """No word of the reporter is on the customer's page, not even out of a person's reasons."""
    block(furnished, case)
    enforce(furnished)
    other = report("203.0.113.70", NOON - timedelta(minutes=80), domain="bank.example")
    arrive(furnished, other)
    tokens = links("c")
    assert tokens
    for token in tokens:
        for language in ("en", "nb"):
            page = customer_page(furnished, token, language)
            for word in (*REPORTER[:3], "bank.example"):
                assert word not in text_of(page), word
            assert "203.0.113.70" in text_of(page.evidence[0]), "their own address stays"
    assert page.limits[0].title.startswith("Trafikk fra 203.0.113.10")
    assert page.works
    assert page.fix


def test_customers_language_is_the_contacts(furnished, case):
    """The page speaks the contact's language unless another is asked for."""
    (token,) = links("c")
    assert customer_page(furnished, token, "").language == "nb"
    assert customer_page(furnished, token, "en").language == "en"
    assert customer_page(furnished, token, "").title == "Melding om vm-a: passordgjetting"


def test_an_answer_is_taken_once(furnished, case):
    """The page's `once` works once; the answer then stands on both pages until it is read."""
    (token,) = links("c")
    once = customer_page(furnished, token, "").once
    give_answer(furnished, token, AnswerKind.FIXED, "mended", once)
    with pytest.raises(Conflict):
        give_answer(furnished, token, AnswerKind.FIXED, "mended", once)
    assert customer_page(furnished, token, "").answers[0].text == "mended"
    (reply,) = case_page(furnished, ADA, case.reference).answers
    assert queue_page(furnished, ADA, "answered", "", {}).rows[0].unread
    acts.read_answer(furnished, ADA, case.reference, reply.id)
    assert find_case(case.reference).state is CaseState.OPEN


def test_invariant_10_the_reporter_never_learns_the_accused(furnished, case):
    """The status page follows the case to its end and names nobody."""
    (token,) = links("r")
    assert reporter_page(furnished, token, "").progress is Progress.RECEIVED
    assert reporter_page(furnished, token, "").result is Result.OPEN
    block(furnished, case)
    close_case(furnished, find_case(case.reference), actor_of("ada"), Outcome.FIXED, "mended")
    page = reporter_page(furnished, token, "")
    assert (page.progress, page.result) == (Progress.CLOSED, Result.FIXED)
    assert page.subject == "203.0.113.70"
    for word in (*ACCUSED, case.reference, case.id):
        assert word not in text_of(page), word


def test_report_about_others_is_not_ours(furnished):
    """A report about an address outside our space is answered at once."""
    assert arrive(furnished, report("198.51.100.9", NOON - timedelta(minutes=5))) == []
    (token,) = links("r")
    assert reporter_page(furnished, token, "").result is Result.NOT_OURS


def test_links_open_only_their_own_page(furnished, case):
    """A reporter's link opens no customer's page, and a made-up one opens nothing."""
    (token,) = links("r")
    with pytest.raises(Missing):
        customer_page(furnished, token, "")
    with pytest.raises(Missing):
        reporter_page(furnished, "A" * 32, "")


def test_old_links_are_gone(furnished, case, now):
    """After its life a link says that it is too old."""
    (token,) = links("c")
    now.at += timedelta(days=200)
    with pytest.raises(Gone):
        customer_page(furnished, token, "")


def test_queue_shows_and_counts(furnished, case):
    """The case stands in its view with a sentence; another clause is empty; filters are checked."""
    page = queue_page(furnished, ADA, "waiting", "", {})
    (row,) = page.rows
    assert (row.reference, row.subject) == (case.reference, "203.0.113.70")
    assert "tries to guess passwords" in row.sentence
    assert (page.view.count, page.header.waiting) == (1, 0), "it waits for the customer"
    assert queue_page(furnished, ADA, "", "", {}).rows == ()
    (clauses,) = [facet for facet in page.facets if facet.name == "clause"]
    assert [(one.query, one.count) for one in clauses.values] == [
        ("view=waiting&clause=intrusion", 1)
    ]
    quiet = queue_page(furnished, ADA, "", "", {}).watch
    assert (quiet.received, quiet.prefixes) == (1, ("203.0.113.0/24",))
    assert queue_page(furnished, ADA, "all", "", {"clause": "spam"}).rows == ()
    for view, clause in (("x", ""), ("", "x")):
        with pytest.raises(Invalid):
            queue_page(furnished, ADA, view, "", {"clause": clause})


def test_queue_pages_reach_every_case_once(furnished, monkeypatch):
    """Following the cursor shows each case exactly once."""
    monkeypatch.setattr("aupkeep.app.pages.queue.load.ROWS", 1)
    at = NOON - timedelta(minutes=5)
    for address in ("203.0.113.70", "203.0.113.10", "203.0.113.200"):
        arrive(furnished, report(address, at))
    seen, cursor = [], ""
    while cursor is not None:
        page = queue_page(furnished, ADA, "all", cursor, {})
        seen += [row.reference for row in page.rows]
        cursor = page.next_cursor
    assert sorted(seen) == sorted(one.reference for one in case_filter.page(CaseFilter(), limit=50))
    assert len(seen) == 3


def test_inbox_shows_bytes_and_who_was_done_with_it(furnished):
    """What names nobody of ours waits with its reason and bytes, and leaves with a person's."""
    arrive(furnished, report("198.51.100.9", NOON - timedelta(minutes=5)))
    page = inbox_page(furnished, ADA, "foreign", "")
    (row,) = page.rows
    assert (row.sender, row.title) == ("soc@cert.example", "password guessing")
    assert inbox_page(furnished, ADA, "unread", "").rows == ()
    assert {reason.key: reason.count for reason in page.reasons}["foreign"] == 1
    item = inbox_item(furnished, ADA, row.id)
    assert "198.51.100.9" in item.parts[0].text
    assert not item.cut
    inbox_done(furnished, row.id, ADA.id, "told them")
    done = inbox_item(furnished, ADA, row.id)
    assert (done.done_by, done.done_reason) == (ADA.id, "told them")
    assert inbox_page(furnished, ADA, "", "").rows == ()
