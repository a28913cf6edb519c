"""Carries operations out, in batches where the driver can, and records what was read back.

A batch is one transaction with one read-back, so ten thousand repairs after somebody flushed a
ruleset take seconds. When a batch fails, its operations are done one by one, so that each failure
is reported with its own reason. The freeze switch is looked at before every batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aupkeep.enforcement.agent_state import AgentState, EndedAction
from aupkeep.enforcement.driver import DriverPlan, DriverReceipt, InstalledElement
from aupkeep.enforcement.freeze import frozen
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.protect import ProtectList
from aupkeep.enforcement.reconcile import Operation, OperationKind, widens
from aupkeep.model.action import LEFT, Action
from aupkeep.model.errors import DriverRefused, Pending, Unavailable

BATCH = 500  # operations; well under a second on a kernel
FEW = 4  # below this a batch saves nothing


@dataclass(slots=True, kw_only=True)
class StepExecution:
    """What one step of the agent has done so far; `elements` is what stands, by place."""

    driver: GuardedDriver
    switches: Sequence[Path]
    protect: ProtectList
    state: AgentState
    elements: dict[str, InstalledElement]
    drift: list[str]
    applied: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # refused: the driver will not do it
    waiting: dict[str, str] = field(default_factory=dict)  # the system did not answer: tried again
    pending: set[str] = field(default_factory=set)  # of these, what it has begun
    declined: set[str] = field(default_factory=set)  # of these, lifts that it refused
    proofs: dict[str, str] = field(default_factory=dict)
    written: dict[str, InstalledElement | None] = field(default_factory=dict)  # what was there
    ended: list[EndedAction] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)  # lifted here, and seen gone
    left: dict[str, str] = field(default_factory=dict)  # of these, what stays as before us

    @property
    def troubles(self) -> dict[str, str]:
        """Why this step did not do what it was to do, by action."""
        return {**self.waiting, **self.failed}

    def carry_out(self, ops: Sequence[Operation]) -> None:
        """Lift what is to go, then set what is to stand; failures are recorded, not raised."""
        lifts = [op for op in ops if op.action is None]
        sets = [op for op in ops if op.action is not None]
        for start in range(0, len(lifts), BATCH):
            self._lift(lifts[start : start + BATCH])
        for start in range(0, len(sets), BATCH):
            self._set(sets[start : start + BATCH])

    def _lift(self, ops: list[Operation]) -> None:
        driver = self.driver
        if driver.bulk and len(ops) >= FEW:
            try:
                receipts = driver.revert_all([(op.place, op.id) for op in ops])
            except (DriverRefused, Unavailable):
                self.drift.append("a batch of lifts failed; each is tried alone")
            else:
                for op, receipt in zip(ops, receipts, strict=True):
                    self._gone(op, receipt)
                return
        for op in ops:
            try:
                self._gone(op, driver.revert(op.place, op.id))
            except (DriverRefused, Unavailable) as error:
                # no refusal is final here: what is not wanted goes some day
                self.waiting[op.id] = str(error)
                if isinstance(error, DriverRefused):
                    self.declined.add(op.id)

    def _gone(self, op: Operation, receipt: DriverReceipt) -> None:
        self.elements.pop(op.place, None)
        self.taken.add(op.id)
        if LEFT in receipt.proof:
            self.left[op.id] = receipt.proof
            self.drift.append(receipt.proof)

    def _set(self, ops: list[Operation]) -> None:
        switch = frozen(*self.switches)
        planned = [(op, plan) for op in ops if (plan := self._plan(op, switch=switch))]
        driver = self.driver
        if driver.bulk and len(planned) >= FEW:
            try:
                receipts = driver.apply_all([plan for _, plan in planned])
            except (DriverRefused, Unavailable):
                self.drift.append("a batch failed; each of it is tried alone")
            else:
                for (op, _), receipt in zip(planned, receipts, strict=True):
                    self._seen(op, receipt)
                return
        for op, plan in planned:
            try:
                self._seen(op, driver.apply(plan))
            except (DriverRefused, Unavailable) as error:
                self._note(op.id, error)
                del self.elements[op.place]

    def _plan(self, op: Operation, *, switch: bool) -> DriverPlan | None:
        """The plan of one operation; its place counts as taken from now on."""
        if op.action is None:
            return None
        if switch and self._begins(op.action):
            self.failed[op.id] = "frozen: no new automatic measure"
            return None
        try:
            plan = self.driver.plan(op.action, self.elements, self.protect)
        except DriverRefused as error:
            self.failed[op.id] = str(error)
            return None
        self.elements[op.place] = InstalledElement(
            place=op.place,
            action=op.id,
            reference=op.action.reference,
            expires=op.action.until,
            rate=op.action.scope.rate,
        )
        return plan

    def _begins(self, action: Action) -> bool:
        """True for an automatic action that does not stand yet, or would grow."""
        installed = self.state.standing.get(action.id)
        return action.automatic and (installed is None or widens(installed.action, action))

    def _note(self, action: str, error: DriverRefused | Unavailable) -> None:
        """Only a refusal is final; a fault is over some day, and the next step tries again."""
        (self.waiting if isinstance(error, Unavailable) else self.failed)[action] = str(error)
        if isinstance(error, Pending):
            self.pending.add(action)

    def _seen(self, op: Operation, receipt: DriverReceipt) -> None:
        if receipt.after is not None:
            self.elements[op.place] = receipt.after
        self.proofs[op.id] = receipt.proof
        self.written[op.id] = receipt.before
        (self.repaired if op.kind is OperationKind.REPAIR else self.applied).append(op.id)
