"""A driver over one map file: rows in, a command that makes the system read them, asked, rows out.

What a system has of its own, say how a row is written and how it is asked, a subclass says.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

from aupkeep.enforcement.action_checks import scope_refusal
from aupkeep.enforcement.driver import (
    Capabilities,
    DriverContext,
    DriverPlan,
    DriverReceipt,
    InstalledElement,
    Proof,
    occupant,
    refuse_now,
    touched_addresses,
)
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.maps.command import run_words, words_of
from aupkeep.enforcement.maps.map_file import MapContent, MapFile, MapRow, RowFormat, row_of
from aupkeep.enforcement.protect import ProtectList
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.moments import show_moment

WAIT, POLL = 5.0, 0.05  # seconds in which a system goes by what it read
STEADY = 3  # answers in a row: for a moment an old process may answer beside the new one
ASKED = 200  # rows that one look asks about; the rest in the next ones
COMMANDS = ("map", "check", "reload")


class MapDriver(ABC):
    """The file at the option `map`; `check` and `reload` are commands, as lists of words."""

    able: Capabilities
    form: RowFormat
    options: tuple[str, ...] = ()  # besides those of every map
    by_second = False  # the system knows a change by the second of its file
    note = ""  # what a plan always says

    def __init__(self, context: DriverContext) -> None:
        known = (*COMMANDS, *self.options)
        unknown = sorted(set(context.options) - set(known))
        if unknown:
            raise Invalid(f"option: expected {', '.join(known)}, found {unknown[0]!r}")
        self.context = context
        self._commands = [words_of(context.options, name) for name in COMMANDS[1:]]
        self._loaded = context.folder / f"{self.able.driver}.loaded"
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
    def _cap(self) -> int:
        return min(self.able.cap, self.context.cap)

    @property
    def _file(self) -> MapFile:
        path = self.context.options.get("map")
        if not isinstance(path, str) or not path.startswith("/"):
            raise Unavailable("option map: expected the path of a file, found none")
        return MapFile(Path(path), self.form)

    def capabilities(self) -> Capabilities:
        """As declared; read back where the system can be asked."""
        return replace(self.able, cap=self._cap, reads_back=self.asks)

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
        if action.measure not in self.able.measures:
            raise DriverRefused(f"{self.able.driver} cannot {action.measure}")
        if wrong := scope_refusal(action.measure, action.scope):
            raise DriverRefused(wrong)
        return self.form.spell(self.subject(action))

    def plan(
        self, action: Action, observed: Mapping[str, InstalledElement], protect: ProtectList
    ) -> DriverPlan:
        """Pure. Raises `DriverRefused`: protected, not to be aimed, over cap, a foreign row."""
        place = self.place(action)
        subject = self.subject(action)
        row_of(place, subject, action)
        replaced = occupant(place, action, observed, protect, self._cap)
        does = "replace" if replaced else "add"
        until = show_moment(action.until)
        return DriverPlan(
            action=action,
            place=place,
            ops=(f"{does} the row of {subject} for {action.measure}, until {until}",),
            touches=(*touched_addresses(action.scope), subject, action.scope.resource),
            note="; ".join(filter(None, (action.scope.note, self.note))) or None,
            protect=protect,
        )

    def apply(self, plan: DriverPlan) -> DriverReceipt:
        """Add the row, have it read, and ask. Raises `DriverRefused`, `Unavailable`."""
        return self.apply_all([plan])[0]

    def apply_all(self, plans: Sequence[DriverPlan]) -> tuple[DriverReceipt, ...]:
        """Add all rows at once; where one is not seen, the file is as it was before."""
        for plan in plans:
            refuse_now(plan, self.context)
        former = self._content()
        new = [row_of(x.place, self.subject(x.action), x.action) for x in plans]
        for row in set(self._file.others(former)) & {row.key for row in new}:
            raise DriverRefused(f"{row} is occupied by a row that is not ours")
        self._change(former, self._file.with_rows(former, new))
        if wrong := self._wait([row for row in new if self.asks], standing=True):
            self._undo(former)
            raise Unavailable(wrong)
        rows = former.rows
        return tuple(self._receipt(row.key, row.action, rows.get(row.key), row) for row in new)

    def observe(self) -> tuple[InstalledElement, ...]:
        """Our rows, those without force without an end; and the rows of others."""
        content = self._content()
        rows = list(content.rows.values())
        self.unread = ""
        if self.asks:
            self._look(rows)
        foreign = [
            InstalledElement(place=key, action="", reference="", expires=None)
            for key in self._file.others(content)
        ]
        return (*map(self._element, rows), *foreign)

    def prove(self, action: Action) -> Proof:
        """Ask about one row now."""
        place = self.place(action)
        row = self._content().rows.get(place)
        seen = row is not None and row.action == action.id
        wrong = self.ask(row) if row is not None and seen and self.asks else ""
        text = wrong or (self._words(row) if row is not None and seen else "no such row")
        return Proof(
            seen=seen and not wrong,
            text=f"{self.able.driver}: {text}, case {action.reference}",
            at=self.context.now(),
        )

    def revert(self, place: str, action: str) -> DriverReceipt:
        """Take the row away and see that it has no force any more."""
        return self.revert_all([(place, action)])[0]

    def revert_all(self, pairs: Sequence[tuple[str, str]]) -> tuple[DriverReceipt, ...]:
        """Take all of these rows away at once; another action's stays."""
        former = self._content()
        rows = former.rows
        for place, action in pairs:
            if (row := rows.get(place)) is not None and row.action != action:
                raise DriverRefused(f"{place} stands for another action: {row.action}")
        gone = [rows[place] for place, _ in pairs if place in rows]
        if gone:
            self._change(former, former.without(row.key for row in gone))
            asked = [row for row in gone if self.asks]
            if wrong := self._wait(asked, standing=False):
                self._undo(former)
                raise Unavailable(wrong)
        return tuple(self._receipt(place, action, rows.get(place), None) for place, action in pairs)

    def _content(self) -> MapContent:
        """The file; rows whose end the system itself keeps leave the look at their end."""
        content = self._file.read()
        if not self.able.ends_by_itself:
            return content
        now = self.context.now()
        return content.without(row.key for row in content.rows.values() if row.until <= now)

    def _change(self, former: MapContent, wanted: MapContent) -> None:
        """Write and have it read, or leave the file as it was."""
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
        if self.by_second and self._second(self._file.path) <= self._second(self._loaded):
            sleep(1)  # else the system takes two changes of one second for one
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
        rows = "\n".join(self.form.write(row) for row in content.rows.values())
        return hashlib.sha256(rows.encode()).hexdigest().encode() if rows else b""

    def _last(self) -> bytes:
        try:
            return self._loaded.read_bytes()
        except OSError:
            return b""

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
        )

    def _receipt(
        self, place: str, action: str, before: MapRow | None, after: MapRow | None
    ) -> DriverReceipt:
        text = self._words(after) if after else f"no row of {place}"
        return DriverReceipt(
            place=place,
            action=action,
            before=self._element(before) if before else None,
            after=self._element(after) if after else None,
            at=self.context.now(),
            proof=f"{self.able.driver}: {text}",
        )

    def _words(self, row: MapRow) -> str:
        """What was read back of a row."""
        how = "asked, and in force" if self.asks else "in the file, nobody was asked"
        return f"{row.subject} until {show_moment(row.until)}: {how}"
