"""Accepted thresholds as stored."""

from aupkeep.model.threshold import Threshold
from aupkeep.store.models import ThresholdRow
from aupkeep.store.tables import many


def in_force() -> list[Threshold]:
    """Those that nobody withdrew, in the order they were accepted."""
    return many(Threshold, ThresholdRow.objects.filter(withdrawn_at__isnull=True).order_by("id"))
