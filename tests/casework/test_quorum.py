"""Who must agree, with each refusal word for word (invariant 2)."""

from dataclasses import replace

import pytest

from aupkeep.casework.gate_checks import GateRequest
from aupkeep.casework.quorum import deciders, quorum
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.decision import Refused
from aupkeep.model.ladder import Measure
from casework.scenes import INPUTS, KARI, NOW, OLA, RULE, ask, facts, proposal

PER = Actor(kind=ActorKind.PERSON, id="per")
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="c1")
WEAK = replace(INPUTS, claims=())


def asked(measure, *people: Actor, decisions=(), inputs=INPUTS, **changes):
    """What `quorum` says of these people."""
    there = replace(inputs, decisions=decisions)
    request = GateRequest(
        proposal=proposal(measure, **changes),
        people=people,
        facts=facts(there),
        inputs=there,
        now=NOW,
    )
    return quorum(request)


def no(reason):
    return Refused(reason=reason, invariant=2)


@pytest.mark.parametrize(
    ("measure", "people", "reason"),
    [
        (Measure.BLOCK_PORT, (RULE,), None),
        (Measure.BLOCK_PORT, (KARI,), None),
        (Measure.SUSPEND_RESOURCE, (KARI,), None),
        (Measure.SUSPEND_RESOURCE, (RULE, KARI), None),
        (Measure.SUSPEND_RESOURCE, (RULE,), "A measure of L5 needs one person."),
        (Measure.SUSPEND_ACCOUNT, (KARI, OLA), None),
        (Measure.SUSPEND_ACCOUNT, (KARI,), "A measure of L6 needs two different people."),
        (Measure.SUSPEND_ACCOUNT, (KARI, KARI), "A measure of L6 needs two different people."),
        (Measure.SUSPEND_ACCOUNT, (RULE, KARI), "A measure of L6 needs two different people."),
        (Measure.SUSPEND_ACCOUNT, (KARI, RULE), "Only a person can approve."),
        (Measure.SUSPEND_ACCOUNT, (KARI, OLA, SYSTEM), "Only a person can approve."),
        (Measure.SUSPEND_ACCOUNT, (KARI, CUSTOMER), "Only a person can approve."),
        (Measure.BLOCK_PORT, (SYSTEM,), "Only a person or a rule decides."),
        (Measure.BLOCK_PORT, (CUSTOMER, KARI), "Only a person or a rule decides."),
        (Measure.TERMINATE, (KARI, OLA), None),
        (Measure.TERMINATE, (KARI,), "A measure of L7 needs two different people."),
        (Measure.INTERCEPT, (KARI, OLA), None),
        (Measure.INTERCEPT, (KARI,), "A measure of X needs two different people."),
    ],
)
def test_enough_different_people(measure, people, reason):
    """One for L5, two for L6, L7 and X; each is a person, and a rule may propose."""
    assert asked(measure, *people) == (no(reason) if reason else None)


@pytest.mark.parametrize(
    ("measure", "inputs", "owed"),
    [
        (Measure.BLOCK_PORT, INPUTS, False),
        (Measure.ISOLATE, INPUTS, False),
        (Measure.SUSPEND_RESOURCE, INPUTS, True),
        (Measure.SUSPEND_ACCOUNT, INPUTS, True),
        (Measure.BLOCK_PORT, WEAK, True),
        (Measure.INFORM_DEADLINE, WEAK, False),
    ],
)
@pytest.mark.parametrize("reasons", ["", " \n"])
def test_reasons_are_written(measure, inputs, owed, reasons):
    """From L5 on, and for any limit on an allegation alone."""
    said = asked(measure, KARI, OLA, inputs=inputs, reasons=reasons)
    level = proposal(measure).level.name
    assert said == (no(f"A measure of {level} needs written reasons.") if owed else None)
    assert asked(measure, KARI, OLA, inputs=inputs, reasons="seen") is None


FIRST = ask(proposal(Measure.SUSPEND_ACCOUNT), (KARI, OLA), name="first")
LATER = ask(people=(PER,), name="later")
ANNE, BO = (Actor(kind=ActorKind.PERSON, id=name) for name in ("anne", "bo"))


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ((ANNE, BO), None),
        ((ANNE, PER), None),
        ((ANNE,), "The answer to an appeal needs two different people."),
        ((ANNE, ANNE), "The answer to an appeal needs two different people."),
        ((RULE, ANNE), "The answer to an appeal needs two different people."),
        ((KARI, ANNE), "Who decided first does not judge the appeal."),
        ((ANNE, KARI), "Who decided first does not judge the appeal."),
        ((OLA, ANNE), "Who decided first does not judge the appeal."),
        ((ANNE, OLA), "Who decided first does not judge the appeal."),
        ((ANNE, BO, OLA), "Who decided first does not judge the appeal."),
    ],
)
def test_an_appeal_is_judged_by_strangers(people, reason):
    """Neither who decided nor who approved judges; who decided something else of the case may."""
    said = asked(Measure.RECORD, *people, decisions=(LATER, FIRST), judges="first")
    assert said == (no(reason) if reason else None)


def test_an_appeal_is_about_a_decision_of_the_case():
    """An unknown decision is judged by nobody, and the answer has reasons."""
    said = asked(Measure.RECORD, ANNE, BO, decisions=(LATER,), judges="first")
    assert said == no("The decision under appeal is not one of this case.")
    said = asked(Measure.RECORD, ANNE, BO, decisions=(FIRST,), judges="first", reasons=" ")
    assert said == no("The answer to an appeal needs written reasons.")


def test_deciders_are_author_and_approvers():
    """Everybody who had a hand in it."""
    assert deciders(FIRST) == {"kari", "ola"}
    assert deciders(LATER) == {"per"}
