"""Which sources were ever right, kept up to date by what a transaction changes.

A desk asks it of every claim it weighs, so it is one row a source and no search through the reports
of a source, of which there may be a million. Derived: `search` finds the same from reports and
cases.
"""

from collections.abc import Iterable

from django.db.models import F

from aupkeep.model.case import Case, Outcome
from aupkeep.model.report import Report
from aupkeep.model.source import ClaimVerdict
from aupkeep.store.models import ConfirmedRow, ReportRow

LOOKS = 3  # at what seems to differ: somebody may be writing it
WRONG = (ClaimVerdict.REFUTED.value, ClaimVerdict.UNFOUNDED.value)


def recount(before: Iterable[object], after: Iterable[object]) -> None:
    """Call inside the transaction, when `after` is written; `before` are records as they were."""
    olds, news = list(before), list(after)
    fixed = {new.id for new in news if isinstance(new, Case) and _confirms(new)}
    lost = {old.id for old in olds if isinstance(old, Case) and _confirms(old)}
    judged = [new for new in news if isinstance(new, Report) and new.judged]
    doubtful = {report.source for report in (*olds, *judged) if isinstance(report, Report)}
    right = _keys(fixed, right=True)
    _keep(right, (doubtful | _keys(lost - fixed)) - right)


def of_cases(cases: set[str]) -> set[str | None]:
    """The sources of the claims of these cases."""
    return _keys(cases)


def renew(sources: set[str | None]) -> None:
    """Find anew which of these sources were ever right, after cases of theirs are gone."""
    _keep(set(), sources)


def _keep(right: set[str | None], doubtful: set[str | None]) -> None:
    """Store the sources that are right, and those of the doubtful that other reports bear out."""
    if right or doubtful - {None}:
        right = right | search(doubtful)
        ConfirmedRow.objects.filter(key__in=doubtful - right - {None}).delete()
        rows = [ConfirmedRow(key=key) for key in sorted(filter(None, right))]
        ConfirmedRow.objects.bulk_create(rows, ignore_conflicts=True)


def search(keys: Iterable[str | None] | None = None) -> set[str]:
    """Those of these keys of which a case closed as fixed, or a person said that it was right.

    Of all for None. The case confirms only what a person judged true by closing it: no report that
    came later, and none that somebody judged wrong.
    """
    wanted = ReportRow.objects.all() if keys is None else ReportRow.objects.filter(source__in=keys)
    fixed = wanted.exclude(judged__in=WRONG).filter(
        claimrow__incident__case__outcome=Outcome.FIXED.value,
        claimrow__incident__case__confirms=True,
        at__lte=F("claimrow__incident__case__changed_at"),
    )
    said = wanted.filter(judged=ClaimVerdict.CONFIRMED.value)
    return {
        key
        for rows in (fixed, said)
        for key in rows.values_list("source", flat=True).distinct()
        if key
    }


def differing() -> set[str]:
    """The keys that a search of everything finds and that have no row, or the other way round."""
    bad: set[str] | None = None
    for _ in range(LOOKS):
        stand = set(ConfirmedRow.objects.values_list("key", flat=True))
        odd = stand ^ search()
        bad = odd if bad is None else bad & odd
        if not bad:
            break
    return bad or set()


def _confirms(case: Case) -> bool:
    return case.outcome is Outcome.FIXED and case.confirms


def _keys(cases: set[str], *, right: bool = False) -> set[str | None]:
    """The sources of the claims of these cases; `right`: that the cases confirm."""
    if not cases:
        return set()
    rows = ReportRow.objects.filter(claimrow__incident__case__in=cases)
    if right:
        before = F("claimrow__incident__case__changed_at")
        rows = ReportRow.objects.exclude(judged__in=WRONG).filter(
            claimrow__incident__case__in=cases, at__lte=before
        )
    return set(rows.values_list("source", flat=True).distinct())
