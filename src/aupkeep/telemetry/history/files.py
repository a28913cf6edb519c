"""Where the files of the archive are, which of them count, and how a file is written.

    site=default/hour=2026-03-01T12/00000001-00000063.parquet     files 1 to 63, compacted into one
    site=default/hour=2026-03-01T12/00000064-00000064.parquet     file 64

A file is hidden when another one of its folder encloses its numbers, and a `.held.parquet` (what is
left of an hour after retention) hides one of the same numbers. So a crash between writing the whole
and removing its parts shows no row twice.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HOUR = 3_600_000  # ms
NAME = re.compile(r"(\d{8})-(\d{8})(\.held)?\.parquet")
FOLDER = re.compile(r"hour=(\d{4}-\d\d-\d\dT\d\d)")
UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
TEMPORARY = ".tmp"


@dataclass(frozen=True, slots=True, order=True)
class ArchiveFile:
    """One file: the numbers of the parts it holds, and whether it is what a sweep left."""

    first: int
    last: int
    held: bool
    path: Path

    def hides(self, other: "ArchiveFile") -> bool:
        """Whether the other's rows are in this file too, or are gone by right."""
        encloses = self.first <= other.first and other.last <= self.last
        same = (self.first, self.last) == (other.first, other.last)
        return self != other and encloses and (not same or (self.held and not other.held))


def hour_folder(root: Path, site: str, hour: int) -> Path:
    """The folder of an hour, counted from 1970, of a site."""
    name = datetime.fromtimestamp(hour * HOUR / 1000, UTC).strftime("%Y-%m-%dT%H")
    return root / f"site={UNSAFE.sub('_', site) or '_'}" / f"hour={name}"


def hours(root: Path, first: int = 0, last: int = 1 << 40) -> Iterator[tuple[int, Path]]:
    """The folders of these hours, both included, of all sites, oldest first."""
    folders = []
    for folder in root.glob("site=*/hour=*"):
        match = FOLDER.fullmatch(folder.name)
        if match:
            at = datetime.strptime(match[1], "%Y-%m-%dT%H").replace(tzinfo=UTC)
            folders.append((int(at.timestamp() * 1000) // HOUR, folder))
    return iter(sorted(entry for entry in folders if first <= entry[0] <= last))


def shown_and_hidden(folder: Path) -> tuple[list[ArchiveFile], list[ArchiveFile]]:
    """The files that count and those that are hidden, each in the order of their numbers."""
    files = sorted(_named(folder))
    widest = sorted(files, key=lambda part: (part.first, -part.last, not part.held))
    shown: list[ArchiveFile] = []
    hidden: list[ArchiveFile] = []
    for part in widest:
        before = shown[-1:]  # whoever hides it starts no later and ends no earlier
        (hidden if any(other.hides(part) for other in before) else shown).append(part)
    return shown, hidden


def _named(folder: Path) -> Iterator[ArchiveFile]:
    for entry in folder.iterdir() if folder.is_dir() else ():
        match = NAME.fullmatch(entry.name)
        if match:
            yield ArchiveFile(int(match[1]), int(match[2]), bool(match[3]), entry)


def write_file(
    folder: Path, first: int, last: int, fill: Callable[[Path], None], *, held: bool
) -> Path:
    """Write a file by `fill` under a temporary name, then show it. Leaves no half.

    The bytes are on the disk before the name is: a power cut leaves either no file or a whole one.
    Raises `OSError`, and whatever `fill` raises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"{first:08d}-{last:08d}{'.held' if held else ''}.parquet"
    temporary = folder / f"{final.name}{TEMPORARY}"
    try:
        fill(temporary)
        _sync(temporary)
        temporary.rename(final)
        _sync(folder)
    finally:
        temporary.unlink(missing_ok=True)
    return final


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(files: Iterable[Path]) -> int:
    """Remove files, whoever else did so before; answers how many bytes were freed."""
    freed = 0
    for path in files:
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            continue
        freed += size
    return freed


def remove_leftovers(root: Path) -> int:
    """Remove what a crash left: temporary files, and parts of a whole that is in place."""
    left = list(root.glob("site=*/hour=*/*" + TEMPORARY))
    for _, folder in hours(root):
        left.extend(part.path for part in shown_and_hidden(folder)[1])
    remove(left)
    return len(left)


def next_number(root: Path) -> int:
    """A number that no file bears yet."""
    return 1 + max((part.last for _, folder in hours(root) for part in _named(folder)), default=0)
