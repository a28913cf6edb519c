"""What a rule may do by itself: its ceiling, its evidence, and what stops it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.casework import gate_checks
from aupkeep.casework.breaker import AutomationCount
from aupkeep.casework.decision_inputs import Clearance
from aupkeep.model.finding import Mode
from aupkeep.model.ladder import LEVELS, Measure
from aupkeep.model.origin import parse_origin
from casework.scenes import (
    CASE,
    CLAIMS,
    CLAUSE,
    HOUR,
    KARI,
    NOW,
    ask,
    claim,
    no,
    proposal,
    request,
)

WEEK = timedelta(days=7)


BY_KARI = ask(people=(KARI,), name="d9")
BOTNET = {"case": replace(CASE, kind="infrastructure/botnet")}


@pytest.mark.parametrize(
    ("measure", "effective", "refused"),
    [
        (Measure.INFORM, NOW + HOUR, True),
        (Measure.INFORM, NOW, False),
        (Measure.INFORM, None, False),
        (Measure.RECORD, NOW + HOUR, False),
    ],
)
def test_nothing_but_a_record_rests_on_words_of_later(measure, effective, refused):
    """From the very moment on that they take effect."""
    later = {"clause": replace(CLAUSE, effective=effective)}
    said = "Clause intrusion takes effect at 2026-03-01 13:00 UTC; nothing rests on it before."
    assert gate_checks.in_force(request(measure, wanted=later)) == (no(said) if refused else None)


def test_a_rule_has_a_ceiling():
    """L4 while harm is seen to go on, under the kind's own cap; never the head rule."""
    head = {"clause": replace(CLAUSE, id="general")}
    people = no("The head rule is for people only.")
    assert gate_checks.ceiling(request(Measure.INFORM, wanted=head)) == people
    assert gate_checks.ceiling(request(Measure.RECORD, wanted=head)) is None
    for measure in (Measure.SUSPEND_RESOURCE, Measure.SUSPEND_ACCOUNT, Measure.INTERCEPT):
        level = LEVELS[measure].name
        assert gate_checks.ceiling(request(measure)) == no(f"A rule may not decide {level}.", 2)
    c2 = {"finding.rsit": "malicious-code:c2-server"}
    assert gate_checks.ceiling(request(Measure.ISOLATE, known=c2, wanted=BOTNET)) is None
    calm = no("A rule isolates only while harm is seen to go on.")
    for harm in (None, False):
        known = {**c2, "harm.in_progress": harm}
        assert gate_checks.ceiling(request(Measure.ISOLATE, known=known, wanted=BOTNET)) == calm
    assert gate_checks.ceiling(request(known={"harm.in_progress": None})) is None
    assert gate_checks.ceiling(request(Measure.ISOLATE)) == no(
        "For connection/login_attack a rule may reach L3, not L4."
    )


def test_who_is_only_open_to_abuse_is_told():
    """L2 is the cap for what is vulnerable, and nothing for a kind nobody knows."""
    open_ = {"finding.role": "vulnerable"}
    assert gate_checks.ceiling(request(known=open_)) == no(
        "For connection/login_attack a rule may reach L2, not L3."
    )
    assert gate_checks.ceiling(request(Measure.INFORM_DEADLINE, known=open_)) is None
    unknown = {"case": replace(CASE, kind="no/kind")}
    assert gate_checks.ceiling(request(Measure.INFORM, wanted=unknown)) == no(
        "For no/kind a rule may reach L0, not L1."
    )
    assert gate_checks.ceiling(request(Measure.RECORD, wanted=unknown)) is None


def test_a_rule_needs_its_evidence():
    """Exactly what it needs is enough."""
    low = {"evidence.level": 1}
    assert gate_checks.supported(request(known=low)) == no("The rule needs E2; the evidence is E1.")
    assert gate_checks.supported(request()) is None
    assert gate_checks.supported(request(Measure.INFORM, known=low)) is None
    assert gate_checks.supported(request(Measure.RECORD, known={"evidence.level": 0})) is None


def test_a_detector_acts_only_in_its_mode():
    """Who only tells or proposes, and flows of unknown sampling, give a rule nothing to act on."""
    telling = claim("1", source="detector:logins", mode=Mode.PROPOSE)
    also = claim("2", source="detector:c2", mode=Mode.NOTIFY)
    blind = claim("3", source="detector:flows", rate_unknown=True)
    words = "may be told or proposed, not acted on; a person must decide."
    strong = {"evidence.level": 2, "evidence.acting": 2}
    assert gate_checks.let_act(request(claims=(telling, also), known=strong)) == no(
        f"detector:c2, detector:logins {words}"
    )
    assert gate_checks.let_act(request(claims=(), known=strong)) == no(f"What is claimed {words}")
    sampling = no("The sampling rate behind it is not known; a person must decide.")
    assert gate_checks.let_act(request(claims=(telling, blind), known=strong)) == sampling
    weak = {"evidence.level": 2, "evidence.acting": 1}
    assert gate_checks.let_act(request(claims=(telling, CLAIMS[0]), known=weak)) == no(
        f"detector:logins {words}"
    )
    assert gate_checks.let_act(request(claims=(blind, CLAIMS[0]), known=weak)) == sampling
    assert gate_checks.let_act(request(claims=(telling, *CLAIMS), known=strong)) is None
    assert gate_checks.let_act(request(Measure.RECORD, claims=(telling,), known=strong)) is None
    assert gate_checks.let_act(request(claims=(telling,), known={"evidence.level": 1})) is None


@pytest.mark.parametrize("mark", ["protected", "critical"])
@pytest.mark.parametrize(("value", "word"), [(True, "is"), (None, "is not known not to be")])
def test_invariant_04_the_protected_are_told_at_most(mark, value, word):
    """Known to be, or not known not to be: a person decides."""
    known = {f"customer.{mark}": value}
    said = no(f"The holder {word} {mark}; a person must decide.", 4)
    assert gate_checks.unprotected(request(known=known)) == said
    assert gate_checks.unprotected(request(Measure.INFORM_DEADLINE, known=known)) == said
    assert gate_checks.unprotected(request(Measure.INFORM, known=known)) is None
    assert gate_checks.unprotected(request()) is None


@pytest.mark.parametrize(
    ("count", "shared", "single"),
    [(1, False, True), (1, None, True), (1, True, False), (2, False, False), (None, False, False),
     (0, False, False)],
)  # fmt: skip
def test_invariant_05_a_rule_limits_one_resource(count, shared, single):
    """Known to be one, and nobody else's; words go to any number."""
    known = {"resource.count": count, "resource.shared": shared}
    said = no("A rule limits one resource; this touches others.", 5)
    assert gate_checks.single(request(known=known)) == (None if single else said)
    assert gate_checks.single(request(Measure.INFORM_DEADLINE, known=known)) is None


def test_a_live_permission_stops_a_rule():
    """Known to be live; unknown and over do not stop it, and a record is always kept."""
    said = no("A live permission covers this.")
    assert gate_checks.unpermitted(request(permission_live=True)) == said
    assert gate_checks.unpermitted(request(Measure.INFORM, permission_live=True)) == said
    assert gate_checks.unpermitted(request(Measure.RECORD, permission_live=True)) is None
    assert gate_checks.unpermitted(request(permission_live=None)) is None
    assert gate_checks.unpermitted(request(permission_live=False)) is None


def cleared(*sources: str, **changes):
    """Clearances of these sources on this resource for another hour."""
    fields = {
        "id": "k", "customer": "c1", "resource": "vm1", "until": NOW + HOUR, "by": "kari",
    }  # fmt: skip
    return tuple(
        Clearance(**{**fields, "source": parse_origin(source), **changes}) for source in sources
    )


def test_invariant_01_what_was_cleared_does_not_act_alone():
    """All that is heard was cleared here, and the clearance is not over."""
    said = no("A person cleared this signal on this resource.", 1)
    both = cleared("mail:reporter.example", "detector:logins")
    assert gate_checks.uncleared(request(clearances=both)) == said
    assert gate_checks.uncleared(request(Measure.INFORM, clearances=both)) == said
    assert gate_checks.uncleared(request(Measure.RECORD, clearances=both)) is None
    assert gate_checks.uncleared(request(clearances=both[:1])) is None
    over = cleared("mail:reporter.example", "detector:logins", until=NOW)
    assert gate_checks.uncleared(request(clearances=over)) is None
    elsewhere = cleared("mail:reporter.example", "detector:logins", resource="vm2")
    assert gate_checks.uncleared(request(clearances=elsewhere)) is None
    assert gate_checks.uncleared(request(claims=())) is None


def test_invariant_01_the_unproven_say_nothing_beside_it():
    """Who is not proven, or only tells, adds no voice to a cleared signal."""
    said = no("A person cleared this signal on this resource.", 1)
    one = cleared("detector:logins")
    forged = claim("3", source="mail:?bank.example")
    telling = claim("4", source="detector:c2", mode=Mode.NOTIFY)
    heard = claim("2", source="detector:logins")
    assert gate_checks.uncleared(request(clearances=one, claims=(heard, forged, telling))) == said
    assert gate_checks.uncleared(request(clearances=one, claims=(heard, CLAIMS[0]))) is None


def test_a_rule_stays_below_what_a_person_set():
    """The last word of a person is the ceiling; that of a rule is none."""
    told = replace(ask(proposal(Measure.INFORM), (KARI,), name="told"), starts=NOW - HOUR)
    blocked = replace(BY_KARI, starts=NOW - 2 * HOUR)
    said = no("A person decided L1; a rule does not go above.")
    assert gate_checks.below_people(request(decisions=(told,))) == said
    assert gate_checks.below_people(request(decisions=(told, blocked))) == said
    later = replace(blocked, starts=NOW)
    assert gate_checks.below_people(request(decisions=(told, later))) is None
    assert gate_checks.below_people(request(Measure.INFORM, decisions=(told,))) is None
    by_rule = ask(proposal(Measure.INFORM), name="rule")
    assert gate_checks.below_people(request(decisions=(by_rule,))) is None
    assert gate_checks.below_people(request()) is None


def test_newcomers_alone_make_one_word_a_week():
    """Words only, from newcomers only, within the week only."""
    said = no("Nobody who was ever right says it, and the customer was told within the week.")
    recent = {"newcomers": True, "told_at": NOW - WEEK + HOUR}
    for measure in (Measure.INFORM, Measure.INFORM_DEADLINE):
        assert gate_checks.restrained(request(measure, **recent)) == said
    assert gate_checks.restrained(request(**recent)) is None
    assert gate_checks.restrained(request(Measure.RECORD, **recent)) is None
    week_ago = {"newcomers": True, "told_at": NOW - WEEK}
    assert gate_checks.restrained(request(Measure.INFORM, **week_ago)) is None
    assert gate_checks.restrained(request(Measure.INFORM, newcomers=True)) is None
    assert gate_checks.restrained(request(Measure.INFORM, told_at=NOW)) is None


def test_the_breaker_counts_this_customer_and_level():
    """The request's own level and customer go before the breaker."""
    full = AutomationCount(l3=20, l4=5, customers=1000)
    said = gate_checks.closed_breaker(request(count=full))
    assert said == no(
        "The breaker is open: 20 automatic narrow blocks in the last hour; a person must decide.", 8
    )
    assert gate_checks.closed_breaker(request(Measure.INFORM, count=full)) is None
    five = frozenset({"c1", "c2", "c3", "c4", "c5"})
    assert gate_checks.closed_breaker(request(count=replace(full, l3=0, touched=five))) is None
    other = {"case": replace(CASE, customer="c9")}
    assert gate_checks.closed_breaker(
        request(count=replace(full, l3=0, touched=five), wanted=other)
    )


@pytest.mark.parametrize(
    ("rsit", "cap"),
    [("malicious-code:infected-system", "L3"), ("malicious-code:c2-server", None)],
)
def test_the_cap_is_that_of_the_rsit_value(rsit, cap):
    """A controller may be isolated by a rule, one of its bots may not."""
    said = gate_checks.ceiling(
        request(Measure.ISOLATE, known={"finding.rsit": rsit}, wanted=BOTNET)
    )
    words = f"For infrastructure/botnet a rule may reach {cap}, not L4."
    assert said == (no(words) if cap else None)
