"""The state of a feed: when it was fetched, what came of it, what is kept, which items it lists."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedOutcome(StrEnum):
    """Where a fetch ended; each ends in exactly one.

    READ: a list came and was read. SAME: nothing changed. FAILED: nothing usable came, it is tried
    again later. ODD: what came has another form than the copy kept, which stays. FLOOD: it lists so
    much of our own that a person must look first. LACKING: an option or a key is missing.
    """

    READ = "read"
    SAME = "same"
    FAILED = "failed"
    ODD = "odd"
    FLOOD = "flood"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCopy:
    """The last good copy of one list of a feed; its bytes lie in the raw store under `digest`."""

    name: str
    digest: str
    size: int
    items: int
    at: datetime
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How a feed stands, one record a subscription; times are aware, in UTC.

    `seen`, `foreign`, `dead` and `ours` count the rows of the last list that was read; `told` all
    findings ever made. `failures` counts those in a row. `alarm` is what a person was told last and
    "" once it is over. `good_at` is when a server last answered well, `read_at` when a list was
    last read, by the own prefixes that `space` marks. `cursor` is where a feed that
    asks in slices goes on.
    """

    name: str
    outcome: FeedOutcome | None = None
    due_at: datetime | None = None
    tried_at: datetime | None = None
    good_at: datetime | None = None
    read_at: datetime | None = None
    failures: int = 0
    error: str = ""
    alarm: str = ""
    alarm_at: datetime | None = None
    seen: int = 0
    foreign: int = 0
    dead: int = 0
    ours: int = 0
    told: int = 0
    cursor: int = 0
    space: str = ""
    copies: tuple[FeedCopy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One thing about us that a feed lists: an item in the list for a month is one record.

    `key` is 32 hex digits, made from what it says; `told_at` is the event's time, or else the time
    of the sighting, that was told last.
    """

    feed: str
    key: str
    shown: str  # the row's subject as text, for the desk
    first_seen: datetime
    last_seen: datetime
    told_at: datetime
