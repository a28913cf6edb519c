"""The state of feeds, the lease under which one is fetched, and the items about us they list.

    one = feeds.lease("feodo", now, seconds=300, worker="w1")  # None when not due, or taken
    feeds.finish(one, state, items)                            # Conflict when the lease was lost

A worker that dies loses its lease when it runs out; the next one gets a higher token, and what the
first still says no longer counts. The rows are our own bookkeeping and stand outside the journal.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db import transaction

from aupkeep.model.errors import Conflict
from aupkeep.model.feed import FeedCopy, FeedItem, FeedOutcome, FeedState
from aupkeep.store.guard import writing, writing_whole
from aupkeep.store.models import FeedCopyRow, FeedItemRow, FeedRow

CHUNK = 500  # keys in one query: SQLite takes a limited number of terms
ERROR_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLease:
    """One feed in a worker's hands until `until`, with its state as it was taken."""

    state: FeedState
    token: int
    worker: str
    until: datetime


def states() -> dict[str, FeedState]:
    """Every feed that was ever fetched or scheduled, by name."""
    rows = list(FeedRow.objects.order_by("name"))
    copies = _copies(row.name for row in rows)
    return {row.name: _state(row, copies[row.name]) for row in rows}


def state(name: str) -> FeedState:
    """One feed's state, an empty one when it was never fetched."""
    row = FeedRow.objects.filter(name=name).first()
    return _state(row, _copies([name])[name]) if row else FeedState(name=name)


def due(names: Collection[str], now: datetime) -> list[str]:
    """Which of these are due and in nobody's hands, the longest due first; new ones are due."""
    rows = FeedRow.objects.filter(name__in=list(names))
    known = {row.name: row for row in rows}
    ready = [name for name in names if name not in known]
    waiting = [row for row in known.values() if _free(row, now) and _ripe(row, now)]
    return ready + [row.name for row in sorted(waiting, key=lambda row: row.due_at or now)]


def lease(
    name: str, now: datetime, *, seconds: float, worker: str, early: bool = False
) -> FeedLease | None:
    """Take one feed for `seconds`; None when another has it or it is not due (unless `early`)."""
    until = now + timedelta(seconds=seconds)
    with writing(), transaction.atomic(durable=True):
        FeedRow.objects.bulk_create([FeedRow(name=name)], ignore_conflicts=True)
        row = FeedRow.objects.select_for_update().get(name=name)
        if not _free(row, now) or not (early or _ripe(row, now)):
            return None
        row.token += 1
        row.worker, row.leased_until = worker, until
        row.save(update_fields=["token", "worker", "leased_until"])
        taken = _state(row, _copies([name])[name])
    return FeedLease(state=taken, token=row.token, worker=worker, until=until)


def finish(lease: FeedLease, done: FeedState, items: Iterable[FeedItem] = ()) -> None:
    """Write how the fetch ended, and let go of the feed. Raises `Conflict`, `Unavailable`."""
    values = {name: getattr(done, name) for name in _plain()}
    values["outcome"] = done.outcome.value if done.outcome else None
    values["error"] = done.error[:ERROR_LENGTH]
    mine = FeedRow.objects.filter(name=lease.state.name, token=lease.token, worker=lease.worker)
    with writing_whole():
        if not mine.update(**values, worker=None, leased_until=None):
            raise Conflict(
                f"feed {lease.state.name}: expected lease {lease.token} of {lease.worker} "
                "to hold, found it lost"
            )
        _keep_copies(done)
        _keep(items)


def let_go(lease: FeedLease) -> None:
    """Give the feed back unfetched; nothing happens when the lease was lost."""
    mine = FeedRow.objects.filter(name=lease.state.name, token=lease.token, worker=lease.worker)
    with writing(), transaction.atomic(durable=True):
        mine.update(worker=None, leased_until=None)


def items(feed: str, keys: Collection[str]) -> dict[str, FeedItem]:
    """Those of these items that the feed listed before, by key."""
    wanted = sorted(keys)
    known: dict[str, FeedItem] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = FeedItemRow.objects.filter(feed=feed, key__in=wanted[start : start + CHUNK])
        known.update((row.key, _item(row)) for row in rows)
    return known


def listed(feed: str, limit: int = 100) -> list[FeedItem]:
    """What a feed lists about us, the latest seen first."""
    rows = FeedItemRow.objects.filter(feed=feed).order_by("-last_seen", "-id")[:limit]
    return [_item(row) for row in rows]


def _keep_copies(done: FeedState) -> None:
    """Replace the feed's copies by these; what is no longer named is reaped later."""
    FeedCopyRow.objects.filter(feed=done.name).delete()
    FeedCopyRow.objects.bulk_create(
        FeedCopyRow(
            feed=done.name, **{field.name: getattr(copy, field.name) for field in fields(copy)}
        )
        for copy in done.copies
    )


def _copies(names: Iterable[str]) -> dict[str, tuple[FeedCopy, ...]]:
    """The copies of these feeds, in the order in which they were kept."""
    by_feed: dict[str, tuple[FeedCopy, ...]] = defaultdict(tuple)
    for row in FeedCopyRow.objects.filter(feed__in=list(names)).order_by("feed", "at", "id"):
        by_feed[row.feed] += (
            FeedCopy(**{field.name: getattr(row, field.name) for field in fields(FeedCopy)}),
        )
    return by_feed


def _keep(items: Iterable[FeedItem]) -> None:
    rows = [FeedItemRow(**{field.name: getattr(item, field.name) for field in fields(item)})
            for item in items]  # fmt: skip
    FeedItemRow.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["feed", "key"],
        update_fields=["shown", "last_seen", "told_at"],
    )


def _free(row: FeedRow, now: datetime) -> bool:
    return row.leased_until is None or row.leased_until <= now


def _ripe(row: FeedRow, now: datetime) -> bool:
    return row.due_at is None or row.due_at <= now


def _plain() -> list[str]:
    special = {"name", "outcome", "error", "copies"}
    return [field.name for field in fields(FeedState) if field.name not in special]


def _state(row: FeedRow, copies: tuple[FeedCopy, ...]) -> FeedState:
    return FeedState(
        name=row.name,
        outcome=FeedOutcome(row.outcome) if row.outcome else None,
        error=row.error,
        copies=copies,
        **{name: getattr(row, name) for name in _plain()},
    )


def _item(row: FeedItemRow) -> FeedItem:
    return FeedItem(**{field.name: getattr(row, field.name) for field in fields(FeedItem)})
