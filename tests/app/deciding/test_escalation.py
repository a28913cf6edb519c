"""A rule climbs as evidence grows, and says and does nothing twice."""

from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, enforce, guess, post, told, vouch
from aupkeep.app.deciding.consider import consider
from aupkeep.app.enforcing.freeze import freeze, thaw
from aupkeep.model.action import ActionState
from aupkeep.model.decision import Decision
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Measure
from aupkeep.store import actions, cases, decisions, notices


def measures(case):
    """The measures decided for a case, in order."""
    return [one.measure.value for one in decisions.of_case(case.id)]


def test_newcomer_is_heard_once_a_week(furnished, now):
    """On the word of one who was never right the customer is told once, and again a week later."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW, lines=1))
    arrive(furnished, report("203.0.113.10", JUST_NOW, lines=6))
    assert measures(case) == ["inform"]
    (refused,) = told(case, EntryType.DECISION_REFUSED)
    assert "told within the week" in refused["reason"]
    now.at += timedelta(days=7)
    consider(furnished, case.id)
    assert measures(case) == ["inform", "inform-deadline"]


def test_rule_climbs_from_words_to_deadline_to_block(furnished):
    """One event is told, five get a deadline, our own telemetry closes the port."""
    vouch(furnished, "mail:cert.example")
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW, lines=1))
    assert measures(case) == ["inform"]
    arrive(furnished, report("203.0.113.10", JUST_NOW, lines=6))
    assert measures(case) == ["inform", "inform-deadline"]
    post(furnished, guess("203.0.113.10", JUST_NOW))
    assert measures(case) == ["inform", "inform-deadline", "block-port"]


def test_each_new_mail_is_no_new_notice(furnished):
    """Ten more mails about the same trouble lead to no second notice."""
    for number in range(10):
        (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW - timedelta(minutes=number)))
    assert measures(case) == ["inform-deadline"]
    assert len(notices.of_case(case.id)) == 1


def test_second_port_is_closed_too(furnished):
    """The same measure at another port is a new one, on the evidence that names it."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    post(furnished, guess("203.0.113.10", JUST_NOW + timedelta(minutes=1), port=3389))
    post(furnished, guess("203.0.113.10", JUST_NOW + timedelta(minutes=2), port=22))
    assert [one.scope.port for one in actions.of_case(case.id)] == [22, 3389]


def test_ended_block_does_not_stand(furnished, now):
    """A measure whose time is over does not keep the rule from acting on new evidence."""
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    now.at += timedelta(hours=30)
    post(furnished, guess("203.0.113.10", now.at - timedelta(minutes=1)))
    assert measures(case) == ["block-port", "block-port"]


def test_refusal_is_written_once(furnished):
    """Considered again and again for the same reason, the no stands in the journal once."""
    freeze("a feed went wrong", "ada", furnished.home)
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    for _ in range(3):
        consider(furnished, case.id)
    assert len(told(case, EntryType.DECISION_REFUSED)) == 1
    thaw("mended", "ada", furnished.home)
    consider(furnished, case.id)
    assert measures(case) == ["block-port"]


def test_breaker_counts_do_not_make_a_new_reason(furnished):
    """The first customer today is limited; the second waits for a person, with one entry."""
    post(furnished, guess("203.0.113.10", JUST_NOW))
    (case,) = post(furnished, guess("203.0.113.70", JUST_NOW))
    consider(furnished, case.id)
    (refused,) = told(case, EntryType.DECISION_REFUSED)
    assert refused["invariant"] == 8
    assert actions.of_case(case.id) == []


def test_rule_does_not_act_after_a_person_lifted(furnished):
    """What a person lifted, new mails do not bring back."""
    from aupkeep.app.deciding.undo import undo_action

    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW))
    (action,) = actions.of_case(case.id)
    undo_action(furnished, action.id, reason="their backup", person="ada")
    post(furnished, guess("203.0.113.10", JUST_NOW + timedelta(minutes=1)))
    assert len(actions.of_case(case.id)) == 1


def test_measure_without_driver_is_a_persons_work(furnished):
    """A suspension stands as wanted until a person confirms what they saw, and is undone so too."""
    from aupkeep.app.deciding.decide import decide_case
    from aupkeep.app.deciding.undo import undo_action
    from aupkeep.app.enforcing.by_hand import confirm_by_hand

    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    decide_case(
        furnished,
        case.reference,
        people=("ada",),
        reasons="still on",
        measure="suspend-resource",
        hours=24,
    )
    (action,) = actions.of_case(case.id)
    enforce(furnished)
    assert (action.driver, actions.get(action.id).state) == ("hand", ActionState.WANTED)
    confirm_by_hand(furnished, action.id, proof="server list: stopped", person="ada")
    assert actions.get(action.id).state is ActionState.APPLIED
    undo_action(furnished, action.id, reason="mended", person="ada")
    assert actions.get(action.id).state is ActionState.LIFTING
    confirm_by_hand(furnished, action.id, proof="server list: running", person="bo")
    assert actions.get(action.id).state is ActionState.LIFTED


def test_unread_answer_holds_the_rule(furnished):
    """While nobody has read the customer's answer the rule does not climb (invariant 3)."""
    from app.test_road import AnswerKind, LinkKind, give_answer, make_link, next_once
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM

    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW, lines=1))
    token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    give_answer(furnished, token, AnswerKind.FIXED, "mended", next_once(furnished, case))
    post(furnished, guess("203.0.113.10", JUST_NOW))
    assert measures(case) == ["inform"]
    assert cases.get(case.id).state == "answered"


@pytest.mark.parametrize("address", ["203.0.113.200"])
def test_protected_customer_is_told_at_most(furnished, address):
    """A protected customer is told by the rule and limited by nobody alone."""
    (case,) = post(furnished, guess(address, JUST_NOW))
    assert measures(case) == ["inform"]


def test_refused_block_still_informs(furnished):
    """Where the address moved on, the gate refuses the block, and the customer is told."""
    vouch(furnished, "mail:cert.example")
    for domain, ago in (("cert.example", 90), ("uni.example", 91)):
        mail = report("203.0.113.70", NOON - timedelta(minutes=ago), domain=domain)
        cases_found = arrive(furnished, mail, weigh=False)
    (case,) = cases_found
    found = consider(furnished, case.id)
    assert isinstance(found, Decision)
    assert found.measure in (Measure.INFORM, Measure.INFORM_DEADLINE)
    refused = told(case, EntryType.DECISION_REFUSED)
    assert [one["measure"] for one in refused] == ["block-port"]
    assert consider(furnished, case.id) is None
    assert told(case, EntryType.DECISION_REFUSED) == refused, "a refusal is written once"
