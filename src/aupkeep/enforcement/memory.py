"""What an agent remembers over restarts: one small JSON file, replaced in one step."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aupkeep.enforcement.durable import write_durably
from aupkeep.enforcement.protect import NOTHING, Protect, read_protect, write_protect
from aupkeep.enforcement.wire import Reader, read_action, read_object, write_action
from aupkeep.model.action import Action, ActionState
from aupkeep.model.errors import AupkeepError, Invalid
from aupkeep.model.facts import canonical
from aupkeep.model.moments import show_moment

FILE = "memory.json"
MAX_BYTES = 256 << 20
MAX_ROWS = 1_000_000
MAX_ENDED = 2_000
UNDONE_LINGERS = timedelta(days=1)  # past its own end an action cannot come back anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An action seen standing, with the proof and when it was first seen."""

    action: Action
    proof: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an action that stood ended: lifted or expired, seen gone at `at`."""

    id: str
    state: ActionState
    proof: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An action a person undid on this machine; `until` is the action's own end."""

    id: str
    words: str
    until: datetime
    at: datetime


@dataclass(slots=True, kw_only=True)
class Memory:
    """`serial` and `digest` of the last state believed, and what followed from it."""

    serial: int = 0
    digest: str = ""
    protect: Protect = NOTHING
    frozen: bool = False
    standing: dict[str, Kept] = field(default_factory=dict)
    undone: dict[str, Undone] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)

    def copy(self) -> "Memory":
        """The same, not changed when this one is; equal until then."""
        return replace(
            self, standing={**self.standing}, undone={**self.undone}, ended={**self.ended}
        )

    def end(self, ended: Ended) -> None:
        """Move an action from standing to ended; the oldest endings are forgotten first."""
        self.standing.pop(ended.id, None)
        self.ended.pop(ended.id, None)
        self.ended[ended.id] = ended
        while len(self.ended) > MAX_ENDED:
            self.ended.pop(next(iter(self.ended)))

    def forget(self, now: datetime) -> None:
        """Drop what can no longer matter."""
        over = [u.id for u in self.undone.values() if u.until + UNDONE_LINGERS < now]
        for id_ in over:
            del self.undone[id_]


def write_memory(folder: Path, memory: Memory) -> None:
    """Make it durable. Raises `Unavailable`."""
    write_durably(folder / FILE, memory_bytes(memory))


def memory_bytes(memory: Memory) -> bytes:
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


def read_memory(folder: Path) -> Memory:
    """The remembered state; an agent that never ran remembers nothing.

    Raises `Invalid` for a damaged file: guessing could re-apply what a person undid. What stands
    in the kernel holds until its own timeout meanwhile.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Memory()
    except OSError as error:
        raise Invalid(f"{path}: expected a readable file, found {error}") from error
    try:
        return _memory(Reader(read_object(data, MAX_BYTES, str(path)), Memory, "memory"))
    except AupkeepError as error:
        raise Invalid(
            f"{path}: damaged ({error}); remove it to start from the next desired state"
        ) from error


def _memory(it: Reader) -> Memory:
    kept = [_kept(row) for row in it.rows("standing", MAX_ROWS)]
    undone = [_undone(row) for row in it.rows("undone", MAX_ROWS)]
    ended = [_ended(row) for row in it.rows("ended", MAX_ROWS)]
    return Memory(
        serial=it.number("serial"),
        digest=it.text("digest"),
        protect=read_protect(str(row) for row in it.rows("protect", MAX_ROWS)),
        frozen=it.flag("frozen"),
        standing={one.action.id: one for one in kept},
        undone={one.id: one for one in undone},
        ended={one.id: one for one in ended},
    )


def _kept(row: Any) -> Kept:  # noqa: ANN401 - JSON
    it = Reader(row, Kept, "standing")
    return Kept(action=read_action(it.get("action")), proof=it.text("proof"), at=it.moment("at"))


def _undone(row: Any) -> Undone:  # noqa: ANN401 - JSON
    it = Reader(row, Undone, "undone")
    return Undone(
        id=it.text("id"), words=it.text("words"), until=it.moment("until"), at=it.moment("at")
    )


ENDINGS: Mapping[str, ActionState] = {str(one): one for one in ActionState}


def _ended(row: Any) -> Ended:  # noqa: ANN401 - JSON
    it = Reader(row, Ended, "ended")
    return Ended(
        id=it.text("id"),
        state=it.choice("state", ENDINGS),
        proof=it.text("proof"),
        at=it.moment("at"),
    )
