"""Who claims things: a reporter, a token, a detector or a feed, with a record and a lane."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aupkeep.model.origin import parse_origin


class Lane(StrEnum):
    """How a source's reports are taken; what is received is kept in every one of them."""

    FAST = "fast"  # in good standing: read and considered first
    NORMAL = "normal"
    SLOW = "slow"  # read last, and no rule acts on its word
    SUSPENDED = "suspended"  # kept and readable, and not processed until then


class ClaimVerdict(StrEnum):
    """What came of a claim. A claim nobody judged is unanswered and speaks for nothing."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"  # not so, in good faith or not known otherwise
    UNFOUNDED = "unfounded"  # manifestly so (DSA Art. 23(2)); only a person says it
    UNANSWERED = "unanswered"


class SanctionStep(StrEnum):
    """What a person of the desk may do about a source."""

    WARN = "warn"
    SLOW = "slow"
    SUSPEND = "suspend"
    TRUST = "trust"  # a trusted flagger (DSA Art. 22), with a reason and an end
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One who claims; `key` is `mail:cert.example`, `api:partner`, `mail:?claimed.example`.

    A key with `?` is a name nobody proved: it is counted apart and never stands for its owner.
    `address` is a proven address of it, to write to. `lane` is what a person chose and
    holds until `until`; `step_at`, `by` and `reasons` are of that choice. `warned_at` is when the
    last warning was made, `warning` its notice or None when it was given by other means.
    """

    id: str
    key: str
    first_at: datetime
    address: str | None = None
    lane: Lane = Lane.NORMAL
    until: datetime | None = None
    step_at: datetime | None = None
    by: str = ""
    reasons: str = ""
    warned_at: datetime | None = None
    warning: str | None = None
    trusted_until: datetime | None = None
    trusted_by: str = ""
    trusted_reasons: str = ""

    @property
    def proven(self) -> bool:
        """True when the key names somebody who was proven."""
        return parse_origin(self.key).proven
