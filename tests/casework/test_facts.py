"""The facts are what is known, under the policy's names, and nothing else."""

from dataclasses import replace

import pytest

from aupkeep.casework.evidence_level import Trust
from aupkeep.casework.facts import facts_of
from aupkeep.casework.incidents import JoinRules
from aupkeep.model.case import AnswerKind, Judgement
from aupkeep.model.clearance import Clearance
from aupkeep.model.finding import Conduct, Mode, Role
from aupkeep.model.origin import parse_origin
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import (
    ADDRESS,
    CASE,
    CLAIMS,
    CUSTOMER,
    HOUR,
    INPUTS,
    NOW,
    PEER,
    answer,
    claim,
    facts,
)


def test_of_the_scene():
    """Everything known in the scene, by name."""
    assert dict(facts().values) == {
        "answer.disputes": False,
        "answer.unread": False,
        "case.age_hours": 1.0,
        "case.events": 2,
        "case.events_24h": 2,
        "case.incidents": 1,
        "case.quiet_hours": 1.0,
        "case.sources": 2,
        "cleared.recently": False,
        "customer.age_days": 1.25,
        "customer.critical": False,
        "customer.protected": False,
        "customer.reachable": True,
        "customer.strikes": 0,
        "customer.tags": (),
        "customer.type": "business",
        "evidence.level": 2,
        "evidence.acting": 2,
        "evidence.telemetry": True,
        "finding.conduct": "engaging",
        "finding.confidence": 0.9,
        "finding.kind": "connection/login_attack",
        "finding.lookalikes": (),
        "finding.role": "offender",
        "finding.rsit": "intrusion-attempts:brute-force",
        "finding.spoofable": False,
        "harm.in_progress": True,
        "holding.answer": "held",
        "permission.live": False,
        "report.authenticated": True,
        "resource.count": 1,
        "resource.shared": False,
        "target.port": 22,
        "target.protocol": "tcp",
    }


def test_what_is_not_known_is_left_out():
    """No customer, no port, nothing said about harm: the names are absent, never false."""
    inputs = replace(INPUTS, harm_in_progress=None, permission_live=None, resource_count=None)
    found = facts_of(CASE, [], [claim(target=None)], None, inputs, now=NOW)
    for name in ("harm.in_progress", "permission.live", "resource.count", "target.port"):
        assert name not in found.values
    assert not [name for name in found.values if name.startswith("customer.p")]
    assert facts(customer=replace(CUSTOMER, bare=True))["customer.protected"] is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("mail:a.example", True),
        ("mail:?a.example", False),
        ("api:a", True),
        ("detector:a", False),
        ("form:a.example", True),
        ("form:?a.example", False),
    ],
)
def test_report_authenticated(source, expected):
    """A proven sender or a token counts; an unproven one, or no report at all, does not."""
    inputs = replace(INPUTS, claims=(claim(source=source),))
    assert facts(inputs)["report.authenticated"] is expected


def test_newest_claim_against_the_holder_speaks():
    """A newer claim about a victim does not hide the offence."""
    victim = claim("9", at=NOW, role=Role.VICTIM)
    assert facts(replace(INPUTS, claims=(*CLAIMS, victim)))["finding.role"] == "offender"


def test_unread_and_cleared():
    """An unread answer and a live clearance are facts; a lapsed one is not."""
    clear = Clearance(
        id="x1",
        customer="c1",
        resource="vm1",
        source=parse_origin("detector:x"),
        until=NOW + HOUR,
        by="kari",
    )
    said = (claim("1", source="detector:x"),)
    found = facts(replace(INPUTS, answers=(answer(),), clearances=(clear,), claims=said))
    assert (found["answer.unread"], found["cleared.recently"]) == (True, True)
    lapsed = replace(INPUTS, clearances=(replace(clear, until=NOW),), claims=said)
    assert facts(lapsed)["cleared.recently"] is False
    others = replace(INPUTS, clearances=(clear,))  # two further sources say it too
    assert facts(others)["cleared.recently"] is False


def test_a_day_is_twenty_four_hours():
    """A claim that is a day old is none of the last 24 hours; half an hour is half an hour."""
    old = claim("3", at=NOW - 24 * HOUR, count=7)
    found = facts(replace(INPUTS, claims=(old, claim("4", at=NOW - HOUR / 2))))
    assert (found["case.events"], found["case.events_24h"]) == (8, 1)
    assert found["case.quiet_hours"] == 0.5


def test_who_is_doubted_moves_no_fact():
    """What the desk knows about the sources counts in each fact about the evidence."""
    rules = JoinRules(trust=Trust(doubted={"mail:reporter.example"}))
    claims = (claim("1"),)
    found = facts_of(CASE, [], claims, CUSTOMER, INPUTS, now=NOW, rules=rules)
    assert (found["evidence.level"], found["evidence.acting"], found["case.sources"]) == (0, 0, 0)
    assert found["report.authenticated"] is False
    web = Endpoint(address=PEER, port=80, protocol="tcp")
    believed = claim("2", source="mail:other.example", at=NOW - 2 * HOUR, target=web)
    found = facts_of(CASE, [], (*claims, believed), CUSTOMER, INPUTS, now=NOW, rules=rules)
    assert (found["target.port"], found["case.events"], found["case.quiet_hours"]) == (80, 1, 2.0)
    spam = {"kind": "messaging/spam", "target": None}
    details = {"awaits_complaint": "True"}
    burst = claim("3", source="detector:smtp-burst", mode=Mode.PROPOSE, details=details, **spam)
    mail = (burst, claim("4", **spam))
    found = facts_of(CASE, [], mail, CUSTOMER, INPUTS, now=NOW, rules=rules)
    assert (found["evidence.level"], found["evidence.acting"]) == (2, 0)


def test_the_port_of_the_subject():
    """The port that the finding is about is a fact where it names one."""
    named = claim(subject=Subject(address=ADDRESS, port=4000))
    assert facts(replace(INPUTS, claims=(named,)))["finding.port"] == 4000


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        (None, {"strikes": 3}),
        (replace(CUSTOMER, bare=True), {"strikes": 3, "reachable": False}),
        (
            replace(CUSTOMER, type="private", since=None, tags={"vip", "protected"}, contacts=()),
            {
                "strikes": 3,
                "reachable": False,
                "protected": True,
                "critical": False,
                "type": "private",
                "tags": ("protected", "vip"),
            },
        ),
        (
            replace(CUSTOMER, type="society", tags={"critical"}),
            {
                "strikes": 3,
                "reachable": True,
                "protected": False,
                "critical": True,
                "age_days": 1.25,
                "tags": ("critical",),
            },
        ),
    ],
)
def test_what_is_known_of_the_holder(customer, expected):
    """Nothing but the strikes where nobody is known, and that a bare one cannot be reached."""
    found = facts(customer=customer, case=replace(CASE, strikes=3)).values
    prefix = "customer."
    known = {name.removeprefix(prefix): found[name] for name in found if name.startswith(prefix)}
    assert known == expected


@pytest.mark.parametrize(
    ("kind", "judged", "disputes"),
    [
        (AnswerKind.FIXED, None, False),
        (AnswerKind.NEED_HELP, None, False),
        (AnswerKind.NOT_ME, None, True),
        (AnswerKind.APPEAL, None, True),
        (AnswerKind.APPEAL, Judgement.GRANTED, True),
        (AnswerKind.APPEAL, Judgement.STEPPED_DOWN, True),
        (AnswerKind.APPEAL, Judgement.REFUSED, False),
    ],
)
def test_who_says_that_it_is_not_so_disputes(kind, judged, disputes):
    """Until an appeal was refused; one answer of several is enough."""
    said = replace(answer(kind=kind), judged=judged)
    assert facts(replace(INPUTS, answers=(said,)))["answer.disputes"] is disputes
    both = replace(INPUTS, answers=(answer("2"), said))
    assert facts(both)["answer.disputes"] is disputes


def test_strikes_of_every_case_count():
    """Of this one and of the customer's others, also where the customer is not known."""
    case, others = replace(CASE, strikes=1), replace(INPUTS, strikes=2)
    assert facts(others, case=case)["customer.strikes"] == 3
    assert facts(others, customer=None, case=case)["customer.strikes"] == 3


def test_what_a_report_says_of_conduct():
    """Promoting, and the harmless look-alikes that it names."""
    said = claim("1", conduct=Conduct.PROMOTING, lookalikes=("simulation",))
    known = facts(replace(INPUTS, claims=(said,)))
    assert (known["finding.conduct"], known["finding.lookalikes"]) == (
        "promoting",
        ("simulation",),
    )
