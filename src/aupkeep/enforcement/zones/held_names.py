"""The names that stand by us, with what they had before; one file in the agent's folder."""

import json
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aupkeep.enforcement.action_json import read_object, read_record, to_json
from aupkeep.enforcement.driver import HeldPlace, InstalledElement
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.zones.primary import Records
from aupkeep.model.errors import AupkeepError, Unavailable
from aupkeep.model.facts import canonical

FILE = "dns-update.json"
MAX_BYTES = 32 << 20
TOLD = timedelta(minutes=10)  # how long it is said what was left to a person
KEPT = timedelta(days=1)  # after its end, what does not stand


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldName:
    """One name: for which action its records went, and which they were."""

    name: str
    zone: str
    action: str
    reference: str
    until: datetime
    had: str  # `former`, as JSON
    home: str = ""  # the digest of whose it is
    stood: bool = field(default=False, metadata={"added": True})  # it was seen so once

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.name

    @property
    def former(self) -> Records:
        """What the name had. Raises `Unavailable` where the file was damaged."""
        try:
            rows = [
                (str(kind), int(ttl), tuple(texts)) for kind, ttl, texts in json.loads(self.had)
            ]
        except (ValueError, TypeError) as error:
            raise Unavailable(f"{FILE}: expected records of {self.name}, found {error}") from error
        return tuple(rows)

    def element(self, *, whole: bool = True) -> InstalledElement:
        """As it stands; one that somebody gave an address has no end, so that it is set anew."""
        held = HeldPlace(
            place=self.name, action=self.action, reference=self.reference, until=self.until
        )
        return held.element(whole=whole)

    @property
    def mark(self) -> str:
        """The TXT record that stands there instead; anybody can read it: no case, no target."""
        return f"aupkeep {self.action} {self.home}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftName:
    """What somebody else changed at a name, so that it was left to a person."""

    at: datetime
    said: str


class HeldNames:
    """The file. Every method raises `Unavailable` where it cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def all(self) -> dict[str, HeldName]:
        """Every name, by name."""
        return {held.name: held for held in self._rows("names", HeldName)}

    def put(self, held: HeldName, gone: Container[str] = ()) -> None:
        """Write one down, and forget those that do not stand any more."""
        names = {name: x for name, x in self.all().items() if name not in gone}
        self._write({**names, held.name: held}, self._rows("left", LeftName))

    def drop(self, name: str, left: LeftName | None = None) -> None:
        """Forget a name; `left` is told for ten minutes."""
        names = self.all()
        names.pop(name, None)
        more = [left] if left else []
        self._write(names, [*self._rows("left", LeftName), *more])

    def told(self, now: datetime) -> tuple[str, ...]:
        """What was left to a person in the last ten minutes."""
        return tuple(x.said for x in self._rows("left", LeftName) if now < x.at + TOLD)

    def _rows(self, name: str, kind: type[Any]) -> list[Any]:
        try:
            rows = read_object(self._path.read_bytes(), MAX_BYTES, str(self._path)).get(name, ())
            return [read_record(row, kind, name) for row in rows]
        except FileNotFoundError:
            return []
        except (OSError, AupkeepError) as error:
            raise Unavailable(f"{self._path}: expected a readable list, found {error}") from error

    def _write(self, names: dict[str, HeldName], left: list[LeftName]) -> None:
        rows = {"names": [to_json(x) for x in names.values()], "left": [to_json(x) for x in left]}
        write_durably(self._path, canonical(rows))
