"""Operations are carried out whole or one by one, told as they went, and stopped by the switch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from aupkeep.enforcement.agent_state import AgentState, InstalledAction
from aupkeep.enforcement.driver import DriverPlan, DriverReceipt, InstalledElement
from aupkeep.enforcement.execute import BATCH, StepExecution
from aupkeep.enforcement.freeze import freeze
from aupkeep.enforcement.protect import NOTHING, ProtectList
from aupkeep.enforcement.reconcile import Operation, OperationKind
from aupkeep.model.action import LEFT, Action
from aupkeep.model.errors import DriverRefused, Pending, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.orders import NOW, order


def place(number: int) -> str:
    return f"place {number}"


def element(action: Action, where: str) -> InstalledElement:
    """What stands for an action, as the driver reads it back: a second off."""
    return InstalledElement(
        place=where,
        action=action.id,
        reference=action.reference,
        expires=action.until - timedelta(seconds=1),
    )


@dataclass
class Single:
    """A guard without batches; `broken` places cannot be set or lifted, `refused` not planned."""

    broken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    blind: bool = False  # reads nothing back
    before: InstalledElement | None = None  # what each place had
    left: tuple[str, ...] = ()  # places that stay as they were before
    bulk = False
    calls: list[str] = field(default_factory=list)
    seen: list[Mapping[str, InstalledElement]] = field(default_factory=list)

    def plan(
        self, action: Action, observed: Mapping[str, InstalledElement], protect: ProtectList
    ) -> DriverPlan:
        """A plan for the action's own place."""
        self.seen.append(dict(observed))
        where = place(int(action.id[-12:]))
        if where in self.refused:
            raise DriverRefused(f"{where} refused")
        return DriverPlan(
            action=action, place=where, ops=(), touches=(), note=None, protect=protect
        )

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Set one element."""
        self.calls.append(f"apply {plan.place}")
        if plan.place in self.broken:
            raise Unavailable(f"{plan.place} broken")
        after = None if self.blind else element(plan.action, plan.place)
        proof = f"read back {plan.place}"
        return DriverReceipt(
            place=plan.place, action=plan.action.id, before=self.before, after=after, at=NOW,
            proof=proof,
        )  # fmt: skip

    def revert(self, where: str, action: str) -> DriverReceipt:
        """Lift one element."""
        self.calls.append(f"revert {where} {action}")
        if where in self.broken:
            raise DriverRefused(f"{where} broken")
        said = f"{LEFT}{where}" if where in self.left else "gone"
        return DriverReceipt(
            place=where, action=action, before=None, after=None, at=NOW, proof=said
        )


@dataclass
class Batched(Single):
    """The same with batches, which fail whole."""

    bulk = True

    def apply_all(self, plans: Sequence[DriverPlan]) -> tuple[DriverReceipt, ...]:
        """Set all or none."""
        self.calls.append(f"apply all {len(plans)}")
        if any(plan.place in self.broken for plan in plans):
            raise Unavailable("a part of it is broken")
        receipts = tuple(self.apply(plan) for plan in plans)
        del self.calls[-len(plans) :]
        return receipts

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> tuple[DriverReceipt, ...]:
        """Lift all or none."""
        self.calls.append(f"revert all {len(pairs)}")
        if any(where in self.broken for where, _ in pairs):
            raise DriverRefused("a part of it is broken")
        receipts = tuple(self.revert(*pair) for pair in pairs)
        del self.calls[-len(pairs) :]
        return receipts


@pytest.fixture
def switch(tmp_path: Path) -> Path:
    return tmp_path / "freeze"


def execution(driver: Single, switch: Path, *standing: Action) -> StepExecution:
    """A step in which `standing` are remembered and stand."""
    remembered = {a.id: InstalledAction(action=a, proof="", at=NOW) for a in standing}
    return StepExecution(
        driver=driver,  # type: ignore[arg-type]
        switches=(switch,),
        protect=NOTHING,
        state=AgentState(standing=remembered),
        elements={place(n): element(a, place(n)) for n, a in enumerate(standing, 1)},
        drift=[],
    )


def sets(*actions: Action, kind: OperationKind = OperationKind.ADD) -> list[Operation]:
    return [
        Operation(kind=kind, place=place(int(a.id[-12:])), id=a.id, action=a, reason="wanted")
        for a in actions
    ]


def lifts(*actions: Action) -> list[Operation]:
    return [replace(op, kind=OperationKind.LIFT, action=None) for op in sets(*actions)]


ONE, TWO, THREE, FOUR = FEW = tuple(order(number=number) for number in range(1, 5))
IDS = [action.id for action in FEW]


@pytest.mark.parametrize("count", [1, 3, 4])
@pytest.mark.parametrize("driver", [Single, Batched])
def test_sets_what_is_wanted(driver: type[Single], count: int, switch: Path):
    """Each is set with its proof and what was read back; four or more as one batch."""
    made = driver()
    step = execution(made, switch)
    step.carry_out(sets(*FEW[:count]))
    assert step.applied == IDS[:count]
    assert (step.repaired, step.failed, step.drift) == ([], {}, [])
    assert step.proofs == {i: f"read back {place(n)}" for n, i in enumerate(IDS[:count], 1)}
    assert step.elements == {place(n): element(a, place(n)) for n, a in enumerate(FEW[:count], 1)}
    batched = driver is Batched and count == 4
    singly = [f"apply {place(n)}" for n in range(1, count + 1)]
    assert made.calls == (["apply all 4"] if batched else singly)


def test_a_repair_is_told_as_one(switch: Path):
    """What stood before is repaired, not applied."""
    step = execution(Single(), switch)
    step.carry_out(sets(ONE, kind=OperationKind.REPAIR))
    assert (step.applied, step.repaired) == ([], [ONE.id])


def test_what_is_not_read_back_is_as_planned(switch: Path):
    """Until the next look a place holds what was planned for it."""
    step = execution(Single(blind=True), switch)
    step.carry_out(sets(ONE))
    assert step.elements[place(1)] == InstalledElement(
        place=place(1),
        action=ONE.id,
        reference=ONE.reference,
        expires=ONE.until,
        rate=ONE.scope.rate,
    )


def test_a_rate_is_planned_too(switch: Path):
    """A limit's place holds its rate until the next look."""
    limit = order(Measure.LIMIT_RATE)
    step = execution(Single(blind=True), switch)
    step.carry_out(sets(limit))
    assert step.elements[place(1)].rate == limit.scope.rate == 125_000


def test_what_is_gone_already_is_lifted(switch: Path):
    """A place where nothing stands any more is no failure, alone or in a batch."""
    for driver in (Single(), Batched()):
        step = execution(driver, switch)
        step.carry_out(lifts(*FEW))
        assert (step.elements, step.failed) == ({}, {})


def test_a_batch_has_a_receipt_for_each(switch: Path):
    """A driver that answers for fewer than it was given is not believed."""

    class Short(Batched):
        """Loses the last receipt."""

        def apply_all(self, plans: Sequence[DriverPlan]) -> tuple[DriverReceipt, ...]:
            """All but one."""
            return super().apply_all(plans)[:-1]

    with pytest.raises(ValueError, match="shorter"):
        execution(Short(), switch).carry_out(sets(*FEW))


def test_a_place_counts_as_taken_once_planned(switch: Path):
    """The next plan sees what the one before will set."""
    driver = Batched()
    execution(driver, switch).carry_out(sets(*FEW))
    assert [len(seen) for seen in driver.seen] == [0, 1, 2, 3]


@pytest.mark.parametrize("driver", [Single, Batched])
def test_one_broken_place_stops_no_other(driver: type[Single], switch: Path):
    """A batch that fails is tried one by one; what got no answer waits with its own reason."""
    step = execution(driver(broken=(place(2),)), switch)
    step.carry_out(sets(*FEW))
    assert step.applied == [ONE.id, THREE.id, FOUR.id]
    assert (step.waiting, step.failed) == ({TWO.id: "place 2 broken"}, {})
    assert step.troubles == step.waiting
    assert place(2) not in step.elements
    told = ["a batch failed; each of it is tried alone"] if driver is Batched else []
    assert step.drift == told


def test_what_cannot_be_planned_is_told(switch: Path):
    """A refused plan is a failure with the driver's reason; the others are set."""
    step = execution(Batched(refused=(place(1), place(3))), switch)
    step.carry_out(sets(*FEW))
    assert step.failed == {ONE.id: "place 1 refused", THREE.id: "place 3 refused"}
    assert step.applied == [TWO.id, FOUR.id]
    assert set(step.elements) == {place(2), place(4)}


@pytest.mark.parametrize("count", [1, 3, 4])
@pytest.mark.parametrize("driver", [Single, Batched])
def test_lifts(driver: type[Single], count: int, switch: Path):
    """What is lifted no longer stands; four or more as one batch."""
    made = driver()
    step = execution(made, switch, *FEW)
    step.carry_out(lifts(*FEW[:count]))
    assert list(step.elements) == [place(n) for n in range(count + 1, 5)]
    assert (step.failed, step.drift) == ({}, [])
    batched = driver is Batched and count == 4
    singly = [f"revert {place(n)} {i}" for n, i in enumerate(IDS[:count], 1)]
    assert made.calls == (["revert all 4"] if batched else singly)


@pytest.mark.parametrize("driver", [Single, Batched])
def test_one_broken_lift_stops_no_other(driver: type[Single], switch: Path):
    """What could not be lifted is told and stands; the others go."""
    step = execution(driver(broken=(place(2),)), switch, *FEW)
    step.carry_out(lifts(*FEW))
    assert (step.failed, step.waiting) == ({}, {TWO.id: "place 2 broken"})  # never final
    assert step.declined == {TWO.id}
    assert list(step.elements) == [place(2)]
    told = ["a batch of lifts failed; each is tried alone"] if driver is Batched else []
    assert step.drift == told


def test_lifts_come_first(switch: Path):
    """What goes makes room for what comes."""
    driver = Single()
    execution(driver, switch, ONE).carry_out([*sets(TWO), *lifts(ONE)])
    assert driver.calls == [f"revert place 1 {ONE.id}", "apply place 2"]


def test_no_batch_is_larger_than_its_bound(switch: Path):
    """One more than the bound is a second batch."""
    many = [order(number=number) for number in range(1, 2 * BATCH + 2)]
    driver = Batched()
    step = execution(driver, switch, *many)
    step.carry_out(lifts(*many))
    assert driver.calls == [
        *[f"revert all {BATCH}"] * 2,
        f"revert place {2 * BATCH + 1} {many[-1].id}",
    ]
    assert step.elements == {}
    driver.calls.clear()
    step.carry_out(sets(*many))
    assert driver.calls == [*[f"apply all {BATCH}"] * 2, f"apply place {2 * BATCH + 1}"]


WIDER = replace(ONE, until=ONE.until + timedelta(seconds=1))
SHORTER = replace(ONE, until=ONE.until - timedelta(seconds=1))
BY_PERSON = replace(ONE, automatic=False)


@pytest.mark.parametrize(
    ("action", "standing", "begins"),
    [
        (ONE, (), True),
        (WIDER, (ONE,), True),
        (ONE, (ONE,), False),
        (SHORTER, (ONE,), False),
        (BY_PERSON, (), False),
        (replace(WIDER, automatic=False), (BY_PERSON,), False),
    ],
)
def test_invariant_08_frozen(
    action: Action,
    standing: tuple[Action, ...],
    begins: bool,  # noqa: FBT001 - a case
    switch: Path,
):
    """Frozen: a rule begins and widens nothing; people, repairs and shorter ends go on."""
    freeze(switch, "kari")
    step = execution(Single(), switch, *standing)
    step.carry_out(sets(action))
    assert step.failed == ({action.id: "frozen: no new automatic measure"} if begins else {})
    assert step.applied == ([] if begins else [action.id])


def test_invariant_08_frozen_lifts(switch: Path):
    """Frozen: lifts go on."""
    freeze(switch, "kari")
    step = execution(Single(), switch, ONE)
    step.carry_out(lifts(ONE))
    assert (step.elements, step.failed) == ({}, {})


@dataclass
class Slow(Single):
    """A system that refuses one place for good, and has begun another."""

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Refuse, or be busy."""
        raise (DriverRefused if plan.place == place(1) else Pending)(f"{plan.place}: no")


def test_a_refusal_is_final_and_what_has_begun_is_not(switch: Path):
    """The one is told as failed; the other is tried again, and is known to be under way."""
    step = execution(Slow(), switch)
    ops = [
        Operation(kind=OperationKind.ADD, place=place(number), id=order(number=number).id,
                  action=order(number=number), reason="")
        for number in (1, 2)
    ]  # fmt: skip
    step.carry_out(ops)
    assert step.failed == {ops[0].id: "place 1: no"}
    assert step.waiting == {ops[1].id: "place 2: no"}
    assert step.pending == {ops[1].id}
    assert step.elements == {}


def test_what_was_lifted_is_known_and_what_is_planned_goes_by_the_signed_list(switch: Path):
    """Whoever ends it later knows that it was this step."""
    gone, new = order(number=1), order(number=2)
    driver = Single()
    step = execution(driver, switch, gone)
    planned: list[object] = []
    plan = driver.plan

    def keeping(action, observed, protect) -> DriverPlan:
        planned.append(protect)
        return plan(action, observed, protect)

    driver.plan = keeping  # type: ignore[method-assign]
    kinds = ((OperationKind.LIFT, gone, None), (OperationKind.ADD, new, new))
    step.carry_out(
        [
            Operation(kind=kind, place=place(int(x.id[-1])), id=x.id, action=action, reason="")
            for kind, x, action in kinds
        ]
    )
    assert step.taken == {gone.id}
    assert planned == [NOTHING]


def test_what_was_there_before_a_writing_is_kept(switch: Path):
    """Whose it was, and what it counted."""
    new = order(number=1)
    there = replace(element(order(number=2), place(1)), packets=7)
    step = execution(Single(before=there), switch)
    add = Operation(kind=OperationKind.ADD, place=place(1), id=new.id, action=new, reason="")
    step.carry_out([add])
    assert step.written == {new.id: there}


@pytest.mark.parametrize("kind", [Single, Batched])
def test_what_stays_as_it_was_before_is_told(switch, kind):
    """Lifted, and as limited as it was found: in the drift, and with the end of the action."""
    step = execution(kind(left=(place(2),)), switch, *FEW)
    step.carry_out(lifts(*FEW))
    said = f"{LEFT}{place(2)}"
    assert (step.taken, step.left, step.drift) == ({x.id for x in FEW}, {TWO.id: said}, [said])
