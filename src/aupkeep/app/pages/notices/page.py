"""Notices as the desk reads them."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.dead_letters import DeadWork
from aupkeep.app.pages.layout.page import FilterChoice, PageHeader
from aupkeep.model.notice import NoticeKind, NoticeState, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice; `recipient` None where the reader may not see who reported.

    `why` is what failed, or the last error of one that waits for its next try at `next_at`, after
    `attempts`; `given_up` means that nobody tries again until a person says so (`effect`).
    """

    id: str
    kind: NoticeKind
    party: Party
    recipient: str | None
    title: str
    case: str | None  # its reference
    state: NoticeState
    made_at: datetime
    sent_at: datetime | None
    why: str
    attempts: int | None  # None for what no longer waits
    next_at: datetime | None
    given_up: bool
    effect: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDetails:
    """One notice with its text, links without their tokens; None where the reader may not see it.

    `attached` is the JSON beside the words, `language` that of the text.
    """

    notice: NoticeLine
    language: str
    message_id: str
    text: str | None
    attached: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnwrittenNotice:
    """A notice that was never written, and why: no contact, listen mode, the daily cap."""

    at: datetime
    case: str | None  # its reference
    kind: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """A page of notices, the newest first; `counts` are of the last `days`.

    `unwritten` and `dead` stand on the first page alone; `replays` says whether this person may
    have given up work tried again.
    """

    header: PageHeader
    states: tuple[FilterChoice, ...]
    days: int
    chosen: str
    customer: str
    case: str
    rows: tuple[NoticeLine, ...]
    next_cursor: str | None
    unwritten: tuple[UnwrittenNotice, ...]
    dead: tuple[DeadWork, ...]
    replays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One notice, as it was sent or would be."""

    header: PageHeader
    details: NoticeDetails
    replays: bool
