"""Idempotency-Keys of bytes that came before, as stored."""

from aupkeep.model.idempotency_key import IdempotencyKey
from aupkeep.store.prepared import first


def get(digest: str) -> IdempotencyKey | None:
    """The key with this SHA-256 in hex."""
    return first(IdempotencyKey, id=digest)
