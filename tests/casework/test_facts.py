"""The facts are what is known, under the policy's names, and nothing else."""

from dataclasses import replace

import pytest

from aupkeep.casework.facts import facts_of
from aupkeep.model.clearance import Clearance
from aupkeep.model.finding import Role
from aupkeep.model.origin import parse_origin
from casework.scenes import (
    CASE,
    CLAIMS,
    CUSTOMER,
    HOUR,
    INPUTS,
    NOW,
    answer,
    claim,
    facts,
)


def test_of_the_scene():
    """Everything known in the scene, by name."""
    assert dict(facts().values) == {
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
        "finding.confidence": 0.9,
        "finding.kind": "connection/login_attack",
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
    found = facts(replace(INPUTS, answers=(answer(),), clearances=(clear,)))
    assert (found["answer.unread"], found["cleared.recently"]) == (True, True)
    lapsed = replace(INPUTS, clearances=(replace(clear, until=NOW),))
    assert facts(lapsed)["cleared.recently"] is False
