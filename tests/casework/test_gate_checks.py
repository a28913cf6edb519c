"""The single conditions of the gate: each refusal word for word, and what stands just beside it."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest

from aupkeep.casework import gate_checks
from aupkeep.casework.grants import Granting
from aupkeep.casework.lift import lift
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.decision import Refused
from aupkeep.model.finding import Mode, Role
from aupkeep.model.grant import GrantKind, GrantQuestion
from aupkeep.model.ladder import PROTECTIVE, Cause, Evidence, Measure
from aupkeep.model.subject import Subject
from casework.scenes import (
    CASE,
    CLAIMS,
    CLAUSE,
    HOUR,
    KARI,
    NOW,
    RULE,
    VERSIONS,
    answer,
    ask,
    claim,
    no,
    proposal,
    request,
)

WEEK = timedelta(days=7)


def withheld(reason):
    return Refused(reason=reason, withheld=True)


def test_a_request_knows_who_asks_and_how_much_it_needs():
    """Who is no person is held to a rule's limits; E1 to tell, E2 to limit, or more."""
    assert request().author == RULE
    assert [request(people=(who,)).automatic for who in (RULE, KARI, SYSTEM)] == [True, False, True]
    needs = [request(measure).needs for measure in (Measure.RECORD, Measure.INFORM)]
    assert needs == [Evidence.E0, Evidence.E1]
    assert request().needs is Evidence.E2
    demanding = {"needs": Evidence.E3}
    assert request(wanted=demanding).needs is Evidence.E3
    assert request(Measure.RECORD, wanted=demanding).needs is Evidence.E0
    assert request(Measure.INFORM, wanted={"needs": Evidence.E2}).needs is Evidence.E2
    assert request(wanted={"needs": Evidence.E1}).needs is Evidence.E2


@pytest.mark.parametrize(
    ("level", "evidence"),
    [(2, Evidence.E2), (0, Evidence.E0), (5, Evidence.E5), (6, Evidence.E0), (None, Evidence.E0)],
)
def test_unknown_evidence_is_an_allegation(level, evidence):
    """A level that is not on the ladder of evidence counts as none."""
    assert request(known={"evidence.level": level}).evidence is evidence


@pytest.mark.parametrize("field", ["detector", "rule", "policy", "attribution"])
def test_invariant_11_every_version_is_named(field):
    """A blank is no name."""
    blank = {"versions": replace(VERSIONS, **{field: " "})}
    assert gate_checks.versions(request(wanted=blank)) == no(
        "A decision names the versions of detector, rule, policy and attribution.", 11
    )
    assert gate_checks.versions(request()) is None


@pytest.mark.parametrize("field", ["text", "document", "version"])
def test_a_clause_is_cited_whole(field):
    """Verbatim text, document and its version."""
    blank = {"clause": replace(CLAUSE, **{field: ""})}
    said = gate_checks.versions(request(wanted=blank))
    assert said == no("Clause intrusion has no verbatim text, document and version.")


MADE = ask()
BY_KARI = ask(people=(KARI,), name="d9")
PLAIN_LIFT = lift(MADE, CASE, CLAUSE, "a backup")
NOT_OURS = no(
    "A person lifts; a rule what a rule decided, what protected from an attack that is over,"
    " what would touch the next holder, or what nobody judged in time."
)


def lifting(wanted=PLAIN_LIFT, who=KARI, decisions=(BY_KARI, MADE), inputs=None, **known):
    """What the condition on lifts says."""
    asked = request(people=(who,), decisions=decisions, known=known, **(inputs or {}))
    return gate_checks.lift(replace(asked, proposal=wanted))


def test_a_lift_is_exact():
    """It names a decision of the case that stands, does nothing else, and says why."""
    unknown = no("The decision to lift is not one of this case.")
    assert lifting() is None
    assert lifting(decisions=()) == unknown
    assert lifting(replace(PLAIN_LIFT, reverses="other")) == unknown
    assert lifting(replace(PLAIN_LIFT, case=replace(CASE, id="case2"))) == unknown
    undone = ask(PLAIN_LIFT, (KARI,), name="d2", decisions=(MADE,))
    assert lifting(decisions=(MADE, undone)) == no("This decision is lifted already.")
    exact = no("A lift undoes exactly what was decided, and does nothing else.")
    assert lifting(replace(PLAIN_LIFT, measure=Measure.INFORM)) == exact
    assert lifting(replace(PLAIN_LIFT, scope=replace(MADE.scope, port=80))) == exact
    assert lifting(replace(PLAIN_LIFT, reasons=" ")) == no("A lift needs a reason.")


def test_who_lifts():
    """A person anything; a rule what a rule decided; nobody else."""
    of_kari = lift(BY_KARI, CASE, CLAUSE, "a backup")
    assert lifting(who=RULE) is None
    assert lifting(of_kari, who=KARI) is None
    assert lifting(of_kari, who=RULE) == NOT_OURS
    assert lifting(of_kari, who=RULE, **{"harm.in_progress": False}) == NOT_OURS
    assert lifting(who=SYSTEM) == NOT_OURS
    assert lifting(who=Actor(kind=ActorKind.CUSTOMER, id="c1")) == NOT_OURS


@pytest.mark.parametrize(
    ("changed", "answered"),
    [
        ({"holds_now": ()}, None),
        ({"holds_now": (ip_network("198.51.100.9/32"),)}, None),
        ({"shared_at": (MADE.scope.address,)}, None),
        ({"shared_at": (ip_address("198.51.100.9"),)}, NOT_OURS),
        ({}, NOT_OURS),
    ],
)
def test_invariant_04_a_rule_lifts_what_would_touch_others(changed, answered):
    """Also what a person decided, where the address is not, or not only, the holder's by now."""
    wanted = lift(BY_KARI, CASE, CLAUSE, "the address moved")
    assert lifting(wanted, who=RULE, inputs=changed) == answered
    nowhere = replace(BY_KARI, scope=replace(BY_KARI.scope, address=None))
    wanted = lift(nowhere, CASE, CLAUSE, "the address moved")
    assert lifting(wanted, who=RULE, decisions=(nowhere,), inputs=changed) == NOT_OURS


@pytest.mark.parametrize("measure", sorted(PROTECTIVE))
def test_a_rule_lifts_a_protection_that_is_over(measure):
    """Also one a person decided, once telemetry sees no attack; unknown lifts nothing."""
    shield = replace(BY_KARI, measure=measure)
    wanted = lift(shield, CASE, CLAUSE, "it is over")
    for harm, answered in ((False, None), (True, NOT_OURS), (None, NOT_OURS)):
        said = lifting(wanted, who=RULE, decisions=(shield,), **{"harm.in_progress": harm})
        assert said == answered
    over = {"harm.in_progress": False}
    assert lifting(wanted, who=SYSTEM, decisions=(shield,), **over) == NOT_OURS


def test_listen_mode_and_trial_only_record():
    """L0 passes; a word is already too much."""
    for measure in (Measure.INFORM, Measure.BLOCK_PORT):
        assert gate_checks.listening(request(measure, listen=True)) == withheld(
            f"Listen mode: {measure} was proposed, not done."
        )
        assert gate_checks.listening(request(measure, wanted={"shadow": True})) == withheld(
            f"The rule is not live: it would {measure}."
        )
        assert gate_checks.listening(request(measure)) is None
    quiet = request(Measure.RECORD, listen=True, wanted={"shadow": True})
    assert gate_checks.listening(quiet) is None


ATTACK = {
    "source": "detector:flood", "kind": "protection/inbound_ddos", "role": Role.VICTIM,
    "mode": Mode.ACT,
}  # fmt: skip
ATTACKED = claim("1", **ATTACK)
NO_ATTACK = no("Nothing here shows an attack on the holder.", 10)
NO_LIMIT = no("The holder is the victim here, and is never limited.", 10)


def test_invariant_10_a_victim_is_told_and_protected():
    """Nothing else befalls it, by the facts or by the claims alone."""
    victim = claim("1", role=Role.VICTIM)
    by_facts = {"finding.role": "victim"}
    assert gate_checks.victim(request(claims=(victim,))) == NO_LIMIT
    assert gate_checks.victim(request(known=by_facts)) == NO_LIMIT
    assert gate_checks.victim(request(claims=(victim,), known={"finding.role": None})) == NO_LIMIT
    assert gate_checks.victim(request(Measure.INFORM_DEADLINE, claims=(victim,))) == NO_LIMIT
    assert gate_checks.victim(request(Measure.INFORM, claims=(victim,))) is None
    assert gate_checks.victim(request(claims=(victim, CLAIMS[0]))) is None
    assert gate_checks.victim(request()) is None
    blamed = {"cause": Cause.CARELESS}
    fault = no("No fault is found with who is attacked.", 10)
    assert gate_checks.victim(request(Measure.INFORM, claims=(victim,), wanted=blamed)) == fault
    assert gate_checks.victim(request(wanted=blamed)) is None


@pytest.mark.parametrize("measure", sorted(PROTECTIVE))
def test_invariant_10_protection_rests_on_our_own_word(measure):
    """Every claim is a detector's that the holder is attacked; one other is too many."""
    for claims in ((), CLAIMS, (ATTACKED, CLAIMS[0])):
        assert gate_checks.victim(request(measure, claims=claims)) == NO_ATTACK
    assert gate_checks.victim(request(measure, claims=(ATTACKED, claim("2", **ATTACK)))) is None
    blamed = {"cause": Cause.OWN_ACT}
    fault = no("No fault is found with who is attacked.", 10)
    assert gate_checks.victim(request(measure, claims=(ATTACKED,), wanted=blamed)) == fault


UNREAD = no("The customer answered; a person must read it first.", 3)
TOLD = replace(ask(proposal(Measure.INFORM_DEADLINE), name="told"), starts=NOW - 4 * HOUR)


def unread(measure=Measure.BLOCK_PORT, answers=(), decisions=()):
    return gate_checks.unread(request(measure, answers=answers, decisions=decisions))


def test_invariant_03_an_unread_answer_stops_a_step_up():
    """Above what stands and above a word; what stands may be decided again."""
    new = (answer("1", at=NOW - HOUR),)
    assert unread(answers=new) == UNREAD
    assert unread(answers=new, decisions=(TOLD,)) == UNREAD
    assert unread(Measure.INFORM_DEADLINE, answers=new) == UNREAD
    assert unread(Measure.INFORM_DEADLINE, answers=new, decisions=(TOLD,)) is None
    assert unread(Measure.INFORM, answers=new) is None
    assert unread(answers=new, decisions=(TOLD, MADE)) is None
    assert unread(decisions=(TOLD,)) is None


def test_invariant_03_what_is_lifted_does_not_stand():
    """After a lift the same block is a step up again."""
    undone = ask(PLAIN_LIFT, (KARI,), name="d2", decisions=(MADE,))
    new = (answer("1", at=NOW - HOUR),)
    assert unread(answers=new, decisions=(MADE, undone)) == UNREAD


def test_invariant_03_once_for_each_deadline():
    """From the last deadline on, its own moment included; once one was read, no more."""
    later = replace(TOLD, id="later", starts=NOW - 2 * HOUR)
    between, exactly = answer("1", at=NOW - 3 * HOUR), answer("2", at=NOW - 2 * HOUR)
    assert unread(answers=(between,), decisions=(TOLD, later)) is None
    assert unread(answers=(exactly,), decisions=(later, TOLD)) == UNREAD
    read = answer("3", at=NOW - HOUR, read_at=NOW)
    assert unread(answers=(exactly, read), decisions=(TOLD, later)) is None
    old = replace(read, at=NOW - 3 * HOUR)
    assert unread(answers=(old, exactly), decisions=(TOLD, later)) == UNREAD
    before = answer("0", at=CASE.opened_at - HOUR)
    assert unread(answers=(before,)) is None
    assert unread(answers=(answer("0", at=CASE.opened_at),)) == UNREAD


@pytest.mark.parametrize(
    ("proven", "cause", "answered"),
    [
        (NOW, Cause.OWN_ACT, None),
        (NOW - HOUR, Cause.PERMITTED_USER, None),
        (NOW, Cause.CARELESS, None),
        (None, Cause.OWN_ACT, no("No notice is proven to have reached the customer.", 7)),
        (NOW + HOUR, Cause.OWN_ACT, no("No notice is proven to have reached the customer.", 7)),
        (NOW, Cause.CAREFUL, no("A termination needs a finding of cause, not "
                                f"{Cause.CAREFUL}.", 7)),
        (NOW, Cause.UNKNOWN, no("A termination needs a finding of cause, not "
                                f"{Cause.UNKNOWN}.", 7)),
    ],
)  # fmt: skip
def test_invariant_07_a_termination_is_proven(proven, cause, answered):
    """A notice that reached the customer by now, and a finding of cause; asked of L7 alone."""
    wanted = {"cause": cause}
    end = request(Measure.TERMINATE, notice_proven_at=proven, wanted=wanted)
    assert gate_checks.termination(end) == answered
    milder = request(Measure.SUSPEND_ACCOUNT, notice_proven_at=proven, wanted=wanted)
    assert gate_checks.termination(milder) is None


def test_invariant_08_frozen():
    """No automatic measure begins, not even a word; a record does."""
    said = no("The freeze switch is on: automation does nothing.", 8)
    assert gate_checks.frozen(request(frozen=True)) == said
    assert gate_checks.frozen(request(Measure.INFORM, frozen=True)) == said
    assert gate_checks.frozen(request(Measure.RECORD, frozen=True)) is None
    assert gate_checks.frozen(request()) is None


BOTNET = {"case": replace(CASE, kind="infrastructure/botnet")}


@pytest.mark.parametrize("reasons", ["a court order", " "])
@pytest.mark.parametrize("allowed", [True, False])
def test_traffic_is_diverted_where_the_settings_allow_it_and_with_its_purpose(allowed, reasons):
    """Nothing else is asked about it."""
    wanted = {"reasons": reasons}
    off = no("This install intercepts nothing: [interception] allowed is off.")
    blank = no("An interception states its purpose; none is given.", 2)
    said = gate_checks.intercepting(request(Measure.INTERCEPT, intercepts=allowed, wanted=wanted))
    assert said == ((None if reasons.strip() else blank) if allowed else off)
    other = request(Measure.ISOLATE, intercepts=allowed, wanted=wanted)
    assert gate_checks.intercepting(other) is None


def test_invariant_07_what_is_missing_of_a_notice_is_said():
    end = request(Measure.TERMINATE, notice_missing="it came back")
    words = "No notice is proven to have reached the customer: it came back."
    assert gate_checks.termination(end) == no(words, 7)


HERE, THERE = ip_address("198.51.100.7"), ip_address("198.51.100.200")


@pytest.mark.parametrize(
    ("measure", "people", "kind", "rule", "targets"),
    [
        (Measure.INFORM, (RULE,), GrantKind.NOTICES, VERSIONS.rule, ()),
        (Measure.INFORM_DEADLINE, (KARI,), GrantKind.NOTICES, "", ()),
        (Measure.BLOCK_PORT, (RULE,), GrantKind.ACT, VERSIONS.rule, ("edge",)),
        (Measure.BLOCK_PORT, (KARI,), GrantKind.PEOPLE, "", ("edge",)),
    ],
)
def test_what_a_grant_is_asked(measure, people, kind, rule, targets):
    """A rule's or a person's words, or limit, in this case, about this customer's addresses."""
    granting = Granting(targets=("edge",), tier="gold", tags=frozenset({"friend"}))
    assert gate_checks.grant_question(request(measure, people, granting=granting)) == GrantQuestion(
        kind=kind,
        case="case1",
        rule=rule,
        targets=targets,
        addresses=(HERE,),
        tier="gold",
        tags=frozenset({"friend"}),
    )


def test_the_addresses_of_a_question_are_those_it_is_about():
    """Of a limit its own; else each of the claims once, and none where one claim names none."""
    beside = claim("2", subject=Subject(address=THERE))
    nowhere = claim("3", subject=Subject(url="https://a.example/x"))
    for claims, addresses in (
        ((claim("1"), beside, beside), (THERE, HERE)),
        ((claim("1"), nowhere), ()),
        ((), ()),
    ):
        asked = gate_checks.grant_question(request(Measure.INFORM, claims=claims))
        assert asked.addresses == addresses
    limit = gate_checks.grant_question(request(claims=(beside, nowhere)))
    assert limit.addresses == (HERE,)
