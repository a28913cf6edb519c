"""The reporter's status page by link: what came of the report, never who the accused is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.app.pages.notice_form.page import SubmissionStatus
from aupkeep.model.filing import Matter


class Progress(StrEnum):
    """How far a report has come, in the order of the page's steps."""

    RECEIVED = "received"
    PASSED_ON = "passed-on"
    LIMITED = "limited"
    CLOSED = "closed"


class Result(StrEnum):
    """What came of it; open until the case closes."""

    OPEN = "open"
    FIXED = "fixed"
    NO_ABUSE = "no-abuse"
    NOT_OURS = "not-ours"
    NOT_FOUND = "not-found"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterPage:
    """`subject` is what the reporter told us, as they wrote it; `kind` in `language`.

    `others` counts further reports about the same source; `steps` gives when each stage was
    reached, `next_word_at` when the reporter hears from us at the latest.
    """

    now: datetime
    language: str
    languages: tuple[str, ...]
    operator: str
    contact: str
    reference: str
    subject: str
    kind: str
    received_at: datetime
    progress: Progress
    steps: tuple[tuple[Progress, datetime], ...]
    result: Result
    link_until: datetime
    zone: str = "UTC"
    others: int = 0
    next_word_at: datetime | None = None
    filing: SubmissionStatus | None = None  # of a notice filed by the public form


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedStep:
    """A stage that a notice has reached, and when."""

    step: Progress
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedRule:
    """A rule that was applied to a notice, without a word of the customer."""

    title: str
    text: str
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeProgress:
    """How far a filed notice has come, for the program that filed it."""

    reference: str
    matter: Matter
    received_at: datetime
    confirmed: bool
    progress: Progress
    steps: tuple[ReachedStep, ...]
    result: Result
    rules: tuple[AppliedRule, ...]
