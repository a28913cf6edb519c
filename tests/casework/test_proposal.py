"""What a rule or a person asks for: whole, and aimed at nothing that no claim names."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.casework.permit import permit
from aupkeep.casework.proposal import Proposal, aim, carried_by, proposals_of, protection
from aupkeep.casework.reach import OwnReach
from aupkeep.model.decision import Decision, PortRange, Scope
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Cause, Evidence, Level, Measure, Standard
from aupkeep.model.ruling import Ruling, TraceStep
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import (
    ADDRESS,
    CASE,
    CLAIMS,
    CLAUSE,
    HOUR,
    INPUTS,
    KARI,
    NOW,
    OLA,
    OTHER,
    PEER,
    VERSIONS,
    claim,
    facts,
    proposal,
)

STEP = TraceStep(rule="r", part="when", text="x", result=True)
RULING = Ruling(
    clause="intrusion",
    rule="r",
    level=Level.L3,
    measure=Measure.BLOCK_PORT,
    scope="port",
    hours=24,
    needs=Evidence.E2,
    standard=Standard.PLAIN_CONDUCT,
    notice="limit",
    policy="p1",
    shadow=True,
    trace=(STEP,),
)
BLANK = Scope(customer="c1", resource="vm1")


def all_of(ruling, claims=CLAIMS, **more):
    return list(
        proposals_of(
            ruling,
            case=CASE,
            clause=CLAUSE,
            claims=claims,
            versions=VERSIONS,
            reasons="seen",
            **{"since": NOW, **more},
        )
    )


def places(claims, since):
    return [x.scope.address for x in all_of(RULING, claims, since=since)]


def made_of(ruling, claims=CLAIMS, **more):
    return all_of(ruling, claims, **more)[0]


def test_a_ruling_becomes_a_proposal():
    """Everything the rule says, aimed by the claims."""
    assert made_of(RULING) == Proposal(
        case=CASE,
        clause=CLAUSE,
        measure=Measure.BLOCK_PORT,
        scope=replace(BLANK, address=ADDRESS, protocol="tcp", port=22),
        hours=24.0,
        versions=VERSIONS,
        reasons="seen",
        needs=Evidence.E2,
        trace=(STEP,),
        shadow=True,
    )
    word = replace(RULING, level=Level.L2, measure=Measure.INFORM_DEADLINE, scope="none")
    assert (made_of(word).hours, made_of(word).scope) == (None, BLANK)
    mail = replace(RULING, measure=Measure.LIMIT_SMTP, scope="port")
    assert made_of(mail).scope == replace(BLANK, address=ADDRESS)


def test_a_rule_aims_by_what_it_may_act_on():
    """Where a detector may act, one that only tells does not aim, however new it is."""
    telling = claim("9", at=NOW, source="detector:c2", mode=Mode.NOTIFY,
                    target=Endpoint(address=PEER, port=80, protocol="tcp"))  # fmt: skip
    asking = replace(telling, finding=replace(telling.finding, mode=Mode.PROPOSE))
    assert made_of(RULING, (*CLAIMS, telling)).scope.port == 22
    assert made_of(RULING, (asking,)).scope.port == 80
    assert made_of(RULING, (telling,)).scope == BLANK


def test_a_rule_aims_at_the_holders_own_ports():
    """Of a shared address the range that the evidence names."""
    ranges = (PortRange(1000, 1999), PortRange(2000, 2999))
    own = OwnReach(address=ADDRESS, ports=ranges, others=("birch vm-t",))
    from_there = claim("1", subject=Subject(address=ADDRESS, port=2500))
    assert made_of(RULING, (from_there,), reaches=[own]).scope.source_ports == ranges[1]


@pytest.mark.parametrize(
    ("target", "scope"),
    [
        ("port", {"address": ADDRESS, "protocol": "tcp", "port": 22}),
        ("destination", {"address": ADDRESS, "destination": PEER}),
        ("address", {"address": ADDRESS, "note": "could not go narrower than the address"}),
        ("mail", {"address": ADDRESS}),
        ("resource", {"address": ADDRESS}),
        ("url", {"url": "https://a.example/x"}),
        ("name", {"name": "a.example"}),
        ("none", {}),
        ("account", {}),
    ],
)
def test_each_aim(target, scope):
    """The claims name all of it once; each aim takes its own and nothing beside it."""
    claims = (
        claim("1"),
        claim("2", subject=Subject(url="https://a.example/x"), target=None),
        claim("3", subject=Subject(domain="a.example"), target=None),
    )
    assert aim(target, CASE, claims) == replace(BLANK, **scope)
    assert aim(target, CASE, ()) == BLANK


def test_the_newest_claim_that_names_it_aims():
    """One with a protocol before one without, then the newest, then the last by its id."""
    web = Endpoint(address=OTHER, port=80, protocol="tcp")
    older = claim("1", at=NOW - 2 * HOUR)
    newer = claim("2", at=NOW - HOUR, target=web)
    bare = claim("3", at=NOW, target=Endpoint(port=443))
    assert aim("port", CASE, (newer, older)).port == 80
    assert aim("port", CASE, (bare, older)).port == 22
    assert aim("port", CASE, (bare,)).port == 443
    twin = claim("9", at=NOW - HOUR)
    assert aim("port", CASE, (twin, newer)).port == aim("port", CASE, (newer, twin)).port == 22
    homeless = claim("8", at=NOW, subject=Subject(url="https://a.example/"))
    assert aim("port", CASE, (homeless, older)).port == 22
    peerless = claim("7", at=NOW, target=Endpoint(port=22, protocol="tcp"))
    assert aim("destination", CASE, (peerless, older)).destination == PEER


def test_who_is_attacked_aims_nothing_against_itself():
    """A claim about a victim aims no block of it."""
    assert aim("port", CASE, (claim("1", role=Role.VICTIM),)) == BLANK
    assert aim("port", CASE, (claim("1", role=Role.VULNERABLE),)).port == 22


def attacked(name="1", **changes):
    fields = {
        "source": "detector:flood", "kind": "protection/inbound_ddos", "role": Role.VICTIM,
        "mode": Mode.ACT, "rate": 5009, "target": Endpoint(port=53, protocol="udp"),
    }  # fmt: skip
    return claim(name, **{**fields, **changes})


def test_a_protection_is_as_narrow_as_the_flood():
    """Its port, else its protocol and a tenth of its rate, at least one byte; else none."""
    narrow = replace(BLANK, address=ADDRESS, protocol="udp", port=53)
    assert protection(CASE, [attacked()]) == (Measure.BLOCK_INBOUND, narrow)
    open_ = Endpoint(protocol="udp")
    assert aim("inbound-port", CASE, [attacked(target=open_)]) == BLANK
    slowed = replace(BLANK, address=ADDRESS, protocol="udp", rate=500)
    assert protection(CASE, [attacked(target=open_)]) == (Measure.LIMIT_INBOUND, slowed)
    trickle = protection(CASE, [attacked(target=open_, rate=9)])
    assert trickle == (Measure.LIMIT_INBOUND, replace(slowed, rate=1))
    assert protection(CASE, [attacked(target=open_, rate=None)]) is None
    assert protection(CASE, [attacked(target=Endpoint(port=53))]) is None
    carried = protection(CASE, [attacked(target=None, transport="icmp")])
    assert carried == (Measure.LIMIT_INBOUND, replace(slowed, protocol="icmp"))
    assert protection(CASE, CLAIMS) is None
    assert aim("inbound", CASE, [attacked(target=None, rate=None)]) == replace(
        BLANK, address=ADDRESS
    )


def test_the_protocol_is_the_other_sides_first():
    """Else the subject's own; else nobody knows."""
    udp = attacked(transport="tcp").finding
    assert carried_by(udp) == "udp"
    assert carried_by(replace(udp, target=None)) == "tcp"
    assert carried_by(replace(udp, target=Endpoint(port=53))) == "tcp"
    assert carried_by(replace(udp, target=None, transport=None)) is None


def test_a_decision_is_whole():
    """What it applied, on what, by whom, from when until when, and its answer to the rest."""
    wanted = proposal(Measure.SUSPEND_ACCOUNT, reached=Evidence.E4, cause=Cause.CARELESS,
                      trace=(STEP,), hours=48.0)  # fmt: skip
    decision = permit(wanted, [KARI, OLA], facts(), INPUTS, id="d7", now=NOW)
    assert decision == Decision(
        id="d7",
        case="case1",
        clause="intrusion",
        clause_text="You do not enter others' systems.",
        document="AUP",
        document_version="1",
        standard=CLAUSE.standard,
        evidence=Evidence.E4,
        level=Level.L6,
        measure=Measure.SUSPEND_ACCOUNT,
        scope=BLANK,
        starts=NOW,
        ends=NOW + timedelta(hours=48),
        author=KARI,
        approvers=(OLA,),
        reasons=wanted.reasons,
        facts=facts(),
        trace=(STEP,),
        versions=VERSIONS,
        cause=Cause.CARELESS,
        reverses=None,
    )


def test_evidence_is_reasoned_up_and_never_down():
    """By a person, with reasons, for more than a record."""

    def level(people=(KARI,), measure=Measure.BLOCK_PORT, **changes: object) -> Evidence:
        wanted = proposal(measure, **changes)
        return permit(wanted, people, facts(), INPUTS, id="d", now=NOW).evidence

    assert level(reached=Evidence.E3) is Evidence.E3
    assert level(reached=Evidence.E1) is Evidence.E2
    assert level(reached=Evidence.E3, reasons=" ") is Evidence.E2
    assert level(measure=Measure.RECORD, reached=Evidence.E3) is Evidence.E2
    assert level(measure=Measure.INFORM, reached=Evidence.E3) is Evidence.E3


def test_a_proposal_for_each_place_that_claims_since_a_moment_name():
    """The newest first, whatever its age; each place once; one that names none is a blank."""
    later = [claim(str(n), subject=Subject(address=OTHER), at=NOW + n * HOUR) for n in (1, 2)]
    claims = (*CLAIMS, *later)

    earliest = min(x.at for x in CLAIMS)
    assert places(claims, earliest) == [OTHER, ADDRESS]
    assert places(claims, max(x.at for x in CLAIMS)) == [OTHER, ADDRESS]
    assert places(claims, NOW + HOUR) == [OTHER]
    assert places(claims, NOW + 3 * HOUR) == [OTHER]
    assert places((), NOW) == [None]
