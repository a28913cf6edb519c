"""A step that no grant allows is none, and says what is missing; whose an appeal is."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from types import SimpleNamespace

import pytest

from aupkeep.app.deciding import step_grants
from aupkeep.app.deciding.next_step import (
    NextStep,
    StepOf,
    _asked,
    _while_listening,
    step_fields,
    step_words,
)
from aupkeep.app.deciding.step_grants import StepGrants, StepQuestion, granted_now, kept_back
from aupkeep.casework.grants import NO_GRANT, Withheld
from aupkeep.model.action import PEOPLE as PEOPLE_TARGET
from aupkeep.model.customer import Customer
from aupkeep.model.grant import ALL, Grant, GrantKind, GrantQuestion, GrantScope
from aupkeep.model.ladder import LEVELS, Level, Measure
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
    monkeypatch.setattr(step_grants, "addresses_in", lambda ids: {case: near[case] for case in ids})
    known = Customer(id=CASE.customer, name="A", tier="silver")
    monkeypatch.setattr(
        step_grants.customers, "by_ids", lambda ids: dict.fromkeys(ids & {known.id}, known)
    )
    wanted = StepOf(step=NextStep.APPLY, measure=Measure.BLOCK_PORT)
    found = step(wanted, tuple(granted))
    assert found == (wanted if why is None else replace(wanted, step=NextStep.GRANT, why=why))


def test_what_a_grant_is_asked(monkeypatch):
    """Each kind in turn, of whom the case is about; a limit once for each target."""
    asked = []
    told = [Withheld(reason="narrow"), TOLD, Withheld(reason=NO_GRANT), LIMITED]
    monkeypatch.setattr(
        step_grants, "judge", lambda *given: (asked.append(given), told[len(asked) - 1])[1]
    )
    near = ip_address("203.0.113.10")
    monkeypatch.setattr(step_grants, "addresses_in", lambda ids: {CASE.id: (near,)} if ids else {})
    known = Customer(id=CASE.customer, name="A", tier="silver", tags=frozenset({"lab"}))
    monkeypatch.setattr(step_grants.customers, "by_ids", lambda ids: dict.fromkeys(ids, known))
    scoped = [replace(LIMITED, scope=scope) for scope in (GrantScope.PREFIX, GrantScope.TAG)]
    granted = StepGrants(
        now=NOW, standing=tuple(scoped), carriers={Measure.BLOCK_PORT: ("main", "edge")}
    )
    other = replace(CASE, id="case2", customer="c2")
    steps = [
        StepQuestion(case=CASE, kinds=(NOTICES,)),
        StepQuestion(case=other, kinds=(NOTICES, PEOPLE), measure=Measure.BLOCK_PORT),
    ]
    assert kept_back(granted, steps) == {CASE.id: "narrow"}
    about = GrantQuestion(
        kind=NOTICES, case=CASE.id, addresses=(near,), tier="silver", tags=known.tags
    )
    elsewhere = replace(about, case="case2", addresses=())
    assert asked == [
        (granted.standing, {}, question, NOW)
        for question in (
            about, elsewhere, replace(elsewhere, kind=PEOPLE, targets=("main",)),
            replace(elsewhere, kind=PEOPLE, targets=("edge",)),
        )
    ]  # fmt: skip


def test_of_whom_nothing_is_known_nothing_is_asked(monkeypatch):
    """Neither tier nor tags; what no target carries is people's; a kind alone is said as it is."""
    monkeypatch.setattr(step_grants.customers, "by_ids", lambda ids: {})
    by_hand = replace(LIMITED, target=PEOPLE_TARGET)
    known = StepGrants(now=NOW, standing=(by_hand,), carriers={})
    limit = StepQuestion(case=CASE, kinds=(PEOPLE,), measure=Measure.BLOCK_PORT)
    assert kept_back(known, [limit]) == {}
    for scope in (GrantScope.TIER, GrantScope.TAG):
        gold = replace(known, standing=(replace(by_hand, scope=scope, value="gold"),))
        why = {CASE.id: f"its grant is for {scope} gold only"}
        assert kept_back(gold, [limit]) == why
        assert _while_listening({CASE.id: StepOf(step=NextStep.READ)}, [CASE], gold) == {
            CASE.id: StepOf(step=NextStep.READ)
        }
    told = replace(known, standing=(replace(TOLD, rule="spam"),))
    words = "its grant is for the rule spam only"
    assert kept_back(told, [StepQuestion(case=CASE, kinds=(NOTICES,))]) == {CASE.id: words}


def test_what_is_granted_now(monkeypatch):
    """Nothing where the install speaks; else what stands, and who could carry each limit."""
    context, moments = SimpleNamespace(now=lambda: NOW), []
    monkeypatch.setattr(step_grants, "listening", lambda _: False)
    assert granted_now(context) is None
    monkeypatch.setattr(step_grants, "listening", lambda _: True)
    edge = SimpleNamespace(name="edge", carries={Measure.BLOCK_PORT, Measure.INFORM})
    core = SimpleNamespace(name="core", carries={Measure.ISOLATE})
    monkeypatch.setattr(step_grants, "targets_of", lambda _: (edge, core))
    monkeypatch.setattr(
        step_grants.grants, "standing", lambda now: (moments.append(now), [TOLD])[1]
    )
    found = granted_now(context)
    assert (found.now, found.standing, moments) == (NOW, (TOLD,), [NOW])
    assert {measure: names for measure, names in found.carriers.items() if names} == {
        Measure.BLOCK_PORT: ("edge",),
        Measure.ISOLATE: ("core",),
    }
    assert set(found.carriers) == {x for x in Measure if LEVELS[x] >= Level.L3}


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
    assert step_words(judged, "nb") == "Bedøm klagen: den er hos ola"
    assert step_fields(replace(judged, until=NOW, why="so", measure=Measure.RECORD)) == {
        "step": NextStep.JUDGE, "step_measure": Measure.RECORD, "step_until": NOW,
        "step_why": "so", "step_by": "ola",
    }  # fmt: skip
    refused = SimpleNamespace(measure=Measure.RECORD, by="ola", choice='{"judges": "d1"}')
    assert _asked(refused) == StepOf(step=NextStep.CONFIRM, by="ola")
