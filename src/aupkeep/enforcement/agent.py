"""The agent: the only process with privilege. It pulls, checks again, applies, reads back, reports.

`Agent.step` reads the signed desired state, looks at what stands, makes the second like the first,
and writes `status.json`. It may be killed between any two lines: the next step starts from what
really stands.
"""

import hashlib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.enforcement.action_json import ActionReader
from aupkeep.enforcement.agent_outcome import (
    protected_by_now,
    remember,
    remembered_state,
    statuses,
    without_unlooked,
)
from aupkeep.enforcement.agent_report import FILE, UNANSWERED, AgentReport, write_report
from aupkeep.enforcement.agent_rest import Rest, next_moment
from aupkeep.enforcement.agent_state import (
    AgentMemory,
    AgentState,
    UndoneAction,
)
from aupkeep.enforcement.backoff import Backoff
from aupkeep.enforcement.desired import DesiredState, open_signed
from aupkeep.enforcement.driver import InstalledElement, by_place
from aupkeep.enforcement.durable_file import file_mark, write_durably
from aupkeep.enforcement.execute import StepExecution
from aupkeep.enforcement.freeze import frozen
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.local_bounds import FILE as BOUNDS_FILE
from aupkeep.enforcement.local_bounds import LocalBounds, own_bounds
from aupkeep.enforcement.one_system import mask_others, mask_owners, owners_of
from aupkeep.enforcement.packet_counts import PacketCounts
from aupkeep.enforcement.protect import FILE as PROTECT_FILE
from aupkeep.enforcement.protect import ProtectList, own_protect
from aupkeep.enforcement.reconcile import (
    Operation,
    ReconcileInputs,
    ReconcileResult,
    RememberedState,
    may_stand,
    reconcile,
)
from aupkeep.enforcement.step_lock import FILE as LOCK_FILE
from aupkeep.enforcement.step_lock import patient_lock, step_lock
from aupkeep.model.action import Action, ActionState
from aupkeep.model.errors import DriverRefused, Invalid, Missing, Unavailable

FREEZE = "freeze"
PATIENCE = 30.0  # seconds that a person's undo waits for the step that is under way
LOCAL_FILES = (PROTECT_FILE, BOUNDS_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The server's answer: its actions, or in `silence` why no usable state was received.

    In silence the measures that stand are kept and none begins.
    """

    actions: tuple[Action, ...] = ()
    silence: str = ""
    until: datetime | None = None  # when it is no longer believed
    looked: tuple[str, ...] = ()  # interceptions whose packet counts may be reported
    lifts_only: bool = False  # the ender's: nothing is added or repaired

    def due(self, ops: Iterable[Operation], rests: Container[str]) -> list[Operation]:
        """The operations of this step: those that do not rest."""
        due = [op for op in ops if op.id not in rests]
        return [op for op in due if op.action is None] if self.lifts_only else due


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshSource:
    """Asks for a state signed over a nonce that nobody knew before, so that it is no replay.

    Each is good for one state: who lost its memory twice asks with two.
    """

    nonce: Callable[[], str]
    fetch: Callable[[str], bytes | None]


class Agent:
    """One agent for one target with one opened driver, which is never asked but by its guard.

    `fetch` gives the signed bytes, None when there are none, or raises `Unavailable`; `keys` are
    the server's public keys; `clock` gives an aware time in UTC. The file `freeze` in the agent's
    own folder and `machine_switch` freeze it alike. Without memory an agent cannot tell an old
    state from a new one: where there is a `fresh` source it then asks that one. `not_before` is
    called with the time each state was made, so that a slow clock is corrected. `barred` says why
    nothing new may begin. `beside_others`: sibling folders belong to other agents, whose elements
    are left alone.
    """

    barred = ""
    beside_others = False

    def __init__(
        self,
        *,
        folder: Path,
        driver: GuardedDriver,
        fetch: Callable[[], bytes | None],
        keys: Sequence[Ed25519PublicKey],
        target: str,
        clock: Callable[[], datetime],
        machine_switch: Path | None = None,
        fresh: FreshSource | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        own = folder / FREEZE
        self.switches = (own, machine_switch) if machine_switch else (own,)
        self._driver = driver
        self._able = driver.able
        self._fetch = fetch
        self._fresh = fresh
        self._nonce = ""  # what it asks with now
        self._keys = keys
        self._target = target
        self._owners = owners_of(target, keys)
        self._clock = clock
        self.not_before: Callable[[datetime], None] = lambda _: None
        self._backoff = Backoff()
        self._opened: tuple[str, DesiredState] | None = None
        self._reader = ActionReader()
        self._memory = AgentMemory(folder)
        self._counts = PacketCounts(folder)
        self._files = (*(folder / name for name in LOCAL_FILES), *self.switches)
        self._rest: Rest[AgentReport] | None = None

    def step(self) -> AgentReport:
        """One step, or the last report where none of a step's inputs has changed since.

        Raises `Unavailable` when the system or the agent's folder cannot be read.
        """
        fetched = self._ask()  # before the lock: a slow server must not keep an undo waiting
        with step_lock(self.lock):
            heard = [fetched, *map(file_mark, self._files)]  # before any of them is read
            if self._rest is not None and self._rest.holds(self._marks(heard), self._clock()):
                return self._rest.answer
            state = self._memory.read()
            before = state.copy()
            answer = fetched if isinstance(fetched, _Answer) else self._hear(fetched, state)
            return self._settle(state, answer, before, heard)

    def undo(self, action: str, words: str) -> AgentReport:
        """Lift one action here and now, and remember that it must not come back by itself.

        Works with the server down. `words` say who and why. Raises `Missing` for an action that
        does not stand here, `Unavailable` where another process takes a step and does not end it.
        """
        with patient_lock(self.lock, PATIENCE):
            state = self._memory.read()
            installed = state.standing.get(action)
            if installed is None and action not in state.undone:
                raise Missing(f"expected an action standing on {self._target}, found no {action}")
            if installed is not None:
                state.undone[action] = UndoneAction(
                    id=action, words=words, until=installed.action.until, at=self._clock()
                )
                self._memory.write(state)
            return self._settle(state, _Answer(silence="undo on this machine"), state.copy())

    def end_over(self, words: str) -> AgentReport:
        """Lift what is past its end and do nothing else; `words` say why no state is heard.

        Without a memory that can be read it goes by the ends that stand in the system itself, and
        leaves the damaged file as it is. Raises `BlockingIOError` where another process takes a
        step, else as `step`.
        """
        with step_lock(self.lock, 0):
            try:
                state = self._memory.read()
            except Invalid as error:
                silent = _Answer(silence=f"{words}; {error}", lifts_only=True)
                return self._settle(AgentState(), silent, None)
            return self._settle(state, _Answer(silence=words, lifts_only=True), state.copy())

    @property
    def lock(self) -> Path:
        """The file that whoever takes a step holds, with its process number in it."""
        return self.folder / LOCK_FILE

    def say_away(self, words: str) -> AgentReport:
        """Report that no step is taken, for an agent that does not by itself."""
        state = AgentState()
        with suppress(Invalid):
            state = self._memory.read()
        return self._silent(words, state)

    def _ask(self) -> bytes | _Answer:
        """The signed bytes, or why there are none."""
        try:
            if self._fresh is not None and not self._memory.read().serial:
                self._nonce = self._nonce or self._fresh.nonce()
                data = self._fresh.fetch(self._nonce)
            else:
                data = self._fetch()
        except Unavailable as error:
            return _Answer(silence=str(error))
        return _Answer(silence="no desired state was found") if data is None else data

    def _hear(self, data: bytes, state: AgentState) -> _Answer:
        """Read the desired state; whatever is wrong with it means hold."""
        digest = hashlib.sha256(data).hexdigest()
        try:
            desired = self._open(data, digest, state.serial)
        except DriverRefused as error:
            return _Answer(silence=str(error))
        if desired.serial == state.serial and state.digest not in ("", digest):
            return _Answer(silence=f"serial {desired.serial} was seen with other content")
        self.not_before(desired.made_at)
        if desired.valid_until is None or desired.valid_until <= self._clock():
            return _Answer(silence=f"the desired state was valid until {desired.valid_until}")
        if self._fresh and not state.serial and (desired.nonce or None) != self._nonce:
            return _Answer(silence=f"no memory, no state signed over nonce {self._nonce} yet")
        self._nonce = ""
        state.believe(desired, digest)
        return _Answer(actions=desired.actions, until=desired.valid_until, looked=desired.looked)

    def _open(self, data: bytes, digest: str, last_serial: int) -> DesiredState:
        """Open a state; one opened at the step before and still the newest is not read again."""
        if (
            self._opened is None
            or self._opened[0] != digest
            or self._opened[1].serial < last_serial
        ):
            desired = open_signed(
                data, self._keys, target=self._target, last_serial=last_serial, reader=self._reader
            )
            self._opened = (digest, desired)
        return self._opened[1]

    def _settle(
        self,
        state: AgentState,
        answer: _Answer,
        before: AgentState | None,
        heard: Sequence[object] = (),
    ) -> AgentReport:
        """Make what stands what is wanted, remember it where it differs from `before`, report it.

        What cannot be remembered has None for `before`.
        """
        with self._telling(state):
            return self._carry_out(state, answer, before, heard)

    def _carry_out(
        self, state: AgentState, answer: _Answer, before: AgentState | None, heard: Sequence[object]
    ) -> AgentReport:
        repairs = self._driver.prepare()
        observed = self._observed(state, answer)
        repairs += (self._driver.unread,) if self._driver.unread else ()
        protect, bounds, silence = self._local(state, answer.silence)
        remembered = remembered_state(state, answer.actions, observed)
        wanted = remembered.standing.values() if silence else answer.actions
        refusals = {x.id: self._refusal(x, remembered, protect, bounds) for x in wanted}
        judged = (x for x in wanted if refusals[x.id] is None)
        refusals |= protected_by_now(judged, observed, self._driver.spot, protect)
        inputs = ReconcileInputs(
            now=self._clock(),
            frozen=state.frozen or frozen(*self.switches),
            holding=bool(silence),
            judge=lambda action: refusals[action.id],
            place=self._driver.spot,  # of what was judged
        )
        may = (x for x in wanted if refusals[x.id] is None and may_stand(x, remembered, inputs))
        refusals |= bounds.surplus(may, remembered.standing)
        result = reconcile(answer.actions, remembered, observed, inputs)
        execution = StepExecution(
            driver=self._driver,
            switches=self.switches,
            protect=protect,
            state=state,
            elements=by_place(observed),
            drift=list(repairs),
        )
        now = self._clock()
        rests = {op.id: why for op in result.ops if (why := self._backoff.rests(op.id, now))}
        due = answer.due(result.ops, rests)
        self._counts.begin(observed, due)
        execution.carry_out(due)
        self._backoff.after(
            {op.id for op in due}, execution.waiting, now, execution.declined, execution.pending
        )
        execution.waiting |= rests
        if due:
            execution.elements = by_place(self._observed(state, answer))
        remember(state, result, execution, self._clock(), self._able.driver)
        state.forget(self._clock())
        if before is not None:
            if state != before:
                self._memory.write(state)
            self._counts.settle(execution, state.standing, self._clock())
        report = self._report(state, result, execution, silence, answer.looked)
        write_durably(self.folder / FILE, write_report(report), mode=0o644)
        self._rest = None
        marks = self._marks(heard)
        if marks[0] is not None and not (result.ops or execution.waiting or repairs):
            until = next_moment(inputs.now, wanted, answer.until)
            self._rest = Rest(marks=marks, since=inputs.now, until=until, answer=report)
        return report

    def _marks(self, heard: Sequence[object]) -> list[object]:
        """A step's inputs: the system, the memory, what was heard, the machine's files."""
        return [self._driver.unchanged(), self._memory.mark(), *heard]

    def _refusal(
        self, action: Action, known: RememberedState, protect: ProtectList, bounds: LocalBounds
    ) -> str | None:
        """Why an action may not stand, or may not begin."""
        barred = self.barred if action.id not in known.standing else ""
        reason = barred or self._driver.refusal(action, protect, bounds, self._target)
        return reason or bounds.unbounded(action)

    def _observed(self, state: AgentState, answer: _Answer) -> tuple[InstalledElement, ...]:
        """What stands; what names another, or agents beside this one remember, is foreign."""
        known = [*(x.action for x in state.standing.values()), *answer.actions]
        own = {action.id for action in known if action.target == self._target}
        observed = mask_owners(self._driver.observe(), own, self._owners)
        if not self.beside_others:
            return observed
        return mask_others(observed, own, self.folder)

    @contextmanager
    def _telling(self, state: AgentState) -> Iterator[None]:
        """A step that cannot be taken is reported, too."""
        try:
            yield
        except Unavailable as error:
            self._silent(f"{UNANSWERED}: {error}", state)
            raise

    def _silent(self, words: str, state: AgentState) -> AgentReport:
        """A report of nothing but why there is nothing to report."""
        silent = AgentReport(
            at=self._clock(),
            target=self._target,
            driver=self._able.driver,
            serial=state.serial,
            frozen=state.frozen or frozen(*self.switches),
            controller=words,
        )
        with suppress(Unavailable):
            write_durably(self.folder / FILE, write_report(silent), mode=0o644)
        return silent

    def _local(self, state: AgentState, silence: str) -> tuple[ProtectList, LocalBounds, str]:
        """Both protect lists, and the bounds; when its own cannot be read, nothing new begins."""
        try:
            own = own_protect(self.folder)
            return state.protect | own, own_bounds(self.folder), silence
        except DriverRefused as error:
            return state.protect, LocalBounds(), silence or str(error)

    @property
    def _stands(self) -> ActionState:
        """What a measure that was read back is called."""
        if not self._able.enforces:
            return ActionState.RECORDED
        return ActionState.APPLIED if self._able.reads_back else ActionState.ANNOUNCED

    def _report(
        self,
        state: AgentState,
        result: ReconcileResult,
        execution: StepExecution,
        silence: str,
        looked: Sequence[str],
    ) -> AgentReport:
        refused = {**result.refused, **execution.failed}
        stands = statuses(state, result, execution, self._clock(), self._stands)
        return AgentReport(
            at=self._clock(),
            target=self._target,
            driver=self._able.driver,
            serial=state.serial,
            frozen=state.frozen or frozen(*self.switches),
            controller=silence,
            applied=tuple(execution.applied),
            repaired=tuple(execution.repaired),
            lifted=tuple(e.id for e in execution.ended if e.state is ActionState.LIFTED),
            expired=tuple(e.id for e in execution.ended if e.state is ActionState.EXPIRED),
            refused=tuple(sorted(refused.items())),
            drift=(*execution.drift, *result.drift),
            foreign=tuple(result.foreign),
            actions=tuple(without_unlooked(state, looked, self._counts.told(stands))),
        )
