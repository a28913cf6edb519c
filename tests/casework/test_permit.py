"""The gate: what passes, and for each condition of its docstring the one change that is refused."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from aupkeep.casework.breaker import AutomationCount
from aupkeep.casework.proposal import aim
from aupkeep.model.actor import SYSTEM
from aupkeep.model.clearance import Clearance
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.finding import Role
from aupkeep.model.ladder import PROTECTIVE, Cause, Evidence, Level, Measure
from aupkeep.model.subject import Endpoint
from casework.scenes import (
    ADDRESS,
    CASE,
    CLAIMS,
    CLAUSE,
    CUSTOMER,
    HOUR,
    INPUTS,
    KARI,
    NOW,
    OLA,
    OTHER,
    PEER,
    RULE,
    VERSIONS,
    answer,
    ask,
    claim,
    facts,
    proposal,
)

PORT = aim("port", CASE, CLAIMS)
ELSEWHERE = replace(aim("destination", CASE, CLAIMS), destination=OTHER)
CLEARED = tuple(
    Clearance(
        id="x1",
        customer="c1",
        resource="vm1",
        source=each.finding.source,
        until=NOW + HOUR,
        by="kari",
    )
    for each in CLAIMS
)
INFORMED = ask(proposal(Measure.INFORM_DEADLINE), known=facts(), name="told")


def test_the_hours_to_answer_are_those_that_were_asked_for():
    """A person's, or None for those of the kind."""
    told = proposal(Measure.INFORM_DEADLINE)
    assert ask(told, known=facts()).answer_hours is None
    assert ask(replace(told, answer_hours=6.0), known=facts()).answer_hours == 6.0


def test_rule_acts_within_its_limits():
    """Own telemetry and one authenticated report: the rule closes one port for a day."""
    made = ask()
    assert isinstance(made, Decision)
    assert (made.level, made.evidence, made.automatic) == (Level.L3, Evidence.E2, True)
    assert (made.scope.address, made.scope.port, made.scope.protocol) == (ADDRESS, 22, "tcp")
    assert (made.starts, made.ends) == (NOW, NOW + timedelta(hours=24))
    assert (made.clause_text, made.document_version) == (CLAUSE.text, "1")
    assert (made.versions, made.facts.digest()) == (VERSIONS, facts().digest())


def test_person_decides_on_one_report():
    """One authenticated reporter is E1: no rule may limit, a person may."""
    alone = replace(INPUTS, claims=CLAIMS[:1])
    assert isinstance(ask(people=(RULE,), inputs=alone), Refused)
    made = ask(people=(KARI,), inputs=alone)
    assert isinstance(made, Decision)
    assert (made.evidence, made.automatic) == (Evidence.E1, False)


@pytest.mark.parametrize("measure", [Measure.RECORD, Measure.INFORM, Measure.INFORM_DEADLINE])
def test_what_restricts_nothing_has_no_end(measure):
    """Up to L2 there is nothing to end."""
    assert ask(proposal(measure)).ends is None


ELSEWHERE_SHOWN = {"block-url", "block-name", *PROTECTIVE, "end-service", "off-board"}


@pytest.mark.parametrize("measure", [m for m in Measure if m not in ELSEWHERE_SHOWN])
def test_two_people_may_do_everything(measure):
    """With reasons, proof of notice and evidence, two people reach every rung."""
    mail = claim("3", target=Endpoint(address=PEER, port=25, protocol="tcp"))
    there = {"claims": (*CLAIMS, mail), "notice_proven_at": NOW - HOUR}
    assert isinstance(ask(proposal(measure), (KARI, OLA), **there), Decision)


# Each row: the proposal's changes, the standing's changes, the invariant the refusal names.
RULE_ROWS = [
    ({}, {"frozen": True}, 8, "The freeze switch is on: automation does nothing."),
    ({}, {"listen": True}, None, "Listen mode: block-port was proposed, not done."),
    ({"shadow": True}, {}, None, "The rule is not live: it would block-port."),
    (
        {},
        {"count": AutomationCount(l3=20, customers=1000)},
        8,
        "The breaker is open: 20 automatic narrow blocks in the last hour; a person must decide.",
    ),
    (
        {},
        {"count": AutomationCount(touched=frozenset("abcde"), customers=1000)},
        8,
        (
            "The breaker is open: automation touched 5 customers today, 5 allowed; "
            "a person must decide."
        ),
    ),
    ({}, {"permission_live": True}, None, "A live permission covers this."),
    ({}, {"clearances": CLEARED}, 1, "A person cleared this signal on this resource."),
    ({}, {"answers": (answer(),)}, 3, "The customer answered; a person must read it first."),
    ({}, {"resource_count": 2}, 5, "A rule limits one resource; this touches others."),
    ({}, {"resource_count": None}, 5, "A rule limits one resource; this touches others."),
    ({}, {"resource_shared": True}, 5, "A rule limits one resource; this touches others."),
    (
        {},
        {"holds_now": ()},
        4,
        "198.51.100.7 is not known to be held by this resource now; another may hold it.",
    ),
    (
        {},
        {"holds_now": (ip_network("198.51.100.8/32"),)},
        4,
        "198.51.100.7 is not known to be held by this resource now; another may hold it.",
    ),
    ({}, {"claims": CLAIMS[:1]}, None, "The rule needs E2; the evidence is E1."),
    (
        {},
        {"claims": (claim("1", role=Role.VICTIM),)},
        10,
        "The holder is the victim here, and is never limited.",
    ),
    (
        {},
        {"claims": (claim("1", source="detector:x", role=Role.VULNERABLE),)},
        None,
        "For connection/login_attack a rule may reach L2, not L3.",
    ),
    ({"hours": None}, {}, 6, "A measure of L3 needs an end; none is given."),
    ({"hours": 0.0}, {}, 6, "A measure of L3 needs an end; none is given."),
    ({"hours": -1.0}, {}, 6, "A measure of L3 needs an end; none is given."),
    ({"hours": float("nan")}, {}, 6, "A measure of L3 needs an end; none is given."),
    ({"hours": 25.0}, {}, 6, "A measure of L3 lasts at most 24 hours, not 25."),
    ({"hours": 1e9}, {}, 6, "A measure of L3 lasts at most 24 hours, not 1000000000."),
    ({"needs": Evidence.E3}, {}, None, "The rule needs E3; the evidence is E2."),
    ({"scope": replace(PORT, port=None)}, {}, 6, "block-port needs its port; none is given."),
    (
        {"scope": replace(PORT, protocol=None)},
        {},
        6,
        "block-port needs its protocol; none is given.",
    ),
    ({"scope": replace(PORT, address=None)}, {}, 6, "block-port needs its address; none is given."),
    (
        {"scope": replace(PORT, customer=" ")},
        {},
        6,
        "A scope names a customer and a resource; one is blank.",
    ),
    (
        {"scope": replace(PORT, resource="vm2")},
        {},
        5,
        "The scope names another holder than the case.",
    ),
    ({"scope": replace(PORT, port=80)}, {}, 5, "No evidence of this case shows this port."),
    ({"scope": replace(PORT, protocol="udp")}, {}, 5, "No evidence of this case shows this port."),
    (
        {"scope": replace(PORT, port=80, note="wider")},
        {},
        5,
        "No evidence of this case shows this port.",
    ),
    (
        {"scope": replace(PORT, destination=PEER)},
        {},
        5,
        "block-port cannot narrow by destination; it would touch more than its scope.",
    ),
    (
        {"scope": replace(PORT, address=OTHER)},
        {"holds_now": (ip_network("198.51.100.0/24"),)},
        5,
        "No evidence of this case shows this address.",
    ),
    (
        {"measure": Measure.BLOCK_DESTINATION, "scope": ELSEWHERE},
        {},
        5,
        "No evidence of this case shows this destination.",
    ),
    (
        {"measure": Measure.LIMIT_SMTP, "scope": aim("mail", CASE, CLAIMS)},
        {},
        5,
        "No evidence of this case shows mail from this address.",
    ),
    (
        {"measure": Measure.ISOLATE, "scope": aim("resource", CASE, CLAIMS)},
        {},
        None,
        "For connection/login_attack a rule may reach L3, not L4.",
    ),
    (
        {"measure": Measure.SUSPEND_RESOURCE, "scope": aim("none", CASE, CLAIMS)},
        {},
        2,
        "A measure of L5 needs one person.",
    ),
    ({"clause": replace(CLAUSE, id="general")}, {}, None, "The head rule is for people only."),
    (
        {"clause": replace(CLAUSE, text=" ")},
        {},
        None,
        "Clause intrusion has no verbatim text, document and version.",
    ),
    (
        {"versions": replace(VERSIONS, policy="")},
        {},
        11,
        "A decision names the versions of detector, rule, policy and attribution.",
    ),
    ({"case": replace(CASE, kind="no/kind")}, {}, None, "For no/kind a rule may reach L0, not L3."),
]


@pytest.mark.parametrize(("wanted", "there", "invariant", "reason"), RULE_ROWS)
def test_refused_to_a_rule(wanted, there, invariant, reason):
    """One change to a proposal that passes, and the gate says no in a sentence."""
    refused = ask(proposal(**wanted), inputs=replace(INPUTS, **there))
    silent = reason.startswith(("Listen mode", "The rule is not live"))
    assert refused == Refused(reason=reason, invariant=invariant, withheld=silent)


@pytest.mark.parametrize("tags", [{"protected"}, {"critical"}])
def test_marked_customer(tags):
    """Automation ends at informing for a protected or critical holder, and for an unknown one."""
    for customer in (replace(CUSTOMER, tags=frozenset(tags)), replace(CUSTOMER, bare=True), None):
        known = facts(customer=customer)
        assert ask(known=known).invariant == 4
        assert ask(proposal(Measure.INFORM_DEADLINE), known=known).invariant == 4
        assert isinstance(ask(proposal(Measure.INFORM), known=known), Decision)


def test_isolation_by_a_rule():
    """A rule isolates only what is capped at L4, and only while harm goes on."""
    case = replace(CASE, kind="infrastructure/botnet")
    claims = tuple(
        claim(f"{n}", source=s, kind=case.kind, rsit="malicious-code:c2-server")
        for n, s in enumerate(("detector:c2", "mail:reporter.example"))
    )
    wanted = proposal(Measure.ISOLATE, case=case)
    assert isinstance(ask(wanted, claims=claims), Decision)
    assert isinstance(ask(wanted, claims=claims, harm_in_progress=None), Refused)
    assert ask(wanted, claims=claims, count=AutomationCount(l4=5, customers=1000)).invariant == 8


PERSON_ROWS = [
    (Measure.SUSPEND_ACCOUNT, (KARI,), {}, {}, 2, "A measure of L6 needs two different people."),
    (
        Measure.SUSPEND_ACCOUNT,
        (KARI, KARI),
        {},
        {},
        2,
        "A measure of L6 needs two different people.",
    ),
    (Measure.SUSPEND_ACCOUNT, (KARI, RULE), {}, {}, 2, "Only a person can approve."),
    (Measure.INTERCEPT, (KARI,), {}, {}, 2, "A measure of X needs two different people."),
    (
        Measure.SUSPEND_RESOURCE,
        (KARI,),
        {"reasons": " "},
        {},
        2,
        "A measure of L5 needs written reasons.",
    ),
    (Measure.BLOCK_PORT, (), {}, {}, 2, "Nobody asks for this; a decision has an author."),
    (Measure.BLOCK_PORT, (SYSTEM,), {}, {}, 2, "Only a person or a rule decides."),
    (
        Measure.BLOCK_PORT,
        (KARI,),
        {"hours": 169.0},
        {},
        6,
        "A measure of L3 lasts at most 168 hours, not 169.",
    ),
    (
        Measure.BLOCK_PORT,
        (KARI,),
        {},
        {"claims": (claim("1", role=Role.VICTIM),)},
        10,
        "The holder is the victim here, and is never limited.",
    ),
    (
        Measure.BLOCK_PORT,
        (KARI,),
        {},
        {"listen": True},
        None,
        "Listen mode: block-port was proposed, not done.",
    ),
    (
        Measure.BLOCK_PORT,
        (KARI,),
        {},
        {"holds_now": ()},
        4,
        "198.51.100.7 is not known to be held by this resource now; another may hold it.",
    ),
    (
        Measure.BLOCK_PORT,
        (KARI,),
        {"scope": replace(PORT, port=80)},
        {},
        5,
        "No evidence of this case shows this port.",
    ),
    (
        Measure.LIMIT_RATE,
        (KARI,),
        {"scope": replace(PORT, port=None, protocol=None, rate=9)},
        {},
        5,
        "A limit on the whole address must say in its note that it could not go narrower.",
    ),
    (
        Measure.TERMINATE,
        (KARI, OLA),
        {},
        {},
        7,
        "No notice is proven to have reached the customer.",
    ),
    (
        Measure.TERMINATE,
        (KARI, OLA),
        {},
        {"notice_proven_at": NOW + HOUR},
        7,
        "No notice is proven to have reached the customer.",
    ),
    (
        Measure.TERMINATE,
        (KARI,),
        {},
        {"notice_proven_at": NOW},
        2,
        "A measure of L7 needs two different people.",
    ),
    (
        Measure.TERMINATE,
        (KARI, OLA),
        {"hours": 24.0},
        {"notice_proven_at": NOW},
        7,
        "A termination is a hold of 30 days, not fewer.",
    ),
    (
        Measure.TERMINATE,
        (KARI, OLA),
        {"cause": Cause.CAREFUL},
        {"notice_proven_at": NOW},
        7,
        "A termination needs a finding of cause, not unauthorised-careful.",
    ),
]


@pytest.mark.parametrize(
    ("measure", "people", "wanted", "there", "invariant", "reason"), PERSON_ROWS
)
def test_refused_to_people(measure, people, wanted, there, invariant, reason):
    """People may more than rules, and not everything."""
    refused = ask(proposal(measure, **wanted), people, replace(INPUTS, **there))
    silent = reason.startswith(("Listen mode", "The rule is not live"))
    assert refused == Refused(reason=reason, invariant=invariant, withheld=silent)
