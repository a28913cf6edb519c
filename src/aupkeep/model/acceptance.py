"""A customer's acceptance of a version of the binding document: who, when, which text."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """`digest` is that of the text that was accepted, "" where nobody recorded it.

    `by` is who accepted on the customer's behalf, as the provider's own records name them.
    """

    id: str
    customer: str
    document: str
    version: str
    digest: str
    by: str
    accepted_at: datetime
    recorded_at: datetime
