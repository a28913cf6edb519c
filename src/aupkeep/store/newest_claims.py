"""What the claims of many cases say, as a list asks it: the newest of each, the addresses named."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from types import MappingProxyType

from django.db.models import F, OuterRef, Q, Subquery

from aupkeep.model.case import Claim
from aupkeep.model.host import address_key, address_of
from aupkeep.model.source import ClaimVerdict
from aupkeep.model.subject import Address
from aupkeep.store.confirmed_sources import WRONG
from aupkeep.store.models import CaseRow, ClaimRow
from aupkeep.store.tables import many

EVERY = Q()
# A claim has the customer, resource and kind of its case (`casework.incidents`): the index over
# them and the time finds a case's newest without reading all that it has.
OF_CASE = {name: OuterRef(name) for name in ("customer_id", "resource", "kind")}
NONE: Mapping[str, datetime | None] = MappingProxyType({})
MOST_MOMENTS = 200  # at which reports were taken back; SQLite nests 1000 conditions at most


def newest_claims(
    cases: Iterable[str],
    withdrawn: Mapping[str, datetime | None] = NONE,
    claims: Collection[str] = (),
) -> dict[str, Claim]:
    """For each of these cases its newest claim that nobody judged wrong; a case of none is absent.

    `withdrawn` are the reports that were taken back, and when: each counts no more, unless a person
    confirmed it later. `claims` stand no more for another reason. Most newest claims stand, so that
    where none is known to have fallen others are looked for only if one has.
    """
    wrong = Q(report__judged__in=WRONG) | Q(id__in=claims) | _taken_back(withdrawn)
    if withdrawn or claims:
        newest = _newest(cases, ~wrong)
    else:
        newest = _newest(cases, EVERY)
        gone = {case for case, row in newest.items() if vars(row)["judged"] in WRONG}
        if gone:
            newest = {case: row for case, row in newest.items() if case not in gone}
            newest |= _newest(gone, ~wrong)
    return dict(zip(newest, many(Claim, newest.values()), strict=True))


def _taken_back(withdrawn: Mapping[str, datetime | None]) -> Q:
    """Of these reports whatever nobody confirmed since."""
    confirmed = Q(report__judged=ClaimVerdict.CONFIRMED)
    moments: dict[datetime | None, list[str]] = defaultdict(list)
    for report, at in withdrawn.items():
        moments[at].append(report)
    since = [
        Q(report_id__in=some) & confirmed & (Q(report__judged_at__gt=at) if at else EVERY)
        for at, some in list(moments.items())[:MOST_MOMENTS]
    ]
    return Q(report_id__in=list(withdrawn)) & ~reduce(or_, since, Q(pk__in=()))


def _newest(cases: Iterable[str], which: Q) -> dict[str, ClaimRow]:
    claims_of = ClaimRow.objects.filter(which, incident__case_id=OuterRef("id"), **OF_CASE)
    newest = claims_of.order_by("-at", "-id")
    rows = CaseRow.objects.filter(id__in=list(cases)).order_by()
    ids = rows.annotate(newest=Subquery(newest.values("id")[:1])).values("newest")
    claims = ClaimRow.objects.filter(id__in=ids).select_related("incident")
    return {
        row.incident.case_id: row
        for row in claims.annotate(judged=F("report__judged"))
        if row.incident is not None
    }


def addresses_in(some: Collection[str]) -> dict[str, tuple[Address, ...]]:
    """The addresses that the claims of each of these cases are about; none where one has none."""
    rows = ClaimRow.objects.filter(incident__case__in=list(some)).order_by()
    named: dict[str, list[bytes | memoryview | None]] = defaultdict(list)
    for case, key in rows.values_list("incident__case_id", "address").distinct():
        named[case].append(key)
    return {
        case: tuple(sorted((address_of(bytes(key)) for key in keys if key), key=address_key))
        for case, keys in named.items()
        if all(keys)
    }
