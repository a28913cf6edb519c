"""Tickets as stored."""

from collections.abc import Iterable

from aupkeep.model.ticket import Ticket
from aupkeep.store.models import TicketRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many


def named(name: str) -> Ticket | None:
    """The ticket of this id, or of this reference in any case of letters."""
    return first(Ticket, id=name) or first(Ticket, reference=name.strip().upper())


def by_notice(notice: str) -> Ticket | None:
    """The ticket that this mail handed over."""
    return first(Ticket, notice=notice)


def open_of_report(report: str) -> Ticket | None:
    """The ticket of a report that nobody has closed."""
    rows = TicketRow.objects.filter(report=report, closed_at__isnull=True)
    return next(iter(many(Ticket, rows)), None)


def listed(limit: int, after: str | None = None, *, closed: bool = False) -> list[Ticket]:
    """A page of those that are open, or closed, the newest first; `after` is the last id seen."""
    rows = TicketRow.objects.filter(closed_at__isnull=not closed)
    rows = rows.filter(id__lt=after) if after else rows
    return many(Ticket, rows.order_by("-id")[:limit])


def open_in(cases: Iterable[str]) -> set[str]:
    """Those of these cases that have a ticket which nobody has closed."""
    rows = TicketRow.objects.filter(case__in=list(cases), closed_at__isnull=True)
    return {str(case) for case in rows.values_list("case", flat=True)}


def open_cases() -> frozenset[str]:
    """All cases that have a ticket which nobody has closed."""
    rows = TicketRow.objects.filter(case__isnull=False, closed_at__isnull=True)
    return frozenset(str(case) for case in rows.values_list("case", flat=True))


def of_cases(cases: Iterable[str]) -> list[Ticket]:
    """All tickets of these cases, the oldest first."""
    return many(Ticket, TicketRow.objects.filter(case__in=list(cases)).order_by("id"))


def of_report(report: str) -> list[Ticket]:
    """All tickets of a report, the oldest first."""
    return many(Ticket, TicketRow.objects.filter(report=report).order_by("id"))
