"""Notices as stored, sent or not."""

from datetime import datetime

from aupkeep.model.notice import Notice
from aupkeep.store.models import NoticeRow
from aupkeep.store.tables import first, many


def get(notice: str) -> Notice | None:
    """The notice of this id."""
    return first(Notice, id=notice)


def by_message(message_id: str) -> Notice | None:
    """The notice with this Message-ID, for a bounce or a reply that quotes it."""
    return first(Notice, message_id=message_id)


def of_case(case: str) -> list[Notice]:
    """A case's notices, by time."""
    return many(Notice, NoticeRow.objects.filter(case_id=case).order_by("made_at", "id"))


def recent_to(address: str, since: datetime) -> list[Notice]:
    """What was written to a recipient since a moment, the newest first."""
    rows = NoticeRow.objects.filter(recipient=address, made_at__gte=since)
    return many(Notice, rows.order_by("-made_at", "-id"))
