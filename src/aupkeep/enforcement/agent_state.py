"""What an agent remembers over restarts: one small JSON file, replaced in one step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aupkeep.enforcement.action_json import FieldReader, read_action, read_object, write_action
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.protect import NOTHING, ProtectList, read_protect, write_protect
from aupkeep.model.action import Action, ActionState
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.facts import canonical
from aupkeep.model.moments import show_moment

FILE = "memory.json"
MAX_BYTES = 256 << 20
MAX_ROWS = 1_000_000
MAX_ENDED_ACTIONS = 2_000
KEEP_UNDONE = timedelta(days=1)  # past its own end an action cannot come back anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledAction:
    """An action seen standing, with the proof and when it was first seen."""

    action: Action
    proof: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAction:
    """How an action that stood ended: lifted or expired, seen gone at `at`."""

    id: str
    state: ActionState
    proof: str
    at: datetime


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

    def end(self, ended: EndedAction) -> None:
        """Move an action from standing to ended; the oldest endings are forgotten first."""
        self.standing.pop(ended.id, None)
        self.ended.pop(ended.id, None)
        self.ended[ended.id] = ended
        while len(self.ended) > MAX_ENDED_ACTIONS:
            self.ended.pop(next(iter(self.ended)))

    def forget(self, now: datetime) -> None:
        """Drop what can no longer matter."""
        over = [u.id for u in self.undone.values() if u.until + KEEP_UNDONE < now]
        for id_ in over:
            del self.undone[id_]


def write_state(folder: Path, memory: AgentState) -> None:
    """Make it durable. Raises `Unavailable`."""
    write_durably(folder / FILE, state_bytes(memory))


def state_bytes(memory: AgentState) -> bytes:
    """The file's content: canonical JSON."""
    return canonical(
        {
            "serial": memory.serial,
            "digest": memory.digest,
            "protect": list(write_protect(memory.protect)),
            "frozen": memory.frozen,
            "standing": [
                {"action": write_action(k.action), "proof": k.proof, "at": show_moment(k.at)}
                for k in memory.standing.values()
            ],
            "undone": [
                {
                    "id": u.id,
                    "words": u.words,
                    "until": show_moment(u.until),
                    "at": show_moment(u.at),
                }
                for u in memory.undone.values()
            ],
            "ended": [
                {"id": e.id, "state": str(e.state), "proof": e.proof, "at": show_moment(e.at)}
                for e in memory.ended.values()
            ],
        }
    )


def read_state(folder: Path) -> AgentState:
    """The remembered state; an agent that never ran remembers nothing.

    Raises `Invalid` for a damaged file: guessing could re-apply what a person undid. What stands
    in the kernel holds until its own timeout meanwhile.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return AgentState()
    except OSError as error:
        raise Invalid(f"{path}: expected a readable file, found {error}") from error
    try:
        return _memory(FieldReader(read_object(data, MAX_BYTES, str(path)), AgentState, "memory"))
    except AupkeepError as error:
        raise Invalid(
            f"{path}: damaged ({error}); remove it to start from the next desired state"
        ) from error


def _memory(it: FieldReader) -> AgentState:
    kept = [_kept(row) for row in it.rows("standing", MAX_ROWS)]
    undone = [_undone(row) for row in it.rows("undone", MAX_ROWS)]
    ended = [_ended(row) for row in it.rows("ended", MAX_ROWS)]
    return AgentState(
        serial=it.number("serial"),
        digest=it.text("digest"),
        protect=read_protect(str(row) for row in it.rows("protect", MAX_ROWS)),
        frozen=it.flag("frozen"),
        standing={one.action.id: one for one in kept},
        undone={one.id: one for one in undone},
        ended={one.id: one for one in ended},
    )


def _kept(row: Any) -> InstalledAction:  # noqa: ANN401 - JSON
    it = FieldReader(row, InstalledAction, "standing")
    return InstalledAction(
        action=read_action(it.get("action")), proof=it.text("proof"), at=it.moment("at")
    )


def _undone(row: Any) -> UndoneAction:  # noqa: ANN401 - JSON
    it = FieldReader(row, UndoneAction, "undone")
    return UndoneAction(
        id=it.text("id"), words=it.text("words"), until=it.moment("until"), at=it.moment("at")
    )


ENDINGS: Mapping[str, ActionState] = {str(one): one for one in ActionState}


def _ended(row: Any) -> EndedAction:  # noqa: ANN401 - JSON
    it = FieldReader(row, EndedAction, "ended")
    return EndedAction(
        id=it.text("id"),
        state=it.choice("state", ENDINGS),
        proof=it.text("proof"),
        at=it.moment("at"),
    )
