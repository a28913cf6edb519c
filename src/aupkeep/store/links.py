"""Links in mail as stored: only the digest of a token is known."""

from aupkeep.model.link import Link, LinkKind
from aupkeep.store.models import LinkRow
from aupkeep.store.tables import first, many


def by_digest(digest: str) -> Link | None:
    """The link of this token digest, alive or not."""
    return first(Link, digest=digest)


def sign_in_links(party: str) -> list[Link]:
    """Those that would sign a person in, by address: not used and not revoked."""
    rows = LinkRow.objects.filter(kind=LinkKind.SIGN_IN, party=party, revoked_at__isnull=True)
    return many(Link, rows.filter(used_at__isnull=True).order_by("id"))
