"""Signed checkpoints in a file outside the database, so that a rewritten database is found out.

One JSON text a line, appended and synced after the commit that made it. Processes on one machine
share the file under its own lock; its lines need not stand in the order of their size. A line that
a power cut tore is skipped by the reader, and the next one starts on a line of its own.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path

from django.db import DatabaseError, transaction

from aupkeep.model.errors import Unavailable
from aupkeep.store.guard import writing
from aupkeep.store.models import CheckpointRow

RECENT = 1000  # how many of the newest a start compares; `aupkeep verify` compares all


def append(file: Path, texts: Iterable[str]) -> None:
    """Add checkpoints to the file, durable on return. Raises `Unavailable`."""
    data = b"".join(json.dumps(text).encode() + b"\n" for text in texts)
    if not data:
        return
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Unavailable(f"{file}: expected to append a checkpoint, found {error}") from error


def _write(descriptor: int, data: bytes) -> None:
    """Write everything, on a line of its own even after a torn one."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        data = b"\n" + data
    while data:
        data = data[os.write(descriptor, data) :]


def read(file: Path, tail: int | None = None) -> list[str]:
    """The checkpoints of a file in its order; with `tail`, those in its last bytes only."""
    if not file.exists():
        return []
    with file.open("rb") as source:
        if tail is not None:
            source.seek(max(0, file.stat().st_size - tail))
        lines = source.read().split(b"\n")
    return [text for line in lines if (text := _line(line)) is not None]


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
    found = near or rows.order_by("size").first()
    return found.text if found else None


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


def origin_of(checkpoint: str) -> str:
    """The name of the log in a checkpoint: its first line (C2SP tlog-checkpoint)."""
    return checkpoint.partition("\n")[0]


def mend(file: Path, recent: int | None = RECENT, most: int | None = None) -> int:
    """Append what the database has and the file lacks; returns how many it lacks.

    A crash between a commit and its line leaves a gap of one line a process. More than `most` are
    not a crash's doing: somebody cut the file, and `aupkeep verify` shall see it, so nothing is
    appended. Only the `recent` newest are compared, all of them for None. Nothing is ever taken
    out of the file.
    """
    rows = CheckpointRow.objects.order_by("-size").values_list("text", flat=True)
    texts = list(reversed(rows if recent is None else rows[:recent]))
    span = None if recent is None else sum(len(text) + 64 for text in texts) * 2
    known = set(read(file, span))
    missing = [text for text in texts if text not in known]
    if most is None or len(missing) <= most:
        append(file, missing)
    return len(missing)
