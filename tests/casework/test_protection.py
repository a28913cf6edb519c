"""Who is attacked is protected on a case of its own: told, helped, and never blamed."""

from dataclasses import replace

import pytest

from aupkeep.casework.evidence_level import evidence_level, protects
from aupkeep.casework.incidents import join
from aupkeep.casework.lift import lift
from aupkeep.casework.proposal import aim, protection
from aupkeep.model.case import Claim
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import LEVELS, PROTECTIVE, Cause, Evidence, Level, Measure
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import (
    ADDRESS,
    CASE,
    CLAUSE,
    HOLDS,
    HOUR,
    KARI,
    NOW,
    OLA,
    RULE,
    ask,
    claim,
    proposal,
)

CASE_OF_IT = replace(CASE, clause="retaliation", kind="protection/inbound_ddos")
DNS = Endpoint(port=53, protocol="udp")


def attacked(name="1", **changes):
    """A claim that our address is flooded from port 53, changed as asked."""
    fields = {
        "source": "detector:inbound-victim",
        "kind": CASE_OF_IT.kind,
        "rsit": "availability:ddos",
        "role": Role.VICTIM,
        "subject": Subject(address=ADDRESS, port=4000),
        "target": DNS,
        "transport": "udp",
        "mode": Mode.PROPOSE,
        "rate": 5_000_000,
    }
    return claim(name, **(fields | changes))


MANY = attacked("2", target=None, transport="icmp")  # from no one port
ACTING = attacked(mode=Mode.ACT)


def wanted(measure=Measure.BLOCK_INBOUND, claims=(ACTING,), **changes):
    """A proposal that protects, as the claims aim it."""
    aims = {Measure.BLOCK_INBOUND: "inbound-port", Measure.LIMIT_INBOUND: "inbound-rate"}
    scope = aim(aims.get(measure, "inbound"), CASE_OF_IT, claims)
    plain = {"case": CASE_OF_IT, "clause": CLAUSE, "scope": scope, "hours": 4.0}
    return proposal(measure, **(plain | changes))


def join_all(*claims: Claim):
    """Join claims, with ids that count."""
    numbers = iter(range(99))
    return join(
        claims, (), now=NOW, new_id=lambda: f"id{next(numbers)}", new_reference=lambda: "AAAA-AAAA"
    )


def test_hits_join_one_case():
    """Repeated hits of both detectors about one resource are one case, without a cause."""
    more = attacked("2", source="detector:carpet-bombing", at=NOW - HOUR / 2)
    (joined,) = join_all(attacked(), more)
    case = joined.case_file.case
    assert (case.kind, case.clause, case.events) == (CASE_OF_IT.kind, "retaliation", 2)
    assert (case.level, case.cause, case.strikes) == (Evidence.E2, Cause.UNKNOWN, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": Mode.NOTIFY},
        {"mode": Mode.OBSERVE},
        {"mode": None},
        {"rate_unknown": True},
        {"role": Role.OFFENDER},
        {"kind": "connection/ddos"},
        {"source": "mail:reporter.example", "mode": None},
    ],
)
def test_invariant_10_what_opens_no_case(changes):
    """Below propose, at an unknown rate, from outside, or about anything else: nothing changes."""
    assert not protects(attacked(**changes).finding)
    assert join_all(attacked(**changes)) == ()


def test_an_accusation_is_another_case():
    """What is said against the same resource never meets what protects it."""
    kinds = {one.case_file.case.kind for one in join_all(attacked(), claim("3"))}
    assert kinds == {CASE_OF_IT.kind, CASE.kind}


def test_evidence_of_an_attack_is_none_against():
    """It counts for protecting; as a claim of any other kind a victim's counts for nothing."""
    assert evidence_level([attacked()]) is Evidence.E2
    assert evidence_level([attacked(kind="connection/ddos")]) is Evidence.E0


def test_narrowest_protection():
    """By the port where the newest claim names one, else by a tenth of what came."""
    measure, scope = protection(CASE_OF_IT, [attacked()])
    assert (measure, scope.protocol, scope.port) == (Measure.BLOCK_INBOUND, "udp", 53)
    assert (scope.address, scope.rate, scope.destination) == (ADDRESS, None, None)
    measure, scope = protection(CASE_OF_IT, [MANY])
    assert (measure, scope.protocol, scope.rate) == (Measure.LIMIT_INBOUND, "icmp", 500_000)
    assert protection(CASE_OF_IT, [attacked(target=None, rate=None)]) is None
    assert protection(CASE, [claim("3")]) is None


@pytest.mark.parametrize(
    ("measure", "one"), [(Measure.BLOCK_INBOUND, attacked()), (Measure.LIMIT_INBOUND, MANY)]
)
def test_a_person_protects(measure, one):
    """A detector at propose is enough for a person, also where the holder is protected."""
    made = ask(wanted(measure, (one,)), (KARI,), claims=(one,), holds_now=HOLDS)
    assert isinstance(made, Decision)
    assert (made.level, made.evidence, made.cause) == (Level.L3, Evidence.E2, Cause.UNKNOWN)
    assert made.facts["finding.role"] == "victim"


def test_a_rule_protects_where_the_detector_may_act():
    """At act a rule does it alone; at propose the gate says that a person must."""
    assert isinstance(ask(wanted(), (RULE,), claims=(ACTING,)), Decision)
    asked = ask(wanted(claims=(attacked(),)), (RULE,), claims=(attacked(),))
    assert isinstance(asked, Refused)
    assert "a person must decide" in asked.reason


@pytest.mark.parametrize("measure", [m for m in Measure if LEVELS[m] > Level.L1])
def test_invariant_10_nothing_else_befalls_it(measure):
    """Two people with reasons may do nothing above informing to who is attacked, but protect."""
    if measure in PROTECTIVE:
        return
    made = ask(proposal(measure, case=CASE_OF_IT), (KARI, OLA), claims=(attacked(),))
    assert isinstance(made, Refused)


@pytest.mark.parametrize("measure", [Measure.RECORD, Measure.INFORM, Measure.BLOCK_INBOUND])
@pytest.mark.parametrize("cause", [one for one in Cause if one is not Cause.UNKNOWN])
def test_invariant_10_no_cause_is_found(measure, cause):
    """Whatever is decided about an attack finds no fault with who is attacked."""
    made = ask(wanted(measure, cause=cause), (KARI,), claims=(attacked(),))
    assert isinstance(made, Refused)
    assert made.invariant == 10


@pytest.mark.parametrize(
    ("changes", "invariant"),
    [
        ({"port": 123}, 5),
        ({"protocol": "tcp"}, 5),
        ({"port": None}, 6),
        ({"protocol": None}, 6),
        ({"rate": 9}, 5),
        ({"destination": ADDRESS}, 5),
    ],
)
def test_invariant_05_no_wider_than_the_flood(changes, invariant):
    """Another port or protocol than what floods, or a blank, is refused."""
    one = wanted()
    made = ask(replace(one, scope=replace(one.scope, **changes)), (KARI,), claims=(attacked(),))
    assert isinstance(made, Refused)
    assert made.invariant == invariant
    if "protocol" in changes and invariant == 5:
        assert made.reason == "No evidence of this case shows this protocol."


def test_a_person_may_name_another_port_with_a_note():
    """What no row showed may be dropped too, when the person says why."""
    one = wanted()
    noted = replace(one.scope, port=123, note="the customer's own counters show NTP")
    assert isinstance(ask(replace(one, scope=noted), (KARI,), claims=(attacked(),)), Decision)


def test_invariant_10_it_protects_nobody_accused():
    """On a case with any claim against its holder nothing protects."""
    made = ask(wanted(), (KARI,), claims=(attacked(), claim("3")))
    assert isinstance(made, Refused)
    assert made.invariant == 10


@pytest.mark.parametrize(
    ("harm", "lifted"), [(False, True), (True, False), (None, False)], ids=["over", "on", "unseen"]
)
def test_a_rule_lifts_when_it_is_over(harm, lifted):
    """Also what a person decided; while it goes on, or nobody watches, it stands."""
    made = ask(wanted(), (KARI,), claims=(ACTING,))
    undo = lift(made, CASE_OF_IT, CLAUSE, "no attack is seen any more")
    found = ask(undo, (RULE,), claims=(ACTING,), decisions=(made,), harm_in_progress=harm)
    assert isinstance(found, Decision) is lifted


def test_a_rule_lifts_nothing_else_of_a_person():
    """A limit on what the holder sends stays a person's to lift, harm or no harm."""
    made = ask(proposal(), (KARI,))
    undo = lift(made, CASE, CLAUSE, "nothing is seen any more")
    assert isinstance(ask(undo, (RULE,), decisions=(made,), harm_in_progress=False), Refused)


def test_the_newest_claim_aims_the_protection():
    """By time, and of two at once by the later name; the order in which they come says nothing."""
    names = (("1", 53, HOUR), ("2", 123, HOUR / 2), ("3", 389, HOUR / 2))
    claims = [
        attacked(name, target=Endpoint(port=port, protocol="udp"), at=NOW - ago)
        for name, port, ago in names
    ]
    for order in (claims, claims[::-1]):
        assert aim("inbound-port", CASE_OF_IT, order).port == 389
        assert aim("inbound-port", CASE_OF_IT, order[:2]).port in {123, 389}
    assert aim("inbound-port", CASE_OF_IT, claims[:2]).port == 123
