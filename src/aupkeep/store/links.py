"""Links in mail as stored: only the digest of a token is known."""

from datetime import datetime

from django.db import transaction

from aupkeep.model.link import Link
from aupkeep.store.guard import writing
from aupkeep.store.models import LinkRow
from aupkeep.store.tables import many, one


def by_digest(digest: str) -> Link | None:
    """The link of this token digest, alive or not."""
    return one(Link, digest=digest)


def of_report(report: str) -> list[Link]:
    """A report's links, by time."""
    return many(Link, LinkRow.objects.filter(report_id=report).order_by("made_at", "id"))


def consume(digest: str, now: datetime) -> bool:
    """Use up a single-use link: True for exactly one caller, False for all others and for ever.

    One conditional update, because a look-up and a write would let two callers through. What the
    link was used for is the caller's own entry.
    """
    with writing(), transaction.atomic():
        alive = LinkRow.objects.filter(
            digest=digest,
            single_use=True,
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=now,
        )
        return bool(alive.update(used_at=now))
