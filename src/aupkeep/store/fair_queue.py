"""The fair queue of the outbox: who sends very much delays only their own reports.

Start-time fair queueing (Goyal, Vin and Cheng, 1996) over the moments effects are due. What comes
to an idle flow goes to the front of what waits; what comes to a busy one goes a share behind the
flow's last. So of two thousand mails of one sender, the second waits for one of everybody else's.
The order is a place in time and delays nothing: a worker that has nothing better takes what is
due. A lane sets the size of the share: who is in good standing goes first, four times as often.
Work that waits already (`Effect.merge`) is not left a second time: a case that a flood is about
is considered once for all that was read of it by then.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from aupkeep.model.entry import Effect
from aupkeep.model.source import Lane
from aupkeep.store.models import EffectRow
from aupkeep.store.prepared import PreparedRows

SHARE: dict[Lane, timedelta] = {
    Lane.FAST: timedelta(milliseconds=250),
    Lane.NORMAL: timedelta(seconds=1),
    Lane.SLOW: timedelta(seconds=10),
    Lane.SUSPENDED: timedelta(seconds=10),
}
BEHIND = timedelta(minutes=10)  # that a slow flow's place lies behind the front
AHEAD = timedelta(milliseconds=1)  # that a fast one's lies before it


def _waiting() -> QuerySet[EffectRow]:
    return EffectRow.objects.filter(done_at__isnull=True, dead_at__isnull=True)


_FRONT = PreparedRows(
    lambda: _waiting().filter(order_at__isnull=False).order_by("order_at", "id")
    .values_list("order_at")[:1]
)  # fmt: skip
_LAST = PreparedRows(
    lambda flow: _waiting().filter(flow=flow, order_at__isnull=False).order_by("-order_at")
    .values_list("order_at")[:1],
    str,
)  # fmt: skip
_TWIN = PreparedRows(
    lambda merge, due: _waiting().filter(merge=merge, worker__isnull=True, due_at__lte=due)
    .select_for_update(skip_locked=True).order_by("order_at", "id")
    .values_list("id", "order_at")[:1],
    str, datetime,
)  # fmt: skip


def rows_of(effects: Iterable[Effect]) -> list[EffectRow]:
    """The rows of effects with their places; call inside the transaction that writes them."""
    effects = list(effects)
    if not effects:
        return []
    front = _moment(_FRONT())
    last: dict[str, datetime | None] = {}
    rows = []
    for effect in effects:
        if effect.flow and effect.flow not in last:
            last[effect.flow] = _moment(_LAST(effect.flow))
        at = place(effect, front, last.get(effect.flow))
        if effect.merge and _merged(effect, at):
            continue
        last[effect.flow] = at
        rows.append(_row(effect, at))
    return rows


def place(effect: Effect, front: datetime | None, last: datetime | None) -> datetime:
    """Where an effect goes: to the front of what waits, or a share behind the last of its flow."""
    at = min(effect.due_at, front) if front is not None else effect.due_at
    if not effect.flow:
        return at
    if effect.lane in (Lane.SLOW, Lane.SUSPENDED):
        at += BEHIND
    elif effect.lane is Lane.FAST:
        at -= AHEAD
    return at if last is None else max(at, last + SHARE[effect.lane])


def _merged(effect: Effect, at: datetime) -> bool:
    """Whether the same work waits already, in nobody's hands; it keeps the better of both places.

    The row stays locked until what is asked for is written, so whoever takes it then sees that.
    """
    for twin, order_at in _TWIN(effect.merge, effect.due_at):
        if order_at is None or at < order_at:
            EffectRow.objects.filter(id=twin).update(
                order_at=at, flow=effect.flow, lane=effect.lane.value
            )
        return True
    return False


def _moment(rows: Sequence[Sequence[datetime | None]]) -> datetime | None:
    return rows[0][0] if rows else None


def _row(effect: Effect, place: datetime) -> EffectRow:
    return EffectRow(
        id=effect.id,
        kind=effect.kind,
        key=effect.key,
        payload=dict(effect.payload),
        due_at=effect.due_at,
        flow=effect.flow,
        lane=effect.lane.value,
        order_at=place,
        merge=effect.merge,
    )
