"""Reconciling case by case: what is done, kept, ended, refused and told, and nothing beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.reconcile import (
    Operation,
    OperationKind,
    ReconcileResult,
    RememberedState,
    reconcile,
    widens,
)
from aupkeep.model.action import Action, ActionState
from aupkeep.model.ladder import Measure
from enforcement.orders import NOW, PEER, order, scope
from enforcement.test_reconcile import element, place, view

A, B = order(number=1), order(number=2, aim=scope(Measure.BLOCK_PORT, port=23))
LATER, EARLIER = timedelta(minutes=1), -timedelta(minutes=1)


def aimed(action: Action, **changes: object) -> Action:
    return replace(action, scope=replace(action.scope, **changes))


RATED = order(Measure.LIMIT_RATE, number=3)
WIDENS = {
    "longer": (A, replace(A, until=A.until + timedelta(microseconds=1)), True),
    "shorter": (A, replace(A, until=A.until + EARLIER), False),
    "the same": (A, A, False),
    "another measure": (A, replace(A, measure=Measure.BLOCK_INBOUND), True),
    "a lower rate": (RATED, aimed(RATED, rate=124_999), True),
    "the same rate": (RATED, aimed(RATED, rate=125_000), False),
    "a higher rate": (RATED, aimed(RATED, rate=125_001), False),
    "a rate where there was none": (aimed(RATED, rate=None), RATED, True),
    "no rate where there was one": (RATED, aimed(RATED, rate=None), False),
    "another note": (A, aimed(A, note="why"), False),
    "another case": (A, replace(A, case="case-2", reference="AAAA-BBBB"), False),
    **{
        f"another {name}": (A, aimed(A, **{name: value}), True)
        for name, value in {
            "address": PEER[4],
            "protocol": "udp",
            "port": 23,
            "destination": PEER[4],
            "url": "https://shop.example/",
            "resource": "vm-8",
            "customer": "other",
        }.items()
    },
}


@pytest.mark.parametrize("name", WIDENS)
def test_widens(name: str):
    """Longer, another aim or a lower rate touches more; shorter or a higher rate does not."""
    before, after, expected = WIDENS[name]
    assert widens(before, after) is expected


def ops(outcome: ReconcileResult) -> list[tuple[OperationKind, str, str]]:
    return [(op.kind, op.id, op.reason) for op in outcome.ops]


def look(  # what is remembered and found, in one line
    wanted: Sequence[Action],
    remembered: Sequence[Action] = (),
    found: Sequence[InstalledElement] = (),
    undone: Sequence[Action] = (),
    **how: object,
) -> ReconcileResult:
    local = RememberedState(
        standing={a.id: a for a in remembered}, undone=frozenset(a.id for a in undone)
    )
    return reconcile(wanted, local, found, view(**how))


def test_wanted_is_added():
    """A wanted action that does not stand is one operation, told as wanted."""
    outcome = look([A])
    assert outcome == ReconcileResult(
        ops=[Operation(kind=OperationKind.ADD, place=place(A), id=A.id, action=A, reason="wanted")],
        kept={A.id: A},
        places={A.id: place(A)},
    )


def test_what_stands_stays():
    """What stands as it is wanted needs nothing, within the tolerance of a system's clock."""
    for late in (-3, 0, 3):
        there = element(A, expires=A.until + timedelta(seconds=late))
        outcome = look([A], [A], [there])
        assert outcome == ReconcileResult(kept={A.id: A}, places={A.id: place(A)})


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        (element(A, expires=A.until + timedelta(seconds=3.001)), "an end at {0}, found {1}"),
        (element(A, expires=A.until - timedelta(seconds=3.001)), "an end at {0}, found {1}"),
        (element(A, expires=None), "an end at {0}, found none"),
        (element(A, rate=1), "a rate of None, found 1"),
    ],
)
def test_drift(there: InstalledElement, reason: str):
    """What was changed behind its back is repaired, and told as drift."""
    outcome = look([A], [A], [there])
    said = "expected " + reason.format(A.until, there.expires)
    assert ops(outcome) == [(OperationKind.REPAIR, A.id, said)]
    assert outcome.drift == [f"{place(A)}: {said}"]
    assert outcome.ops[0].action == A


def test_a_changed_decision_is_no_drift():
    """What stands for the former version of an action is refreshed, without a word of drift."""
    longer = replace(A, until=A.until + LATER)
    outcome = look([longer], [A], [element(A)])
    assert ops(outcome) == [
        (OperationKind.REFRESH, A.id, f"expected an end at {longer.until}, found {A.until}")
    ]
    assert outcome.drift == []
    assert look([longer], [], [element(A)]).ops[0].kind is OperationKind.REPAIR


def test_what_is_gone_is_repaired():
    """An element that is gone stands again, unless it ends within a second anyway."""
    reason = f"expected the element of action {A.id}, found none"
    outcome = look([A], [A])
    assert ops(outcome) == [(OperationKind.REPAIR, A.id, reason)]
    assert outcome.drift == [f"{place(A)}: {reason}"]
    for left, count in ((timedelta(seconds=1), 1), (timedelta(seconds=0.999), 0)):
        outcome = look([A], [A], now=A.until - left)
        assert (len(outcome.ops), len(outcome.drift)) == (count, count)
        assert A.id in outcome.kept


def test_another_action_in_its_place():
    """A place that stands for another action of ours is refreshed, and says for which."""
    other = replace(A, id=B.id)
    outcome = look([A], [], [element(other)])
    assert ops(outcome) == [(OperationKind.REFRESH, A.id, f"it stood for action {B.id}")]
    assert (outcome.drift, outcome.foreign) == ([], [])


def test_a_foreign_element():
    """A stranger's element is told; what wants its place is refused and not kept."""
    stranger = replace(element(A), action="", reference="")
    assert look([], [], [stranger]) == ReconcileResult(foreign=[place(A)])
    same = replace(A, id=B.id)
    outcome = look([A, same], [], [stranger])
    reason = f"{place(A)} is occupied by an element that is not ours"
    assert outcome.refused == {A.id: reason, same.id: reason}
    assert (outcome.kept, outcome.ops, outcome.drift) == ({}, [], [])
    assert outcome.foreign == [place(A)]


def test_a_strangers_element_in_place_of_ours():
    """Whoever put theirs where ours stood is told of by the place, and is drift once."""
    stranger = replace(element(A), action="", reference="")
    outcome = look([A], [A], [stranger])
    assert outcome.drift == [f"{place(A)}: expected action {A.id}, found another's"]
    assert (outcome.kept, outcome.ops, outcome.foreign) == ({}, [], [place(A)])


def test_surplus_is_lifted_with_its_reason():
    """What stands and is not wanted is lifted: undone, over, refused, or no longer wanted."""
    cases: list[tuple[ReconcileResult, str]] = [
        (look([], [A], [element(A)]), "no longer wanted"),
        (look([], [], [element(A)]), "no longer wanted"),
        (look([A], [A], [element(A)], [A]), "undone on this machine"),
        (look([A], [A], [element(A)], now=A.until), "its time is over"),
        (look([replace(A, state=ActionState.LIFTING)], [A], [element(A)]), "it is lifting"),
        (look([A], [A], [element(A)], refuse=A.id), "protected"),
    ]
    for outcome, reason in cases:
        assert ops(outcome) == [(OperationKind.LIFT, A.id, reason)]
        assert outcome.ops[0] == Operation(
            kind=OperationKind.LIFT, place=place(A), id=A.id, action=None, reason=reason
        )
        assert (outcome.kept, outcome.drift) == ({}, [])


def test_how_each_ended():
    """Undone and unwanted are lifted, what is over is expired; the refused have not ended."""
    assert look([A], [A], undone=[A]).ended == {
        A.id: (ActionState.LIFTED, "undone on this machine")
    }
    assert look([], [A]).ended == {A.id: (ActionState.LIFTED, "no longer wanted")}
    assert look([A], now=A.until).ended == {A.id: (ActionState.EXPIRED, "its time is over")}
    assert look([], [A], now=A.until).ended == {A.id: (ActionState.EXPIRED, "its time is over")}
    for state in ActionState:
        stands = state in (ActionState.WANTED, ActionState.APPLIED)
        outcome = look([replace(A, state=state)])
        assert bool(outcome.kept) is stands
        assert outcome.ended == ({} if stands else {A.id: (ActionState.LIFTED, f"it is {state}")})
    refused = look([A], [A], refuse=A.id)
    assert (refused.refused, refused.ended) == ({A.id: "protected"}, {})


def test_start():
    """An action begins at its start, and one that stands already is not lifted before it."""
    assert look([replace(A, starts=NOW)]).kept
    soon = replace(A, starts=NOW + timedelta(microseconds=1))
    assert look([soon]) == ReconcileResult()
    assert look([soon], [A], [element(A)]).kept == {A.id: soon}
    waits_beside = look([soon, B])
    assert list(waits_beside.kept) == [B.id]


def test_invariant_08_frozen_one_by_one():
    """Frozen: new is refused, wider stays as it was, and everything else goes on."""
    longer = replace(A, until=A.until + LATER)
    new = look([A, B], [B], [element(B)], frozen=True)
    assert new.refused == {A.id: "frozen: no new automatic measure"}
    assert (list(new.kept), new.ops) == ([B.id], [])
    wider = look([longer], [A], [element(A)], frozen=True)
    assert wider.refused == {A.id: "frozen: it stays as it was"}
    assert (wider.kept, wider.ops) == ({A.id: A}, [])
    over = look([longer], [A], [element(A)], frozen=True, now=A.until)
    assert (ops(over), over.kept) == ([(OperationKind.LIFT, A.id, "its time is over")], {})
    assert over.ended == {A.id: (ActionState.EXPIRED, "its time is over")}
    shorter = replace(A, until=A.until + EARLIER)
    assert look([shorter], [A], [element(A)], frozen=True).ops[0].action == shorter
    person = replace(A, automatic=False)
    assert look([person], frozen=True).ops[0].action == person
    assert look([A], [A], frozen=True).ops[0].kind is OperationKind.REPAIR


def test_invariant_09_holding_one_by_one():
    """Controller lost: the remembered is wanted; what is not remembered is held and told."""
    outcome = look([B], [A], [element(A), element(B)], holding=True)
    assert (outcome.ops, list(outcome.kept), outcome.ended) == ([], [A.id], {})
    assert outcome.drift == [f"{place(B)}: held for action {B.id}, not remembered"]
    over = look([], [A], [element(A)], holding=True, now=A.until)
    assert ops(over) == [(OperationKind.LIFT, A.id, "its time is over")]


def test_the_strictest_carries_a_place():
    """The lowest rate first, then the longest, then the smallest id."""
    low, high = (order(Measure.LIMIT_RATE, number=n) for n in (5, 4))
    low = aimed(low, rate=1)
    assert [op.id for op in look([high, low]).ops] == [low.id]
    longer = replace(high, id=low.id, until=high.until + timedelta(microseconds=1))
    assert [op.id for op in look([high, longer]).ops] == [longer.id]
    twin = replace(high, id=low.id)
    assert [op.id for op in look([twin, high]).ops] == [high.id]
    carried = look([twin, high], [twin], [])
    assert ops(carried)[0][0] is OperationKind.REPAIR
    assert carried.places == {twin.id: place(high), high.id: place(high)}


@pytest.mark.parametrize(
    ("remembered", "over", "holding", "reason", "ends"),
    [
        (False, True, False, "its time is over", True),
        (False, True, True, "its time is over", True),
        (False, False, False, "no longer wanted", False),
        (False, False, True, None, False),
        (True, False, False, "no longer wanted", True),
    ],
)
def test_what_stands_and_nobody_wants(remembered, over, holding, reason, ends):
    """It is lifted; what nobody remembers is held without the controller, but past its end."""
    there = element(A, until=NOW if over else None)
    outcome = look([], [A] if remembered else [], [there], holding=holding)
    assert [op.reason for op in outcome.ops] == ([reason] if reason else [])
    assert (A.id in outcome.ended) is ends
    held = [f"{place(A)}: held for action {A.id}, not remembered"]
    assert outcome.drift == ([] if reason else held)


def test_a_remembered_one_is_judged_by_what_is_remembered():
    """Whatever end its element says."""
    outcome = look([A], [A], [element(A, until=NOW, expires=A.until)])
    assert outcome.ended == {}
    assert outcome.kept == {A.id: A}
    twice = look([A], [A], [element(A), element(A, place="elsewhere", until=NOW)])
    assert [(op.place, op.reason) for op in twice.ops] == [("elsewhere", "no longer wanted")]
    assert twice.ended == {}


def test_an_operation_says_where():
    """Of an action that changed where it stands."""
    longer = replace(A, until=A.until + LATER)
    (op,) = look([longer], [A], [element(A)]).ops
    assert (op.kind, op.place, op.id) == (OperationKind.REFRESH, place(A), A.id)


@pytest.mark.parametrize(
    ("until", "expires", "over"),
    [(None, None, False), (None, NOW, True), (NOW, None, True), (NOW + LATER, NOW, False),
     (None, NOW + LATER, False)],
)  # fmt: skip
def test_when_an_element_should_be_gone(until, expires, over):
    """By the end that is written down with it, else by its system's."""
    assert element(A, until=until, expires=expires).over(NOW) is over
