"""Refusing too much is a fault too: each no has a cause in what was asked, and the harmless passes.

The draws are those of `test_invariants`. A refusal names an invariant, and what that invariant is
about must stand in the draw, by its own words, apart from the gate's conditions.
"""

from dataclasses import replace
from ipaddress import ip_network

from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.casework.breaker import AutomationCount
from aupkeep.casework.evidence_level import acting
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.finding import Role
from aupkeep.model.ladder import PROTECTIVE, Cause, Evidence, Level, Measure
from casework.scenes import (
    ADDRESS,
    CLAIMS,
    CUSTOMER,
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
from casework.test_invariants import MANY, PEOPLE, inputs_drawn, proposals

PEOPLE_NEEDED = {5: 1, 6: 2, 7: 2, 8: 2}
NEEDED = {
    Measure.BLOCK_PORT: ("address", "protocol", "port"),
    Measure.BLOCK_DESTINATION: ("address", "destination"),
    Measure.LIMIT_RATE: ("address", "rate"),
    Measure.LIMIT_SMTP: ("address",),
    Measure.BLOCK_INBOUND: ("address", "protocol", "port"),
    Measure.LIMIT_INBOUND: ("address", "protocol", "rate"),
    Measure.BLOCK_SPOOFED: ("address",),
    Measure.HOLD_MAIL: ("account",),
    Measure.BLOCK_MAIL: ("account",),
    Measure.ISOLATE: ("address",),
    Measure.INTERCEPT: ("address", "destination"),
    Measure.INTERCEPT_MAIL: ("account",),
}
CLEAN = (*CLAIMS, claim("3", source="detector:c2"))


def cleared(wanted, inputs, known, people):
    """Invariant 1: something was cleared, and a rule asks."""
    return bool(inputs.clearances) and people[0] is RULE


def too_few(wanted, inputs, known, people):
    """Invariant 2: people are missing, or their reasons, or a rule goes beyond L4."""
    persons = {actor.id for actor in people if actor.kind == "person"}
    two = wanted.clause.id == "general" or for_one_url(wanted, inputs) or off_board(wanted)
    few = len(persons) < (2 if two else PEOPLE_NEEDED.get(wanted.level, 0))
    mute = not wanted.reasons.strip() and (
        wanted.level >= Level.L5 or known["evidence.level"] == Evidence.E0
    )
    return few or mute or (people[0] is RULE and wanted.level > Level.L4)


def off_board(wanted):
    """A critical customer is told a day."""
    return wanted.measure is Measure.OFF_BOARD


def for_one_url(wanted, inputs):
    """One URL is all the evidence, and the whole machine would go."""
    urls = {c.finding.subject.url for c in inputs.claims if c.finding.role is not Role.VICTIM}
    return wanted.level >= Level.L4 and len(urls) == 1 and None not in urls


def unread(wanted, inputs, known, people):
    """Invariant 3: an answer that nobody read."""
    return any(given_.read_at is None for given_ in inputs.answers)


def not_theirs(wanted, inputs, known, people):
    """Invariant 4: another holds the address now, or the holder or measure is not for rules."""
    at = wanted.scope.address
    moved = at is not None and not any(at in prefix for prefix in inputs.holds_now)
    marked = known["customer.protected"] is not False or known["customer.critical"] is not False
    return moved or (people[0] is RULE and (marked or wanted.measure is Measure.OFF_BOARD))


def too_wide(wanted, inputs, known, people):
    """Invariant 5: the scope is not what each claim names, or it touches others."""
    scope = wanted.scope
    named = all(
        claim_.finding.subject.address == scope.address
        and claim_.finding.target is not None
        and (scope.port, scope.protocol)
        in {(claim_.finding.target.port, claim_.finding.target.protocol), (None, None)}
        and scope.destination in {None, claim_.finding.target.address}
        and claim_.finding.role is not Role.VICTIM
        for claim_ in inputs.claims
    )
    others = inputs.resource_count != 1 or inputs.resource_shared is True
    aimed = wanted.measure in {Measure.BLOCK_PORT, Measure.BLOCK_DESTINATION, Measure.ISOLATE}
    exact = (scope.customer, scope.resource) == ("c1", "vm1") and scope.rate is None
    bare = scope.url is None and scope.name is None and aimed and exact
    untold = len(acting(inputs.claims)) < len(inputs.claims)  # a rule aims by what may act alone
    wide = for_one_url(wanted, inputs) or (people[0] is RULE and (others or untold))
    return not (named and bare) or wide or wanted.measure in PROTECTIVE


def blank(wanted, inputs, known, people):
    """Invariant 6: no end, too late an end, or a blank in the scope."""
    scope, hours = wanted.scope, wanted.hours
    odd = hours is None or not 0 < hours <= 24
    empty = None in {getattr(scope, name) for name in NEEDED.get(wanted.measure, ())}
    return odd or empty or not (scope.customer and scope.resource) or scope.rate in {0, -1}


def unproven(wanted, inputs, known, people):
    """Invariant 7: a termination without its proof, its cause or its thirty days; an end alone."""
    proof = inputs.notice_proven_at is not None and inputs.notice_proven_at <= NOW
    blamed = wanted.cause not in {Cause.UNKNOWN, Cause.CAREFUL}
    right = proof and blamed and wanted.hours == 720.0
    return wanted.level is Level.L7 and (wanted.measure is Measure.END_SERVICE or not right)


def braked(wanted, inputs, known, people):
    """Invariant 8: frozen, or automation did much already."""
    count = inputs.count
    share = len(count.touched | {"c1"}) > max(1, count.customers // 200)
    return people[0] is RULE and (inputs.frozen or count.l3 >= 20 or count.l4 >= 5 or share)


def attacked(wanted, inputs, known, people):
    """Invariant 10: a victim is among those spoken of, or a protection is asked for."""
    victims = any(claim_.finding.role is Role.VICTIM for claim_ in inputs.claims)
    return victims or wanted.measure in PROTECTIVE


def unnamed(wanted, inputs, known, people):
    """Invariant 11: a version without a name."""
    named = wanted.versions
    texts = (named.detector, named.rule, named.policy, named.attribution)
    return not all(text.strip() for text in texts)


def other(wanted, inputs, known, people):
    """No invariant: listen mode, trial, blank clause, no critical customer, a rule's limit."""
    quiet = inputs.listen or wanted.shadow or not wanted.clause.text.strip()
    return quiet or people[0] is RULE or off_board(wanted)


CAUSES = {
    None: other, 1: cleared, 2: too_few, 3: unread, 4: not_theirs, 5: too_wide, 6: blank,
    7: unproven, 8: braked, 10: attacked, 11: unnamed,
}  # fmt: skip


@MANY
@given(proposals, inputs_drawn(), st.sampled_from(PEOPLE), st.booleans())
def test_each_refusal_has_its_cause(wanted, inputs, people, marked):
    """What the refusal says is broken stands in the question."""
    customer = replace(CUSTOMER, tags=frozenset({"protected"})) if marked else CUSTOMER
    known = facts(inputs, customer, wanted.case)
    said = ask(wanted, people, inputs, known=known)
    if isinstance(said, Refused):
        assert CAUSES[said.invariant](wanted, inputs, known, people), said.reason


harmless = st.fixed_dictionaries(
    {
        "count": st.builds(
            AutomationCount,
            l3=st.integers(0, 19),
            l4=st.integers(0, 4),
            touched=st.sets(st.sampled_from(["c1", "c2", "c3"])).map(frozenset),
            customers=st.integers(600, 9000),
        ),
        "answers": st.sampled_from([(), (answer(read_at=NOW),), (answer(at=NOW - 9 * HOUR),)]),
        "permission_live": st.sampled_from([None, False]),
        "resource_shared": st.sampled_from([None, False]),
        "harm_in_progress": st.sampled_from([None, False, True]),
        "newcomers": st.booleans(),
        "told_at": st.sampled_from([None, NOW - 8 * 24 * HOUR]),
        "holds_now": st.sampled_from([INPUTS.holds_now, (ip_network("198.51.100.0/24"),)]),
        "claims": st.permutations(CLEAN).map(tuple),
    }
)


@settings(MANY)
@given(
    harmless,
    st.sampled_from([(RULE,), (KARI,), (KARI, OLA)]),
    st.sampled_from([Measure.RECORD, Measure.INFORM, Measure.INFORM_DEADLINE, Measure.BLOCK_PORT]),
    st.floats(0.25, 24.0),
)
def test_the_harmless_passes(inputs, people, measure, hours):
    """Whatever of this stands, a rule or a person may tell the holder, and close the one port."""
    limits = measure is Measure.BLOCK_PORT
    wanted = proposal(measure, hours=hours if limits else None)
    decision = ask(wanted, people, **inputs)
    assert isinstance(decision, Decision), decision.reason
    assert decision.scope.address == (ADDRESS if limits else None)


@settings(MANY)
@given(harmless, st.booleans(), st.booleans(), st.sampled_from(list(Measure)))
def test_people_do_what_automation_may_not(inputs, frozen, critical, measure):
    """Freeze, breaker, permission and protection bind rules; two people act with care."""
    if measure in PROTECTIVE or measure in {Measure.BLOCK_URL, Measure.BLOCK_NAME}:
        return
    if measure in {Measure.END_SERVICE, Measure.OFF_BOARD}:  # have a day: `test_termination`
        return
    if critical and measure is Measure.TERMINATE:  # takes an off-boarding
        return
    mail = claim("4", kind="messaging/spam", rsit="abusive-content:spam")
    there = {
        **inputs,
        "claims": (*inputs["claims"], mail),
        "frozen": frozen,
        "permission_live": True,
        "notice_proven_at": NOW,
        "count": AutomationCount(l3=99, l4=99),
    }
    tags = frozenset({"critical"}) if critical else frozenset()
    known = facts(replace(INPUTS, **there), replace(CUSTOMER, tags=tags))
    decision = ask(proposal(measure), (KARI, OLA), known=known, **there)
    assert isinstance(decision, Decision), decision.reason
