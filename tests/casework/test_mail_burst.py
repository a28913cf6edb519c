"""A burst of mail that our own detector saw acts alone only beside a source outside."""

import pytest

from aupkeep.casework.evidence_level import Trust, acting, evidence_level
from aupkeep.model.finding import Mode, Role
from aupkeep.model.ladder import Evidence
from casework.scenes import claim

SPAM = "messaging/spam"


def burst(mode: Mode = Mode.PROPOSE, **details: str):
    """What `smtp-burst` says where the policy lets it act."""
    details = details or {"awaits_complaint": "True"}
    return claim("b", source="detector:smtp-burst", kind=SPAM, mode=mode, details=details)


def complaint(source: str = "mail:reporter.example", **finding: object):
    """What a reporter says."""
    return claim("c", source=source, **{"kind": SPAM, **finding})


def test_alone_it_asks_a_person():
    assert acting([burst()]) == ()


@pytest.mark.parametrize("kind", [SPAM, "messaging/bulk_messaging"])
def test_with_a_proven_complaint_rules_may_act_on_it(kind: str):
    both = [burst(), complaint(kind=kind)]
    assert acting(both) == tuple(both)
    assert evidence_level(acting(both)) is Evidence.E2


@pytest.mark.parametrize(
    "said",
    [
        complaint("mail:?reporter.example"),
        complaint(role=Role.VICTIM),
        complaint(kind="connection/port_scan"),
        complaint("detector:mail-bombing"),
    ],
    ids=["unproven", "about a victim", "about something else", "our own"],
)
def test_what_is_no_complaint_unlocks_nothing(said):
    assert burst() not in acting([burst(), said])


def test_a_doubted_source_unlocks_nothing():
    trust = Trust(doubted={"mail:reporter.example"})
    assert burst() not in acting([burst(), complaint()], trust)


@pytest.mark.parametrize("seen", [burst(Mode.NOTIFY), burst(other="x")])
def test_a_burst_that_may_not_act_does_not_act_with_a_complaint(seen):
    """Sampled or of a mail server it is only told; at `propose` the operator wants a person."""
    assert seen not in acting([seen, complaint()])
