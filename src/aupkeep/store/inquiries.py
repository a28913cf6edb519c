"""Inquiries as stored."""

from aupkeep.model.inquiry import Inquiry, InquiryState
from aupkeep.store.models import InquiryRow
from aupkeep.store.tables import first, many


def named(name: str) -> Inquiry | None:
    """The inquiry of this id, or of this reference in any case of letters."""
    return first(Inquiry, id=name) or first(Inquiry, reference=name.strip().upper())


def listed(state: InquiryState, limit: int, after: str | None = None) -> list[Inquiry]:
    """A page of those in a state; `after` is the id of the last one seen.

    Those that are open stand with the oldest first, the others with the newest.
    """
    rows = InquiryRow.objects.filter(state=state.value)
    if state is InquiryState.OPEN:
        rows = rows.filter(id__gt=after) if after else rows
        return many(Inquiry, rows.order_by("id")[:limit])
    rows = rows.filter(id__lt=after) if after else rows
    return many(Inquiry, rows.order_by("-id")[:limit])


def count(state: InquiryState) -> int:
    """How many are in a state."""
    return InquiryRow.objects.filter(state=state.value).count()
