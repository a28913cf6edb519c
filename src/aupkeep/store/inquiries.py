"""Inquiries as stored."""

from django.db.models import Case, F, Value, When

from aupkeep.model.inquiry import Inquiry, InquiryState
from aupkeep.store.models import InquiryRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import many

PRESSED = Case(When(pressing="", then=Value(1)), default=Value(0))
SOONEST = F("needed_by").asc(nulls_last=True)


def named(name: str) -> Inquiry | None:
    """The inquiry of this id, or of this reference in any case of letters."""
    return first(Inquiry, id=name) or first(Inquiry, reference=name.strip().upper())


def listed(state: InquiryState, limit: int, after: str | None = None) -> list[Inquiry]:
    """A page of those in a state; `after` is the id of the last one seen.

    Of those that are open what is pressing stands first, then what names a day, the soonest first,
    then the rest, the oldest first; the others stand with the newest first.
    """
    rows = InquiryRow.objects.filter(state=state.value)
    if state is InquiryState.OPEN:
        ids = list(rows.order_by(PRESSED, SOONEST, "id").values_list("id", flat=True))
        start = ids.index(after) + 1 if after in ids else 0
        page = {row.id: row for row in rows.filter(id__in=ids[start : start + limit])}
        return many(Inquiry, (page[name] for name in ids[start : start + limit] if name in page))
    rows = rows.filter(id__lt=after) if after else rows
    return many(Inquiry, rows.order_by("-id")[:limit])


def count(state: InquiryState) -> int:
    """How many are in a state."""
    return InquiryRow.objects.filter(state=state.value).count()
