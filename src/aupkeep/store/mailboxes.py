"""The state of the mailboxes that are read, and the lease under which one is.

    one = mailboxes.lease("desk", now, seconds=60, worker="host-1")  # None when not due
    journal.commit([Change(..., mark=mark)])                         # the mail and the mark
    mailboxes.finish(one, state, due_at)                             # Conflict when lost

The mark up to which a mailbox was read is written in the transaction that accepts the message, so
a process that dies between two messages neither loses one nor reads a whole mailbox again. The rows
are our own bookkeeping and stand outside the journal, like those of feeds: without them a mailbox
is read anew from its first day, and what is known is known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from aupkeep.model.errors import Conflict
from aupkeep.model.mailbox import MailboxState
from aupkeep.store.codec import dump, load
from aupkeep.store.guard import writing
from aupkeep.store.models import MailboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLease:
    """One mailbox in a reader's hands, with its state as it was taken."""

    state: MailboxState
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMark:
    """What a mailbox's state becomes with the message that is accepted; the lease holds on."""

    lease: MailboxLease
    state: MailboxState
    until: datetime


def states() -> dict[str, MailboxState]:
    """Every mailbox that was ever read, by name."""
    return {row.name: _state(row) for row in MailboxRow.objects.order_by("name")}


def lease(
    name: str, now: datetime, *, seconds: float, worker: str, early: bool = False
) -> MailboxLease | None:
    """Take one mailbox; None when another has it, or it is not due (unless `early`)."""
    fresh = MailboxRow(name=name, state=dump(MailboxState(name=name)))
    with writing(), transaction.atomic(durable=True):
        MailboxRow.objects.bulk_create([fresh], ignore_conflicts=True)
        row = MailboxRow.objects.select_for_update().get(name=name)
        free = row.leased_until is None or row.leased_until <= now
        if not free or not (early or row.due_at is None or row.due_at <= now):
            return None
        row.token += 1
        row.worker, row.leased_until = worker, now + timedelta(seconds=seconds)
        row.save(update_fields=["token", "worker", "leased_until"])
        return MailboxLease(state=_state(row), token=row.token)


def advance(mark: MailboxMark) -> None:
    """Write a mark inside the transaction of its message. Raises `Conflict` for a lost lease."""
    mine = MailboxRow.objects.filter(name=mark.state.name, token=mark.lease.token)
    if not mine.update(state=dump(mark.state), leased_until=mark.until):
        raise _lost(mark.state.name)


def keep(mark: MailboxMark) -> None:
    """Write a mark by itself. Raises `Conflict` for a lost lease."""
    with writing(), transaction.atomic(durable=True):
        advance(mark)


def finish(lease: MailboxLease, done: MailboxState, due_at: datetime) -> None:
    """Write how the look ended, and let go of the mailbox. Raises `Conflict` for a lost lease."""
    mine = MailboxRow.objects.filter(name=lease.state.name, token=lease.token)
    with writing(), transaction.atomic(durable=True):
        if not mine.update(state=dump(done), due_at=due_at, worker=None, leased_until=None):
            raise _lost(lease.state.name)


def free(dead: Callable[[str], bool]) -> int:
    """Take back what readers hold that are dead; `dead` says of a name whether it is."""
    rows = MailboxRow.objects.exclude(worker=None)
    gone = [row.name for row in rows if dead(row.worker or "")]
    with writing(), transaction.atomic(durable=True):
        held = MailboxRow.objects.filter(name__in=gone)
        return held.update(worker=None, leased_until=None)


def _lost(name: str) -> Conflict:
    return Conflict(f"mailbox {name}: expected the lease to hold, found it lost")


def _state(row: MailboxRow) -> MailboxState:
    state: MailboxState = load(MailboxState, row.state)
    return state
