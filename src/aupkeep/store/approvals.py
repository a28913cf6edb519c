"""Approvals as stored: decisions that wait for a second person, and those that got one."""

from aupkeep.model.approval import Approval
from aupkeep.store.models import ApprovalRow
from aupkeep.store.tables import many


def waiting(case: str) -> list[Approval]:
    """What waits for a second person on a case, the oldest first."""
    rows = ApprovalRow.objects.filter(case=case, given_at__isnull=True)
    return many(Approval, rows.order_by("at", "id"))
