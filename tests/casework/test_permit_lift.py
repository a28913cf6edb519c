"""What people may widen, who may lift, and what ends a step up."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from aupkeep.casework.appeals import APPEAL_TIME
from aupkeep.casework.breaker import AutomationCount
from aupkeep.casework.lift import lift
from aupkeep.casework.proposal import aim
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.case import AnswerKind, Judgement
from aupkeep.model.decision import Decision, Refused, Scope
from aupkeep.model.ladder import Evidence, Level, Measure
from aupkeep.model.subject import Subject
from casework.scenes import (
    CASE,
    CLAIMS,
    CLAUSE,
    HOUR,
    KARI,
    NOW,
    OLA,
    OTHER,
    RULE,
    answer,
    ask,
    claim,
    facts,
    proposal,
)

PORT = aim("port", CASE, CLAIMS)
INFORMED = ask(proposal(Measure.INFORM_DEADLINE), known=facts(), name="told")


def test_person_widens_to_the_address_with_a_note():
    """Another port, or the address the resource holds now, when the person says why."""
    moved = replace(PORT, address=ip_network("198.51.100.9/32")[0], port=80, note="it moved")
    assert isinstance(ask(proposal(scope=moved), (KARI,)), Decision)
    assert ask(proposal(scope=replace(moved, note=" ")), (KARI,)).invariant == 5
    assert ask(proposal(scope=replace(moved, address=OTHER)), (KARI,)).invariant == 4


def test_one_url_is_not_a_domain():
    """A URL in evidence lets that URL be blocked, not its name, not another URL."""
    url = "https://a.example/x"
    seen = (claim("1", subject=Subject(url=url, domain=None)),)
    block = proposal(Measure.BLOCK_URL)
    assert isinstance(ask(block, (KARI,), claims=seen), Decision)
    assert ask(proposal(Measure.BLOCK_NAME), (KARI, OLA), claims=seen).invariant == 5
    other = Scope(customer="c1", resource="vm1", url="https://a.example/", note="wider")
    assert ask(replace(block, scope=other), (KARI, OLA), claims=seen).invariant == 5


def test_what_a_person_set_is_not_raised_by_a_rule():
    """After a person chose to inform, a rule does not limit."""
    told = ask(proposal(Measure.INFORM), (KARI,), name="told")
    assert isinstance(ask(decisions=(told,)), Refused)
    assert isinstance(ask(proposal(Measure.INFORM), decisions=(told,)), Decision)


def test_a_reasoned_belief_is_a_persons():
    """E3 is reached in writing by a person, never by a rule."""
    wanted = proposal(reached=Evidence.E3)
    assert ask(wanted, (KARI,)).evidence is Evidence.E3
    assert ask(wanted).evidence is Evidence.E2


def test_lift_passes_when_all_else_is_stopped():
    """Freeze, listen mode, an open breaker and an unread answer never stop a lift."""
    made = ask()
    wanted = lift(made, CASE, CLAUSE, "it was a backup")
    done = ask(
        wanted,
        (KARI,),
        name="d2",
        decisions=(made,),
        frozen=True,
        listen=True,
        holds_now=(),
        count=AutomationCount(l3=99),
        answers=(answer(),),
    )
    assert isinstance(done, Decision)
    assert (done.reverses, done.level, done.scope) == ("d1", Level.L0, made.scope)


@pytest.mark.parametrize(
    "changes", [{"reasons": ""}, {"reverses": "other"}, {"measure": Measure.ISOLATE}]
)
def test_lift_is_exact(changes):
    """A lift names what it lifts and why, and does nothing else."""
    made = ask()
    wanted = replace(lift(made, CASE, CLAUSE, "a backup"), **changes)
    assert isinstance(ask(wanted, (KARI,), decisions=(made,)), Refused)


def test_lift_happens_once():
    """What is lifted cannot be lifted again."""
    made = ask()
    wanted = lift(made, CASE, CLAUSE, "a backup")
    undone = ask(wanted, (KARI,), name="d2", decisions=(made,))
    assert isinstance(ask(wanted, (KARI,), name="d3", decisions=(made, undone)), Refused)


def test_who_may_lift():
    """A person lifts anything, a rule what a rule decided, the customer and the system nothing."""
    by_rule, by_person = ask(), ask(people=(KARI,))
    customer = Actor(kind=ActorKind.CUSTOMER, id="c1")
    for made, who, may in [
        (by_rule, OLA, True),
        (by_rule, RULE, True),
        (by_person, RULE, False),
        (by_rule, customer, False),
        (by_rule, SYSTEM, False),
    ]:
        done = ask(lift(made, CASE, CLAUSE, "why"), (who,), name="d2", decisions=(made,))
        assert isinstance(done, Decision) is may


def test_first_decider_does_not_judge_the_appeal():
    """The answer to an appeal needs two people, none of whom decided first."""
    made = ask(people=(KARI,))
    wanted = replace(proposal(Measure.RECORD), judges=made.id)
    per = Actor(kind=ActorKind.PERSON, id="per")
    assert ask(wanted, (KARI, OLA), name="d2", decisions=(made,)).invariant == 2
    assert ask(wanted, (OLA, KARI), name="d2", decisions=(made,)).invariant == 2
    assert ask(wanted, (OLA,), name="d2", decisions=(made,)).invariant == 2
    assert ask(wanted, (OLA, per), name="d2").invariant == 2
    assert isinstance(ask(wanted, (OLA, per), name="d2", decisions=(made,)), Decision)


def test_unread_answer_stops_once_per_deadline():
    """The first unread answer stops escalation; once one was read, a second does not stop again."""
    told = replace(INFORMED, starts=NOW - HOUR)
    early = answer("0", at=NOW - 2 * HOUR)
    first, read = answer("1", at=NOW), answer("1", at=NOW, read_at=NOW)
    assert ask(decisions=(told,), answers=(first,)).invariant == 3
    assert isinstance(ask(decisions=(told,), answers=(read, answer("2"))), Decision)
    assert isinstance(ask(decisions=(told,), answers=(early,)), Decision)


OVERDUE = Actor(kind=ActorKind.RULE, id="appeal-overdue", name="appeal-overdue")
APPEALED = replace(answer("w1", kind=AnswerKind.APPEAL), assigned_to="bea")


@pytest.mark.parametrize(
    ("change", "after_start", "waited", "lifts"),
    [
        ({}, HOUR, APPEAL_TIME, True),
        ({}, 0 * HOUR, APPEAL_TIME, True),
        ({}, HOUR, APPEAL_TIME - HOUR, False),
        ({}, -HOUR, APPEAL_TIME, False),
        ({"kind": AnswerKind.FIXED}, HOUR, APPEAL_TIME, False),
        ({"judged": Judgement.REFUSED}, HOUR, APPEAL_TIME, False),
    ],
)
def test_invariant_02_what_nobody_judged_in_time_a_rule_lifts(change, after_start, waited, lifts):
    """A person's decision, by an open appeal made after it and 72 hours old; by no other answer."""
    appeal = replace(APPEALED, at=NOW - waited, **change)
    made = replace(ask(name="d7"), author=KARI, starts=appeal.at - after_start)
    undo = lift(made, CASE, CLAUSE, "nobody judged it")
    result = ask(undo, (OVERDUE,), decisions=(made,), answers=(appeal,), name="d8")
    assert isinstance(result, Decision) is lifts, result
