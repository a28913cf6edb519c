"""The feeds: lists we fetch, how each stands, what a person must know about it."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import PageHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCopySummary:
    """The last good copy of one list."""

    name: str
    size: int
    items: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatus:
    """One feed; `trouble` and `alarm` are sentences, "" when all is well; `every` in seconds."""

    name: str
    title: str
    terms: str
    every: int
    on: bool
    outcome: str
    trouble: str = ""
    remark: str = ""
    alarm: str = ""
    alarm_at: datetime | None = None
    tried_at: datetime | None = None
    good_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0
    seen: int = 0
    foreign: int = 0
    dead: int = 0
    ours: int = 0
    told: int = 0
    copies: tuple[FeedCopySummary, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsPage:
    """Those that are on, and the names of those that could be."""

    header: PageHeader
    rows: tuple[FeedStatus, ...]
    others: tuple[FeedStatus, ...] = ()
