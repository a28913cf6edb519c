"""The agent: the only process with privilege. It pulls, judges again, applies, reads back, tells.

One `step` is one turn of a level-triggered loop: read the signed desired state, look at what
stands, make the second like the first, write `status.json`. It may be killed between any two
lines; the next step starts from what really stands.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.enforcement.agent_report import FILE, ActionStatus, AgentReport, write_report
from aupkeep.enforcement.agent_state import (
    AgentState,
    EndedAction,
    InstalledAction,
    UndoneAction,
    read_state,
    write_state,
)
from aupkeep.enforcement.bounds import refusal
from aupkeep.enforcement.desired import DesiredState, open_signed
from aupkeep.enforcement.driver import Driver, InstalledElement, by_place
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.execute import StepExecution
from aupkeep.enforcement.freeze import frozen
from aupkeep.enforcement.protect import ProtectList, own_protect
from aupkeep.enforcement.reconcile import (
    ReconcileInputs,
    ReconcileResult,
    RememberedState,
    reconcile,
)
from aupkeep.model.action import Action, ActionState
from aupkeep.model.errors import DriverRefused, Missing, Unavailable

FREEZE = "freeze"
LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What came from the controller: its actions, or why what stands is merely held."""

    actions: tuple[Action, ...] = ()
    silence: str = ""


class Agent:
    """One agent for one target with one opened driver.

    `fetch` gives the signed bytes, None when there are none, or raises `Unavailable`; `keys` are
    the controller's public keys; `clock` gives an aware time in UTC; `freeze` is the switch's file
    (default: `freeze` in the agent's own folder).
    """

    def __init__(
        self,
        *,
        folder: Path,
        driver: Driver,
        fetch: Callable[[], bytes | None],
        keys: Sequence[Ed25519PublicKey],
        target: str,
        clock: Callable[[], datetime],
        freeze: Path | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.freeze = freeze or folder / FREEZE
        self._driver = driver
        self._able = driver.capabilities()
        self._fetch = fetch
        self._keys = keys
        self._target = target
        self._clock = clock
        self._opened: tuple[str, DesiredState] | None = None

    def step(self) -> AgentReport:
        """One turn. Raises `Unavailable` when the real system or the own folder cannot be read."""
        fetched = self._ask()  # before the lock: a slow server must not keep an undo waiting
        with self._locked():
            memory = read_state(self.folder)
            before = memory.copy()
            heard = fetched if isinstance(fetched, _Heard) else self._hear(fetched, memory)
            return self._settle(memory, heard, before)

    def undo(self, action: str, words: str) -> AgentReport:
        """Lift one action here and now, and remember that it must not come back by itself.

        Works with the server down. `words` say who and why. Raises `Missing` for an action that
        does not stand here.
        """
        with self._locked():
            memory = read_state(self.folder)
            kept = memory.standing.get(action)
            if kept is None and action not in memory.undone:
                raise Missing(f"expected an action standing on {self._target}, found no {action}")
            if kept is not None:
                memory.undone[action] = UndoneAction(
                    id=action, words=words, until=kept.action.until, at=self._clock()
                )
                write_state(self.folder, memory)
            return self._settle(memory, _Heard(silence="undo on this machine"), memory.copy())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """A step and an undo never overlap, also between processes."""
        try:
            with (self.folder / LOCK).open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise Unavailable(f"{self.folder}: {error}") from error

    def _ask(self) -> bytes | _Heard:
        """The signed bytes, or why there are none."""
        try:
            data = self._fetch()
        except Unavailable as error:
            return _Heard(silence=str(error))
        return _Heard(silence="no desired state was found") if data is None else data

    def _hear(self, data: bytes, memory: AgentState) -> _Heard:
        """Read the desired state; whatever is wrong with it means hold."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            state = self._open(data, digest, memory.serial)
        except DriverRefused as error:
            return _Heard(silence=str(error))
        if state.serial == memory.serial and memory.digest not in ("", digest):
            return _Heard(silence=f"serial {state.serial} was seen with other content")
        if state.valid_until and state.valid_until <= self._clock():
            return _Heard(silence=f"the desired state was valid until {state.valid_until}")
        _believe(memory, state, digest)
        return _Heard(actions=state.actions)

    def _open(self, data: bytes, digest: str, last_serial: int) -> DesiredState:
        """Open a state; one opened at the step before and still the newest is not read again."""
        if (
            self._opened is None
            or self._opened[0] != digest
            or self._opened[1].serial < last_serial
        ):
            state = open_signed(data, self._keys, target=self._target, last_serial=last_serial)
            self._opened = (digest, state)
        return self._opened[1]

    def _settle(self, memory: AgentState, heard: _Heard, before: AgentState) -> AgentReport:
        """Make what stands what shall stand, remember it, tell it."""
        mended = self._driver.prepare()
        protect, silence = self._protect(memory, heard.silence)
        observed = self._driver.observe()
        local = _local(memory, heard, observed)
        view = ReconcileInputs(
            now=self._clock(),
            frozen=memory.frozen or frozen(self.freeze),
            holding=bool(silence),
            judge=lambda action: self._judge(action, protect),
            place=self._driver.place,
        )
        outcome = reconcile(heard.actions, local, observed, view)
        turn = StepExecution(
            driver=self._driver,
            freeze=self.freeze,
            protect=protect,
            memory=memory,
            elements=by_place(observed),
            drift=list(mended),
        )
        turn.carry_out(outcome.ops)
        if outcome.ops:
            turn.elements = by_place(self._driver.observe())
        _remember(memory, outcome, turn, self._clock())
        memory.forget(self._clock())
        if memory != before:
            write_state(self.folder, memory)
        report = self._report(memory, outcome, turn, silence)
        write_durably(self.folder / FILE, write_report(report), mode=0o644)
        return report

    def _protect(self, memory: AgentState, silence: str) -> tuple[ProtectList, str]:
        """Both lists; when the own one cannot be read, nothing new begins."""
        try:
            return memory.protect | own_protect(self.folder), silence
        except DriverRefused as error:
            return memory.protect, silence or str(error)

    def _judge(self, action: Action, protect: ProtectList) -> str | None:
        reason = refusal(action, self._target, self._able.driver) or protect.against(action)
        if reason is None and action.measure not in self._able.measures:
            return f"driver {self._able.driver} cannot {action.measure}"
        if reason is None:
            try:
                self._driver.place(action)
            except DriverRefused as error:
                return str(error)
        return reason

    def _report(
        self, memory: AgentState, outcome: ReconcileResult, turn: StepExecution, silence: str
    ) -> AgentReport:
        refused = {**outcome.refused, **turn.failed}
        return AgentReport(
            at=self._clock(),
            target=self._target,
            driver=self._able.driver,
            serial=memory.serial,
            frozen=memory.frozen or frozen(self.freeze),
            controller=silence,
            applied=tuple(turn.applied),
            repaired=tuple(turn.repaired),
            lifted=tuple(e.id for e in turn.ended if e.state is ActionState.LIFTED),
            expired=tuple(e.id for e in turn.ended if e.state is ActionState.EXPIRED),
            refused=tuple(sorted(refused.items())),
            drift=(*turn.drift, *outcome.drift),
            foreign=tuple(outcome.foreign),
            actions=tuple(_told(memory, outcome, turn, self._clock())),
        )


def _believe(memory: AgentState, state: DesiredState, digest: str) -> None:
    memory.serial = state.serial
    memory.digest = digest
    memory.protect = state.protect
    memory.frozen = state.frozen


def _local(
    memory: AgentState, heard: _Heard, observed: Sequence[InstalledElement]
) -> RememberedState:
    """What is remembered, and what stands although a crash came before the memory was written."""
    there = {element.action for element in observed}
    standing = {action.id: action for action in heard.actions if action.id in there}
    standing |= {id_: kept.action for id_, kept in memory.standing.items()}
    return RememberedState(standing=standing, undone=frozenset(memory.undone))


def _remember(
    memory: AgentState, outcome: ReconcileResult, turn: StepExecution, now: datetime
) -> None:
    """Believe only what was read back: what stands, and what is gone."""
    for id_, action in outcome.kept.items():
        kept = memory.standing.get(id_)
        element = turn.elements.get(outcome.places[id_])
        if element is None or id_ in turn.failed or element.action not in outcome.kept:
            continue
        if kept is None or kept.action != action or id_ in turn.proofs:
            carried = f"carried at {element.place} by action {element.action}"
            proof = turn.proofs.get(id_, carried)
            memory.standing[id_] = InstalledAction(action=action, proof=proof, at=now)
    still = {element.action for element in turn.elements.values()}
    for id_ in [i for i in memory.standing if i not in outcome.kept and i not in still]:
        state, reason = outcome.ended.get(
            id_, (ActionState.LIFTED, outcome.refused.get(id_, "no longer wanted"))
        )
        ended = EndedAction(id=id_, state=state, proof=f"{reason}; read back: gone", at=now)
        memory.end(ended)
        turn.ended.append(ended)


def _told(
    memory: AgentState, outcome: ReconcileResult, turn: StepExecution, now: datetime
) -> Iterator[ActionStatus]:
    """Every action there is something to say about, once."""
    refused = {**outcome.refused, **turn.failed}
    counts = {element.action: element.packets for element in turn.elements.values()}
    for id_, kept in memory.standing.items():
        lost = id_ in turn.failed and id_ not in counts
        yield ActionStatus(
            id=id_,
            state=ActionState.FAILED if lost else ActionState.APPLIED,
            proof=turn.failed[id_] if lost else kept.proof,
            at=now if lost else kept.at,
            packets=counts.get(id_),
        )
    for ended in memory.ended.values():
        if ended.id not in memory.standing:
            yield ActionStatus(id=ended.id, state=ended.state, proof=ended.proof, at=ended.at)
    known = {*memory.standing, *memory.ended}
    for id_, (state, reason) in outcome.ended.items():
        if id_ not in known:
            yield ActionStatus(id=id_, state=state, proof=f"never stood here: {reason}", at=now)
    for id_, reason in refused.items():
        if id_ not in known and id_ not in outcome.ended:
            yield ActionStatus(id=id_, state=ActionState.FAILED, proof=reason, at=now)
