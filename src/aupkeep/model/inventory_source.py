"""How a system that is asked who holds what stands: when it last answered, and what was odd."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InventorySourceState:
    """One record a source; times are aware, in UTC.

    `seen_at` is when the last good snapshot began, `first_at` when the first one ended. `rows`,
    `foreign` and `rejected` count what the last one held, `live` what is on record since then;
    `changed` how many records it opened or closed. `problem` is why the last look changed or
    closed nothing, "" after a good one, and `failures` counts looks in a row that changed none;
    `told_at` is of when the newest line of a log is;
    `held_back` means that too much would have ended, so that a person must say whether it is so.
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
