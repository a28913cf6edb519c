"""Notices as stored, sent or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from aupkeep.model.ids import uuid7
from aupkeep.model.notice import (
    LISTENING,
    NEXT_DIGEST,
    NO_MAIL,
    Notice,
    NoticeKind,
    NoticeState,
    Party,
)
from aupkeep.store.cases import joined_to
from aupkeep.store.models import EffectRow, NoticeRow
from aupkeep.store.prepared import Prepared, PreparedRows, first
from aupkeep.store.tables import many

UNMAILED = 100  # notices looked at for what was told on pages alone, the newest
LOST = 200  # notices of one look
OF_ITS_OWN = Q(within="") | Q(within=F("id"))  # the mail tells this notice alone
_OF_CASE = Prepared(
    Notice, lambda case: NoticeRow.objects.filter(case_id=case).order_by("made_at", "id"), str
)
_RECENT = Prepared(
    Notice,
    lambda address, since: NoticeRow.objects.filter(
        OF_ITS_OWN, recipient=address, made_at__gte=since
    ).exclude(failure__startswith=NO_MAIL).order_by("-made_at", "-id"),
    str, datetime,
)  # fmt: skip
_LAST_DIGEST = PreparedRows(
    lambda customer: NoticeRow.objects.filter(
        case__customer_id=customer, failure__isnull=True, sent_at__isnull=False
    ).exclude(within__in=("", NEXT_DIGEST)).exclude(kind=NoticeKind.REMINDER.value)
    .order_by("-sent_at").values_list("sent_at")[:1],
    str,
)  # fmt: skip


def get(notice: str) -> Notice | None:
    """The notice of this id."""
    return first(Notice, id=notice)


def by_message(message_id: str) -> Notice | None:
    """The notice with this Message-ID, for a bounce or a reply that quotes it."""
    return first(Notice, message_id=message_id)


def reporters_written_to(addresses: Iterable[str], reference: str) -> set[str]:
    """Those of these addresses that were written to as reporters under this reference.

    The Message-IDs of what is sent begin with it.
    """
    rows = NoticeRow.objects.filter(recipient__in=set(addresses), party=Party.REPORTER.value)
    written = rows.filter(message_id__startswith=f"<{reference}.")
    return set(written.values_list("recipient", flat=True))


def of_case(case: str) -> list[Notice]:
    """A case's notices, by time."""
    return _OF_CASE.records(case)


def of_customer(customer: str, limit: int) -> list[tuple[Notice, str]]:
    """The newest notices about a customer's cases, each with its case's reference."""
    rows = NoticeRow.objects.filter(case__customer_id=customer).select_related("case")
    chosen = list(rows.order_by("-made_at", "-id")[:limit])
    references = [row.case.reference if row.case else "" for row in chosen]
    return list(zip(many(Notice, chosen), references, strict=True))


def first_told(report: str) -> datetime | None:
    """When a customer was first told of a case that this report's claims were joined to."""
    rows = NoticeRow.objects.filter(case_id__in=joined_to(report), sent_at__isnull=False)
    rows = rows.filter(party=Party.CUSTOMER.value)
    return rows.order_by("sent_at").values_list("sent_at", flat=True).first()


def recent_to(address: str, since: datetime) -> list[Notice]:
    """What was written to a recipient since a moment in a mail of its own, the newest first."""
    return _RECENT.records(address, since)


def count_about(customer: str, kind: str, since: datetime) -> int:
    """How many notices about cases of this kind went to a customer in mails of their own."""
    rows = NoticeRow.objects.filter(OF_ITS_OWN, case__customer_id=customer, case__kind=kind)
    kinds = (NoticeKind.CUSTOMER.value, NoticeKind.PROTECTION.value)
    return rows.filter(kind__in=kinds, made_at__gte=since, failure__isnull=True).count()


def gathered(customer: str) -> list[Notice]:
    """What waits for a customer's next digest, by time."""
    rows = NoticeRow.objects.filter(
        within=NEXT_DIGEST, case__customer_id=customer, failure__isnull=True
    )
    return many(Notice, rows.order_by("made_at", "id"))


def unmailed_to(recipient: str, customer: str) -> list[Notice]:
    """What was told this contact of a customer on its pages alone, the newest first."""
    rows = NoticeRow.objects.filter(
        recipient=recipient, case__customer_id=customer, failure__startswith=NO_MAIL
    )
    return many(Notice, rows.order_by("-made_at", "-id")[:UNMAILED])


def within(digest: str) -> list[Notice]:
    """The notices that a digest tells, by time."""
    rows = NoticeRow.objects.filter(within=digest).exclude(id=digest)
    return many(Notice, rows.order_by("made_at", "id"))


def last_digest_at(customer: str) -> datetime | None:
    """When the relay last took a digest for a customer that did not come back."""
    newest: datetime | None = next(iter(_LAST_DIGEST(customer)), (None,))[0]
    return newest


def last_sent_at() -> datetime | None:
    """When the relay last took a notice."""
    rows = NoticeRow.objects.filter(sent_at__isnull=False).order_by("-sent_at")
    return rows.values_list("sent_at", flat=True).first()


def relay_trouble(failure: str) -> int:
    """Notices that the relay did not take: given up with such a failure, or tried in vain so far.

    What was given up before the relay last took one counts no more.
    """
    last = last_sent_at()
    given_up = NoticeRow.objects.filter(failure__startswith=failure)
    if last is not None:
        given_up = given_up.filter(made_at__gt=last)
    tried = EffectRow.objects.filter(
        kind="mail", done_at__isnull=True, dead_at__isnull=True, error__isnull=False
    )
    return given_up.count() + tried.count()


IN_STATE: dict[NoticeState, Q] = {
    NoticeState.WAITING: Q(sent_at__isnull=True, failure__isnull=True) & ~Q(within=NEXT_DIGEST),
    NoticeState.GATHERED: Q(sent_at__isnull=True, failure__isnull=True, within=NEXT_DIGEST),
    NoticeState.SENT: Q(sent_at__isnull=False, failure__isnull=True),
    NoticeState.HELD: Q(failure=LISTENING),
    NoticeState.UNMAILED: Q(failure__startswith=NO_MAIL),
    NoticeState.FAILED: Q(sent_at__isnull=True, failure__isnull=False)
    & ~Q(failure=LISTENING)
    & ~Q(failure__startswith=NO_MAIL),
    NoticeState.BOUNCED: Q(sent_at__isnull=False, failure__isnull=False) & ~Q(failure=LISTENING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which notices: of a state, of a customer's cases, of a case by its id; None is any."""

    state: NoticeState | None = None
    customer: str | None = None
    case: str | None = None


def listed(chosen: NoticeFilter, limit: int, after: str | None = None) -> list[Notice]:
    """A page of them, the newest first; `after` is the id of the last one seen."""
    rows = _chosen(chosen)
    if chosen.state is not None:
        rows = rows.filter(IN_STATE[chosen.state])
    rows = rows.filter(id__lt=after) if after else rows
    return many(Notice, rows.order_by("-id")[:limit])


def counts(chosen: NoticeFilter, since: datetime) -> dict[NoticeState, int]:
    """How many there are in each state, of those made since a moment; ids sort by time."""
    rows = _chosen(chosen).filter(id__gte=uuid7(since, bytes(10)))
    counted = {state.value: Count("id", filter=wanted) for state, wanted in IN_STATE.items()}
    return {NoticeState(name): count for name, count in rows.aggregate(**counted).items()}


def _chosen(chosen: NoticeFilter) -> QuerySet[NoticeRow]:
    rows = NoticeRow.objects.all()
    if chosen.case is not None:
        rows = rows.filter(case_id=chosen.case)
    return rows if chosen.customer is None else rows.filter(case__customer_id=chosen.customer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The work of sending a notice: its tries so far, the last error, whether it was given up."""

    effect: str
    attempts: int
    error: str
    due_at: datetime
    dead: bool


def without_work(before: datetime) -> list[Notice]:
    """Notices of cases, made before a moment, that wait for the relay with nothing to send them."""
    work = EffectRow.objects.filter(key=Concat(Value("mail:"), OuterRef("id")))
    rows = NoticeRow.objects.filter(IN_STATE[NoticeState.WAITING], made_at__lt=before)
    alone = rows.filter(OF_ITS_OWN, case__isnull=False)
    return many(Notice, alone.filter(~Exists(work)).order_by("made_at", "id")[:LOST])


def deliveries(notices: list[str]) -> dict[str, Delivery]:
    """How the sending of these notices stands that is neither done nor never begun, by notice."""
    keys = {f"mail:{notice}": notice for notice in notices}
    rows = EffectRow.objects.filter(key__in=list(keys), done_at__isnull=True)
    return {
        keys[row.key]: Delivery(
            effect=row.id, attempts=row.attempts, error=row.error or "", due_at=row.due_at,
            dead=row.dead_at is not None,
        )
        for row in rows
    }  # fmt: skip
