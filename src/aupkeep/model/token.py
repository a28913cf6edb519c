"""An API token: stored hashed, scoped, expiring."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.model.added_field import ADDED_FIELD

SCOPES = (
    "report",
    "finding",
    "inventory",
    "case",
    "agent",
    "approve",
    "audit",
    "metrics",
    "ticket",
    "reseller",
)  # which doors of the API it opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`digest` is the SHA-256 of the secret in hex; findings of a `trusted` one are telemetry.

    `person` is whose own it is, by address: what it does they do. One with a `decision` is an
    outside approver's, `holder` by name: good for approving that one decision, once. An agent's
    opens one `target`; without one, that of the settings. A reseller's opens the cases of
    `customer` and of who is below it. `made_by` is the id of who made it for somebody else.
    """

    id: str
    name: str
    digest: str
    scopes: tuple[str, ...]
    trusted: bool
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    person: str | None = field(default=None, metadata=ADDED_FIELD)
    decision: str | None = field(default=None, metadata=ADDED_FIELD)
    holder: str | None = field(default=None, metadata=ADDED_FIELD)
    target: str | None = field(default=None, metadata=ADDED_FIELD)
    made_by: str | None = field(default=None, metadata=ADDED_FIELD)
    customer: str | None = field(default=None, metadata=ADDED_FIELD)
