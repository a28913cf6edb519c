"""A permission: one kind of conduct that a resource may show until a time, by a person's word."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PermissionState(StrEnum):
    """Whether a permission stands; one that was asked for is an inquiry until it is granted."""

    LIVE = "live"
    ENDED = "ended"  # by its time, or revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """While it is live, no rule acts on `kind` at this resource; what is seen is still recorded.

    One stands for a customer's resource and a kind at a time: a new one revokes the one before.
    `granted_at` is None where an older version did not store it.
    """

    id: str
    customer: str
    resource: str
    kind: str  # of the taxonomy
    until: datetime
    by: str
    reasons: str
    granted_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def live(self, now: datetime) -> bool:
        """Whether it stands at this moment."""
        return self.revoked_at is None and now < self.until


def split_holder(text: str, is_customer: Callable[[str], bool]) -> tuple[str, str]:
    """Customer and resource of `customer/resource`; either may hold a slash of its own.

    The shortest part that is a customer counts, else what stands before the first slash.

    >>> split_holder("a/b/vm-1", lambda name: name == "a/b")
    ('a/b', 'vm-1')
    >>> split_holder("a/b/vm-1", lambda name: False)
    ('a', 'b/vm-1')
    """
    parts = text.split("/")
    splits = ["/".join(parts[:place]) for place in range(1, len(parts))]
    several = len(splits) > 1
    known = (name for name in splits if several and is_customer(name))
    customer = next(known, parts[0])
    return customer, text[len(customer) + 1 :]
