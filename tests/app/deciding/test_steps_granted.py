"""A step that no grant allows is none, and says what is missing; whose an appeal is."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from types import SimpleNamespace

import pytest

from aupkeep.app.deciding import step_grants
from aupkeep.app.deciding.next_step import NextStep, StepOf, _asked, _while_listening, step_words
from aupkeep.app.deciding.step_grants import StepGrants
from aupkeep.model.customer import Customer
from aupkeep.model.grant import ALL, Grant, GrantKind, GrantScope
from aupkeep.model.ladder import Measure
from casework.scenes import CASE, NOW

RECEIPTS, NOTICES, PEOPLE = GrantKind.RECEIPTS, GrantKind.NOTICES, GrantKind.PEOPLE
DAY = timedelta(days=1)
TOLD = Grant(
    id="g1", kind=NOTICES, rule=ALL, starts=NOW - DAY, until=NOW + DAY, asked_by="kari",
    asked_at=NOW - DAY, reasons="so", granted_by="ola", granted_at=NOW - DAY,
)  # fmt: skip
LIMITED = replace(TOLD, id="g2", kind=PEOPLE, rule="", target=ALL)


def step(found, granted):
    carriers = {Measure.BLOCK_PORT: ("main",)}
    known = StepGrants(now=NOW, standing=granted, carriers=carriers)
    return _while_listening({CASE.id: found}, [CASE], known)[CASE.id]


@pytest.mark.parametrize(
    ("kind", "measure", "granted", "free"),
    [
        (NextStep.PROVE, None, set(), False),
        (NextStep.PROVE, None, {NOTICES}, False),
        (NextStep.PROVE, None, {RECEIPTS}, True),
        (NextStep.DECIDE, None, {RECEIPTS}, False),
        (NextStep.DECIDE, None, {NOTICES}, True),
        (NextStep.APPLY, None, set(), False),
        (NextStep.APPLY, Measure.RECORD, set(), True),
        (NextStep.APPLY, Measure.INFORM, {RECEIPTS}, False),
        (NextStep.APPLY, Measure.INFORM, {NOTICES}, True),
        (NextStep.APPLY, Measure.BLOCK_PORT, {NOTICES}, False),
        (NextStep.APPLY, Measure.BLOCK_PORT, {PEOPLE}, False),
        (NextStep.APPLY, Measure.BLOCK_PORT, {NOTICES, PEOPLE}, True),
        (NextStep.APPLY, Measure.BLOCK_PORT, {NOTICES, GrantKind.ACT}, True),
        (NextStep.APPLY, Measure.BLOCK_PORT, {GrantKind.EVERYTHING}, True),
        (NextStep.READ, None, set(), True),
        (NextStep.WAIT, None, set(), True),
    ],
)
def test_a_step_that_would_be_refused_is_none(kind, measure, granted, free):
    """What is read, or waited for, takes none; who is limited must be told, too."""
    some = (replace(TOLD, kind=one, target=ALL) for one in granted)
    found = step(StepOf(step=kind, measure=measure), tuple(some))
    assert found == StepOf(step=kind if free else NextStep.GRANT, measure=measure)


@pytest.mark.parametrize(
    ("granted", "why"),
    [
        ([replace(TOLD, rule="spam"), LIMITED],
         "nobody may be told: its grant is for the rule spam only"),
        ([replace(TOLD, scope=GrantScope.TIER, value="gold"), LIMITED],
         "nobody may be told: its grant is for tier gold only"),
        ([TOLD, replace(LIMITED, target="edge")], "its grant is for the target edge, not main"),
        ([TOLD, replace(LIMITED, scope=GrantScope.PREFIX, value="192.0.2.0/24")],
         "its grant is for prefix 192.0.2.0/24 only"),
        ([TOLD, replace(LIMITED, scope=GrantScope.TAG, value="lab")],
         "its grant is for tag lab only"),
        ([TOLD, replace(LIMITED, until=NOW)], "its grant ended at 2026-03-01 12:00 UTC"),
        ([TOLD, replace(LIMITED, scope=GrantScope.PREFIX, value="203.0.113.0/24")], None),
        ([TOLD, replace(LIMITED, scope=GrantScope.TIER, value="silver")], None),
        ([replace(TOLD, ceiling=1), LIMITED], None),
        ([replace(TOLD, rule="spam"), replace(TOLD, id="g3"), LIMITED], None),
    ],
)  # fmt: skip
def test_a_grant_that_is_too_narrow_says_what_is_missing(monkeypatch, granted, why):
    """Rule, target, whom and until when are looked at; a ceiling binds no person."""
    near = {CASE.id: (ip_address("203.0.113.10"),)}
    monkeypatch.setattr(step_grants, "addresses_in", lambda ids: near)
    known = Customer(id=CASE.customer, name="A", tier="silver")
    monkeypatch.setattr(step_grants.customers, "by_ids", lambda ids: {known.id: known})
    wanted = StepOf(step=NextStep.APPLY, measure=Measure.BLOCK_PORT)
    found = step(wanted, tuple(granted))
    assert found == (wanted if why is None else replace(wanted, step=NextStep.GRANT, why=why))


def test_the_words_of_a_narrow_grant():
    narrow = StepOf(step=NextStep.GRANT, why="its grant is for tier gold only")
    assert step_words(narrow, "en", "Tell the customer") == (
        "Ask for a wider grant (its grant is for tier gold only),"
        " or record what you would do: tell the customer"
    )


def test_whose_an_appeal_is_and_what_a_second_person_confirms():
    """A refusal records nothing: what is confirmed is that the appeal is refused."""
    assert step_words(StepOf(step=NextStep.JUDGE), "nb") == "Bedøm klagen"
    judged = StepOf(step=NextStep.JUDGE, by="ola")
    assert step_words(judged, "en") == "Judge the appeal: it is with ola"
    refused = SimpleNamespace(measure=Measure.RECORD, by="ola", choice='{"judges": "d1"}')
    assert _asked(refused) == StepOf(step=NextStep.CONFIRM, by="ola")
