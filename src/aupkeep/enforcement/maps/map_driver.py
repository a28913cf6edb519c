"""A driver over one map file: rows in, a command that makes the system read them, asked, rows out.

What a system has of its own, e.g. how a row is written and how it is asked, a subclass says.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    InstalledElement,
    Proof,
)
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.maps.command import run_words
from aupkeep.enforcement.maps.map_file import MapContent, MapFile, MapRow, RowFormat, row_of
from aupkeep.enforcement.options import PATH, WORDS, Option
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.moments import show_moment

WAIT, POLL = 5.0, 0.05  # seconds in which a system goes by what it read
STEADY = 3  # answers in a row: for a moment an old process may answer beside the new one
ASKED = 200  # rows that one look asks about; the rest in the next ones
COMMANDS = ("check", "reload")
OPTIONS: Mapping[str, Option] = {"map": PATH.needed, "check": WORDS, "reload": WORDS}


class MapDriver(ABC):
    """The file at the option `map`; `check` and `reload` are commands, as lists of words."""

    able: Capabilities
    form: RowFormat
    by_second = False  # the system knows a change by the second of its file
    note = ""  # what a plan always says

    def __init__(self, context: DriverContext) -> None:
        self.context = context
        self._commands = [tuple(context.options.get(name, ())) for name in COMMANDS]
        self._loaded = context.folder / f"{self.able.driver}.loaded"
        self._former = 0  # the second of the file before our last change of it
        self._answers: dict[MapRow, str] = {}  # what the last asking of each row came to
        self.unread = ""  # why rows were not asked about at the last look

    @property
    def asks(self) -> bool:
        """Whether the system can be asked what it does."""
        return True

    @abstractmethod
    def subject(self, action: Action) -> str:
        """What the row is about, in one word. Raises `DriverRefused`."""

    @abstractmethod
    def ask(self, row: MapRow) -> str:
        """Why the row is not in force, "" where it is. Raises `Unavailable` for no answer."""

    @property
    def _file(self) -> MapFile:
        return MapFile(Path(self.context.options["map"]), self.form)

    def capabilities(self) -> Capabilities:
        """As declared; read back where the system can be asked."""
        return replace(self.able, reads_back=self.asks)

    def prepare(self) -> tuple[str, ...]:
        """Begin the file; have the system read rows that it may not have read."""
        done = [f"{self._file.path}: begun"] if self._file.prepare() else []
        content = self._file.read()
        if self._digest(content) != self._last():
            self._reload(content)
            done += [f"{self._file.path}: read anew"] if content.rows else []
        return tuple(done)

    def place(self, action: Action) -> str:
        """The key in the file."""
        return self.form.spell(self.subject(action))

    def plan(self, action: Action, replaced: InstalledElement | None) -> DriverPlan:
        """One row."""
        does, until = "replace" if replaced else "add", show_moment(action.until)
        return DriverPlan(
            action=action,
            place=self.place(action),
            ops=(f"{does} the row of {self.subject(action)} for {action.measure}, until {until}",),
            note="; ".join(filter(None, (action.scope.note, self.note))) or None,
        )

    def apply(self, plan: DriverPlan) -> str:
        """Add the row, have it read, and ask. Raises `DriverRefused`, `Unavailable`."""
        return self.apply_all([plan])[0]

    def apply_all(self, plans: Sequence[DriverPlan]) -> list[str]:
        """Add all rows at once; where one is not seen, the file is as it was before."""
        former = self._content()
        new = [self._row(x.action) for x in plans]
        for row in set(self._file.others(former)) & {row.key for row in new}:
            raise DriverRefused(f"{row} is occupied by a row that is not ours")
        self._change(former, self._file.with_rows(former, new))
        if wrong := self._wait([row for row in new if self.asks], standing=True):
            self._undo(former)
            raise Unavailable(wrong)
        return [self._words(row) for row in new]

    def at(self, places: Sequence[str]) -> Iterable[InstalledElement]:
        """Our rows of these keys, else those of others."""
        content = self._content()
        rows, others = content.rows, set(self._file.others(content))
        changed = self._changed(content)
        own = [self._element(rows[place]) for place in places if place in rows]
        return [
            *own,
            *(
                _foreign(place, changed)
                for place in places
                if place not in rows and place in others
            ),
        ]

    def observe(self) -> tuple[InstalledElement, ...]:
        """Our rows, those without force without an end; and the rows of others."""
        content = self._content()
        rows = list(content.rows.values())
        self.unread = ""
        if self.asks:
            self._look(rows)
        changed = self._changed(content)
        foreign = (_foreign(key, changed) for key in self._file.others(content))
        return (*map(self._element, rows), *foreign)

    def _changed(self, content: MapContent) -> dict[str, str]:
        """Key → action of rows of ours that somebody changed."""
        return {key: action for action, key in self._file.changed(content).items()}

    def prove(self, action: Action) -> Proof:
        """Ask about one row now."""
        place = self.place(action)
        row = self._content().rows.get(place)
        seen = row is not None and row.action == action.id
        wrong = self.ask(row) if row is not None and seen and self.asks else ""
        text = self._words(row) if row is not None and seen else f"{self.able.driver}: no such row"
        text = f"{self.able.driver}: {wrong}" if wrong else text
        return Proof(
            seen=seen and not wrong,
            text=f"{text}, case {action.reference}",
            at=self.context.now(),
        )

    def lingers(self, action: Action) -> str:
        """Its subject, where the system goes by the action though no row of ours says so.

        A system that does not answer lets nobody in or through, and reads the file as it begins.
        """
        row = self._row(action)
        with suppress(Unavailable):
            if self.asks and not all(self._after(number, row) for number in range(STEADY)):
                return row.subject
        return ""

    def _after(self, number: int, row: MapRow) -> str:
        """As `ask`, a moment after the one before: an old process may answer beside the new one."""
        sleep(POLL if number else 0)
        return self.ask(row)

    def revert(self, place: str, action: str) -> str:
        """Take the row away and see that it has no force any more."""
        return self.revert_all([(place, action)])[0]

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """Take all of these rows away at once."""
        former = self._content()
        gone = [former.rows[place] for place, _ in pairs if place in former.rows]
        if gone:
            self._change(former, former.without(row.key for row in gone))
            asked = [row for row in gone if self.asks]
            if wrong := self._wait(asked, standing=False):
                self._undo(former)
                raise Unavailable(wrong)
        return [f"{self.able.driver}: no row of {place}" for place, _ in pairs]

    def _content(self) -> MapContent:
        """The file; rows whose end the system itself keeps leave the look at their end."""
        content = self._file.read()
        if not self.able.ends_by_itself:
            return content
        now = self.context.now()
        return content.without(row.key for row in content.rows.values() if row.until <= now)

    def _change(self, former: MapContent, wanted: MapContent) -> None:
        """Write and have it read, or leave the file as it was."""
        self._former = self._second(self._file.path)
        written = self._file.write(wanted)
        try:
            self._reload(written)
        except Unavailable:
            self._file.write(MapContent(lines=former.lines, seen=written.seen))
            raise

    def _undo(self, former: MapContent) -> None:
        """Back to what the file was; what cannot be is done at the next start or look."""
        write_durably(self._loaded, b"not known")
        now = self._file.read()
        self._reload(self._file.write(MapContent(lines=former.lines, seen=now.seen)))

    def _reload(self, content: MapContent) -> None:
        if self.by_second and self._second(self._file.path) <= max(
            self._second(self._loaded), self._former
        ):
            sleep(1)  # else the system takes two changes of one second for one, ours or not
        for words in filter(None, self._commands):
            run_words(words)
        self._answers.clear()
        write_durably(self._loaded, self._digest(content))

    @staticmethod
    def _second(path: Path) -> int:
        """In which second a file was written; 0 where there is none."""
        return int(path.stat().st_mtime) if path.exists() else 0

    def _digest(self, content: MapContent) -> bytes:
        """Of our rows alone: what others write is theirs to have read."""
        own = ("", self.context.owner)
        rows = "\n".join(self.form.write(x) for x in content.rows.values() if x.owner in own)
        return hashlib.sha256(rows.encode()).hexdigest().encode() if rows else b""

    def _last(self) -> bytes:
        try:
            return self._loaded.read_bytes()
        except OSError:
            return b""

    def _row(self, action: Action) -> MapRow:
        return row_of(self.place(action), self.subject(action), action, self.context.owner)

    def _wait(self, rows: Sequence[MapRow], *, standing: bool) -> str:
        """Why the rows are not as they should be after some seconds, "" where they are.

        A system that does not answer lets nobody in or through: what was lifted there is lifted.
        """
        late = monotonic() + WAIT
        for row in rows:
            needed, right = STEADY if row is rows[-1] else 1, 0
            while right < needed:
                wrong = self._ask(row)
                right = right + 1 if standing is not bool(wrong) else 0
                if not right and monotonic() > late:
                    return wrong or f"{row.subject}: the row is gone, and it has force all the same"
                if right < needed:
                    sleep(POLL)
        return ""

    def _ask(self, row: MapRow) -> str:
        """Why the row is not in force, as far as can be known."""
        try:
            return self.ask(row)
        except Unavailable as error:
            return str(error)

    def _look(self, rows: Sequence[MapRow]) -> None:
        """Ask about as many rows as one look may, those first that were not asked yet."""
        asked = [row for row in rows if row not in self._answers][:ASKED]
        if not asked:
            self._answers.clear()
            asked = list(rows[:ASKED])
        try:
            self._answers |= {row: self.ask(row) for row in asked}
        except Unavailable as error:
            self.unread = f"not asked, what the file says is taken to stand: {error}"

    def _element(self, row: MapRow) -> InstalledElement:
        """A row; one without force has no end, so that it is set anew."""
        return InstalledElement(
            place=row.key,
            action=row.action,
            reference=row.reference,
            expires=None if self._answers.get(row) else row.until,
            owner=row.owner,
            until=row.until,
        )

    def _words(self, row: MapRow) -> str:
        """What was read back of a row."""
        how = "asked, and in force" if self.asks else "in the file, nobody was asked"
        return f"{self.able.driver}: {row.subject} until {show_moment(row.until)}: {how}"


def _foreign(key: str, changed: Mapping[str, str]) -> InstalledElement:
    was = changed.get(key, "")
    return InstalledElement(place=key, action="", reference="", expires=None, was=was)
