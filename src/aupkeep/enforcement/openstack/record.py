"""What stands by us and how it was before, in `openstack.json` in the agent's folder.

It is written before anything is changed, so that an agent that dies in between knows what it may
have done. A field that two measures need has one former value; it is restored with the last.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.driver import HeldPlace
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.decision import Scope
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.ladder import Measure

FILE = "openstack.json"
MAX_BYTES = 16 << 20
TELLING = timedelta(minutes=10)  # how long a note for a person is told


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudHold(HeldPlace):
    """One measure: what it is, besides whose and until when."""

    measure: Measure
    scope: Scope
    since: datetime  # of this try
    done: bool = False  # all of it was read back once


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldField:
    """A field that we change: how it was, how we want it, whether we saw it so."""

    field: str
    former: str
    ours: str
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingNote:
    """A sentence for a person."""

    text: str
    at: datetime


@dataclass(slots=True)
class CloudRecord:
    """The file's content; `save` writes it durably."""

    path: Path
    holds: dict[str, CloudHold] = field(default_factory=dict)  # by place
    needs: dict[str, list[str]] = field(default_factory=dict)  # place → fields, in order of acting
    held: dict[str, HeldField] = field(default_factory=dict)  # by field
    notes: list[TellingNote] = field(default_factory=list)

    def save(self) -> None:
        """Raises `Unavailable` where the disk does not take it."""
        rows: dict[str, Any] = {
            "holds": [to_json(hold) for hold in self.holds.values()],
            "needs": self.needs,
            "held": [to_json(held) for held in self.held.values()],
            "notes": [to_json(note) for note in self.notes],
        }
        write_durably(self.path, canonical(rows))

    def begin(
        self,
        hold: CloudHold,
        ours: dict[str, str],
        before: dict[str, str],
        notes: Iterable[str] = (),
    ) -> None:
        """Write down a hold and how its fields stand, before they are changed.

        A field whose change was seen keeps its former value; one whose change never was takes the
        present one, which may be another by now. What is so already was set by somebody else.
        """
        self.needs[hold.place] = list(dict.fromkeys([*self.needs.get(hold.place, ()), *ours]))
        for name, want in ours.items():
            held = self.held.get(name)
            if held is not None and (held.done or before[name] in (held.former, held.ours)):
                self.held[name] = held if before[name] == want else replace(held, ours=want)
            else:
                self.held[name] = HeldField(field=name, former=before[name], ours=want)
        self.holds[hold.place] = hold
        self._note(notes, hold.since)
        self.save()

    def _note(self, notes: Iterable[str], now: datetime) -> None:
        self.notes = [note for note in self.notes if now - note.at < TELLING]
        self.notes += [TellingNote(text=text, at=now) for text in notes]

    def finish(self, hold: CloudHold, seen: Iterable[str]) -> None:
        """Write down that a hold was read back whole."""
        for name in seen:
            self.held[name] = replace(self.held[name], done=True)
        self.holds[hold.place] = replace(hold, done=True)
        self.save()

    def alone(self, hold: CloudHold) -> list[str]:
        """The fields that no other hold needs, in the order of undoing."""
        others = {
            name for place, names in self.needs.items() if place != hold.place for name in names
        }
        return [name for name in reversed(self.needs[hold.place]) if name not in others]

    def found_so(self, hold: CloudHold) -> str:
        """What was found as we would have set it, and goes with no measure of ours; "" for none."""
        rows = [self.held[name] for name in self.alone(hold)]
        return ", ".join(f"{row.field} {row.former}" for row in rows if row.former == row.ours)

    def drop(self, hold: CloudHold, notes: Iterable[str], now: datetime) -> None:
        """Forget a hold that was undone, and tell what was left to a person."""
        for name in self.alone(hold):
            self.held.pop(name, None)
        del self.holds[hold.place], self.needs[hold.place]
        self._note(notes, now)
        self.save()

    def told(self, now: datetime) -> tuple[str, ...]:
        """The notes that are to be told still."""
        return tuple(note.text for note in self.notes if now - note.at < TELLING)


def read_cloud_record(folder: Path) -> CloudRecord:
    """The record in a folder. Raises `Unavailable` for one that cannot be read."""
    path = folder / FILE
    try:
        rows = read_object(path.read_bytes(), MAX_BYTES, str(path))
        holds = [read_record(row, CloudHold, "hold") for row in rows["holds"]]
        held = [read_record(row, HeldField, "held field") for row in rows["held"]]
        notes = [read_record(row, TellingNote, "note") for row in rows["notes"]]
        needs = {hold.place: [str(name) for name in rows["needs"][hold.place]] for hold in holds}
    except FileNotFoundError:
        return CloudRecord(path)
    except (OSError, AupkeepError, LookupError, TypeError) as error:
        raise Unavailable(f"{path}: expected a readable record, found {error}") from error
    return CloudRecord(
        path,
        {hold.place: hold for hold in holds},
        needs,
        {each.field: each for each in held},
        notes,
    )
