"""Inquiries as the desk reads them."""

from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.pages.layout.page import FilterChoice, PageHeader
from aupkeep.app.pages.permissions.page import PermissionRecord
from aupkeep.model.inquiry import InquiryState


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRecord:
    """One inquiry; `asker` and `title` are None where the reader may not see who wrote to us.

    `proven` is whether the asker's domain is; `erased` that what asked is gone by retention.
    `pressing` are its words that it is, "" for none; `needed_by` the day it names.
    """

    id: str
    reference: str
    asked_at: datetime
    state: InquiryState
    asker: str | None
    proven: bool
    title: str | None
    notice: str | None
    permission: str | None
    done_at: datetime | None
    done_by: str | None
    why: str
    erased: bool
    pressing: str
    needed_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryDetails:
    """One with its words, and the answer as sent; `sender` says what proves who asks.

    `text` and `answer` None where there is none, or the reader may not see it.
    """

    inquiry: InquiryRecord
    sender: str
    text: str | None
    answer: str | None
    permission: PermissionRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiriesPage:
    """A page of those in a state: of the open ones the oldest first."""

    header: PageHeader
    states: tuple[FilterChoice, ...]
    chosen: InquiryState
    rows: tuple[InquiryRecord, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryPage:
    """One; `acts` says whether this person may answer, and `listen` that no mail leaves now."""

    header: PageHeader
    details: InquiryDetails
    acts: bool
    kinds: tuple[tuple[str, str], ...]
    holder: str = ""
