"""Places in the queue, as this version gives them to the cases that another version wrote."""

from aupkeep.model.case import Case, CaseState
from aupkeep.store.models import CaseRow
from aupkeep.store.tables import CLOSED_RANK, TABLES, rank_of

STEP = 2000


def renew() -> None:
    """Give each case the place that follows from it: an upgrade may weigh a kind otherwise."""
    table = TABLES[Case]
    rows = CaseRow.objects.exclude(state=CaseState.CLOSED.value, rank=CLOSED_RANK)
    moved: list[CaseRow] = []
    for row in rows.iterator(chunk_size=STEP):
        before, row.rank = row.rank, rank_of(table.read(row))
        if row.rank != before:
            moved.append(row)
    CaseRow.objects.bulk_update(moved, ["rank"], batch_size=STEP)
