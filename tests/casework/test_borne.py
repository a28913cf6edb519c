"""A rule's limit rests on evidence of its very place, of the last day it was seen (invariant 5)."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest

from aupkeep.casework.evidence_level import Trust
from aupkeep.casework.incidents import WINDOW
from aupkeep.casework.measure_limits import borne
from aupkeep.model.case import Claim
from aupkeep.model.decision import Refused, Scope
from aupkeep.model.finding import Mode
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.model.subject import Endpoint, Subject
from casework.scenes import ADDRESS, INPUTS, NOW, OTHER, PEER, claim, proposal

SIX = ip_address("2001:db8:5:1::7")
INSIDE, OUTSIDE = ip_address("2001:db8:5:1::8"), ip_address("2001:db8:5:2::8")
URL = "https://a.example/x"
ONE, TWO = "mail:one.example", "mail:two.example"


def short(found: Evidence, needed: Evidence = Evidence.E2) -> Refused:
    """What is said where the evidence is less than is needed."""
    reason = f"The evidence of just this, within a day, is {found.name}, not {needed.name}."
    return Refused(reason=reason, invariant=5)


def asked(
    *claims: Claim, measure: Measure = Measure.BLOCK_PORT, trust: Trust | None = None, **scope
):
    """What `borne` says of a measure on this scope; on our address and port where none is given."""
    fields = {"customer": "c1", "resource": "vm1", **scope}
    wanted = proposal(measure, scope=Scope(**fields)) if scope else proposal(measure)
    return borne(wanted, replace(INPUTS, claims=claims, trust=trust or INPUTS.trust))


def pair(**second):
    """Two sources: one names what the scene names, the other something else."""
    return claim("1", source=ONE), claim("2", source=TWO, **second)


def test_two_sources_of_one_place_and_day_bear_it():
    """One alone does not, none less; what restricts nothing needs none, a rule may need more."""
    assert asked(*pair()) is None
    assert asked(pair()[0]) == short(Evidence.E1)
    assert asked() == short(Evidence.E0)
    assert asked(measure=Measure.INFORM_DEADLINE) is None
    harder = proposal(needs=Evidence.E3)
    said = borne(harder, replace(INPUTS, claims=pair()))
    assert said == short(Evidence.E2, Evidence.E3)


@pytest.mark.parametrize(
    ("second", "there"),
    [
        ({"target": Endpoint(address=PEER, port=80, protocol="tcp")}, False),
        ({"subject": Subject(address=OTHER)}, False),
        ({"target": Endpoint(address=PEER)}, True),
        ({"target": None}, True),
    ],
)
def test_what_is_of_another_place_bears_nothing(second, there):
    """Another port or address is another place; what names no port speaks of each."""
    assert asked(*pair(**second)) == (None if there else short(Evidence.E1))


def test_an_isolation_is_on_the_whole_resource():
    """Whatever port or address of it the claims name."""
    other = pair(subject=Subject(address=OTHER), target=Endpoint(port=80))
    assert asked(*other, measure=Measure.ISOLATE) is None


@pytest.mark.parametrize(
    ("subject", "there"),
    [
        (Subject(address=INSIDE), True),
        (Subject(address=OUTSIDE), False),
        (Subject(domain="a.example"), False),
    ],
)
def test_an_assignment_is_one_place(subject, there):
    """Each of its addresses, none outside, and nothing without an address."""
    claims = (claim("1", source=ONE, subject=Subject(address=SIX)),)
    claims += (claim("2", source=TWO, subject=subject),)
    scope = {"address": SIX, "prefix_length": 64}
    said = asked(*claims, measure=Measure.LIMIT_SMTP, **scope)
    assert said == (None if there else short(Evidence.E1))


@pytest.mark.parametrize(
    ("url", "there"), [(URL, True), (f"{URL}/y", False), ("https://b.example/", False)]
)
def test_a_page_is_one_place(url, there):
    """Wherever it is served from, and no other page."""
    claims = (
        claim("1", source=ONE, subject=Subject(url=URL), target=None),
        claim("2", source=TWO, subject=Subject(address=ADDRESS, url=url), target=None),
    )
    said = asked(*claims, measure=Measure.BLOCK_URL, url=URL)
    assert said == (None if there else short(Evidence.E1))


def test_what_was_said_of_another_day_bears_nothing():
    """To the last second of the window before the newest."""
    assert asked(claim("1", source=ONE, at=NOW), claim("2", source=TWO, at=NOW - WINDOW)) is None
    before = claim("2", source=TWO, at=NOW - WINDOW - timedelta(seconds=1))
    assert asked(claim("1", source=ONE, at=NOW), before) == short(Evidence.E1)


def test_a_doubted_source_bears_nothing_and_moves_no_day():
    """Where nobody credible speaks, nothing is borne; a doubted complaint unlocks no burst."""
    late = claim("3", source="mail:three.example", at=NOW + 2 * WINDOW)
    assert asked(*pair(), late, trust=Trust(doubted={"mail:three.example"})) is None
    assert asked(*pair(), trust=Trust(doubted={TWO})) == short(Evidence.E1)
    assert asked(*pair(), trust=Trust(doubted={ONE, TWO})) == short(Evidence.E0)
    burst = claim("b", source="detector:smtp-burst", kind="messaging/spam", mode=Mode.PROPOSE,
                  details={"awaits_complaint": "True"}, target=None)  # fmt: skip
    complaint = claim("c", source=ONE, kind="messaging/spam", target=None)
    smtp = {"measure": Measure.LIMIT_SMTP, "address": ADDRESS}
    assert asked(burst, complaint, **smtp) is None
    assert asked(burst, complaint, trust=Trust(doubted={ONE}), **smtp) == short(Evidence.E0)
