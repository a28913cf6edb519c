"""How a system that is asked who holds what stands: when it last answered, and what was odd."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.model.added_field import ADDED_FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningState:
    """Whether a system's word that something changed is heard; `problem` is what is missing of it.

    Since the worker began, `told` messages asked for a look and `unreadable` ones were none.
    """

    hears: bool
    problem: str = ""
    told: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InventorySourceState:
    """One record a source; times are aware, in UTC.

    `seen_at` is when the last good snapshot began, `first_at` when the first one ended. `rows`,
    `foreign` and `rejected` count what the last one held, `live` what is on record since then;
    `changed` how many records it opened or closed. `problem` is why the last look changed or
    closed nothing, "" after a good one, and `failures` counts looks in a row that changed none;
    `told_at` is the time of the newest log line that was read;
    `held_back` means that too much would have ended, so that a person must say whether it is so;
    `listening` is None where no word of changes is asked for, or none was yet.
    """

    name: str
    first_at: datetime | None = None
    seen_at: datetime | None = None
    tried_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    held_back: bool = False
    rows: int = 0
    foreign: int = 0
    rejected: int = 0
    live: int = 0
    changed: int = 0
    remarks: tuple[str, ...] = ()  # rows that were rejected or contradict others, in words
    unmapped: tuple[str, ...] = ()  # projects without a customer
    told_at: datetime | None = None
    listening: ListeningState | None = field(default=None, metadata=ADDED_FIELD)
