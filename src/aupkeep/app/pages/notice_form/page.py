"""The public notice form: what its pages need, and what stands on the filer's status page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from aupkeep.app.pages.layout.page import Operator
from aupkeep.app.receiving.notice_draft import NoticeDraft
from aupkeep.model.filing import Matter


class Caller(NamedTuple):
    """Who asks, as the web server saw it: the connecting address, and X-Forwarded-For."""

    connected: str
    forwarded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedNotice:
    """A form as it was posted: fields as typed, and the handles of files kept before."""

    matter: Matter
    language: str
    fields: Mapping[str, str]
    handles: tuple[str, ...]
    caller: Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFormPage:
    """`upload_bytes` is the most that all files of a notice may have together."""

    operator: Operator
    languages: tuple[str, ...]
    listen: bool
    upload_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedNotice:
    """A notice that may be sent: as it was understood, and the challenge its sending costs.

    `handles` stand for its files; `wait` is in seconds, for a browser without a script.
    """

    draft: NoticeDraft
    handles: tuple[str, ...]
    challenge: str
    bits: int
    wait: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    """What a link in a mail is about to confirm."""

    operator: Operator
    reference: str
    email: str
    language: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedClause:
    """A decision as its filer may read it (DSA Article 16(5) and (6)): no customer, no resource."""

    title: str
    text: str
    document: str
    automatic: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionStatus:
    """What the status page shows besides, for a notice filed by the form.

    `asked` is True when a mail that confirms the address went out and nobody has used it yet;
    `known` when it is proven who filed it: only then anything but the receipt is told.
    """

    asked: bool
    known: bool
    anonymous: bool
    listen: bool
    ruled: tuple[AppliedClause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeOffer:
    """A challenge for a program: its text, the bits of proof it costs, when it expires."""

    challenge: str
    bits: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledReceipt:
    """The receipt for a filed notice: `secret` opens its status page, whose address is `page`.

    `digest` is the SHA-256 of the content in hex; `confirm` True when a mail went out to confirm
    the filer's address; `repeated` True when the notice was filed before.
    """

    reference: str
    secret: str
    page: str
    digest: str
    confirm: bool
    repeated: bool
