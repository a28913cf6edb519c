"""The single conditions of the gate: each refusal word for word, and what stands just beside it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.casework import safety
from aupkeep.casework.breaker import AutomationCount
from aupkeep.casework.decision_inputs import Clearance
from aupkeep.casework.lift import lift
from aupkeep.casework.safety import GateRequest
from aupkeep.model.actor import SYSTEM, Actor, ActorKind
from aupkeep.model.decision import Refused
from aupkeep.model.facts import Facts
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import LEVELS, PROTECTIVE, Cause, Evidence, Measure
from casework.scenes import (
    CASE,
    CLAIMS,
    CLAUSE,
    HOUR,
    INPUTS,
    KARI,
    NOW,
    RULE,
    VERSIONS,
    answer,
    ask,
    claim,
    facts,
    proposal,
)

WEEK = timedelta(days=7)


def request(measure=Measure.BLOCK_PORT, people=(RULE,), known=None, wanted=None, **changes):
    """A question to one condition: proposal, people, inputs changed, facts changed."""
    there = replace(INPUTS, **changes)
    values = {**facts(there).values, **(known or {})}
    return GateRequest(
        proposal=proposal(measure, **(wanted or {})),
        people=people,
        facts=Facts({name: value for name, value in values.items() if value is not None}),
        inputs=there,
        now=NOW,
    )


def no(reason, invariant=None):
    return Refused(reason=reason, invariant=invariant)


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
    assert safety.versions(request(wanted=blank)) == no(
        "A decision names the versions of detector, rule, policy and attribution.", 11
    )
    assert safety.versions(request()) is None


@pytest.mark.parametrize("field", ["text", "document", "version"])
def test_a_clause_is_cited_whole(field):
    """Verbatim text, document and its version."""
    blank = {"clause": replace(CLAUSE, **{field: ""})}
    said = safety.versions(request(wanted=blank))
    assert said == no("Clause intrusion has no verbatim text, document and version.")


MADE = ask()
BY_KARI = ask(people=(KARI,), name="d9")
PLAIN_LIFT = lift(MADE, CASE, CLAUSE, "a backup")
NOT_OURS = no("A person lifts; a rule what a rule decided, or what protected from an attack.")


def lifting(wanted=PLAIN_LIFT, who=KARI, decisions=(BY_KARI, MADE), **known):
    """What the condition on lifts says."""
    return safety.lift(replace(request(people=(who,), decisions=decisions, known=known),
                               proposal=wanted))  # fmt: skip


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
        assert safety.listening(request(measure, listen=True)) == no(
            f"Listen mode: {measure} was proposed, not done."
        )
        assert safety.listening(request(measure, wanted={"shadow": True})) == no(
            f"The rule is not live: it would {measure}."
        )
        assert safety.listening(request(measure)) is None
    quiet = request(Measure.RECORD, listen=True, wanted={"shadow": True})
    assert safety.listening(quiet) is None


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
    assert safety.victim(request(claims=(victim,))) == NO_LIMIT
    assert safety.victim(request(known=by_facts)) == NO_LIMIT
    assert safety.victim(request(claims=(victim,), known={"finding.role": None})) == NO_LIMIT
    assert safety.victim(request(Measure.INFORM_DEADLINE, claims=(victim,))) == NO_LIMIT
    assert safety.victim(request(Measure.INFORM, claims=(victim,))) is None
    assert safety.victim(request(claims=(victim, CLAIMS[0]))) is None
    assert safety.victim(request()) is None
    blamed = {"cause": Cause.CARELESS}
    fault = no("No fault is found with who is attacked.", 10)
    assert safety.victim(request(Measure.INFORM, claims=(victim,), wanted=blamed)) == fault
    assert safety.victim(request(wanted=blamed)) is None


@pytest.mark.parametrize("measure", sorted(PROTECTIVE))
def test_invariant_10_protection_rests_on_our_own_word(measure):
    """Every claim is a detector's that the holder is attacked; one other is too many."""
    for claims in ((), CLAIMS, (ATTACKED, CLAIMS[0])):
        assert safety.victim(request(measure, claims=claims)) == NO_ATTACK
    assert safety.victim(request(measure, claims=(ATTACKED, claim("2", **ATTACK)))) is None
    blamed = {"cause": Cause.OWN_ACT}
    fault = no("No fault is found with who is attacked.", 10)
    assert safety.victim(request(measure, claims=(ATTACKED,), wanted=blamed)) == fault


UNREAD = no("The customer answered; a person must read it first.", 3)
TOLD = replace(ask(proposal(Measure.INFORM_DEADLINE), name="told"), starts=NOW - 4 * HOUR)


def unread(measure=Measure.BLOCK_PORT, answers=(), decisions=()):
    return safety.unread(request(measure, answers=answers, decisions=decisions))


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
    assert safety.termination(end) == answered
    milder = request(Measure.SUSPEND_ACCOUNT, notice_proven_at=proven, wanted=wanted)
    assert safety.termination(milder) is None


def test_invariant_08_frozen():
    """No automatic measure begins, not even a word; a record does."""
    said = no("The freeze switch is on: automation does nothing.", 8)
    assert safety.frozen(request(frozen=True)) == said
    assert safety.frozen(request(Measure.INFORM, frozen=True)) == said
    assert safety.frozen(request(Measure.RECORD, frozen=True)) is None
    assert safety.frozen(request()) is None


BOTNET = {"case": replace(CASE, kind="infrastructure/botnet")}


def test_a_rule_has_a_ceiling():
    """L4 while harm is seen to go on, under the kind's own cap; never the head rule."""
    head = {"clause": replace(CLAUSE, id="general")}
    people = no("The head rule is for people only.")
    assert safety.ceiling(request(Measure.INFORM, wanted=head)) == people
    assert safety.ceiling(request(Measure.RECORD, wanted=head)) is None
    for measure in (Measure.SUSPEND_RESOURCE, Measure.SUSPEND_ACCOUNT, Measure.INTERCEPT):
        level = LEVELS[measure].name
        assert safety.ceiling(request(measure)) == no(f"A rule may not decide {level}.", 2)
    c2 = {"finding.rsit": "malicious-code:c2-server"}
    assert safety.ceiling(request(Measure.ISOLATE, known=c2, wanted=BOTNET)) is None
    calm = no("A rule isolates only while harm is seen to go on.")
    for harm in (None, False):
        known = {**c2, "harm.in_progress": harm}
        assert safety.ceiling(request(Measure.ISOLATE, known=known, wanted=BOTNET)) == calm
    assert safety.ceiling(request(known={"harm.in_progress": None})) is None
    assert safety.ceiling(request(Measure.ISOLATE)) == no(
        "For connection/login_attack a rule may reach L3, not L4."
    )


def test_who_is_only_open_to_abuse_is_told():
    """L2 is the cap for what is vulnerable, and nothing for a kind nobody knows."""
    open_ = {"finding.role": "vulnerable"}
    assert safety.ceiling(request(known=open_)) == no(
        "For connection/login_attack a rule may reach L2, not L3."
    )
    assert safety.ceiling(request(Measure.INFORM_DEADLINE, known=open_)) is None
    unknown = {"case": replace(CASE, kind="no/kind")}
    assert safety.ceiling(request(Measure.INFORM, wanted=unknown)) == no(
        "For no/kind a rule may reach L0, not L1."
    )
    assert safety.ceiling(request(Measure.RECORD, wanted=unknown)) is None


def test_a_rule_needs_its_evidence():
    """Exactly what it needs is enough."""
    low = {"evidence.level": 1}
    assert safety.supported(request(known=low)) == no("The rule needs E2; the evidence is E1.")
    assert safety.supported(request()) is None
    assert safety.supported(request(Measure.INFORM, known=low)) is None
    assert safety.supported(request(Measure.RECORD, known={"evidence.level": 0})) is None


def test_a_detector_acts_only_in_its_mode():
    """Who only tells or proposes, and flows of unknown sampling, give a rule nothing to act on."""
    telling = claim("1", source="detector:logins", mode=Mode.PROPOSE)
    also = claim("2", source="detector:c2", mode=Mode.NOTIFY)
    blind = claim("3", source="detector:flows", rate_unknown=True)
    words = "may be told or proposed, not acted on; a person must decide."
    strong = {"evidence.level": 2, "evidence.acting": 2}
    assert safety.let_act(request(claims=(telling, also), known=strong)) == no(
        f"detector:c2, detector:logins {words}"
    )
    assert safety.let_act(request(claims=(), known=strong)) == no(f"What is claimed {words}")
    sampling = no("The sampling rate behind it is not known; a person must decide.")
    assert safety.let_act(request(claims=(telling, blind), known=strong)) == sampling
    weak = {"evidence.level": 2, "evidence.acting": 1}
    assert safety.let_act(request(claims=(telling, CLAIMS[0]), known=weak)) == no(
        f"detector:logins {words}"
    )
    assert safety.let_act(request(claims=(blind, CLAIMS[0]), known=weak)) == sampling
    assert safety.let_act(request(claims=(telling, *CLAIMS), known=strong)) is None
    assert safety.let_act(request(Measure.RECORD, claims=(telling,), known=strong)) is None
    assert safety.let_act(request(claims=(telling,), known={"evidence.level": 1})) is None


@pytest.mark.parametrize("mark", ["protected", "critical"])
@pytest.mark.parametrize(("value", "word"), [(True, "is"), (None, "is not known not to be")])
def test_invariant_04_the_protected_are_told_at_most(mark, value, word):
    """Known to be, or not known not to be: a person decides."""
    known = {f"customer.{mark}": value}
    said = no(f"The holder {word} {mark}; a person must decide.", 4)
    assert safety.unprotected(request(known=known)) == said
    assert safety.unprotected(request(Measure.INFORM_DEADLINE, known=known)) == said
    assert safety.unprotected(request(Measure.INFORM, known=known)) is None
    assert safety.unprotected(request()) is None


@pytest.mark.parametrize(
    ("count", "shared", "single"),
    [(1, False, True), (1, None, True), (1, True, False), (2, False, False), (None, False, False),
     (0, False, False)],
)  # fmt: skip
def test_invariant_05_a_rule_limits_one_resource(count, shared, single):
    """Known to be one, and nobody else's; words go to any number."""
    known = {"resource.count": count, "resource.shared": shared}
    said = no("A rule limits one resource; this touches others.", 5)
    assert safety.single(request(known=known)) == (None if single else said)
    assert safety.single(request(Measure.INFORM_DEADLINE, known=known)) is None


def test_a_live_permission_stops_a_rule():
    """Known to be live; unknown and over do not stop it, and a record is always kept."""
    said = no("A live permission covers this.")
    assert safety.unpermitted(request(permission_live=True)) == said
    assert safety.unpermitted(request(Measure.INFORM, permission_live=True)) == said
    assert safety.unpermitted(request(Measure.RECORD, permission_live=True)) is None
    assert safety.unpermitted(request(permission_live=None)) is None
    assert safety.unpermitted(request(permission_live=False)) is None


def cleared(*sources: str, **changes):
    """Clearances of these sources on this resource for another hour."""
    fields = {
        "id": "k", "customer": "c1", "resource": "vm1", "until": NOW + HOUR, "by": "kari",
    }  # fmt: skip
    return tuple(Clearance(**{**fields, "source": source, **changes}) for source in sources)


def test_invariant_01_what_was_cleared_does_not_act_alone():
    """All that is heard was cleared here, and the clearance is not over."""
    said = no("A person cleared this signal on this resource.", 1)
    both = cleared("mail:reporter.example", "detector:logins")
    assert safety.uncleared(request(clearances=both)) == said
    assert safety.uncleared(request(Measure.INFORM, clearances=both)) == said
    assert safety.uncleared(request(Measure.RECORD, clearances=both)) is None
    assert safety.uncleared(request(clearances=both[:1])) is None
    over = cleared("mail:reporter.example", "detector:logins", until=NOW)
    assert safety.uncleared(request(clearances=over)) is None
    elsewhere = cleared("mail:reporter.example", "detector:logins", resource="vm2")
    assert safety.uncleared(request(clearances=elsewhere)) is None
    assert safety.uncleared(request(claims=())) is None


def test_invariant_01_the_unproven_say_nothing_beside_it():
    """Who is not proven, or only tells, adds no voice to a cleared signal."""
    said = no("A person cleared this signal on this resource.", 1)
    one = cleared("detector:logins")
    forged = claim("3", source="mail:?bank.example")
    telling = claim("4", source="detector:c2", mode=Mode.NOTIFY)
    heard = claim("2", source="detector:logins")
    assert safety.uncleared(request(clearances=one, claims=(heard, forged, telling))) == said
    assert safety.uncleared(request(clearances=one, claims=(heard, CLAIMS[0]))) is None


def test_a_rule_stays_below_what_a_person_set():
    """The last word of a person is the ceiling; that of a rule is none."""
    told = replace(ask(proposal(Measure.INFORM), (KARI,), name="told"), starts=NOW - HOUR)
    blocked = replace(BY_KARI, starts=NOW - 2 * HOUR)
    said = no("A person decided L1; a rule does not go above.")
    assert safety.below_people(request(decisions=(told,))) == said
    assert safety.below_people(request(decisions=(told, blocked))) == said
    later = replace(blocked, starts=NOW)
    assert safety.below_people(request(decisions=(told, later))) is None
    assert safety.below_people(request(Measure.INFORM, decisions=(told,))) is None
    by_rule = ask(proposal(Measure.INFORM), name="rule")
    assert safety.below_people(request(decisions=(by_rule,))) is None
    assert safety.below_people(request()) is None


def test_newcomers_alone_make_one_word_a_week():
    """Words only, from newcomers only, within the week only."""
    said = no("Nobody who was ever right says it, and the customer was told within the week.")
    recent = {"newcomers": True, "told_at": NOW - WEEK + HOUR}
    for measure in (Measure.INFORM, Measure.INFORM_DEADLINE):
        assert safety.restrained(request(measure, **recent)) == said
    assert safety.restrained(request(**recent)) is None
    assert safety.restrained(request(Measure.RECORD, **recent)) is None
    week_ago = {"newcomers": True, "told_at": NOW - WEEK}
    assert safety.restrained(request(Measure.INFORM, **week_ago)) is None
    assert safety.restrained(request(Measure.INFORM, newcomers=True)) is None
    assert safety.restrained(request(Measure.INFORM, told_at=NOW)) is None


def test_the_breaker_counts_this_customer_and_level():
    """The request's own level and customer go before the breaker."""
    full = AutomationCount(l3=20, l4=5, customers=1000)
    said = safety.closed_breaker(request(count=full))
    assert said == no(
        "The breaker is open: 20 automatic narrow blocks in the last hour; a person must decide.", 8
    )
    assert safety.closed_breaker(request(Measure.INFORM, count=full)) is None
    five = frozenset({"c1", "c2", "c3", "c4", "c5"})
    assert safety.closed_breaker(request(count=replace(full, l3=0, touched=five))) is None
    other = {"case": replace(CASE, customer="c9")}
    assert safety.closed_breaker(request(count=replace(full, l3=0, touched=five), wanted=other))


@pytest.mark.parametrize(
    ("rsit", "cap"),
    [("malicious-code:infected-system", "L3"), ("malicious-code:c2-server", None)],
)
def test_the_cap_is_that_of_the_rsit_value(rsit, cap):
    """A controller may be isolated by a rule, one of its bots may not."""
    said = safety.ceiling(request(Measure.ISOLATE, known={"finding.rsit": rsit}, wanted=BOTNET))
    words = f"For infrastructure/botnet a rule may reach {cap}, not L4."
    assert said == (no(words) if cap else None)
