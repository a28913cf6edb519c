"""What a person has typed on a case and not sent yet: no act, so outside the journal.

A row for each form of a case and person; it goes when the form is sent, is emptied, or is old.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from aupkeep.store.guard import writing
from aupkeep.store.models import CaseRow, TypedRow


class TypedText(NamedTuple):
    """The texts of one form by field, and when they were kept."""

    texts: Mapping[str, str]
    at: datetime


def keep(person: str, case: str, form: str, texts: Mapping[str, str], now: datetime) -> None:
    """Keep these texts in place of those that were; none at all drops them."""
    if not any(texts.values()):
        drop(person, case, form)
        return
    row = TypedRow(
        key=f"{person} {case} {form}",
        person=person,
        case=case,
        form=form,
        texts=dict(texts),
        at=now,
    )
    with writing(), transaction.atomic():
        TypedRow.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["texts", "at"],
        )


def of(person: str, case: str) -> dict[str, TypedText]:
    """What the person has typed on the case, by form."""
    rows = TypedRow.objects.filter(person=person, case=case)
    return {row.form: TypedText(row.texts, row.at) for row in rows}


def drop(person: str, case: str, form: str) -> None:
    """It was sent, or is wanted no more; writes nothing where nothing was kept."""
    rows = TypedRow.objects.filter(person=person, case=case, form=form)
    if rows.exists():
        with writing(), transaction.atomic():
            rows.delete()


def sweep(before: datetime) -> int:
    """Drop what nobody went on with since, and what is about a case that was erased."""
    known = CaseRow.objects.values("id")
    with writing(), transaction.atomic():
        old = TypedRow.objects.filter(at__lt=before).delete()[0]
        return old + TypedRow.objects.exclude(case__in=known).delete()[0]
