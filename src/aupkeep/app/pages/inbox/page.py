"""The inbox: what could not be read or attributed, with its reason. Nothing is dropped."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import FilterChoice, PageHeader, TextPart
from aupkeep.model.raw import Channel
from aupkeep.model.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One received thing a person must look at; `reason` is a sentence, `hint` what helps."""

    id: str
    received_at: datetime
    channel: Channel
    sender: str
    title: str
    reason: str
    hint: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """`reasons` are the filters by kind of reason; `next_cursor` None on the last page."""

    header: PageHeader
    reasons: tuple[FilterChoice, ...]
    rows: tuple[InboxRow, ...]
    reason: str = ""
    cursor: str = ""
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadRow:
    """A row that could not be read: its `number` among those of its report, and its line `row`.

    `text` is the row as it came, "" where none can be cut out; `done_at` when somebody mended it.
    """

    number: int
    row: int
    file: str
    reason: str
    text: str
    done_at: datetime | None = None
    done_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItemPage:
    """One of them with its bytes as text: bidirectional controls already made visible by `web`.

    `rows` are the first rows that could not be read, `more` how many there are beyond them.

    `text` is what its reader saw: the decoded words, "" when there are none; `words` the same with
    quotes and signature marked, () where nothing is told apart. `parts` joined is the
    beginning of the raw bytes, decoded for showing; `cut` True when longer.
    """

    header: PageHeader
    row: InboxRow
    digest: str
    authentication: str
    parts: tuple[TextPart, ...]
    cut: bool
    text: str = ""
    words: tuple[TextPart, ...] = ()
    found: tuple[str, ...] = ()  # what was read all the same, a sentence each
    rows: tuple[DeadRow, ...] = ()
    more: int = 0
    done_at: datetime | None = None
    done_by: str = ""
    done_reason: str = ""
    ticket_system: str = ""  # to which it can be handed over
    tickets: tuple[Ticket, ...] = ()
