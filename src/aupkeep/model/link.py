"""Links in mail: a read link for a party, and single-use tokens for each thing it may do."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD


class LinkKind(StrEnum):
    """What a token opens."""

    CUSTOMER = "customer"  # the accused customer's page
    REPORTER = "reporter"  # the reporter's status page
    SIGN_IN = "sign-in"  # staff, once
    ANSWER = "answer"  # one POST on the customer's page


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Stored hashed (SHA-256 of the token); `single_use` ones are consumed by one update.

    `made_by` is the id of the person who saw it, and is not whose it is; None where it was mailed.
    """

    id: str
    kind: LinkKind
    digest: str
    case: str | None
    party: str  # recipient: an address or a user name
    made_at: datetime
    expires_at: datetime
    report: str | None = None
    single_use: bool = False
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    made_by: str | None = field(default=None, metadata=ADDED_FIELD)
