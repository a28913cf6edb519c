"""Signed checkpoints in a file outside the database, so that a rewritten database is found out.

One JSON text a line, in the order of their size, appended and synced after the commit that made it.
Processes on one machine share the file under its own lock. Who appends writes first what another
process committed before and has not written (it may be dead), and takes away the piece of a line
that a power cut tore. So a crash costs the newest lines alone: a hole, a line in another place, one
that stands twice and one that is no checkpoint are somebody's doing, and `disorder` names them.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, transaction

from aupkeep.model.errors import Unavailable
from aupkeep.store.guard import writing
from aupkeep.store.models import CheckpointRow

CRASHED = 8  # newest ones a crash can leave unwritten: one for each process that was committing
LONGEST = 1 << 16  # bytes of the file's end that are looked at to find its last line
_reached: dict[Path, int] = {}  # the size that each file had reached when this process last looked


def append(file: Path, text: str, *, after: int | None = None) -> None:
    """Add the newest checkpoint to the file, durable on return. Raises `Unavailable`.

    `after` is the size of the one before it, where that is known. What the database has between the
    file's last line and this one is written with it, unless this process saw the file longer.
    """
    with _open(file) as descriptor:
        last, lines = _end(descriptor)
        if text in lines:
            return
        between: list[str] = []
        if last not in {after, size_of(text)} and _reached.get(file, 0) <= last:
            rows = CheckpointRow.objects.filter(size__gt=last, size__lt=size_of(text))
            between = list(rows.order_by("size").values_list("text", flat=True))
        _write(descriptor, [*between, text])
        _reached[file] = size_of(text)


def mend(file: Path) -> int:
    """Append the newest that the database has and the file lacks; returns how many it lacks.

    More than `CRASHED` are not a crash's doing: somebody cut the file, and `aupkeep verify` shall
    see it, so nothing is appended. What is missing between others is left as it is, too.
    """
    with _open(file) as descriptor:
        last, _ = _end(descriptor)
        missing = stored(after=last)
        if missing and len(missing) <= CRASHED:
            _write(descriptor, missing)
        _reached[file] = size_of(missing[-1]) if missing else last
    return len(missing)


def put_in_order(file: Path, *, most: int | None = None) -> None:
    """Write the file anew: each of its checkpoints once and in order, and what the database has.

    With `most` nothing of the database is added where the file lacks more. What an older version
    wrote stands in no order: an upgrade calls it, and a person who knows what happened.
    """
    with _open(file) as descriptor:
        written = set(read(file))
        missing = set(stored()) - written
        texts = written if most is not None and len(missing) > most else written | missing
        data = _lines(sorted(texts, key=lambda text: (size_of(text), text)))
        if data == file.read_bytes():
            return
        try:
            _replace(file, data, os.fstat(descriptor))
        except OSError as error:
            raise Unavailable(f"{file}: expected to write it anew, found {error}") from error


def _replace(file: Path, data: bytes, stood: os.stat_result) -> None:
    """Put a file with this content in the place of one that stood so."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    target = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _write_all(target, data)
        os.fchown(target, stood.st_uid, stood.st_gid)
        os.fchmod(target, stood.st_mode & 0o777)
        os.fsync(target)
    finally:
        os.close(target)
    fresh.replace(file)


@contextmanager
def _open(file: Path) -> Iterator[int]:
    """The file as it stands at its place, under its lock. Raises `Unavailable`."""
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable(f"{file}: expected to append a checkpoint, found {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if not file.exists() or file.stat().st_ino != os.fstat(descriptor).st_ino:
            with _open(file) as again:  # it was written anew meanwhile
                yield again
        else:
            yield descriptor
    finally:
        os.close(descriptor)


def _end(descriptor: int) -> tuple[int, list[str]]:
    """The size of the last checkpoint in the file, 0 for none, and the last ones.

    The piece of a line behind it, which a power cut tore, is taken away.
    """
    size = os.fstat(descriptor).st_size
    data = os.pread(descriptor, LONGEST, max(0, size - LONGEST))
    whole, newline, torn = data.rpartition(b"\n")
    if torn:
        os.ftruncate(descriptor, size - len(torn))
    texts = [text for line in (whole + newline).split(b"\n") if (text := _line(line)) is not None]
    return (size_of(texts[-1]) if texts else 0), texts


def _write(descriptor: int, texts: Iterable[str]) -> None:
    """Append lines, durable on return. Raises `Unavailable`."""
    try:
        _write_all(descriptor, _lines(texts))
        os.fsync(descriptor)
    except OSError as error:
        raise Unavailable(f"checkpoints: expected to append one, found {error}") from error


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _lines(texts: Iterable[str]) -> bytes:
    return b"".join(json.dumps(text).encode() + b"\n" for text in texts)


def read(file: Path) -> list[str]:
    """The checkpoints of a file, in its order; what is none is left out."""
    return [text for text in map(_line, _split(file)) if text is not None]


def disorder(file: Path) -> tuple[int, str] | None:
    """Size of the last good line before the first that no process of ours wrote so, and why.

    None where there is none. A piece of a line at the end is a crash's doing.
    """
    last = 0
    for number, line in enumerate(_split(file)[:-1], 1):
        text = _line(line)
        if text is None or _lines([text]) != line + b"\n":
            return last, f"line {number} is no checkpoint"
        if size_of(text) <= last:
            return last, f"line {number} signs {size_of(text)}, behind one that signs {last}"
        last = size_of(text)
    return None


def _split(file: Path) -> list[bytes]:
    """The lines of the file, and what stands behind the last line end."""
    return file.read_bytes().split(b"\n") if file.exists() else [b""]


def _line(line: bytes) -> str | None:
    """The text of one line, or None for a torn one."""
    try:
        text = json.loads(line)
    except ValueError:
        return None
    return text if isinstance(text, str) else None


def stored(after: int = 0) -> list[str]:
    """The checkpoints in the database of a size above `after`, the smallest first."""
    rows = CheckpointRow.objects.filter(size__gt=after).order_by("size")
    return list(rows.values_list("text", flat=True))


def sized() -> list[tuple[int, str]]:
    """The checkpoints in the database, each with the size under which it is found."""
    return list(CheckpointRow.objects.order_by("size").values_list("size", "text"))


def newest_size() -> int:
    """How many entries the newest checkpoint covers, 0 before the first."""
    return CheckpointRow.objects.order_by("-size").values_list("size", flat=True).first() or 0


def has(size: int) -> bool:
    """Whether a checkpoint of this size is stored."""
    return CheckpointRow.objects.filter(size=size).exists()


def add(size: int, text: str) -> None:
    """Store the checkpoint that a signer made of entries committed before. Raises `Unavailable`."""
    row = CheckpointRow(size=size, text=text)
    try:
        with writing(), transaction.atomic(durable=True):
            CheckpointRow.objects.bulk_create([row], ignore_conflicts=True)
    except DatabaseError as error:
        raise Unavailable(f"the database did not take a checkpoint: {error}") from error


def next_after(size: int, most: int) -> str | None:
    """The newest checkpoint of a larger size, of at most so many entries more; None for none.

    Where one transaction wrote more than that, its own.
    """
    rows = CheckpointRow.objects.filter(size__gt=size)
    near = rows.filter(size__lte=size + most).order_by("-size").first()
    row = near or rows.order_by("size").first()
    return row.text if row else None


def of_size(size: int) -> str | None:
    """The checkpoint of this size."""
    return CheckpointRow.objects.filter(size=size).values_list("text", flat=True).first()


def covering(index: int) -> str | None:
    """The smallest checkpoint that covers the entry of this index, None for one not yet signed."""
    rows = CheckpointRow.objects.filter(size__gt=index).order_by("size")
    return rows.values_list("text", flat=True).first()


def newest() -> str | None:
    """The checkpoint of the largest size, None before the first."""
    return CheckpointRow.objects.order_by("-size").values_list("text", flat=True).first()


def size_of(checkpoint: str) -> int:
    """How many entries a checkpoint covers: its second line; 0 for text that is none."""
    size = checkpoint.split("\n")[1:2]
    return int(size[0]) if size and size[0].isascii() and size[0].isdigit() else 0


def origin_of(checkpoint: str) -> str:
    """The name of the log in a checkpoint: its first line (C2SP tlog-checkpoint)."""
    return checkpoint.partition("\n")[0]
