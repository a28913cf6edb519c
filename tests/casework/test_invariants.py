"""The safety invariants as properties: no draw of proposal, people and standing gets past them.

Each draws proposals near the edge, asks the real gate, and judges the decision that comes out by
its own words, apart from the gate's conditions. `test_the_draws_pass` keeps the draws honest.
"""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aupkeep.casework.breaker import AutomationCount, allowed
from aupkeep.model.clearance import Clearance
from aupkeep.model.decision import Decision, Scope
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Cause, Evidence, Level, Measure
from aupkeep.model.origin import parse_origin
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import (
    ADDRESS,
    CASE,
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
from examples import times

MANY = settings(max_examples=times(1.5), suppress_health_check=[HealthCheck.filter_too_much])
URLS = ("https://a.example/x", "https://a.example/")
maybe = st.sampled_from([None, True, False])


def some(*values: object):
    """Mostly the first value, so that most draws come near a decision."""
    last = 11 + len(values)
    return st.integers(0, last).map(lambda drawn: values[drawn if drawn < len(values) else 0])


scopes = st.builds(
    Scope,
    customer=some("c1", "c2", ""),
    resource=some("vm1", "vm2", ""),
    address=some(ADDRESS, OTHER, None, ip_address("198.51.100.9")),
    protocol=some("tcp", "udp", None),
    port=some(22, 80, None),
    destination=some(None, PEER, OTHER),
    rate=some(None, 1000, 0, -1),
    url=some(None, *URLS),
    name=some(None, "a.example"),
    note=some(None, "", "the resource has another address now"),
)
subjects = some(
    Subject(address=ADDRESS),
    Subject(address=OTHER),
    Subject(url=URLS[0]),
    Subject(domain="a.example"),
)
targets = some(
    Endpoint(address=PEER, port=22, protocol="tcp"),
    Endpoint(port=22),
    Endpoint(port=25, protocol="tcp"),
    None,
)
claims = st.builds(
    lambda name, source, role, subject, target, mode, blind: claim(
        str(name),
        source=source,
        role=role,
        subject=subject,
        target=target,
        mode=mode,
        rate_unknown=blind,
    ),
    st.integers(0, 999),
    some("detector:logins", "mail:a.example", "mail:b.example", "mail:?c.example"),
    some(Role.OFFENDER, Role.VICTIM, Role.VULNERABLE),
    subjects,
    targets,
    some(None, Mode.ACT, Mode.PROPOSE, Mode.NOTIFY),
    some(False, True),
)


@st.composite
def inputs_drawn(draw):
    """Everything that may stand, mostly harmless."""
    return replace(
        INPUTS,
        frozen=draw(some(False, True)),
        listen=draw(some(False, True)),
        count=AutomationCount(
            l3=draw(some(0, 19, 20, 21)),
            l4=draw(some(0, 4, 5)),
            touched=frozenset(draw(st.sets(st.sampled_from(["c1", "c2", "c3"]), max_size=2))),
            customers=draw(some(1000, 400, 1, 0)),
        ),
        claims=tuple(draw(st.lists(claims, min_size=1, max_size=3))),
        holds_now=draw(some(INPUTS.holds_now, (), (ip_network("198.51.100.0/24"),))),
        answers=draw(some((), (answer(),), (answer(read_at=NOW),))),
        clearances=draw(some((), CLEARANCES)),
        harm_in_progress=draw(maybe),
        permission_live=draw(some(False, True, None)),
        resource_count=draw(some(1, 2, None)),
        resource_shared=draw(maybe),
        notice_proven_at=draw(some(NOW - HOUR, None, NOW + HOUR)),
    )


PEOPLE = ((RULE,), (KARI, OLA), (KARI,), (KARI, KARI), (RULE, KARI))
CLEARANCES = (
    Clearance(
        id="x1",
        customer="c1",
        resource="vm1",
        source=parse_origin("detector:logins"),
        until=NOW + HOUR,
        by="kari",
    ),
)


def fitted(measure, hours, cause, **fields):
    """A proposal whose time and cause are mostly those the measure needs."""
    given_ = {"hours": hours, "cause": cause}
    return proposal(measure, **fields, **{k: v for k, v in given_.items() if v != "fit"})


proposals = st.builds(
    fitted,
    st.sampled_from(list(Measure)),
    case=some(CASE, replace(CASE, kind="infrastructure/botnet")),
    clause=some(CLAUSE, replace(CLAUSE, id="general"), replace(CLAUSE, text="")),
    hours=some("fit", None, 720.0, 1.0, 0.0, -5.0, 1e9, float("nan"), float("inf")),
    versions=some(VERSIONS, replace(VERSIONS, rule=""), replace(VERSIONS, attribution=" ")),
    reasons=some("seen by us", ""),
    cause=some("fit", Cause.UNKNOWN, Cause.CAREFUL),
    shadow=some(False, True),
)


@st.composite
def asked(draw):
    """A proposal, its scope fitted or random, people, what stands, and what the gate says."""
    wanted, inputs = draw(proposals), draw(inputs_drawn())
    if draw(st.booleans()):
        wanted = replace(wanted, scope=draw(scopes))
    people = draw(st.sampled_from(PEOPLE))
    customer = draw(some(CUSTOMER, replace(CUSTOMER, tags=frozenset({"protected"})), None))
    known = facts(inputs, customer, wanted.case)
    return wanted, inputs, known, ask(wanted, people, inputs, known=known)


def let_act(claims):
    """The claims a rule may act on, told apart by their own words."""
    found = [each for each in claims if each.finding.mode in {None, Mode.ACT}]
    return [each for each in found if not each.finding.rate_unknown]


def passed(drawn):
    """The decision in a draw, None for a refusal."""
    return drawn[3] if isinstance(drawn[3], Decision) else None


class Reached(Exception):
    """All that the draws should reach was drawn."""


@pytest.mark.nightly("fuzz")
def test_the_draws_pass():
    """The draws below do reach decisions: by rules and by people, low and high on the ladder."""
    seen = set()

    @settings(MANY, derandomize=True, max_examples=6000, phases=[Phase.generate], database=None)
    @given(asked())
    def draw(drawn) -> None:
        made = passed(drawn)
        seen.add((made.level, made.automatic) if made else None)
        high = any(each and each[0] >= Level.L5 for each in seen)
        if high and seen >= {(Level.L3, True), (Level.L3, False), None}:
            raise Reached

    with pytest.raises(Reached):
        draw()


@MANY
@given(asked())
def test_invariant_01_a_cleared_signal_does_not_act_alone(drawn):
    """After a person cleared the detector, no rule goes beyond a record on its word alone."""
    _, inputs, _, _ = drawn
    made = passed(drawn)
    if made and made.automatic and made.level > Level.L0 and inputs.clearances:
        heard = {str(each.finding.source) for each in let_act(inputs.claims)}
        assert heard - {"detector:logins", "mail:?c.example"}


@MANY
@given(asked())
def test_no_rule_acts_on_what_only_people_may_act_on(drawn):
    """A detector in notify or propose, and flows of unknown sampling, give a rule nothing to do."""
    _, inputs, _, _ = drawn
    made = passed(drawn)
    if made is None or not made.automatic or made.level is Level.L0:
        return
    left = [each.finding for each in let_act(inputs.claims) if each.finding.role != "victim"]
    assert left
    if made.level >= Level.L3:
        ours = any(str(each.source) == "detector:logins" for each in left)
        assert ours or len({str(each.source) for each in left} - {"mail:?c.example"}) == 2
        assert made.scope.port in {None, *(each.target.port for each in left if each.target)}


@MANY
@given(asked())
def test_invariant_02_enough_different_people(drawn):
    """L5 has one person with reasons; L6, L7 and X have two different ones."""
    if made := passed(drawn):
        people = {each.id for each in (made.author, *made.approvers) if each.kind == "person"}
        assert len(people) >= {5: 1, 6: 2, 7: 2, 8: 2}.get(made.level, 0)
        assert made.level < Level.L5 or made.reasons.strip()


@MANY
@given(asked())
def test_invariant_03_unread_answer_stops_escalation(drawn):
    """With an answer nobody read, and none read before it, nothing goes above informing."""
    _, inputs, _, _ = drawn
    made = passed(drawn)
    if made and inputs.answers and inputs.answers[0].read_at is None:
        assert made.level <= Level.L1


@MANY
@given(asked())
def test_invariant_05_scope_never_exceeds_evidence(drawn):
    """What is touched is in the evidence; a person's note widens to the resource's address only."""
    _, inputs, _, _ = drawn
    made = passed(drawn)
    if made is None or made.level < Level.L3:
        return
    scope, noted = made.scope, not made.automatic and bool(made.scope.note)
    found = [each.finding for each in inputs.claims if each.finding.role is not Role.VICTIM]
    peers = [each.target or Endpoint() for each in found if each.subject.address == scope.address]
    assert (scope.customer, scope.resource) == ("c1", "vm1")
    assert scope.url in {None, *(each.subject.url for each in found)}
    assert scope.name in {None, *(each.subject.domain for each in found)}
    assert noted or scope.address in {None, *(each.subject.address for each in found)}
    assert noted or scope.port in {None, *(each.port for each in peers)}
    assert noted or scope.destination in {None, *(each.address for each in peers)}
    held = any(scope.address in prefix for prefix in inputs.holds_now if scope.address)
    assert scope.address is None or held


@MANY
@given(asked())
def test_invariant_06_target_scope_and_end_are_given(drawn):
    """Every restriction ends, within the longest life of its rung, and names what it touches."""
    made = passed(drawn)
    if made is None or made.level < Level.L3:
        return
    longest = {3: 1 if made.automatic else 7, 4: 3, 5: 14, 6: 30, 7: 30, 8: 1}[made.level]
    assert NOW < made.ends <= NOW + timedelta(days=longest)
    assert made.scope.customer.strip()
    assert made.scope.resource.strip()
    needs = {"block-port": "port", "limit-rate": "rate", "block-url": "url", "block-name": "name"}
    assert getattr(made.scope, needs.get(made.measure, "customer"))


@MANY
@given(asked())
def test_invariant_07_nothing_final_without_proof(drawn):
    """A termination is a hold of 30 days by two people, after a proven notice, with a cause."""
    _, inputs, _, _ = drawn
    made = passed(drawn)
    if made and made.level is Level.L7:
        assert inputs.notice_proven_at <= NOW
        assert made.ends == NOW + timedelta(days=37)  # and seven in which a person may end it
        assert made.cause in {Cause.OWN_ACT, Cause.PERMITTED_USER, Cause.CARELESS}
        assert not made.automatic


@MANY
@given(asked())
def test_invariant_08_frozen_or_over_the_breaker(drawn):
    """Frozen, a rule does nothing; thawed, it stays under the hour's and the day's counts."""
    _, inputs, _, _ = drawn
    made = passed(drawn)
    if made is None or not made.automatic or made.level is Level.L0:
        return
    assert not inputs.frozen
    if made.level >= Level.L3:
        count = inputs.count
        assert made.level is not Level.L3 or count.l3 < 20
        assert made.level is not Level.L4 or count.l4 < 5
        assert len(count.touched | {"c1"}) <= max(1, count.customers * 0.005)


@MANY
@given(asked())
def test_invariant_10_victims_are_never_limited(drawn):
    """Whoever asks: a holder against whom no claim speaks is told at most."""
    _, inputs, _, _ = drawn
    made = passed(drawn)
    if made and {each.finding.role for each in inputs.claims} == {Role.VICTIM}:
        assert made.level <= Level.L1


@MANY
@given(asked())
def test_invariant_11_every_version_is_named(drawn):
    """No decision without detector, rule, policy, attribution and the clause's own words."""
    if made := passed(drawn):
        named = made.versions
        texts = (named.detector, named.rule, named.policy, named.attribution, made.clause_text)
        assert all(text.strip() for text in texts)


@MANY
@given(asked())
def test_a_rule_stays_low(drawn):
    """L3 with E2, L4 for harm in progress; nothing on an allegation; nothing on the protected."""
    _, _, known, _ = drawn
    made = passed(drawn)
    if made is None or not made.automatic:
        return
    assert made.level <= Level.L4
    assert made.level < Level.L4 or known["harm.in_progress"] is True
    assert made.level < Level.L3 or made.evidence >= Evidence.E2
    assert made.level < Level.L1 or made.evidence >= Evidence.E1
    assert made.level <= Level.L1 or known["customer.protected"] is False


@given(st.integers(0, 10**7))
def test_invariant_08_share_is_at_least_one(customers):
    """Half a per cent of the customers, but one where that is less than one."""
    assert allowed(customers, INPUTS.limits) == max(1, customers // 200)
