"""An Idempotency-Key that came with bytes which were known already."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """`id` is the key's SHA-256 in hex, `digest` that of the bytes it belongs to for ever.

    A key that came with new bytes stands in their `Raw`.
    """

    id: str
    digest: str
    at: datetime
