"""Webhooks as stored, and how far each was told.

    one = webhooks.lease(webhook, now, seconds=60)   # None when not due, or another sends
    webhooks.advance(one, position)                  # Conflict when the lease was lost

The journal is the queue: a position is an index in it. Positions are our own bookkeeping outside
the journal, as those of feeds.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from aupkeep.model.errors import Conflict
from aupkeep.model.webhook import Webhook, WebhookPosition
from aupkeep.store import log
from aupkeep.store.guard import writing
from aupkeep.store.models import EntryRow, WebhookPositionRow, WebhookRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLease:
    """One webhook in a worker's hands, with its position as it was taken."""

    position: WebhookPosition
    token: int


def live() -> list[Webhook]:
    """Those that nobody removed, by name."""
    return many(Webhook, WebhookRow.objects.filter(removed_at=None).order_by("name", "id"))


def get(number: str) -> Webhook | None:
    """The webhook of this id, removed or not."""
    return first(Webhook, id=number)


def positions(of: Iterable[str]) -> dict[str, WebhookPosition]:
    """How far these were told, by id."""
    rows = WebhookPositionRow.objects.filter(webhook__in=list(of))
    return {row.webhook: _position(row) for row in rows}


def due(now: datetime) -> dict[str, WebhookPosition]:
    """How far those were told that nobody sends to, and whose next try may begin."""
    rows = WebhookPositionRow.objects.all()
    return {row.webhook: _position(row) for row in rows if _free(row, now)}


def lease(webhook: str, now: datetime, *, seconds: float) -> WebhookLease | None:
    """Take one for `seconds`; None where another worker has it, or its next try is not due."""
    with writing(), transaction.atomic(durable=True):
        row = WebhookPositionRow.objects.select_for_update().filter(webhook=webhook).first()
        if row is None or not _free(row, now):
            return None
        row.token += 1
        row.leased_until = now + timedelta(seconds=seconds)
        row.save(update_fields=["token", "leased_until"])
        return WebhookLease(position=_position(row), token=row.token)


def advance(lease: WebhookLease, position: WebhookPosition, *, over: bool = False) -> None:
    """Write how far it is; `over` lets go of it. Raises `Conflict` where the lease was lost.

    What a person does with a webhook meanwhile loses the lease.
    """
    values = {**asdict(position), **({"leased_until": None} if over else {})}
    mine = WebhookPositionRow.objects.filter(webhook=values.pop("webhook"), token=lease.token)
    with writing(), transaction.atomic(durable=True):
        if not mine.update(**values):
            raise Conflict(f"webhook {position.webhook}: expected the lease to hold, found it lost")


def place(webhook: str, index: int) -> None:
    """Let it be told from this entry of the journal on, at once; inside an open transaction."""
    row, _ = WebhookPositionRow.objects.get_or_create(webhook=webhook, defaults={"next": index})
    fresh = WebhookPosition(webhook=webhook, next=index, told_at=row.told_at)
    WebhookPositionRow.objects.filter(webhook=webhook).update(
        **asdict(fresh), token=row.token + 1, leased_until=None
    )


def take_back(webhook: str) -> None:
    """Take it out of whichever worker's hands; inside an open transaction."""
    rows = WebhookPositionRow.objects.filter(webhook=webhook)
    rows.update(token=F("token") + 1, leased_until=None)


def index_at(moment: datetime) -> int:
    """The index of the first entry that is not before a moment; of the next one where none is.

    Entries stand in the order they were written, by time but for what two processes wrote at once.
    """
    low, high = 0, log.size()
    while low < high:
        middle = (low + high) // 2
        at = EntryRow.objects.filter(index=middle).values_list("at", flat=True).first()
        if at is not None and at < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _free(row: WebhookPositionRow, now: datetime) -> bool:
    leased = row.leased_until is not None and row.leased_until > now
    return not leased and (row.due_at is None or row.due_at <= now)


def _position(row: WebhookPositionRow) -> WebhookPosition:
    return WebhookPosition(
        webhook=row.webhook,
        next=row.next,
        told_at=row.told_at,
        due_at=row.due_at,
        failures=row.failures,
        failing_since=row.failing_since,
        error=row.error,
    )
