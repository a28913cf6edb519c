"""The newest claim of each of many cases, as a list shows it: of what stands."""

from collections.abc import Collection, Iterable

from django.db.models import OuterRef, Subquery

from aupkeep.model.case import Claim
from aupkeep.store.confirmed_sources import WRONG
from aupkeep.store.models import CaseRow, ClaimRow
from aupkeep.store.tables import many


def newest_claims(
    cases: Iterable[str], reports: Collection[str] = (), claims: Collection[str] = ()
) -> dict[str, Claim]:
    """For each of these cases its newest claim that nobody judged wrong; a case of none is absent.

    `reports` and `claims` are those that stand no more for another reason.
    """
    newest = (
        ClaimRow.objects.filter(incident__case_id=OuterRef("id"))
        .exclude(report__judged__in=WRONG)
        .exclude(report_id__in=list(reports))
        .exclude(id__in=list(claims))
        .order_by("-at", "-id")
    )
    rows = CaseRow.objects.filter(id__in=list(cases)).order_by()
    ids = rows.annotate(newest=Subquery(newest.values("id")[:1])).values("newest")
    found = list(ClaimRow.objects.filter(id__in=ids).select_related("incident"))
    owners = [row.incident.case_id for row in found if row.incident is not None]
    return dict(zip(owners, many(Claim, found), strict=True))
