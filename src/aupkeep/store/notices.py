"""Notices as stored, sent or not."""

from datetime import datetime

from aupkeep.model.notice import Notice, Party
from aupkeep.store.cases import joined_to
from aupkeep.store.models import EffectRow, NoticeRow
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


def first_told(report: str) -> datetime | None:
    """When a customer was first told of a case that this report's claims were joined to."""
    rows = NoticeRow.objects.filter(case_id__in=joined_to(report), sent_at__isnull=False)
    rows = rows.filter(party=Party.CUSTOMER.value)
    return rows.order_by("sent_at").values_list("sent_at", flat=True).first()


def recent_to(address: str, since: datetime) -> list[Notice]:
    """What was written to a recipient since a moment, the newest first."""
    rows = NoticeRow.objects.filter(recipient=address, made_at__gte=since)
    return many(Notice, rows.order_by("-made_at", "-id"))


def last_sent_at() -> datetime | None:
    """When the relay last took a notice."""
    rows = NoticeRow.objects.filter(sent_at__isnull=False).order_by("-sent_at")
    return rows.values_list("sent_at", flat=True).first()


def relay_trouble(failure: str) -> int:
    """Notices that the relay did not take: given up with such a failure, or tried in vain so far.

    What was given up before the relay last took one counts no more.
    """
    last = last_sent_at()
    given_up = NoticeRow.objects.filter(failure__startswith=failure)
    if last is not None:
        given_up = given_up.filter(made_at__gt=last)
    tried = EffectRow.objects.filter(
        kind="mail", done_at__isnull=True, dead_at__isnull=True, error__isnull=False
    )
    return given_up.count() + tried.count()
