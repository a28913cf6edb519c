"""A strike follows a person's finding of cause, and ends with what it rests on."""

import re
from datetime import timedelta

import pytest

from app.conftest import NOON, context_of, furnish
from app.deciding.test_appeals import appeal, suspended
from app.steps import guess, look_at_clocks, post, told
from aupkeep.app.access.links import make_link
from aupkeep.app.case_context import load_case_context
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.deciding.appeals import judge_appeal
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_by_reference
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.retell import retell
from aupkeep.app.deciding.strikes import list_strikes, remove_strike
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.journal import record_changes
from aupkeep.app.notifying.failures import mark_undelivered
from aupkeep.app.pages.customer.load import customer_page
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.case import Judgement
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Forbidden, Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.model.strike import StrikeTier
from aupkeep.store import actions, notices, strikes
from enrol import enrol


@pytest.fixture
def desk(home, now):
    """Ada decides, Bea and Cid may judge."""
    context = furnish(context_of(home, now))
    enrol(context, "ada", "bea", "cid", roles=["senior", "analyst"])
    enrol(context, "dan", roles=["auditor"])
    return context


def case_at(desk, address="203.0.113.10", minutes=5):
    (case,) = post(desk, guess(address, NOON - timedelta(minutes=minutes)))
    return case


def decide(desk, case, cause, measure="inform", **more):
    return decide_case(
        desk, case.reference, people=("ada",), reasons="seen", measure=measure, cause=cause, **more
    )


def counted(desk, case):
    return load_case_context(desk, find_case(case.id)).facts["customer.strikes"]


@pytest.mark.parametrize("cause", ["own-act", "permitted-user", "unauthorised-careless"])
def test_a_persons_finding_of_cause_writes_one(desk, cause: str):
    case = case_at(desk)
    decide(desk, case, cause)
    (strike,) = list_strikes("alder")
    assert (strike.cause.value, strike.tier, strike.by) == (cause, StrikeTier.MINOR, "ada")
    assert strike.until - strike.at == timedelta(days=90)
    (said,) = told(case, EntryType.STRIKE_WRITTEN)
    assert said["strike"] == strike.id
    assert verify_home(desk).ok


@pytest.mark.parametrize("cause", ["unknown", "unauthorised-careful"])
def test_without_blame_there_is_none(desk, cause: str):
    """The rule's own decision on the claims wrote none either."""
    case = case_at(desk)
    decide(desk, case, cause)
    assert list_strikes() == []


def test_a_graver_finding_takes_the_place_of_a_milder_one(desk):
    """Of one case one counts, and the milder finding later changes nothing."""
    case = case_at(desk)
    for measure, more in (("inform", {}), ("suspend-resource", {"hours": 24}), ("record", {})):
        decide(desk, case, "own-act", measure, **more)
    of_tier = {strike.tier: strike for strike in list_strikes("alder")}
    first, latest = of_tier[StrikeTier.MINOR], of_tier[StrikeTier.SEVERE]
    assert (len(of_tier), latest.removed_at, first.removed_by) == (2, None, "ada")
    assert "graver" in first.why


def test_it_counts_for_the_customers_other_cases_until_it_expires(desk, now):
    """Never for its own; and not for another customer."""
    case, other = case_at(desk), case_at(desk, "203.0.113.70")
    decide(desk, case, "own-act")
    assert (counted(desk, case), counted(desk, other)) == (0, 0)
    assert strikes.count("alder", desk.now(), beside="another") == 1
    assert strikes.count("alder", desk.now() + timedelta(days=91), beside="another") == 0


def test_an_appeal_that_is_granted_removes_it(desk):
    case = suspended(desk)
    decide(desk, case, "own-act", "suspend-resource", hours=9)
    given = appeal(desk, case)
    judge_appeal(desk, case.reference, Judgement.GRANTED, person=given.assigned_to, reasons="wrong")
    (strike,) = list_strikes("alder")
    assert (strike.removed_by, strike.why) == (given.assigned_to, "wrong")
    assert len(told(case, EntryType.STRIKE_REMOVED)) == 1
    assert verify_home(desk).ok


def test_an_appeal_that_nobody_judges_removes_it(desk, now):
    case = suspended(desk)
    decide(desk, case, "own-act", "suspend-resource", hours=200)
    appeal(desk, case)
    now.at += timedelta(hours=73)
    look_at_clocks(desk)
    (strike,) = list_strikes("alder")
    assert "72 hours" in strike.why


def test_a_mistake_undone_removes_it_and_another_undo_does_not(desk):
    case = case_at(desk)
    made = decide(desk, case, "own-act", "suspend-resource", hours=9)
    (action,) = [x for x in actions.of_case(case.id) if x.decision == made.decision]
    undo_action(desk, action.id, reason="a wrong machine", person="ada", mistaken=True)
    (strike,) = list_strikes("alder")
    assert strike.why == "a wrong machine"
    other = case_at(desk, "203.0.113.70")
    made = decide(desk, other, "own-act", "suspend-resource", hours=9)
    (action,) = [x for x in actions.of_case(other.id) if x.decision == made.decision]
    undo_action(desk, action.id, reason="it is over", person="ada")
    assert strikes.of_case(other.id).removed_at is None


@pytest.mark.parametrize(("outcome", "left"), [("not-abuse", 0), ("fixed", 1)])
def test_closing_as_not_abuse_removes_it(desk, outcome: str, left: int):
    case = case_at(desk)
    decide(desk, case, "own-act")
    close_by_reference(desk, case.reference, outcome, "looked again", "ada")
    assert [strikes.of_case(case.id)].count(None) == 1 - left


def test_that_the_customer_took_care_removes_it(desk):
    case = case_at(desk)
    decide(desk, case, "own-act")
    decide(desk, case, "unauthorised-careful", "record")
    assert "took care" in list_strikes("alder")[0].why


def test_a_person_removes_one_with_a_reason(desk):
    case = case_at(desk)
    decide(desk, case, "own-act")
    (strike,) = list_strikes()
    with pytest.raises(Invalid):
        remove_strike(desk, strike.id, person="bea", reasons=" ")
    with pytest.raises(Forbidden):
        remove_strike(desk, strike.id, person="dan", reasons="so")
    with pytest.raises(Missing):
        remove_strike(desk, "nothing", person="bea", reasons="so")
    gone = remove_strike(desk, strike.id, person="bea", reasons="goodwill")
    assert (gone.removed_by, gone.why) == ("bea", "goodwill")
    with pytest.raises(Conflict):
        remove_strike(desk, strike.id, person="bea", reasons="again")


def test_the_accused_reads_until_when_it_counts_and_not_who_found_it(desk):
    case = case_at(desk)
    decide(desk, case, "own-act")
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM

    token, link = make_link(desk, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    made = entry(desk, EntryType.LINK_MADE, SYSTEM, {"link": link.id}, case=case.id)
    record(desk, made, rows=[link])
    page = customer_page(desk, token, "en")
    assert page.strike_until == list_strikes()[0].until
    assert not re.search(r"\bada\b", repr(page))


def test_a_milder_one_counts_again_when_the_graver_was_a_mistake(desk):
    """Its own decision stands; both removals and the return are in the journal."""
    case = case_at(desk)
    decide(desk, case, "own-act")
    made = decide(desk, case, "own-act", "suspend-resource", hours=9)
    (action,) = [x for x in actions.of_case(case.id) if x.decision == made.decision]
    first = next(x for x in list_strikes("alder") if x.tier is StrikeTier.MINOR)
    undo_action(desk, action.id, reason="a wrong machine", person="ada", mistaken=True)
    again = strikes.of_case(case.id)
    assert (again.tier, again.decision, again.until) == (
        StrikeTier.MINOR,
        first.decision,
        first.until,
    )
    assert len(told(case, EntryType.STRIKE_WRITTEN)) == 3
    assert len(told(case, EntryType.STRIKE_REMOVED)) == 2
    assert verify_home(desk).ok


def test_of_what_nobody_told_the_customer_none_is_written(desk):
    case = case_at(desk)
    decide(desk, case, "own-act", "record")
    assert list_strikes("alder") == []


def test_a_notice_that_leaves_later_writes_it_then(desk, now):
    """Alder has no contact when Ada finds the cause; the strike counts from when it is told."""
    import_customers(desk, b"customer,name,contact\nalder,Alder,\n")
    case = case_at(desk)
    decide(desk, case, "own-act")
    assert list_strikes("alder") == []
    now.at += timedelta(days=2)
    assert retell(desk, lambda _: True) == 0
    import_customers(desk, b"customer,name,contact\nalder,Alder,noc@alder.example\n")
    assert retell(desk, lambda _: True) == 1
    (strike,) = list_strikes("alder")
    assert (strike.by, strike.at.date() - NOON.date()) == ("ada", timedelta(days=2))
    remove_strike(desk, strike.id, person="bea", reasons="a mistake")
    (notice,) = notices.of_case(case.id)
    failed = ChangeSet()
    failed.add(mark_undelivered(desk, notice, "550 no such user"))
    record_changes(desk, failed)
    import_customers(desk, b"customer,name,contact\nalder,Alder,boss@alder.example\n")
    assert retell(desk, lambda _: True) == 1
    assert [strike.removed_by for strike in list_strikes("alder")] == ["bea"], "once alone"
    assert verify_home(desk).ok


def test_another_time_to_answer_is_another_decision(desk, now):
    """Both are told, each with its own deadline; the same hours again are a slip."""
    case = case_at(desk)
    deadlines = []
    for hours in (48, 12):
        decide(desk, case, "unknown", "inform-deadline", hours=hours)
        deadlines.append(find_case(case.id).deadline_at - now.at)
        with pytest.raises(Conflict, match="says the same"):
            decide(desk, case, "unknown", "inform-deadline", hours=hours)
    assert [round(span / timedelta(hours=1)) for span in deadlines] == [48, 12]
    told_of = [notice.facts["deadline"] for notice in notices.of_case(case.id)][-2:]
    assert len(set(told_of)) == 2
    with pytest.raises(Invalid, match="1 to 720"):
        decide(desk, case, "unknown", "inform-deadline", hours=721)


def test_the_same_notice_given_twice_is_refused(desk, now):
    """Other words are another decision, and so is the same a while later."""
    case = case_at(desk)
    decide(desk, case, "own-act")
    before = len(notices.of_case(case.id))
    with pytest.raises(Conflict, match="says the same"):
        decide(desk, case, "own-act")
    assert len(notices.of_case(case.id)) == before
    now.at += timedelta(minutes=16)
    decide(desk, case, "own-act")
    assert len(notices.of_case(case.id)) == before + 1
