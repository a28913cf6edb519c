"""The state of inventory sources that are asked, and the lease under which one is.

    one = inventory_sources.lease("cloud", now, seconds=300, worker="w1")  # None when not due
    inventory_sources.finish(one, state, due_at)                           # Conflict when lost

A worker that dies loses its lease when it runs out, or at the next start on its machine. The rows
are our own bookkeeping and stand outside the journal, like those of feeds: without them a source is
asked anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from aupkeep.model.errors import Conflict
from aupkeep.model.inventory_source import InventorySourceState
from aupkeep.store.codec import dump, load
from aupkeep.store.guard import writing
from aupkeep.store.models import InventorySourceRow

SHOWN = 100  # remarks and unmapped projects that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryLease:
    """One source in a worker's hands until `until`, with its state as it was taken."""

    state: InventorySourceState
    token: int
    until: datetime


def states() -> dict[str, InventorySourceState]:
    """Every source that was ever asked, by name."""
    return {row.name: _state(row) for row in InventorySourceRow.objects.order_by("name")}


def lease(
    name: str, now: datetime, *, seconds: float, worker: str, early: bool = False
) -> InventoryLease | None:
    """Take one source for `seconds`; None when another has it or it is not due (unless `early`)."""
    until = now + timedelta(seconds=seconds)
    fresh = InventorySourceRow(name=name, state=dump(InventorySourceState(name=name)))
    with writing(), transaction.atomic(durable=True):
        InventorySourceRow.objects.bulk_create([fresh], ignore_conflicts=True)
        row = InventorySourceRow.objects.select_for_update().get(name=name)
        free = row.leased_until is None or row.leased_until <= now
        if not free or not (early or row.due_at is None or row.due_at <= now):
            return None
        row.token += 1
        row.worker, row.leased_until = worker, until
        row.save(update_fields=["token", "worker", "leased_until"])
        return InventoryLease(state=_state(row), token=row.token, until=until)


def finish(lease: InventoryLease, done: InventorySourceState, due_at: datetime) -> None:
    """Write how the look ended, and let go of the source. Raises `Conflict` for a lost lease."""
    mine = InventorySourceRow.objects.filter(name=lease.state.name, token=lease.token)
    with writing(), transaction.atomic(durable=True):
        if not mine.update(state=dump(done), due_at=due_at, worker=None, leased_until=None):
            raise Conflict(f"source {lease.state.name}: expected the lease to hold, found it lost")


def free(dead: Callable[[str], bool]) -> int:
    """Take back what workers hold that are dead; `dead` says of a name whether it is."""
    rows = InventorySourceRow.objects.exclude(worker=None)
    gone = [row.name for row in rows if dead(row.worker or "")]
    with writing(), transaction.atomic(durable=True):
        held = InventorySourceRow.objects.filter(name__in=gone)
        return held.update(worker=None, leased_until=None)


def holds(lease: InventoryLease) -> None:
    """Raise `Conflict` unless the lease is still ours: asked inside the writing transaction."""
    if not InventorySourceRow.objects.filter(name=lease.state.name, token=lease.token).exists():
        raise Conflict(f"source {lease.state.name}: expected the lease to hold, found it lost")


def _state(row: InventorySourceRow) -> InventorySourceState:
    state: InventorySourceState = load(InventorySourceState, row.state)
    return state
