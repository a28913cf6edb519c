"""Links in mail as stored: only the digest of a token is known."""

from aupkeep.model.link import Link
from aupkeep.store.tables import first


def by_digest(digest: str) -> Link | None:
    """The link of this token digest, alive or not."""
    return first(Link, digest=digest)
