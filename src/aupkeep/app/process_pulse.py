"""Which processes say that they live: each worker and mail intake, by its machine, in the database.

What says nothing any more has ended, hangs, or does not reach the database; `aupkeep doctor` and
the head of each page say so. One that was stopped in order says that it ended.
"""

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.store import health, refresh, shared_counters

BEAT = 15.0  # seconds between two words
KEPT = timedelta(days=7)  # that a process which says nothing is known
LATE = timedelta(minutes=5)  # without a word
NAME = "alive:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessWord:
    """A process, by its kind and machine, and when it last said that it lives."""

    kind: str
    machine: str
    at: datetime


def say_alive(context: AppContext, kind: str) -> None:
    """Say that a process of this kind works on this machine. Raises `Unavailable`."""
    with health.answering():
        refresh()
        shared_counters.last(_name(kind), context.now() + KEPT)


def say_ended(context: AppContext, kind: str) -> None:
    """Say that it ends in order. Raises `Unavailable`."""
    with health.answering():
        refresh()
        shared_counters.last(_name(kind), context.now())


def process_words(now: datetime) -> tuple[ProcessWord, ...]:
    """The last word of each process that did not end in order, the oldest first."""
    said = shared_counters.begun_by(NAME, now)
    words = []
    for name, until in sorted(said.items(), key=lambda item: item[1]):
        kind, _, machine = name.removeprefix(NAME).partition("@")
        words.append(ProcessWord(kind=kind, machine=machine, at=until - KEPT))
    return tuple(words)


def _name(kind: str) -> str:
    return f"{NAME}{kind}@{socket.gethostname()}"
