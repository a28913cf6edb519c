"""Which cases a reseller may see: of customers at or below it, once a notice about them was made.

Every question of a reseller's program goes through here, so that none forgets a bound. The
customers are looked up in the same question: who moves to another reseller is gone from the list
at once.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from aupkeep.model.case import Case, CaseState
from aupkeep.model.errors import WrongCursor
from aupkeep.model.notice import Party
from aupkeep.model.taxonomy import SEALED
from aupkeep.store.models import CaseRow, NoticeRow
from aupkeep.store.tables import CLOSED_RANK, many

TOLD = (Party.CUSTOMER.value, Party.RESELLER.value)
AT_OR_BELOW = """
WITH RECURSIVE held(id) AS (
    SELECT id FROM store_customer WHERE id = %s
    UNION
    SELECT below.id FROM store_customer below JOIN held ON below.parent = held.id
) SELECT id FROM held
"""


def page(
    reseller: str, *, state: CaseState | None = None, limit: int, after: str | None = None
) -> list[Case]:
    """Its cases, the newest first, behind the one with the reference `after`.

    In a state, else those that are not closed. Raises `WrongCursor`.
    """
    rows = _visible(reseller)
    rows = rows.filter(state=state.value) if state else rows.filter(rank__lt=CLOSED_RANK)
    if after is not None:
        last = get(reseller, after)
        if last is None:
            raise WrongCursor(f"after: expected the last reference seen, found {after[:60]!r}")
        rows = rows.filter(id__lt=last.id)
    return many(Case, rows.order_by("-id")[:limit])


def get(reseller: str, reference: str) -> Case | None:
    """One of its cases; None for one that is not there and for everybody else's alike."""
    rows = _visible(reseller).filter(reference=reference.strip().upper())
    return next(iter(many(Case, rows)), None)


def _visible(reseller: str) -> QuerySet[CaseRow]:
    notices = NoticeRow.objects.filter(case=OuterRef("pk"), party__in=TOLD)
    below = RawSQL(AT_OR_BELOW, [reseller])  # noqa: S611 - the one value is a parameter
    return CaseRow.objects.filter(Exists(notices), customer_id__in=below).exclude(kind__in=SEALED)
