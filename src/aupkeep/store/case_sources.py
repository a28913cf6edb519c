"""Which sources name each case, kept up to date by what a transaction writes of incidents.

The queue is narrowed by a source among a hundred thousand cases: it is one row for each source of
an incident, and no reading of every incident's list. Derived from `Incident.sources`.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef

from aupkeep.model.case import Incident
from aupkeep.store.models import CaseSourceRow
from aupkeep.store.prepared import PreparedRows

STEP = 500  # incidents of one question
COLUMNS = ("source", "case", "incident_id")
_OF_ONE = PreparedRows(
    lambda incident: CaseSourceRow.objects.filter(incident_id=incident).values_list(*COLUMNS), str
)


def keep(written: Iterable[object]) -> None:
    """Call inside the transaction, when these records are written."""
    incidents = {item.id: item for item in written if isinstance(item, Incident)}
    names = list(incidents)
    for start in range(0, len(names), STEP):
        _keep([incidents[name] for name in names[start : start + STEP]])


def _keep(incidents: Sequence[Incident]) -> None:
    names = [item.id for item in incidents]
    some = CaseSourceRow.objects.filter(incident_id__in=names).values_list(*COLUMNS)
    stand = {tuple(row) for row in (_OF_ONE(*names) if len(names) == 1 else some)}
    wanted = {(source, item.case, item.id) for item in incidents for source in item.sources}
    for source, _, incident in stand - wanted:
        CaseSourceRow.objects.filter(incident_id=incident, source=source).delete()
    fresh = [dict(zip(COLUMNS, row, strict=True)) for row in sorted(wanted - stand)]
    if fresh:
        CaseSourceRow.objects.bulk_create(CaseSourceRow(**row) for row in fresh)


def named_by(source: str) -> Exists:
    """Whether a case has an incident that this source names."""
    return Exists(CaseSourceRow.objects.filter(source=source, case=OuterRef("pk")))
