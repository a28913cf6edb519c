"""An inquiry: somebody asks us, e.g. whether they may run a scanner; nobody is accused."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD


class InquiryState(StrEnum):
    """Whether somebody of the desk has still to answer."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"  # without an answer, or put into the inbox as the report it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """`report` is the mail or form that asks: who asks, and the words, stand there alone.

    `notice` is the answer, `permission` what was granted with it; `done_at` and `done_by` say when
    it was answered or closed, and by whom, `why` the reason of a close. `pressing` is the phrase
    that marks it urgent, "" for none, and `needed_by` the day it names, at its start in UTC.
    """

    id: str
    reference: str
    report: str
    asked_at: datetime
    state: InquiryState = InquiryState.OPEN
    notice: str | None = None
    permission: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    why: str = ""
    pressing: str = field(default="", metadata=ADDED_FIELD)
    needed_by: datetime | None = field(default=None, metadata=ADDED_FIELD)
