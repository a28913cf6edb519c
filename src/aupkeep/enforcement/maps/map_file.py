"""A text file with rows of ours between lines of others; a server reads it.

A row of ours carries a mark, `aupkeep ACTION CASE END MEASURE SUBJECT target OWNER`. Whatever else
stands there is somebody else's: it is kept byte for byte. The file is replaced whole; what somebody
writes between our look and our replacement is seen, and nothing is written then.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from aupkeep.enforcement.durable_file import file_mark, read_regular, write_durably
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.moments import parse_moment, show_moment

MAX_BYTES = 32 << 20
MARK = re.compile(
    r"aupkeep ([A-Za-z0-9_-]{1,100}) ([A-Za-z0-9_-]{1,40}) (\S{20,40}) ([a-z-]+) (\S+)"
    r"(?: target (\S{1,60}))?"
)
LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """One row of ours: what it is about, and for which action it stands until when.

    `key` is how the system spells the `subject`, a page, a name or an account without blanks.
    """

    key: str
    subject: str
    action: str
    reference: str
    until: datetime
    measure: str
    owner: str = ""  # see `one_system.owner_of`

    @property
    def mark(self) -> str:
        """Whose row it is, in the file."""
        until = show_moment(self.until)
        whose = f" target {self.owner}" if self.owner else ""
        about = f"{self.reference} {until} {self.measure} {self.subject}"
        return f"aupkeep {self.action} {about}{whose}"


def _comments(lines: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda line: line.startswith("#"), lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFormat:
    """How one system's file spells rows."""

    head: str  # the first line of a file that we begin
    spell: Callable[[str], str]  # the key of a subject
    write: Callable[[MapRow], str]  # the line of a row of ours, without its end
    key: Callable[[str], str | None]  # the key of any line, None for one without, e.g. a comment
    headed: Callable[[Sequence[str]], int] = _comments  # how many of its lines stay above our rows
    renew: Callable[[tuple[str, ...]], tuple[str, ...]] = tuple  # what changes with each change


@dataclass(frozen=True, slots=True, kw_only=True)
class MapContent:
    """All lines of a file, those of ours read; `seen` marks the file that was read."""

    lines: tuple[tuple[str, MapRow | None], ...]
    seen: object = None

    @property
    def rows(self) -> dict[str, MapRow]:
        """Our rows by key; of two with one key the first, which is what a server goes by."""
        rows: dict[str, MapRow] = {}
        for _, row in self.lines:
            if row is not None:
                rows.setdefault(row.key, row)
        return rows

    def without(self, keys: Iterable[str]) -> "MapContent":
        """The same without our rows of these keys."""
        gone = set(keys)
        lines = tuple(line for line in self.lines if line[1] is None or line[1].key not in gone)
        return MapContent(lines=lines, seen=self.seen)


def row_of(key: str, subject: str, action: Action, owner: str = "") -> MapRow:
    """The row of an action."""
    return MapRow(
        key=key,
        subject=subject,
        action=action.id,
        reference=action.reference,
        until=action.until,
        measure=str(action.measure),
        owner=owner,
    )


class MapFile:
    """One file. Every method raises `Unavailable` where it cannot be read or written."""

    def __init__(self, path: Path, form: RowFormat) -> None:
        self.path = path.resolve()
        self._form = form

    def prepare(self) -> bool:
        """Begin the file where there is none; True where that was done."""
        if self.path.exists():
            return False
        write_durably(self.path, f"{self._form.head}\n".encode(), mode=0o644)
        return True

    def read(self) -> MapContent:
        """What stands there; a missing file holds nothing."""
        seen = file_mark(self.path)
        try:
            data = read_regular(self.path, MAX_BYTES + 1)
            if data is None:
                return MapContent(lines=(), seen=seen)
            if len(data) > MAX_BYTES:
                raise Unavailable(f"{self.path}: expected at most {MAX_BYTES} bytes, found more")
            text = data.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unavailable(f"{self.path}: expected lines of text, found {error}") from error
        lines = tuple((line, self._row(line)) for line in LINE.findall(text))
        return MapContent(lines=lines, seen=seen)

    def write(self, content: MapContent) -> MapContent:
        """Replace the file by this content; what stands there then.

        Raises `Unavailable` where somebody changed it since it was read.
        """
        if file_mark(self.path) != content.seen:
            raise Unavailable(f"{self.path}: somebody changed it meanwhile; nothing was written")
        mode, owner = self._rights()
        lines = self._form.renew(tuple(line for line, _ in content.lines))
        write_durably(self.path, "".join(lines).encode(), mode=mode, owner=owner)
        rows = (row for _, row in content.lines)
        written = tuple(zip(lines, rows, strict=True))
        return MapContent(lines=written, seen=file_mark(self.path))

    def _rights(self) -> tuple[int, tuple[int, int] | None]:
        """Mode and owner of what is replaced: whoever may read it may read the next one.

        Without root's rights its group alone can be kept, and need not be where all may read.
        """
        try:
            former = self.path.stat()
        except OSError:
            return 0o644, None
        mode, group = former.st_mode & 0o777, former.st_gid
        if os.geteuid() == 0:
            return mode, (former.st_uid, group)
        return mode, None if mode & 0o004 else (-1, group)

    def with_rows(self, content: MapContent, rows: Iterable[MapRow]) -> MapContent:
        """The content with these rows besides, above what others wrote."""
        more = {row.key: row for row in rows}
        rest = content.without(more).lines
        theirs = takewhile(lambda line: line[1] is None and line[0].endswith("\n"), rest)
        headed = self._form.headed([text for text, _ in theirs])
        added = tuple((f"{self._form.write(row)}\n", row) for row in more.values())
        return MapContent(lines=(*rest[:headed], *added, *rest[headed:]), seen=content.seen)

    def others(self, content: MapContent) -> list[str]:
        """Keys of lines that are not ours, and of rows that stand twice."""
        keys, own = [], set[str]()
        for number, (line, row) in enumerate(content.lines, 1):
            key = row.key if row else self._form.key(line.rstrip("\r\n"))
            if row is not None and key in own:
                keys.append(f"{key} (line {number})")
            elif row is None and key is not None:
                keys.append(key if key not in keys else f"{key} (line {number})")
            if row is not None:
                own.add(row.key)
        return keys

    def changed(self, content: MapContent) -> dict[str, str]:
        """Action → key of rows with a mark of ours that somebody changed, and that have force."""
        keys = {}
        for line, row in content.lines:
            mark, key = MARK.search(line), self._form.key(line.rstrip("\r\n"))
            if row is None and mark is not None and key is not None:
                keys[mark[1]] = key
        return keys

    def _row(self, line: str) -> MapRow | None:
        """The row of ours in a line that is just as we write it, else None."""
        match = MARK.search(line)
        if match is None:
            return None
        try:
            row = MapRow(
                key=self._form.spell(match[5]),
                subject=match[5],
                action=match[1],
                reference=match[2],
                until=parse_moment(match[3]),
                measure=match[4],
                owner=match[6] or "",
            )
        except (DriverRefused, Invalid):
            return None
        return row if line == f"{self._form.write(row)}\n" else None
