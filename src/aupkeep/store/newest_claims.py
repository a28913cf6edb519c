"""The newest claim of each of many cases, as a list shows it: of what stands."""

from collections.abc import Collection, Iterable

from django.db.models import F, OuterRef, Q, Subquery

from aupkeep.model.case import Claim
from aupkeep.store.confirmed_sources import WRONG
from aupkeep.store.models import CaseRow, ClaimRow
from aupkeep.store.tables import many

EVERY = Q()


def newest_claims(
    cases: Iterable[str], reports: Collection[str] = (), claims: Collection[str] = ()
) -> dict[str, Claim]:
    """For each of these cases its newest claim that nobody judged wrong; a case of none is absent.

    `reports` and `claims` are those that stand no more for another reason. Most newest claims
    stand, so that others are looked for only where one does not.
    """
    wrong = Q(report__judged__in=WRONG) | Q(report_id__in=reports) | Q(id__in=claims)
    newest = _newest(cases, EVERY)
    gone = {
        case
        for case, row in newest.items()
        if vars(row)["judged"] in WRONG or row.report_id in reports or row.id in claims
    }
    if gone:
        newest = {case: row for case, row in newest.items() if case not in gone}
        newest |= _newest(gone, ~wrong)
    return dict(zip(newest, many(Claim, newest.values()), strict=True))


def _newest(cases: Iterable[str], which: Q) -> dict[str, ClaimRow]:
    newest = ClaimRow.objects.filter(which, incident__case_id=OuterRef("id")).order_by("-at", "-id")
    rows = CaseRow.objects.filter(id__in=list(cases)).order_by()
    ids = rows.annotate(newest=Subquery(newest.values("id")[:1])).values("newest")
    found = ClaimRow.objects.filter(id__in=ids).select_related("incident")
    return {
        row.incident.case_id: row
        for row in found.annotate(judged=F("report__judged"))
        if row.incident is not None
    }
