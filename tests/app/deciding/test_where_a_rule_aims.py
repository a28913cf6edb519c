"""The place of a rule's measure: the newest that is proven, never one that was given up."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.deciding.parts import about, decision, ruling
from aupkeep.app.deciding import consider
from aupkeep.model.case import Claim
from aupkeep.model.decision import Decision
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Subject
from aupkeep.policy import packs
from casework import scenes
from casework.scenes import ADDRESS, HOUR, NOW, OTHER
from policy.rules import files, rule

PACK = packs.load(files(rule()), whole=False)
PORT = ruling(Measure.BLOCK_PORT, "port")
SEEN = scenes.claim("2", source="detector:logins")
REPORTED = scenes.claim("9", subject=Subject(address=OTHER), at=NOW)


@pytest.fixture
def aimed(monkeypatch):
    """Where the rule aims, given the claims and the decisions."""
    monkeypatch.setattr(consider, "clause_at_act", lambda *_: scenes.CLAUSE)

    def ask(claims: tuple[Claim, ...], *decisions: Decision, at: datetime = NOW) -> object:
        inputs = replace(scenes.INPUTS, claims=claims)
        there = about(claims=claims, supporting=claims, inputs=inputs, decisions=decisions, at=at)
        return consider.propose(there, PACK, PORT).scope.address

    return ask


def test_a_report_about_another_address_turns_no_aim(aimed):
    """What was measured at one is proven there; the newest, of one reporter, is not."""
    assert aimed((SEEN,)) == ADDRESS
    assert aimed((SEEN, REPORTED)) == ADDRESS
    seen_there = scenes.claim("8", source="detector:logins", subject=Subject(address=OTHER), at=NOW)
    assert aimed((SEEN, seen_there)) == OTHER


def test_of_what_nothing_is_proven_the_newest_is_asked_for(aimed):
    once = scenes.claim("1")
    assert aimed((once, REPORTED)) == OTHER


def test_evidence_of_another_day_brings_no_measure_to_another_place(aimed):
    """A day after it was seen there, a report about elsewhere does not renew it."""
    last = SEEN.at + timedelta(hours=24)
    assert aimed((SEEN, REPORTED), at=last) == ADDRESS
    assert aimed((SEEN, REPORTED), at=last + timedelta(seconds=1)) == OTHER


def test_what_was_lifted_or_is_over_stays_so(aimed):
    """Nothing new was said of that place; what stands still is found to stand."""
    stood = decision()
    lift = decision(id="d2", reverses="d1", measure=Measure.RECORD)
    assert stood.scope.address == ADDRESS
    assert aimed((SEEN, REPORTED), stood) == ADDRESS
    assert aimed((SEEN, REPORTED), stood, lift) == OTHER
    assert aimed((SEEN, REPORTED), replace(stood, ends=NOW)) == OTHER
    assert aimed((SEEN, REPORTED), replace(stood, ends=NOW), decision(id="d3")) == ADDRESS
    elsewhere = decision(scope=replace(stood.scope, port=23))
    assert aimed((SEEN, REPORTED), elsewhere, replace(lift, reverses="d1")) == ADDRESS
    other = decision(measure=Measure.LIMIT_RATE, ends=NOW - HOUR)
    assert aimed((SEEN, REPORTED), other) == ADDRESS
