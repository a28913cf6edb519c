"""The outbox: work left behind by a change of state, done at least once by some worker.

A worker leases effects for some seconds and gets a fencing token with each. While it works, no one
else gets them; if it dies, the lease runs out and the next worker gets a higher token, and whatever
the first one still says no longer counts. What fails too often is a dead letter, shown to a
person. Mail servers and routers are talked to between `lease` and `done`, never inside a
transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet

from aupkeep.model.entry import LARGE_FLOW, Effect
from aupkeep.model.errors import Conflict, Missing
from aupkeep.model.source import Lane
from aupkeep.store.guard import writing
from aupkeep.store.models import EffectRow
from aupkeep.store.prepared import PreparedRows, PreparedUpdate

MAX_ATTEMPTS = 10
ERROR_LENGTH = 500
DIED = "its workers died {} times while they had it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An effect in a worker's hands until `until`; `attempts` counts this one."""

    effect: Effect
    token: int
    worker: str
    until: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An effect that failed too often, with the last error."""

    effect: Effect
    attempts: int
    error: str
    at: datetime


def _held(effect: str, token: int) -> QuerySet[EffectRow]:
    """The row of an effect that is in the hands of this lease."""
    rows = EffectRow.objects.filter(
        id=effect, token=token, done_at__isnull=True, dead_at__isnull=True
    )
    return rows.exclude(worker__isnull=True)


def _completing(
    effect: str, token: int, now: datetime
) -> tuple[QuerySet[EffectRow], dict[str, object]]:
    columns: dict[str, object] = {"done_at": now}
    columns |= dict.fromkeys(("worker", "leased_until", "error"))
    return _held(effect, token), columns


_COMPLETE = PreparedUpdate(_completing, str, int, datetime)
_DUE = PreparedRows(
    lambda merge, now: EffectRow.objects.filter(
        merge=merge, due_at__gt=now, done_at__isnull=True, dead_at__isnull=True
    ).order_by("due_at").values_list("due_at")[:1],
    str, datetime,
)  # fmt: skip


def lease(
    kinds: Sequence[str],
    now: datetime,
    seconds: float,
    limit: int,
    worker: str,
    *,
    large: bool | None = None,
) -> list[Lease]:
    """Take up to `limit` due effects of these kinds for `seconds`, in turns (`store.fair_queue`).

    `large` takes only effects whose flow says that they take long, or none of these.

    Costs one read when there is nothing to do. What used up its attempts is a dead letter.
    """
    waiting = _free(now).filter(kind__in=kinds)
    if large is not None:
        slow = Q(flow__startswith=LARGE_FLOW)
        waiting = waiting.filter(slow if large else ~slow)
    if not waiting.exists():
        return []
    until = now + timedelta(seconds=seconds)
    with writing(), transaction.atomic(durable=True):
        rows = list(waiting.order_by("order_at", "id").select_for_update(skip_locked=True)[:limit])
        worn = [row.id for row in rows if row.attempts >= MAX_ATTEMPTS]
        taken = [row for row in rows if row.attempts < MAX_ATTEMPTS]
        if worn:
            EffectRow.objects.filter(id__in=worn).update(
                dead_at=now, worker=None, leased_until=None, error=DIED.format(MAX_ATTEMPTS)
            )
        EffectRow.objects.filter(id__in=[row.id for row in taken]).update(
            token=F("token") + 1, attempts=F("attempts") + 1, worker=worker, leased_until=until
        )
    return [_lease(row, worker, until) for row in taken]


def free(dead: Callable[[str], bool], now: datetime) -> int:
    """Give back at once what workers hold that are dead by this answer; returns how many effects.

    The token of each stays, so what such a worker would still say does not count.
    """
    held = EffectRow.objects.filter(
        leased_until__gt=now, done_at__isnull=True, dead_at__isnull=True, worker__isnull=False
    )
    workers = set(held.values_list("worker", flat=True))
    names = [name for name in workers if name and dead(name)]
    if not names:
        return 0
    with writing(), transaction.atomic(durable=True):
        return held.filter(worker__in=names).update(leased_until=now)


def done(lease: Lease, now: datetime) -> None:
    """The effect is carried out. Raises `Conflict` when the lease was lost to another worker.

    An effect that only changes the database is better completed by `record(..., done=lease)`, in
    the same transaction: then it is done exactly once.
    """
    with writing(), transaction.atomic(durable=True):
        complete(lease, now)


def complete(lease: Lease, now: datetime) -> None:
    """`done` inside a transaction that is already open."""
    if not _COMPLETE(lease.effect.id, lease.token, now):
        raise _lost(lease)


def retry(lease: Lease, at: datetime, error: str, *, now: datetime, counts: bool = True) -> bool:
    """Try again at `at`; after the last attempt the effect is a dead letter, and the answer False.

    An attempt that does not count was none: the storage was away. Raises `Conflict` when the lease
    was lost.
    """
    again = lease.attempts < MAX_ATTEMPTS or not counts
    with writing(), transaction.atomic(durable=True):
        _change(
            lease,
            due_at=at,
            order_at=at,
            dead_at=None if again else now,
            worker=None,
            leased_until=None,
            error=error[:ERROR_LENGTH],
            attempts=F("attempts") - (0 if counts else 1),
        )
    return again


def waits_for(kind: str, error: str, now: datetime) -> QuerySet[EffectRow]:
    """Effects that wait for their next attempt since an error that begins so, early ones only.

    After half of the attempts each keeps its own time, so that nothing uses all up in a row.
    """
    return EffectRow.objects.filter(
        kind=kind, error__startswith=error, due_at__gt=now, attempts__lte=MAX_ATTEMPTS // 2,
        done_at__isnull=True, dead_at__isnull=True,
    )  # fmt: skip


def due_at(merge: str, now: datetime) -> datetime | None:
    """When the work that all asking for `merge` is one of begins; None where none waits."""
    return next((at for (at,) in _DUE(merge, now)), None)


def bring_forward(merge: str, now: datetime) -> int:
    """Let the work that all asking for `merge` is one of begin now. Returns how many."""
    rows = EffectRow.objects.filter(
        merge=merge, due_at__gt=now, done_at__isnull=True, dead_at__isnull=True
    )
    with writing(), transaction.atomic(durable=True):
        return rows.update(due_at=now, order_at=now)


def hurry(kind: str, error: str, now: datetime) -> int:
    """Try now what `waits_for` that error: its cause is over. Returns how many."""
    with writing(), transaction.atomic(durable=True):
        return waits_for(kind, error, now).update(due_at=now, order_at=now)


def bury(lease: Lease, error: str, *, now: datetime) -> None:
    """Put the effect aside at once: trying again cannot help. Raises `Conflict`."""
    with writing(), transaction.atomic(durable=True):
        _change(lease, dead_at=now, worker=None, leased_until=None, error=error[:ERROR_LENGTH])


def dead(limit: int = 100) -> list[DeadLetter]:
    """Dead letters, the newest first."""
    rows = EffectRow.objects.filter(dead_at__isnull=False).order_by("-dead_at")[:limit]
    return [
        DeadLetter(
            effect=_effect(row), attempts=row.attempts, error=row.error or "", at=row.dead_at
        )
        for row in rows
        if row.dead_at is not None
    ]


def replay(effect: str, now: datetime) -> None:
    """Give a dead effect all its attempts again. Raises `Missing`."""
    with writing(), transaction.atomic(durable=True):
        rows = EffectRow.objects.filter(id=effect, dead_at__isnull=False)
        if not rows.update(dead_at=None, attempts=0, due_at=now, order_at=now, error=None):
            raise Missing(f"effect: expected the id of a dead one, found {effect[:60]!r}")


def pending(kinds: Sequence[str] | None = None) -> int:
    """How many effects are neither done nor dead, leased ones included."""
    rows = EffectRow.objects.filter(done_at__isnull=True, dead_at__isnull=True)
    return (rows if kinds is None else rows.filter(kind__in=kinds)).count()


def waiting(now: datetime) -> dict[str, tuple[int, datetime]]:
    """Of each kind that is due: how many effects, and when the oldest was; leased ones included."""
    rows = EffectRow.objects.filter(done_at__isnull=True, dead_at__isnull=True, due_at__lte=now)
    counted = rows.order_by().values_list("kind").annotate(Count("id"), Min("due_at"))
    return {kind: (number, first) for kind, number, first in counted}


def untouched(now: datetime, before: datetime) -> tuple[int, datetime | None]:
    """How much was due `before` that while nothing was done since, nor is in anybody's hands.

    And since when the oldest is. A worker that is behind with its work touches something.
    """
    overdue = (
        _free(now).filter(due_at__lte=before).aggregate(count=Count("id"), first=Min("due_at"))
    )
    if not overdue["count"]:
        return 0, None
    held = Q(leased_until__gt=now, done_at__isnull=True, dead_at__isnull=True)
    if EffectRow.objects.filter(held | Q(done_at__gt=before)).exists():
        return 0, None
    return overdue["count"], overdue["first"]


def dead_count() -> int:
    """How many effects were given up."""
    return EffectRow.objects.filter(dead_at__isnull=False).count()


def _free(now: datetime) -> QuerySet[EffectRow]:
    """Due effects in nobody's hands."""
    return EffectRow.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=now),
        done_at__isnull=True,
        dead_at__isnull=True,
        due_at__lte=now,
    )


def _change(lease: Lease, **values: object) -> None:
    """Change an effect that is still in this lease's hands. Raises `Conflict`."""
    if not _held(lease.effect.id, lease.token).update(**values):
        raise _lost(lease)


def _lost(lease: Lease) -> Conflict:
    return Conflict(
        f"effect {lease.effect.id}: expected lease {lease.token} of {lease.worker} to hold, "
        "found it lost"
    )


def _lease(row: EffectRow, worker: str, until: datetime) -> Lease:
    return Lease(
        effect=_effect(row),
        token=row.token + 1,
        worker=worker,
        until=until,
        attempts=row.attempts + 1,
    )


def _effect(row: EffectRow) -> Effect:
    return Effect(
        id=row.id,
        kind=row.kind,
        key=row.key,
        payload=row.payload,
        due_at=row.due_at,
        flow=row.flow,
        lane=Lane(row.lane),
        merge=row.merge,
    )
