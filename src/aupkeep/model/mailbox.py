"""How a mailbox that we read stands: up to which message, and what kept us from more."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """One record a mailbox of the settings; times are aware, in UTC.

    Every message of `uidvalidity` with a UID up to `uid` was taken, or skipped and remarked on
    (RFC 9051 section 2.3.1.1). `begun` is from when mails count, so that a mailbox whose
    UIDs begin anew is read again from there. `taken` counts mails that were new, `repeated` those
    whose bytes we had, `skipped` those that could not be taken. `refused` is a keyed digest of the
    credentials that the server refused at `refused_at`, "" after a sign-in. `stuck` is the UID of
    a message that the server does not give, `stuck_looks` in how many looks in a row.
    """

    name: str
    uidvalidity: int = 0
    uid: int = 0
    begun: datetime | None = None
    seen_at: datetime | None = None  # the last look that ended well
    tried_at: datetime | None = None
    failures: int = 0
    problem: str = ""
    refused: str = ""
    refused_at: datetime | None = None
    stuck: int = 0
    stuck_looks: int = 0
    taken: int = 0
    repeated: int = 0
    skipped: int = 0
    rebuilt: int = 0  # how often its UIDs began anew
    remarks: tuple[str, ...] = ()
