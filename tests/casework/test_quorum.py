"""Who must agree, with each refusal word for word (invariant 2)."""

from dataclasses import replace

import pytest

from aupkeep.casework.contested import deciders
from aupkeep.casework.decision_inputs import AppealedCase
from aupkeep.casework.gate_checks import GENERAL, GateRequest
from aupkeep.casework.quorum import people_needed, quorum
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.case import AnswerKind
from aupkeep.model.decision import Refused
from aupkeep.model.finding import Role
from aupkeep.model.ladder import Level, Measure
from aupkeep.model.subject import Subject
from casework.scenes import (
    ADDRESS,
    CLAUSE,
    HOUR,
    INPUTS,
    KARI,
    NOW,
    OLA,
    RULE,
    answer,
    ask,
    claim,
    facts,
    proposal,
)

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


# Who is enough, what glass opens, and what waits for a judge

HEAD = replace(CLAUSE, id=GENERAL)
ROUTER = replace(INPUTS, router=True)
URL = "https://a.example/x"
ONE_URL = replace(
    INPUTS, claims=(claim(subject=Subject(url=URL)), claim("2", subject=Subject(url=URL)))
)
TWO_URLS = replace(INPUTS, claims=(*ONE_URL.claims, claim("3", subject=Subject(url=f"{URL}/y"))))
BESIDE = replace(INPUTS, claims=(*ONE_URL.claims, claim("3")))
OF_VICTIM = replace(INPUTS, claims=(*ONE_URL.claims, claim("3", role=Role.VICTIM)))


@pytest.mark.parametrize(
    ("measure", "changes", "inputs", "needed"),
    [
        (Measure.ISOLATE, {}, INPUTS, 0),
        (Measure.SUSPEND_RESOURCE, {}, INPUTS, 1),
        (Measure.SUSPEND_ACCOUNT, {}, INPUTS, 2),
        (Measure.BLOCK_PORT, {"clause": HEAD}, INPUTS, 2),
        (Measure.INFORM_DEADLINE, {"clause": HEAD}, INPUTS, 0),
        (Measure.BLOCK_PORT, {}, ROUTER, 0),
        (Measure.ISOLATE, {}, ROUTER, 2),
        (Measure.ISOLATE, {}, ONE_URL, 2),
        (Measure.SUSPEND_RESOURCE, {}, ONE_URL, 2),
        (Measure.ISOLATE, {}, OF_VICTIM, 2),
        (Measure.ISOLATE, {}, TWO_URLS, 0),
        (Measure.ISOLATE, {}, BESIDE, 0),
        (Measure.RECORD, {"judges": "d1"}, INPUTS, 2),
        (Measure.RECORD, {"reverses": "d1", "clause": HEAD, "judges": "d1"}, ROUTER, 0),
        (Measure.SUSPEND_ACCOUNT, {"break_glass": True}, INPUTS, 1),
        (Measure.ISOLATE, {"break_glass": True}, INPUTS, 0),
        (Measure.TERMINATE, {"break_glass": True}, INPUTS, 2),
        (Measure.RECORD, {"break_glass": True, "judges": "d1"}, INPUTS, 2),
    ],
)
def test_invariant_02_how_many_people_it_takes(measure, changes, inputs, needed):
    """By level, by the head rule, by what it reaches; glass opens neither an end nor an appeal."""
    assert people_needed(proposal(measure, **changes), inputs) == needed


def noted(measure, people, inputs, note):
    scope = replace(proposal(measure).scope, note=note)
    return asked(measure, *people, inputs=inputs, scope=scope)


@pytest.mark.parametrize(
    ("inputs", "what"), [(ROUTER, "a router or gateway"), (ONE_URL, "a resource for one URL")]
)
def test_invariant_05_what_reaches_others_says_why(inputs, what):
    """Two people and a note; a rule isolates none of it."""
    reason = f"To isolate {what} takes a second person and a note that says why."
    two = (KARI, OLA)
    for note in (None, " "):
        assert noted(Measure.ISOLATE, two, inputs, note) == Refused(reason=reason, invariant=5)
    assert noted(Measure.ISOLATE, two, inputs, "nothing else runs on it") is None
    rule = Refused(reason="A rule isolates no router, and no resource for one URL.", invariant=5)
    assert noted(Measure.ISOLATE, (RULE,), inputs, None) == rule
    assert noted(Measure.BLOCK_PORT, (KARI,), inputs, None) is None
    assert noted(Measure.ISOLATE, two, INPUTS, None) is None


LONG = "Alone it lasts at most 12 hours; a second person makes it longer."


@pytest.mark.parametrize(
    ("people", "changes", "reason"),
    [
        ((KARI,), {"hours": 12.0}, None),
        (
            (KARI,),
            {"hours": 12.5},
            LONG,
        ),
        (
            (KARI,),
            {"hours": None},
            LONG,
        ),
        ((RULE, KARI), {"hours": 2.0}, "Only a person with written reasons breaks the glass."),
    ],
)
def test_invariant_02_glass_is_broken_for_twelve_hours(people, changes, reason):
    wish = {"break_glass": True, **changes}
    assert asked(Measure.SUSPEND_ACCOUNT, *people, **wish) == (reason and no(reason))


@pytest.mark.parametrize(
    ("hours_ago", "hours", "again"), [(4, 8.0, True), (4, 8.1, False), (13, 1.0, False)]
)
def test_invariant_02_the_twelve_hours_are_not_begun_anew(hours_ago, hours, again):
    """Whoever did it again, within a week; after that it is another need."""
    broken = replace(ask(name="d1"), author=OLA, break_glass=True, starts=NOW - hours_ago * HOUR)
    wish = {"break_glass": True, "hours": hours}
    over = f"{broken.starts + 12 * HOUR:%Y-%m-%d %H:%M}"
    reason = f"The 12 hours alone are over at {over} UTC; a second person makes it longer."
    ruled = asked(Measure.SUSPEND_ACCOUNT, KARI, decisions=(broken,), **wish)
    assert ruled == (None if again else no(reason))
    past = replace(broken, starts=NOW - 7 * 24 * HOUR)
    assert asked(Measure.SUSPEND_ACCOUNT, KARI, decisions=(past,), **wish) is None


def page_of(name, url, source="mail:reporter.example"):
    return claim(name, source=source, subject=Subject(address=ADDRESS, url=url))


@pytest.mark.parametrize(
    ("second", "people"),
    [
        (page_of("2", "http://vm1.example/a"), 2),
        (page_of("2", "https://VM1.example/a/?x=1"), 2),
        (page_of("2", "https://vm1.example/a#top"), 2),
        (page_of("2", "https://vm1.example/a?to=https://b.example/"), 2),
        (page_of("2", "https://vm1.example/aX"), 0),
        (page_of("2", "https://vm1.example/b", source="mail:?me.example"), 2),
        (page_of("2", "https://vm1.example/b"), 0),
        (claim("2"), 0),
    ],
)
def test_invariant_05_one_page_stays_one_however_it_is_written(second, people):
    """Nor is it two by the word of somebody who is not proven."""
    seen = replace(INPUTS, claims=(page_of("1", "https://vm1.example/a"), second))
    assert people_needed(proposal(Measure.ISOLATE), seen) == people


def test_invariant_02_no_glass_is_broken_without_reasons():
    reason = "Only a person with written reasons breaks the glass."
    assert asked(Measure.ISOLATE, KARI, break_glass=True, hours=2.0, reasons=" ") == no(reason)


MADE = replace(ask(name="d1"), author=KARI, level=Level.L4)
APPEALED = replace(INPUTS, answers=(replace(answer(kind=AnswerKind.APPEAL), assigned_to="x"),))
ADDS = "An appeal is open; who decided before adds nothing to what stands until then."
WAITS = "An appeal is open; who decided before goes no step up until it is judged."


@pytest.mark.parametrize(
    ("measure", "people", "decisions", "reason"),
    [
        (Measure.SUSPEND_RESOURCE, (KARI,), (MADE,), WAITS),
        (Measure.SUSPEND_RESOURCE, (OLA,), (MADE,), None),
        (Measure.SUSPEND_ACCOUNT, (OLA, KARI), (MADE,), WAITS),
        (Measure.SUSPEND_ACCOUNT, (OLA, PER), (replace(MADE, approvers=(PER,)),), WAITS),
        (Measure.ISOLATE, (KARI,), (MADE,), ADDS),
        (Measure.LIMIT_SMTP, (KARI,), (MADE,), ADDS),
        (Measure.BLOCK_PORT, (KARI,), (replace(MADE, ends=None),), None),
        (Measure.BLOCK_PORT, (KARI,), (replace(MADE, ends=NOW),), WAITS),
        (Measure.BLOCK_PORT, (KARI,), (MADE,), None),
        (Measure.ISOLATE, (RULE,), (replace(MADE, level=Level.L3),), WAITS),
        (Measure.BLOCK_PORT, (RULE,), (MADE,), None),
        (Measure.INFORM, (RULE,), (), None),
        (Measure.INFORM_DEADLINE, (RULE,), (), WAITS),
        (Measure.BLOCK_PORT, (KARI,), (), None),
        (
            Measure.ISOLATE,
            (KARI,),
            (MADE, replace(MADE, id="d2", level=Level.L0, reverses="d1")),
            WAITS,
        ),
    ],
)
def test_invariant_02_nobody_goes_up_past_an_open_appeal(measure, people, decisions, reason):
    """Neither a rule nor who decided; what stands may be decided again, and a lift counts."""
    result = asked(measure, *people, decisions=decisions, inputs=APPEALED)
    assert result == (reason and no(reason))
    assert asked(measure, *people, decisions=decisions) is None


@pytest.mark.parametrize(
    ("measure", "changes", "reason"),
    [
        (Measure.BLOCK_PORT, {"port": 80}, ADDS),
        (Measure.BLOCK_PORT, {"note": "again"}, None),
        (Measure.LIMIT_RATE, {"rate": 2_000_000}, None),
        (Measure.LIMIT_RATE, {"rate": 1_000_000}, None),
        (Measure.LIMIT_RATE, {"rate": 999_999}, ADDS),
    ],
)
def test_invariant_02_what_stands_is_decided_anew_at_its_place_and_no_harder(
    measure, changes, reason
):
    """Another port is another place; a lower rate adds to what stands."""
    scope = proposal(measure).scope
    if measure is Measure.LIMIT_RATE:
        scope = replace(scope, rate=1_000_000)
    made = replace(MADE, measure=measure, scope=scope)
    wanted = {"scope": replace(scope, **changes)}
    result = asked(measure, KARI, decisions=(made,), inputs=APPEALED, **wanted)
    assert result == (reason and no(reason))


BESIDE = "An appeal about this is open in another case; it takes a second person who had no part."
TWO = "needs two different people."
THEIRS = frozenset({KARI.id, OLA.id})


@pytest.mark.parametrize(
    ("measure", "resource", "people", "reason"),
    [
        (Measure.BLOCK_PORT, "vm1", (KARI,), f"A measure of L3 {TWO}"),
        (Measure.BLOCK_PORT, "vm1", (KARI, OLA), BESIDE),
        (Measure.BLOCK_PORT, "vm1", (KARI, PER), None),
        (Measure.BLOCK_PORT, "vm1", (PER,), None),
        (Measure.INFORM_DEADLINE, "vm1", (KARI,), None),
        (Measure.BLOCK_PORT, "vm2", (KARI,), None),
        (Measure.SUSPEND_RESOURCE, "vm2", (KARI,), None),
        (Measure.SUSPEND_ACCOUNT, "vm2", (KARI, OLA), BESIDE),
        (Measure.SUSPEND_ACCOUNT, "vm2", (KARI, PER), None),
    ],
)
def test_invariant_02_beside_an_appeal_of_another_case(measure, resource, people, reason):
    """Who decided what it contests limits the same with somebody else only, or by glass."""
    contested = AppealedCase(resource=resource, deciders=THEIRS)
    beside = replace(INPUTS, appealed=(contested,))
    assert asked(measure, *people, inputs=beside) == (reason and no(reason))
    glass = {"break_glass": True, "hours": 2.0}
    assert asked(Measure.BLOCK_PORT, KARI, inputs=beside, **glass) is None


def test_a_decision_says_how_it_was_made():
    """By glass, by a runbook, as the answer to an appeal."""
    known = replace(INPUTS, decisions=(replace(MADE, author=PER),))
    alone = proposal(Measure.SUSPEND_ACCOUNT, hours=2.0, break_glass=True, runbook="flood")
    made = ask(alone, (KARI,))
    assert (made.break_glass, made.runbook, made.judges) == (True, "flood", None)
    answer_to = proposal(Measure.RECORD, judges="d1")
    assert ask(answer_to, (KARI, OLA), inputs=known, name="d9").judges == "d1"
    assert ask(proposal(), (KARI,)).break_glass is False


def made_by(makers):
    return Refused(
        reason=f"One acts here by a token, link or record that {makers} made, so both may be one "
        "person; confirm by a link that the sign-in page mails you, by your own shell, or by a "
        "token or link that another operator made you.",
        invariant=15,
    )


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ((KARI, OLA), None),
        ((KARI, replace(OLA, behind=("per",))), None),
        ((KARI, replace(OLA, behind=("kari",))), made_by("kari")),
        ((replace(KARI, behind=("ola",)), OLA), made_by("ola")),
        ((replace(KARI, behind=("per", "eve")), replace(OLA, behind=("per",))), made_by("per")),
        (
            (replace(KARI, behind=("per", "eve")), replace(OLA, behind=("eve", "per"))),
            made_by("eve and per"),
        ),
        ((KARI, replace(OLA, behind=("kari",)), PER), None),
    ],
)
def test_invariant_15_two_who_may_be_one_are_one(people, reason):
    """On whichever side, also by a third; a third person who is nobody else's makes two."""
    assert asked(Measure.SUSPEND_ACCOUNT, *people) == reason
    assert asked(Measure.SUSPEND_RESOURCE, *people) is None, "one is enough"
