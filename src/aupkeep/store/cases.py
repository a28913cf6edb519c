"""Cases with their incidents, claims and answers as stored."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from aupkeep.model.case import Answer, AnswerKind, Case, CaseState, Claim, Incident, Outcome
from aupkeep.model.errors import WrongCursor
from aupkeep.model.ladder import Level
from aupkeep.model.notice import NO_MAIL, NoticeKind
from aupkeep.model.taxonomy import KINDS
from aupkeep.store.models import (
    AnswerRow,
    CaseRow,
    ClaimRow,
    CustomerRow,
    DecisionRow,
    IncidentRow,
    NoticeRow,
)
from aupkeep.store.prepared import Prepared, first
from aupkeep.store.tables import CLOSED_RANK, HANDLED, many, state_of

STEP = 200  # incidents of one question
MOST = 1000  # customers without a contact that one look asks about
TO_CUSTOMER = (NoticeKind.CUSTOMER.value, NoticeKind.PROTECTION.value)
_INCIDENTS = Prepared(
    Incident, lambda case: IncidentRow.objects.filter(case_id=case).order_by("first_at", "id"), str
)
_CLAIMS = Prepared(
    Claim, lambda case: ClaimRow.objects.filter(incident__case_id=case).order_by("at", "id"), str
)
_ANSWERS = Prepared(
    Answer, lambda case: AnswerRow.objects.filter(case_id=case).order_by("at", "id"), str
)
_LAST_FOR = Prepared(
    Case,
    lambda customer, resource, kind: CaseRow.objects.filter(
        customer_id=customer, resource=resource, kind=kind
    ).exclude(outcome=Outcome.IMPORTED.value).order_by("-opened_at", "-id")[:1],
    str, str, str,
)  # fmt: skip


def _unjudged() -> QuerySet[AnswerRow]:
    rows = AnswerRow.objects.filter(kind=AnswerKind.APPEAL.value, judged__isnull=True)
    return rows.order_by("at", "id")


_APPEALS = Prepared(Answer, _unjudged)
_APPEALS_OF = Prepared(Answer, lambda who: _unjudged().filter(case__customer_id=who), str)


class Tally(NamedTuple):
    """How many cases of a state stand under a clause; `handled` were dealt with."""

    state: CaseState
    handled: bool
    clause: str
    cases: int


def get(case: str) -> Case | None:
    """The case of this id."""
    return first(Case, id=case)


def by_reference(reference: str) -> Case | None:
    """The case of this outside reference, in any case of letters."""
    return first(Case, reference=reference.strip().upper())


def by_ids(cases: Iterable[str]) -> dict[str, Case]:
    """Those of these ids that exist, by id."""
    wanted = sorted(set(cases))
    batches = (wanted[start : start + 500] for start in range(0, len(wanted), 500))
    return {
        case.id: case
        for batch in batches
        for case in many(Case, CaseRow.objects.filter(id__in=batch))
    }


def references(cases: Iterable[str]) -> dict[str, str]:
    """The outside references of these cases, by id."""
    return dict(CaseRow.objects.filter(id__in=set(cases)).values_list("id", "reference"))


def last_for(customer: str, resource: str, kind: str) -> Case | None:
    """The newest case about this, closed or not, but for history of another system."""
    return _LAST_FOR.first(customer, resource, kind)


def imported(customer: str, resource: str, kind: str) -> list[Case]:
    """The cases about this that another system dealt with, the oldest first."""
    rows = CaseRow.objects.filter(customer_id=customer, resource=resource, kind=kind)
    return many(Case, rows.filter(outcome=Outcome.IMPORTED.value).order_by("opened_at", "id"))


def of_customer(customer: str, limit: int = 100) -> list[Case]:
    """A customer's cases, the newest first."""
    rows = CaseRow.objects.filter(customer_id=customer).order_by("-opened_at", "-id")
    return many(Case, rows[:limit])


def open_of(customers: Iterable[str]) -> dict[str, int]:
    """How many cases that are not closed each of these customers has that has any."""
    rows = CaseRow.objects.filter(rank__lt=CLOSED_RANK, customer_id__in=list(customers))
    return dict(rows.order_by().values_list("customer_id").annotate(Count("id")))


def counts() -> dict[CaseState, int]:
    """How many cases are in each state."""
    rows = CaseRow.objects.order_by().values_list("state").annotate(Count("id"))
    return dict.fromkeys(CaseState, 0) | {CaseState(state): count for state, count in rows}


def tally() -> list[Tally]:
    """Cases by state and clause.

    Counted in the index of the queue by clause, which holds the state within the rank.
    """
    rows = CaseRow.objects.order_by().values_list("clause", "rank").annotate(Count("id"))
    tallies: dict[tuple[CaseState, bool, str], int] = {}
    for clause, rank, count in rows:
        key = state_of(rank), rank != CLOSED_RANK and rank % 10 == HANDLED, clause
        tallies[key] = tallies.get(key, 0) + count  # summed over the urgencies
    return [Tally(*key, count) for key, count in tallies.items()]


def waiting_count(now: datetime) -> int:
    """How many cases need a person: unread answers, and open ones not dealt with and not resting.

    Counted in the index of the queue.
    """
    ranks = CaseRow.objects.filter(rank__lt=CLOSED_RANK).order_by().values_list("rank")
    counts: dict[int, int] = dict(ranks.annotate(Count("id")))
    count = sum(
        number
        for rank, number in counts.items()
        if rank % 10 != HANDLED and state_of(rank) is not CaseState.WAITING
    )
    resting = CaseRow.objects.filter(snoozed_until__gt=now).values_list("state", "handled_at")
    asleep = sum(1 for state, handled in resting if state == CaseState.OPEN and handled is None)
    return count - asleep


def appeals(cases: Iterable[str]) -> dict[str, list[Answer]]:
    """The customers' appeals in these cases, by case and by time."""
    by_case: dict[str, list[Answer]] = {}
    rows = AnswerRow.objects.filter(case_id__in=list(cases), kind=AnswerKind.APPEAL.value)
    for answer in many(Answer, rows.order_by("at", "id")):
        by_case.setdefault(answer.case, []).append(answer)
    return by_case


def answers_in(cases: Iterable[str]) -> tuple[set[str], dict[str, str | None]]:
    """Those of these cases whose last answer is that it is fixed; the judge of an open appeal."""
    rows = AnswerRow.objects.filter(case_id__in=list(cases)).order_by("at", "id")
    given = many(Answer, rows)
    last = {answer.case: answer.kind for answer in given}
    fixed = {case for case, kind in last.items() if kind is AnswerKind.FIXED}
    return fixed, {reply.case: reply.assigned_to for reply in given if reply.open_appeal}


def open_appeals(customer: str | None = None) -> list[Answer]:
    """The appeals that nobody has judged, of one customer or of all, the oldest first."""
    appeals = _APPEALS.records() if customer is None else _APPEALS_OF.records(customer)
    return [answer for answer in appeals if answer.open_appeal]


def overdue(now: datetime, limit: int = 100) -> list[Case]:
    """Cases that are not closed and whose deadline has passed, the longest ago first."""
    rows = CaseRow.objects.filter(deadline_at__isnull=False, deadline_at__lte=now)
    rows = rows.exclude(state=CaseState.CLOSED.value)
    return many(Case, rows.order_by("deadline_at", "id")[:limit])


def untold(limit: int, *, reachable: bool = True) -> list[Case]:
    """Cases that are not closed and hold a decision of which no notice to the customer is left.

    `reachable`: only those whose customer has a contact. The newest decisions first.
    """
    notices = NoticeRow.objects.filter(
        Q(failure__isnull=True) | Q(failure__startswith=NO_MAIL),
        decision_id=OuterRef("pk"),
        kind__in=TO_CUSTOMER,
    )
    rows = DecisionRow.objects.filter(level__gte=Level.L1.value, reverses__isnull=True)
    rows = rows.exclude(case__state=CaseState.CLOSED.value).filter(~Exists(notices))
    if reachable:
        rows = rows.exclude(case__customer__contacts=[])
    names = dict.fromkeys(rows.order_by("-starts").values_list("case_id", flat=True)[:limit])
    return many(Case, CaseRow.objects.filter(id__in=list(names)).order_by("opened_at", "id"))


def without_contact(limit: int) -> list[tuple[str, str]]:
    """Reference and customer of cases that are not closed and whose customer has no contact."""
    silent = list(CustomerRow.objects.filter(contacts=[]).values_list("id", flat=True)[:MOST])
    rows = CaseRow.objects.filter(rank__lt=CLOSED_RANK, customer_id__in=silent).order_by()
    urgent = sorted(rows.values_list("rank", "opened_at", "reference", "customer_id"))
    return [(reference, customer) for _, _, reference, customer in urgent[:limit]]


def left_alone(urgency: str, before: datetime, limit: int = 20) -> list[Case]:
    """Open cases of an urgency that changed last before a moment and that nothing dealt with."""
    kinds = [name for name, kind in KINDS.items() if kind.urgency == urgency]
    rows = CaseRow.objects.filter(kind__in=kinds, state=CaseState.OPEN.value)
    rows = rows.filter(handled_at__isnull=True, snoozed_until__isnull=True, changed_at__lt=before)
    return many(Case, rows.order_by("changed_at", "id")[:limit])


def incidents(case: str) -> list[Incident]:
    """A case's incidents, by their first event."""
    return _INCIDENTS.records(case)


def claims(case: str) -> list[Claim]:
    """The claims joined to a case's incidents, by time."""
    return _CLAIMS.records(case)


def incidents_of_claims(claims: Iterable[Claim]) -> dict[str, str | None]:
    """The incident of each of these claims, and of the claims that came first to each incident.

    So much tells whether a claim was the first of its incident, however many there are.
    """
    incident_of: dict[str, str | None] = {claim.id: claim.incident for claim in claims}
    mine = sorted({incident for incident in incident_of.values() if incident is not None})
    for start in range(0, len(mine), STEP):
        rows = ClaimRow.objects.filter(incident__in=mine[start : start + STEP]).order_by()
        firsts = Q(pk__in=())
        for incident, joined in rows.values_list("incident_id").annotate(first=Min("joined")):
            firsts |= Q(incident_id=incident, joined=joined)
        incident_of.update(rows.filter(firsts).values_list("id", "incident_id"))
    return incident_of


def joined_by_claim() -> Iterator[tuple[str, int]]:
    """Every claim with the index of the entry that named it first, as a stream."""
    yield from ClaimRow.objects.values_list("id", "joined").iterator(chunk_size=2000)


def claims_of_holders(holders: Iterable[tuple[str, str]]) -> list[tuple[Case, Claim]]:
    """The claims that stand on these customers' resources, each with its case, by time."""
    pairs: list[tuple[Case, Claim]] = []
    case_of: dict[str, Case] = {}
    for customer, resource in sorted(set(holders)):
        joined = ClaimRow.objects.filter(
            customer_id=customer, resource=resource, incident__isnull=False
        )
        rows = list(joined.order_by("at", "id"))
        owner = dict(joined.order_by().values_list("id", "incident__case_id"))
        missing = set(owner.values()) - case_of.keys()
        fresh = many(Case, CaseRow.objects.filter(id__in=missing))
        case_of.update((case.id, case) for case in fresh)
        pairs += [(case_of[owner[claim.id]], claim) for claim in many(Claim, rows)]
    return pairs


def claims_by_report(report: str) -> list[Claim]:
    """The claims a report made that stand on a holder."""
    return many(Claim, ClaimRow.objects.filter(report_id=report).order_by("at", "id"))


def claims_by_id(claim: str) -> list[Claim]:
    """The claim of this id, in a list; none where there is none."""
    return many(Claim, ClaimRow.objects.filter(id=claim))


def of_claim(claim: str) -> Case | None:
    """The case a claim was joined to."""
    joined = ClaimRow.objects.filter(id=claim).values("incident__case_id")
    return next(iter(many(Case, CaseRow.objects.filter(id__in=joined))), None)


def named_addresses(limit: int) -> list[tuple[str, datetime]]:
    """The addresses that claims of cases which are not closed name, with when; the newest first."""
    rows = ClaimRow.objects.exclude(incident__case__state=CaseState.CLOSED.value)
    findings = rows.filter(incident__isnull=False).order_by("-at").values_list("finding", "at")
    named = ((finding["subject"].get("address"), at) for finding, at in findings[:limit])
    return [(address, at) for address, at in named if address]


def of_report(report: str) -> list[Case]:
    """The cases a report's claims were joined to."""
    joined = ClaimRow.objects.filter(report_id=report).values("incident__case_id")
    return many(Case, CaseRow.objects.filter(id__in=joined).order_by("opened_at", "id"))


def joined_to(report: str) -> QuerySet[ClaimRow, Any]:
    """The ids of the cases a report's claims were joined to, for a query to hold others by."""
    joined = ClaimRow.objects.filter(report_id=report, incident__isnull=False)
    return joined.values("incident__case_id")


def page_of_report(report: str, limit: int, after: str | None = None) -> list[Case]:
    """The cases a report's claims were joined to, in that order; `after` is the last one seen.

    Raises `WrongCursor` where that is none of them.
    """
    claims = ClaimRow.objects.filter(report_id=report, incident__isnull=False).order_by()
    rows = claims.values("incident__case_id").annotate(first=Min("joined"))
    if after is not None:
        last = claims.filter(incident__case_id=after).aggregate(first=Min("joined"))["first"]
        if last is None:
            raise WrongCursor("after: expected the reference of the last case shown, found another")
        rows = rows.filter(Q(first__gt=last) | Q(first=last, incident__case_id__gt=after))
    rows = rows.order_by("first", "incident__case_id")
    page = list(rows.values_list("incident__case_id", flat=True)[:limit])
    by_id = {case.id: case for case in many(Case, CaseRow.objects.filter(id__in=page))}
    return [by_id[case] for case in page]


def references_of_report(report: str, limit: int) -> tuple[tuple[str, ...], int]:
    """The first references of a report's cases, and how many cases there are."""
    rows = CaseRow.objects.filter(id__in=joined_to(report))
    first_ones = rows.order_by("opened_at", "id").values_list("reference", flat=True)[:limit]
    return tuple(first_ones), rows.count()


def page_of_claims(case: str, limit: int, after: str | None = None) -> tuple[list[Claim], int]:
    """A page of a case's claims as they were joined to it, and how many it has.

    In that order nothing comes later and stands earlier. `after` is the last one seen; raises
    `WrongCursor` where that is none of its claims.
    """
    rows = ClaimRow.objects.filter(incident__case_id=case)
    count = rows.count()
    if after is not None:
        last = rows.filter(id=after).values_list("joined", flat=True).first()
        if last is None:
            raise WrongCursor(f"after: expected what evidence_after said, found {after[:60]!r}")
        rows = rows.filter(Q(joined__gt=last) | Q(joined=last, id__gt=after))
    return many(Claim, rows.order_by("joined", "id")[:limit]), count


def answers(case: str) -> list[Answer]:
    """What the customer said, by time."""
    return _ANSWERS.records(case)


def answer(answer: str) -> Answer | None:
    """The answer of this id."""
    return first(Answer, id=answer)
