"""How long a thread waits for one answer of the database before it counts as away.

A network that loses packets is noticed by the kernel (`config.database`), a middlebox that keeps a
connection open and passes nothing on by nobody but who waits. So each wait has an end: ordinary
work is short, and what is long says so.

    with patience(LONG):                  # a copy, an erasure: one statement may take minutes
    with patience(5, once=True):          # a person waits: after one wait in vain no other begins
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

ORDINARY = 20.0  # seconds; as long as SQLite waits for its lock (`config.database`)
PROBE = 5.0  # for the question whether a connection still lives
LONG = 900.0  # for one statement of work that is known to be long
UNBOUNDED = None  # for migrations, which somebody watches


class _Own(threading.local):
    """What this thread waits, and whether it has waited in vain within `once`."""

    seconds: float | None = ORDINARY
    once = False
    in_vain = ""


_own = _Own()


@contextmanager
def patience(seconds: float | None, *, once: bool = False) -> Iterator[None]:
    """Wait so many seconds for each answer until the block ends; None: as long as it takes.

    With `once` nothing is asked any more after the first answer that did not come. Inside of such
    a block others make no wait longer: a person waits for all of it.
    """
    before = _own.seconds, _own.once, _own.in_vain
    if not _own.once:
        _own.seconds, _own.once = seconds, once
    elif seconds is not None and _own.seconds is not None:
        _own.seconds = min(seconds, _own.seconds)
    try:
        yield
    finally:
        in_vain = _own.in_vain
        _own.seconds, _own.once, _own.in_vain = before
        _own.in_vain = before[2] or (in_vain if before[1] else "")


def seconds() -> float | None:
    """How long this thread waits for an answer."""
    return _own.seconds


def was_in_vain() -> str:
    """What did not come, where this thread is to ask no more; else ""."""
    return _own.in_vain


def waited_in_vain(words: str) -> None:
    """An answer did not come, in words."""
    _own.in_vain = words if _own.once else ""
