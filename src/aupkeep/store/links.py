"""Links in mail as stored: only the digest of a token is known."""

from aupkeep.model.link import Link
from aupkeep.store.models import LinkRow
from aupkeep.store.tables import first, many


def by_digest(digest: str) -> Link | None:
    """The link of this token digest, alive or not."""
    return first(Link, digest=digest)


def of_report(report: str) -> list[Link]:
    """A report's links, by time."""
    return many(Link, LinkRow.objects.filter(report_id=report).order_by("made_at", "id"))
