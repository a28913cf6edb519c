"""Links in mail as stored: only the digest of a token is known."""

from collections.abc import Iterable

from aupkeep.model.link import Link, LinkKind
from aupkeep.store.models import LinkRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def by_digest(digest: str) -> Link | None:
    """The link of this token digest, alive or not."""
    return first(Link, digest=digest)


def reports_shown(parties: Iterable[str]) -> list[str]:
    """The reports whose status pages these addresses have links to."""
    rows = LinkRow.objects.filter(kind=LinkKind.REPORTER, party__in=set(parties))
    rows = rows.filter(report__isnull=False)
    return list(rows.order_by().values_list("report_id", flat=True).distinct())


def sign_in_links(party: str) -> list[Link]:
    """Those that would sign a person in, by address: not used and not revoked."""
    rows = LinkRow.objects.filter(kind=LinkKind.SIGN_IN, party=party, revoked_at__isnull=True)
    return many(Link, rows.filter(used_at__isnull=True).order_by("id"))
