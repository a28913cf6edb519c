"""Strikes as stored."""

from datetime import datetime

from aupkeep.model.strike import Strike
from aupkeep.store.models import StrikeRow
from aupkeep.store.prepared import PreparedRows, first
from aupkeep.store.tables import many

_LIVE = PreparedRows(
    lambda customer, now, beside: StrikeRow.objects.filter(
        customer=customer, removed_at__isnull=True, until__gt=now
    ).exclude(case=beside).values_list("id"),
    str, datetime, str,
)  # fmt: skip


def get(strike: str) -> Strike | None:
    """The strike of this id."""
    return first(Strike, id=strike)


def wrote(decision: str) -> bool:
    """Whether a decision ever wrote one, also one that was removed."""
    return StrikeRow.objects.filter(decision=decision).exists()


def of_case(case: str) -> Strike | None:
    """The one that nobody removed, also where it has expired."""
    return first(Strike, case=case, removed_at__isnull=True)


def removed_as(case: str, why: str) -> list[Strike]:
    """Those of a case that were removed for this reason, the newest first."""
    rows = StrikeRow.objects.filter(case=case, removed_at__isnull=False, why=why)
    return many(Strike, rows.order_by("-id"))


def of_customer(customer: str) -> list[Strike]:
    """All that were ever written, the newest first."""
    return many(Strike, StrikeRow.objects.filter(customer=customer).order_by("-id"))


def count(customer: str, now: datetime, *, beside: str) -> int:
    """How many of a customer count now, without that of the case `beside`."""
    return len(_LIVE(customer, now, beside))


def listed(limit: int, after: str | None, customer: str) -> list[Strike]:
    """A page of all, or of a customer's, the newest first; `after` is the last one seen."""
    rows = StrikeRow.objects.order_by("-id")
    rows = rows.filter(customer=customer) if customer else rows
    return many(Strike, (rows.filter(id__lt=after) if after else rows)[:limit])
