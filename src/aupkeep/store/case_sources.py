"""Which sources name each case, kept up to date by what a transaction writes of incidents.

The queue is narrowed by a source among a hundred thousand cases: it is one row for each source of
an incident, and no reading of every incident's list. Derived from `Incident.sources`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef

from aupkeep.model.case import Incident
from aupkeep.store.models import CaseSourceRow, IncidentRow
from aupkeep.store.prepared import PreparedRows
from aupkeep.store.tables import TABLES

STEP = 500  # incidents of one question
LOOKS = 3  # at what seems to differ: somebody may be writing it
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
    stand = {tuple(row) for row in (_OF_ONE(*names) if len(names) == 1 else _rows_of(names))}
    wanted = {(source, item.case, item.id) for item in incidents for source in item.sources}
    for source, _, incident in stand - wanted:
        CaseSourceRow.objects.filter(incident_id=incident, source=source).delete()
    fresh = [dict(zip(COLUMNS, row, strict=True)) for row in sorted(wanted - stand)]
    if fresh:
        CaseSourceRow.objects.bulk_create(CaseSourceRow(**row) for row in fresh)


def differing() -> list[str]:
    """The incidents whose rows are not those of their sources, in steps; others may write."""
    bad: list[str] = []
    names: list[str] = []
    for (name,) in IncidentRow.objects.values_list("id").iterator(chunk_size=STEP):
        names.append(name)
        if len(names) == STEP:
            bad += _differing(names)
            names = []
    bad += _differing(names)
    lost = CaseSourceRow.objects.exclude(incident_id__in=IncidentRow.objects.values("id"))
    return [*bad, *lost.values_list("incident_id", flat=True).distinct()]


def _differing(names: Sequence[str]) -> list[str]:
    """Those of these incidents; each that seems so is looked at again."""
    for _ in range(LOOKS):
        if not names:
            break
        stand = Counter(map(tuple, _rows_of(names)))
        wanted: Counter[tuple[str, ...]] = Counter()
        for name, case, sources in IncidentRow.objects.filter(id__in=names).values_list(
            "id", "case_id", "sources"
        ):
            wanted.update((source, case, name) for source in set(sources))
        names = sorted({incident for *_, incident in (stand - wanted) + (wanted - stand)})
    return list(names)


def renew(names: Sequence[str]) -> None:
    """Write the rows of these incidents anew, as the records say. Inside a transaction."""
    CaseSourceRow.objects.filter(incident_id__in=names).delete()
    _keep([TABLES[Incident].read(row) for row in IncidentRow.objects.filter(id__in=names)])


def _rows_of(names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return CaseSourceRow.objects.filter(incident_id__in=names).values_list(*COLUMNS)


def named_by(source: str) -> Exists:
    """Whether a case has an incident that this source names."""
    return Exists(CaseSourceRow.objects.filter(source=source, case=OuterRef("pk")))
