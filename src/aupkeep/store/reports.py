"""Reports as stored, and the inbox: what a person has to see."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from aupkeep.model.errors import WrongCursor
from aupkeep.model.report import ReadingOutcome, Report
from aupkeep.store.cases import joined_to
from aupkeep.store.confirmed_sources import WRONG
from aupkeep.store.models import ClaimRow, ReportRow
from aupkeep.store.prepared import PreparedRows, first
from aupkeep.store.tables import CLOSED_RANK, many

Place = tuple[datetime, str]  # of a report among those that wait: when it came, its id
_JUDGED_WRONG = PreparedRows(
    lambda case: ReportRow.objects.filter(
        claimrow__incident__case=case, judged__in=WRONG
    ).values_list("id"),
    str,
)
_WORDS = PreparedRows(
    lambda report: ReportRow.objects.filter(id=report).values_list("id", "reporter_words"), str
)


def get(report: str) -> Report | None:
    """The report of this id."""
    return first(Report, id=report)


def by_ids(reports: Iterable[str]) -> dict[str, Report]:
    """Those of these ids that exist, by id."""
    return {row.id: row for row in many(Report, ReportRow.objects.filter(id__in=list(reports)))}


def reporter_words(reports: Iterable[str]) -> set[str]:
    """What leads to those who sent these reports, without loading what they sent."""
    wanted, words, older = list(reports), set[str](), list[str]()
    rows = ReportRow.objects.filter(id__in=wanted).values_list("id", "reporter_words")
    for name, said in _WORDS(*wanted) if len(wanted) == 1 else rows:
        words.update(said or ())
        older += [name] if said is None else []
    older_reports = by_ids(older) if older else {}
    return words.union(*(report.reading.reporter_words for report in older_reports.values()))


def judged_wrong(case: str) -> set[str]:
    """The reports behind a case that a person judged refuted or manifestly unfounded."""
    return {name for (name,) in _JUDGED_WRONG(case)}


def by_raw(raw: str) -> list[Report]:
    """What was read out of a raw: one, or one for each member of an archive."""
    return many(Report, ReportRow.objects.filter(raw_id=raw).order_by("at", "id"))


def by_message(message_id: str) -> list[Report]:
    """The reports read from a mail of this Message-ID, by time; anybody may have sent it."""
    return by_messages([message_id])


def by_messages(message_ids: Iterable[str]) -> list[Report]:
    """The same for several Message-IDs."""
    rows = ReportRow.objects.filter(message_id__in=list(message_ids))
    return many(Report, rows.order_by("at", "id")[:10])


def since(start: datetime, limit: int) -> list[Report]:
    """The newest reports since a moment."""
    return many(Report, ReportRow.objects.filter(at__gte=start).order_by("-at", "-id")[:limit])


def of_case(case: str) -> list[Report]:
    """The reports whose claims were joined to a case, by time."""
    joined = ClaimRow.objects.filter(incident__case_id=case)
    rows = ReportRow.objects.filter(id__in=joined.values("report"))  # a join repeats the document
    return many(Report, rows.order_by("at", "id"))


def of_customer(customer: str, limit: int) -> list[Report]:
    """The reports with the newest claims about a customer, whatever case they joined, or none."""
    claimed = ClaimRow.objects.filter(customer=customer, report__isnull=False).order_by("-at")
    newest = list(claimed.values_list("report", flat=True)[: 10 * limit])
    return list(by_ids(list(dict.fromkeys(newest))[:limit]).values())


def unclosed(limit: int) -> list[Report]:
    """Reports with claims on cases that are not closed, the newest first."""
    rows = ReportRow.objects.filter(claimrow__incident__case__rank__lt=CLOSED_RANK).distinct()
    return many(Report, rows.order_by("-at", "-id")[:limit])


def count_beside(report: str) -> int:
    """How many reports have claims in the cases of this one, itself too."""
    joined = ClaimRow.objects.filter(incident__case_id__in=joined_to(report))
    return ReportRow.objects.filter(id__in=joined.values("report")).count()


def waiting() -> list[tuple[str, str, str]]:
    """Id, outcome and reason of all that stands in the inbox, the oldest first."""
    waiting_rows = _waiting().order_by("at", "id").values_list("id", "outcome", "inbox_reason")
    return [(name, outcome, reason or "") for name, outcome, reason in waiting_rows]


def waiting_of(sources: Iterable[str]) -> set[str]:
    """The ids of what stands in the inbox and is of these sources."""
    return set(_waiting().filter(source__in=list(sources)).values_list("id", flat=True))


def newest_letters(source: str, limit: int) -> list[Report]:
    """What stands in the inbox of one source and reports nothing; their names are asked first."""
    rows = _waiting().filter(source=source, outcome__in=("reply", "inbox"))
    names = list(rows.order_by("-at", "-id").values_list("id", flat=True)[:limit])
    return list(by_ids(names).values()) if names else []


def inbox(limit: int = 50, leading: str = "", after: str | None = None) -> list[Report]:
    """The inbox, the oldest first; before them those whose reason begins with `leading`.

    `after` is the id of the last one seen, which may have been taken out since. Raises
    `WrongCursor` for one that never stood there.
    """
    rows = _waiting().order_by("at", "id")
    begins = Q(inbox_reason__startswith=leading) if leading else Q(pk__in=())
    before, others = rows.filter(begins), rows.exclude(begins)
    if after is not None:
        known = ReportRow.objects.filter(id=after, inbox_reason__isnull=False)
        at = known.values_list("at", flat=True).first()
        if at is None:
            raise WrongCursor(f"after: expected the id of the last item, found {after[:60]!r}")
        behind = Q(at__gt=at) | Q(at=at, id__gt=after)
        if known.filter(begins).exists():
            before = before.filter(behind)
        else:
            before, others = before.none(), others.filter(behind)
    first_ones = many(Report, before[:limit])
    return first_ones + many(Report, others[: limit - len(first_ones)])


def newest_waiting_for(words: str, limit: int, before: Place | None = None) -> list[Report]:
    """What stands in the inbox with these words in its reason, the newest first, before a place."""
    rows = _waiting().filter(inbox_reason__contains=words)
    return many(Report, _before(rows, before)[:limit])


def bounces_waiting(limit: int, before: Place | None = None) -> list[Report]:
    """The delivery reports that stand in the inbox, the newest first, before a place."""
    rows = _waiting().filter(outcome=ReadingOutcome.BOUNCE.value)
    return many(Report, _before(rows, before)[:limit])


def _before(rows: QuerySet[ReportRow], place: Place | None) -> QuerySet[ReportRow]:
    if place is not None:
        at, name = place
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=name))
    return rows.order_by("-at", "-id")


def inbox_count() -> int:
    """How many reports wait for a person."""
    return _waiting().count()


def _waiting() -> QuerySet[ReportRow]:
    """What waits in the inbox; a question stands among the inquiries too, until it is handled.

    A sentence that asks may stand in a mail that accuses: nothing leaves the inbox by a guess.
    """
    return ReportRow.objects.filter(inbox_reason__isnull=False, done_at__isnull=True)
