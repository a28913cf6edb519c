"""One thing received and read: who says it, in which format, how far it is authenticated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD
from aupkeep.model.correspondence import DeliveryFailure, MailMeaning
from aupkeep.model.finding import Finding, Offset
from aupkeep.model.source import ClaimVerdict


class ReadingOutcome(StrEnum):
    """Where a received thing ended; each file gets exactly one."""

    PARSED = "parsed"
    INBOX = "inbox"
    REPLY = "reply"
    BOUNCE = "bounce"
    IGNORED = "ignored"


class Verdict(StrEnum):
    """The result of one authentication check (RFC 8601 section 2.7 words, plus unknown)."""

    PASS = "pass"  # noqa: S105 - RFC 8601's word, not a secret
    FAIL = "fail"
    NONE = "none"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """Who the sender provably is; `identity` is the proven domain aligned with From, or None.

    Alignment follows RFC 7489 section 3.1, relaxed unless the domain's policy says strict: a
    passing DKIM `d=` or SPF domain shares the organisational domain of the From header. Behind a
    relay that is not a configured trust boundary these verdicts are `unknown`. `smime` and `pgp`
    are `none` where the mail carries no such signature and `unknown` where the key is not one the
    operator vouches for; `signer` is the From address such a signature proves, and then `identity`
    is its domain. `policy` is the DMARC policy that applies (`none`, `quarantine`, `reject`), None
    where there is none. `why` says in short sentences what each check saw.
    """

    dkim: Verdict = Verdict.UNKNOWN
    spf: Verdict = Verdict.UNKNOWN
    arc: Verdict = Verdict.UNKNOWN
    dmarc: Verdict = Verdict.UNKNOWN
    identity: str | None = None
    smime: Verdict = field(default=Verdict.NONE, metadata=ADDED_FIELD)
    pgp: Verdict = field(default=Verdict.NONE, metadata=ADDED_FIELD)
    signer: str | None = field(default=None, metadata=ADDED_FIELD)
    policy: str | None = field(default=None, metadata=ADDED_FIELD)
    why: tuple[str, ...] = field(default=(), metadata=ADDED_FIELD)

    @property
    def authenticated(self) -> bool:
        """True when the sender's domain is proven."""
        return self.identity is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that could not be read: kept, shown, and read again once a person has corrected it.

    `place` is where it stands in the reading's parts, None where no row can be cut out; `name` is
    that of the file it was in. `done_at` and `done_by` say when it was mended, and by whom.
    """

    row: int
    reason: str
    place: Offset | None = field(default=None, metadata=ADDED_FIELD)
    name: str = field(default="", metadata=ADDED_FIELD)
    done_at: datetime | None = field(default=None, metadata=ADDED_FIELD)
    done_by: str | None = field(default=None, metadata=ADDED_FIELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the intake room makes of one file or archive member; nothing is stored yet.

    `container` names the parser that claimed it (`arf`, `xarf`, `text`, …) or None; `reporter`
    is the From address, or the XARF reporter's contact; `reply_to` the case reference a reply
    quotes; `parts` the decoded text parts that the findings' offsets point into. `profile` names
    the reporter whose profile claimed it; it proves nobody. `quoted` and `signed` are the places in
    the parts that a letter quotes and that are its signature, all else is new; `failures` are the
    recipients a delivery report names; `meaning` what a letter means that is no report.
    """

    outcome: ReadingOutcome
    reason: str | None = None
    container: str | None = None
    reporter: str | None = None
    reporter_name: str | None = None
    title: str = ""
    sent_at: datetime | None = None
    message_id: str | None = None
    reply_to: str | None = None
    authentication: Authentication = field(default_factory=Authentication)
    findings: tuple[Finding, ...] = ()
    dead: tuple[RejectedRow, ...] = ()
    parts: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    profile: str | None = field(default=None, metadata=ADDED_FIELD)
    quoted: tuple[Offset, ...] = field(default=(), metadata=ADDED_FIELD)
    signed: tuple[Offset, ...] = field(default=(), metadata=ADDED_FIELD)
    failures: tuple[DeliveryFailure, ...] = field(default=(), metadata=ADDED_FIELD)
    meaning: MailMeaning | None = field(default=None, metadata=ADDED_FIELD)

    @property
    def reporter_words(self) -> tuple[str, ...]:
        """Texts that would reveal the reporter: address, name, domain, Message-ID."""
        domain = (self.reporter or "").rpartition("@")[2]
        given = (self.reporter, self.reporter_name, domain, self.message_id)
        return tuple(value for value in (*given, self.authentication.identity) if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A stored reading: one raw, its outcome, and the state a person sees when it needs one.

    `source` is the key of who claims it (`model.source`); `judged` what a person said came of it,
    None while the outcome of its cases speaks.
    """

    id: str
    raw: str
    at: datetime
    reading: Reading
    inbox_reason: str | None = None  # not None = it stands in the inbox
    done_at: datetime | None = None  # a person took it out of the inbox
    source: str | None = field(default=None, metadata=ADDED_FIELD)
    judged: ClaimVerdict | None = field(default=None, metadata=ADDED_FIELD)
    judged_at: datetime | None = field(default=None, metadata=ADDED_FIELD)
