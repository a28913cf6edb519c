"""Whatever was wanted, remembered and found: afterwards exactly the right things stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.reconcile import (
    OperationKind,
    ReconcileInputs,
    ReconcileResult,
    RememberedState,
    reconcile,
    widens,
)
from aupkeep.model.action import Action, ActionState
from enforcement.orders import NOW, order, orders

Kernel = dict[str, InstalledElement]


def place(action: Action) -> str:
    """A place as a driver would name it."""
    scope = action.scope
    return f"{action.measure} {scope.address} {scope.protocol} {scope.port} {scope.url}"


def element(action: Action, **changes: object) -> InstalledElement:
    """What stands after the action was applied."""
    found = InstalledElement(
        place=place(action),
        action=action.id,
        reference=action.reference,
        expires=action.until,
        rate=action.scope.rate,
    )
    return replace(found, **changes)


def view(
    *, now: datetime = NOW, frozen: bool = False, holding: bool = False, refuse: str = ""
) -> ReconcileInputs:
    def judge(action: Action) -> str | None:
        return "protected" if action.id == refuse else None

    return ReconcileInputs(now=now, frozen=frozen, holding=holding, judge=judge, place=place)


def carry_out(outcome: ReconcileResult, kernel: Kernel) -> Kernel:
    """A kernel after the operations."""
    after = dict(kernel)
    for op in outcome.ops:
        if op.action is None:
            del after[op.place]
        else:
            after[op.place] = element(op.action)
    return after


few = st.lists(orders(few=True), max_size=6, unique_by=lambda a: a.id).map(tuple)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[tuple[Action, ...], RememberedState, Kernel]:
    """Wanted, remembered and found, overlapping in every way, with strangers and damage."""
    wanted, stood = draw(few), draw(few)
    kernel = {}
    for action in (*wanted, *stood):
        if draw(st.booleans()):
            late = timedelta(seconds=draw(st.integers(-100, 100)))
            there = element(action, expires=action.until + late)
            foreign = draw(st.integers(0, 5)) == 0
            kernel[there.place] = replace(there, action="", reference="") if foreign else there
    undone = frozenset(a.id for a in wanted if draw(st.integers(0, 4)) == 0)
    standing = {a.id: a for a in stood if draw(st.booleans())}
    return wanted, RememberedState(standing=standing, undone=undone), kernel


@settings(max_examples=30)
@given(worlds(), st.booleans(), st.booleans())
def test_converges(
    world: tuple[tuple[Action, ...], RememberedState, Kernel],
    frozen: bool,  # noqa: FBT001 - hypothesis
    holding: bool,  # noqa: FBT001 - hypothesis
):
    """After one run the world needs no other: the second run on it is empty."""
    wanted, local, kernel = world
    first = reconcile(wanted, local, list(kernel.values()), view(frozen=frozen, holding=holding))
    after = carry_out(first, kernel)
    remembered = RememberedState(standing=first.kept, undone=local.undone)
    second = reconcile(
        wanted, remembered, list(after.values()), view(frozen=frozen, holding=holding)
    )
    assert second.ops == []
    assert carry_out(second, after) == after


@settings(max_examples=30)
@given(worlds())
def test_stands_what_is_wanted(world: tuple[tuple[Action, ...], RememberedState, Kernel]):
    """Each wanted action stands or is carried at its place, no longer than its end; no other."""
    wanted, local, kernel = world
    outcome = reconcile(wanted, local, list(kernel.values()), view())
    after = carry_out(outcome, kernel)
    ours = {p: e for p, e in after.items() if e.action}
    by_id = {a.id: a for a in wanted}
    for there in ours.values():
        action = by_id[there.action]
        assert action.id not in local.undone
        assert there.expires is not None
        assert there.expires <= action.until + timedelta(seconds=3)
    for action in wanted:
        taken = place(action) in after and not after[place(action)].action
        assert place(action) in ours or taken or action.id in local.undone


@settings(max_examples=30)
@given(worlds(), st.booleans(), st.booleans())
def test_foreign_is_untouched(
    world: tuple[tuple[Action, ...], RememberedState, Kernel],
    frozen: bool,  # noqa: FBT001 - hypothesis gives it
    holding: bool,  # noqa: FBT001 - the same
):
    """No operation is ever aimed at an element that is not ours."""
    wanted, local, kernel = world
    outcome = reconcile(wanted, local, list(kernel.values()), view(frozen=frozen, holding=holding))
    foreign = {p for p, e in kernel.items() if not e.action}
    assert not foreign & {op.place for op in outcome.ops}


@settings(max_examples=30)
@given(worlds())
def test_invariant_08_frozen(world: tuple[tuple[Action, ...], RememberedState, Kernel]):
    """Frozen: no automatic action begins or grows; lifts go on."""
    wanted, local, kernel = world
    frozen = reconcile(wanted, local, list(kernel.values()), view(frozen=True))
    for op in frozen.ops:
        if op.action is not None and op.action.automatic:
            before = local.standing[op.id]
            assert not widens(before, op.action)
    after = carry_out(frozen, kernel)
    assert {e.action for e in after.values() if e.action} <= {a.id for a in wanted}


@settings(max_examples=30)
@given(worlds())
def test_invariant_08_people_go_on(world: tuple[tuple[Action, ...], RememberedState, Kernel]):
    """Frozen: what a person decided is treated as if nothing were frozen."""
    wanted, local, kernel = world
    people = tuple(replace(action, automatic=False) for action in wanted)
    observed = list(kernel.values())
    assert reconcile(people, local, observed, view(frozen=True)) == reconcile(
        people, local, observed, view()
    )


@settings(max_examples=30)
@given(worlds())
def test_invariant_09_holding(world: tuple[tuple[Action, ...], RememberedState, Kernel]):
    """Controller lost: nothing new begins, and nothing that is remembered is lifted early."""
    wanted, local, kernel = world
    outcome = reconcile(wanted, local, list(kernel.values()), view(holding=True))
    for op in outcome.ops:
        if op.action is None:
            over = kernel[op.place].over(NOW)
            assert over or op.id in local.undone or op.id in local.standing
        else:
            assert op.id in local.standing


@settings(max_examples=30)
@given(worlds(), st.integers(0, 600_000))
def test_invariant_06_expires(
    world: tuple[tuple[Action, ...], RememberedState, Kernel], later: int
):
    """Whenever it runs, nothing is kept past its end, and an end always restores."""
    wanted, local, kernel = world
    now = NOW + timedelta(seconds=later)
    outcome = reconcile(wanted, local, list(kernel.values()), view(now=now))
    assert all(op.action.until > now for op in outcome.ops if op.action is not None)
    after = carry_out(outcome, kernel)
    over = {a.id for a in (*wanted, *local.standing.values()) if a.until <= now}
    still = {a.id for a in wanted if a.until > now}
    assert not {e.action for e in after.values()} & (over - still)


def run(wanted: Sequence[Action], stood: Sequence[Action] = (), **how: object) -> ReconcileResult:
    """One run in which what stood stands."""
    local = RememberedState(standing={a.id: a for a in stood}, undone=frozenset())
    return reconcile(wanted, local, [element(a) for a in stood], view(**how))


def test_protected_now_is_lifted():
    """A host that becomes protected is let go of at once."""
    action = order()
    outcome = run([action], [action], refuse=action.id)
    assert [(op.kind, op.reason) for op in outcome.ops] == [(OperationKind.LIFT, "protected")]


def test_a_shared_place_is_handed_over():
    """Two decisions on one port: the longer carries it; when it is lifted the other takes over."""
    short, long = order(number=1, seconds=60), order(number=2, seconds=600)
    assert [op.id for op in run([short, long]).ops] == [long.id]
    local = RememberedState(standing={short.id: short, long.id: long}, undone=frozenset())
    (op,) = reconcile([short], local, [element(long)], view()).ops
    assert (op.kind, op.id) == (OperationKind.REFRESH, short.id)


def test_not_yet_is_not_applied():
    """An action that starts later waits, and is neither refused nor ended."""
    outcome = run([order(starts=NOW + timedelta(minutes=1))])
    assert (outcome.ops, outcome.refused, outcome.ended) == ([], {}, {})


def test_how_it_ended():
    """An action no longer wanted is lifted before its end and expired after it."""
    action = order(seconds=60)
    assert run([], [action]).ended[action.id][0] is ActionState.LIFTED
    late = run([], [action], now=NOW + timedelta(seconds=61))
    assert late.ended[action.id][0] is ActionState.EXPIRED
    lifting = run([replace(action, state=ActionState.LIFTING)], [action])
    assert lifting.ended[action.id][0] is ActionState.LIFTED
