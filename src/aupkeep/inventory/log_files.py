"""What was added to log files since they were last read; an edge of this room.

Files are known by device and inode and by their first bytes, so one that was renamed is read on,
one that was cut or replaced from its beginning. What has not been written to its end waits. A copy
is read once more: its readers take a line twice as they take it once.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from aupkeep.model.errors import Invalid, Unavailable, Unreadable

CHUNK = 4 << 20
HEAD = 256  # bytes by which a file is known again
LONGEST = 1 << 20  # bytes of one line or record; of a longer one nothing counts
PACKED = (".gz", ".bz2", ".xz", ".zst")
MOST_FILES = 1000
Split = Callable[[bytes], tuple[list[bytes], bytes]]


@dataclass(slots=True)
class _Place:
    """How far a file was read, and the digest of so many of its first bytes."""

    offset: int = 0
    head: bytes = hashlib.sha256().digest()
    size: int = 0


@dataclass(slots=True)
class LogFiles:
    """Files below `folder` by a pattern such as `/var/log/radius/detail-*`.

    `most` bytes are read at once at most; what is left comes with the next reading, and until then
    the files are `behind`.
    """

    folder: Path
    pattern: str
    split: Split
    most: int = 512 << 20
    behind: bool = False
    skipped: int = 0  # records that were too long
    _places: dict[tuple[int, int], _Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises `Invalid` for a pattern that names no file."""
        _rooted(self.folder, self.pattern)

    def read(self) -> Iterator[bytes]:
        """Each whole line or record that was added, of the oldest file first.

        Raises `Unavailable` when no file is there, or one cannot be read.
        """
        self.behind, left = False, self.most
        files = self._files()
        seen = {_key(known) for known, _ in files}
        self._places = {key: place for key, place in self._places.items() if key in seen}
        for known, path in files:
            place = self._places.setdefault(_key(known), _Place())
            before = place.offset
            try:
                yield from self._read_one(path, _key(known), place, left)
            except OSError as error:
                raise Unavailable(f"{path}: expected a readable file, found: {error}") from error
            left -= max(0, place.offset - before)

    def _read_one(
        self, path: Path, key: tuple[int, int], place: _Place, left: int
    ) -> Iterator[bytes]:
        """What is new of a file, unless it was renamed just now."""
        with _opened(path) as file:
            if _key(os.fstat(file.fileno())) == key:
                yield from self._added(file, place, left)
            else:
                self.behind = True

    def _files(self) -> list[tuple[os.stat_result, Path]]:
        root, pattern = _rooted(self.folder, self.pattern)
        try:
            paths = [path for path in root.glob(pattern) if path.suffix not in PACKED]
            known = [(path.stat(), path) for path in paths[: MOST_FILES + 1]]
        except OSError as error:
            raise Unavailable(f"{self.pattern}: expected readable files, found: {error}") from error
        files = [(about, path) for about, path in known if stat.S_ISREG(about.st_mode)]
        if not files:
            raise Unavailable(f"{self.pattern}: expected a file, found none")
        if len(files) > MOST_FILES:
            raise Unavailable(f"{self.pattern}: expected at most {MOST_FILES} files, found more")
        unique = {_key(about): (about, path) for about, path in files}
        return sorted(unique.values(), key=lambda item: (item[0].st_mtime_ns, str(item[1])))

    def _added(self, file: BinaryIO, place: _Place, left: int) -> Iterator[bytes]:
        """What is new of one file; `place` moves on with it."""
        head = file.read(HEAD)
        size = os.fstat(file.fileno()).st_size
        if size < place.offset or _digest(head[: place.size]) != place.head:
            place.offset = 0
        place.size, place.head = len(head), _digest(head)
        file.seek(place.offset)
        rest, long = b"", False
        while left > 0 and (data := file.read(min(CHUNK, left))):
            left -= len(data)
            parts, rest = self.split(rest + data)
            for part in parts:
                self.skipped += long or len(part) > LONGEST
                if not long and len(part) <= LONGEST:
                    yield part
                long = False
            if len(rest) > LONGEST:
                rest, long = b"", True
        self.behind = self.behind or (left <= 0 and file.tell() < size)
        place.offset = file.tell() - len(rest)


def whole_file(path: Path, most: int = 512 << 20) -> bytes:
    """A file's bytes as they are by now. Raises `Unavailable`, `Unreadable` for one too large."""
    try:
        with _opened(path) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unavailable(f"{path}: expected a file, found something else")
            data = file.read(most + 1)
    except OSError as error:
        raise Unavailable(f"{path}: expected a readable file, found: {error}") from error
    if len(data) > most:
        raise Unreadable(f"{path}: expected at most {most} bytes, found more")
    return data


def lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole lines, and the rest."""
    *whole, rest = data.split(b"\n")
    return whole, rest


def paragraphs(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole records that a blank line ends, and the rest."""
    *whole, rest = data.split(b"\n\n")
    return whole, rest


def _opened(path: Path) -> BinaryIO:
    """The file, without waiting for anybody, should it be a pipe by now."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")


def _rooted(folder: Path, pattern: str) -> tuple[Path, str]:
    """From where to look, and for what. Raises `Invalid` for a pattern that names no file."""
    parts = Path(pattern).parts
    root = Path(parts[0]) if parts and Path(pattern).is_absolute() else folder
    names = parts[1:] if parts and Path(pattern).is_absolute() else parts
    if not names or ".." in names or "**" in names or "\0" in pattern:
        raise Invalid(f"option path: expected a file such as /var/log/x*, found {pattern[:80]!r}")
    return root, "/".join(names)


def _key(about: os.stat_result) -> tuple[int, int]:
    return (about.st_dev, about.st_ino)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
