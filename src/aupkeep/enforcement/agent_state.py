"""What an agent remembers over restarts: a small JSON file, replaced in one step.

What a person undid here stands in a file of its own as well: who removes a damaged memory does not
bring back what was undone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from aupkeep.enforcement.action_json import (
    FieldReader,
    bounded,
    read_object,
    read_record,
    to_json,
)
from aupkeep.enforcement.desired import DesiredState
from aupkeep.enforcement.durable_file import file_mark, read_regular, write_durably
from aupkeep.enforcement.protect import NOTHING, ProtectList, read_protect, write_protect
from aupkeep.model.action import Action, ActionState
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.facts import canonical

FILE, UNDONE = "memory.json", "undone.json"
T = TypeVar("T")
MAX_BYTES = 256 << 20
MAX_ROWS = 1_000_000
MAX_ENDED_ACTIONS = 2_000
KEEP_UNDONE = timedelta(days=1)  # past its own end an action cannot come back anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledAction:
    """An action read back as installed, with the proof and when it was first seen."""

    action: Action
    proof: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "proof", bounded(self.proof))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAction:
    """How an action that stood ended: lifted or expired, seen gone at `at`."""

    id: str
    state: ActionState
    proof: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "proof", bounded(self.proof))


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneAction:
    """An action a person undid on this machine; `until` is the action's own end."""

    id: str
    words: str
    until: datetime
    at: datetime


@dataclass(slots=True, kw_only=True)
class AgentState:
    """`serial` and `digest` of the last state believed, and what followed from it."""

    serial: int = 0
    digest: str = ""
    protect: ProtectList = NOTHING
    frozen: bool = False
    standing: dict[str, InstalledAction] = field(default_factory=dict)
    undone: dict[str, UndoneAction] = field(default_factory=dict)
    ended: dict[str, EndedAction] = field(default_factory=dict)

    def copy(self) -> "AgentState":
        """The same, not changed when this one is; equal until then."""
        return replace(
            self, standing={**self.standing}, undone={**self.undone}, ended={**self.ended}
        )

    def believe(self, desired: DesiredState, digest: str) -> None:
        """Go by a state from now on."""
        self.serial, self.digest = desired.serial, digest
        self.protect, self.frozen = desired.protect, desired.frozen

    def end(self, ended: EndedAction) -> None:
        """Move an action from standing to ended; the oldest endings are forgotten first."""
        self.standing.pop(ended.id, None)
        self.ended.pop(ended.id, None)
        self.ended[ended.id] = ended
        while len(self.ended) > MAX_ENDED_ACTIONS:
            self.ended.pop(next(iter(self.ended)))

    def forget(self, now: datetime) -> None:
        """Drop what can no longer matter."""
        over = [action.id for action in self.undone.values() if action.until + KEEP_UNDONE < now]
        for action_id in over:
            del self.undone[action_id]


class AgentMemory:
    """The file of an agent's folder: read again when written by others, and JSON made once."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._last: tuple[object, AgentState] | None = None
        self._rows: dict[int, tuple[object, object]] = {}  # of a record's id: the record, its JSON

    def mark(self) -> object:
        """What is another after each write, by whichever process."""
        return file_mark(self.path), file_mark(self.path.with_name(UNDONE))

    def read(self) -> AgentState:
        """The remembered state, a copy of it. Raises as `read_state`."""
        mark = self.mark()
        if self._last is None or self._last[0] != mark:
            self._last = mark, read_state(self.path.parent)
        return self._last[1].copy()

    def write(self, state: AgentState) -> None:
        """Make it durable. Raises `Unavailable`."""
        last, self._rows = self._rows, {}
        if self._last is None or self._last[1].undone != state.undone:
            rows = [to_json(action) for action in state.undone.values()]
            write_durably(self.path.with_name(UNDONE), canonical({"undone": rows}))
        write_durably(self.path, state_bytes(state, lambda record: self._row(record, last)))
        self._last = self.mark(), state.copy()

    def _row(self, record: object, last: dict[int, tuple[object, object]]) -> object:
        known = last.get(id(record))
        row = known[1] if known and known[0] is record else to_json(record)
        self._rows[id(record)] = record, row
        return row


def state_bytes(state: AgentState, row: Callable[[object], object] = to_json) -> bytes:
    """The file's content: canonical JSON, each record as `row` gives it."""
    return canonical(
        {
            "serial": state.serial,
            "digest": state.digest,
            "protect": list(write_protect(state.protect)),
            "frozen": state.frozen,
            "standing": [row(action) for action in state.standing.values()],
            "undone": [row(action) for action in state.undone.values()],
            "ended": [row(action) for action in state.ended.values()],
        }
    )


def read_state(folder: Path) -> AgentState:
    """The remembered state; an agent that never ran remembers nothing.

    Raises `Invalid` for a damaged file: guessing could re-apply what a person undid. What stands
    in the kernel holds until its own timeout meanwhile.
    """
    path, undone = folder / FILE, _undone(folder)
    try:
        data = read_regular(path, MAX_BYTES + 1)
    except OSError as error:
        raise Invalid(f"{path}: expected a readable file, found {error}") from error
    if data is None:
        return AgentState(undone=undone)
    try:
        it = FieldReader(read_object(data, MAX_BYTES, str(path)), AgentState, "memory")
        return _state(it, undone)
    except AupkeepError as error:
        raise Invalid(
            f"{path}: damaged ({error}); remove it to start from the next desired state"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _UndoneHere:
    undone: object


def _undone(folder: Path) -> dict[str, UndoneAction]:
    """What the file of local undos says. Raises `Invalid` for one that cannot be read."""
    path = folder / UNDONE
    try:
        it = FieldReader(read_object(path.read_bytes(), MAX_BYTES, UNDONE), _UndoneHere, "undone")
        rows = [read_record(row, UndoneAction, "undone") for row in it.rows("undone", MAX_ROWS)]
    except FileNotFoundError:
        return {}
    except (AupkeepError, OSError) as error:
        raise Invalid(
            f"{path}: damaged ({error}); without it what was undone on this machine begins again:"
            " lift that at the server before you remove it"
        ) from error
    return {row.id: row for row in rows}


def _state(it: FieldReader, undone: dict[str, UndoneAction]) -> AgentState:
    def rows(name: str, record: type[T]) -> list[T]:
        return [read_record(row, record, name) for row in it.rows(name, MAX_ROWS)]

    return AgentState(
        serial=it.number("serial"),
        digest=it.text("digest"),
        protect=read_protect(str(row) for row in it.rows("protect", MAX_ROWS)),
        frozen=it.flag("frozen"),
        standing={row.action.id: row for row in rows("standing", InstalledAction)},
        undone={row.id: row for row in rows("undone", UndoneAction)} | undone,
        ended={row.id: row for row in rows("ended", EndedAction)},
    )
