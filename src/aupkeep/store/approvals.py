"""Approvals as stored: decisions that wait for a second person, and those that got one."""

import json
from collections.abc import Iterable

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from aupkeep.model.approval import Approval
from aupkeep.store.models import ApprovalRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import CLOSED_RANK, many


def waiting(case: str) -> list[Approval]:
    """What waits for a second person on a case, the oldest first."""
    rows = ApprovalRow.objects.filter(case=case, given_at__isnull=True)
    return many(Approval, rows.order_by("at", "id"))


def waiting_in(cases: Iterable[str]) -> list[Approval]:
    """What waits for a second person on any of these cases, the oldest first."""
    rows = ApprovalRow.objects.filter(case__in=list(cases), given_at__isnull=True)
    return many(Approval, rows.order_by("at", "id"))


def all_waiting() -> list[Approval]:
    """What waits for a second person on any case that is not closed, the oldest first."""
    rows = ApprovalRow.objects.filter(given_at__isnull=True, case__rank__lt=CLOSED_RANK)
    return many(Approval, rows.order_by("at", "id"))


def of_case(case: str) -> list[Approval]:
    """Everything that was asked of a second person on a case, waiting or given."""
    return many(Approval, ApprovalRow.objects.filter(case=case).order_by("at", "id"))


def get(approval: str) -> Approval | None:
    """The one of this id, waiting or given."""
    return first(Approval, id=approval)


def ratifying(decision: str) -> Approval | None:
    """What would ratify a decision that one person made alone."""
    return first(Approval, ratifies=decision)


def asked_by(person: str) -> bool:
    """Whether this person asked for, or gave, anything that took two, or stood behind who did."""
    rows = ApprovalRow.objects.annotate(others=Cast("behind", TextField()))
    mine = Q(by=person) | Q(given_by=person) | Q(others__contains=json.dumps(person))
    return rows.filter(mine).exists()
