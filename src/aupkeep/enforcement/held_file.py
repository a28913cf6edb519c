"""What stands by a driver whose system takes no notes: one file in the agent's folder.

It is written before the system is changed, so that an agent that dies in between, and the ender,
know what may stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.driver import HeldPlace, InstalledElement
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.facts import canonical

MAX_BYTES = 64 << 20
Held = TypeVar("Held", bound=HeldPlace)


@dataclass(frozen=True, slots=True)
class HeldFile(Generic[Held]):
    """The file, what its rows are, and under which name they stand in it."""

    path: Path
    kind: type[Held]
    rows: str

    def read(self) -> dict[str, Held]:
        """Place → what stands there. Raises `Unavailable` for a file that is damaged."""
        try:
            rows = read_object(self.path.read_bytes(), MAX_BYTES, str(self.path))[self.rows]
            return {row["place"]: read_record(row, self.kind, self.rows) for row in rows}
        except FileNotFoundError:
            return {}
        except (OSError, LookupError, TypeError, AupkeepError) as error:
            raise Unavailable(f"{self.path}: expected a readable list, found {error}") from error

    def write(self, held: Mapping[str, Held]) -> None:
        """Raises `Unavailable` where the disk does not take it."""
        write_durably(self.path, canonical({self.rows: [to_json(x) for x in held.values()]}))

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """What we hold at these places, as it is to be."""
        held = self.read()
        return [held[place].element() for place in places if place in held]
