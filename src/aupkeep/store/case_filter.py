"""Which cases: the filters of the queue, the API and the command line alike."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from aupkeep.model.case import Case, CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Missing
from aupkeep.model.holding import Network
from aupkeep.model.ladder import Evidence
from aupkeep.store import absences, case_sites, case_sources
from aupkeep.store.models import CaseRow, ClaimRow, EntryRow
from aupkeep.store.search import MOST_CLAIMS, inside
from aupkeep.store.tables import CLOSED_RANK, many

NOBODY = ""  # as an assignee
OPEN = frozenset(CaseState) - {CaseState.CLOSED}
SORTS = {
    "urgency": ("rank", "opened_at", "id"),
    "oldest": ("opened_at", "id"),
    "newest": ("-opened_at", "id"),
    "changed": ("-changed_at", "id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Cases in any of `states`, none = all that are not closed; None leaves a filter out.

    `handled`: an open case that was dealt with, or not. `resting_at` leaves out what is snoozed
    beyond that moment. `assignee` "" is nobody, and with `free_at` also who is not here at that
    moment. `opened_by` is the latest opening. `source` is an `Origin` as text that counts as a
    source of its own. `site` is one at which the case's resource is or was.
    """

    states: tuple[CaseState, ...] = ()
    handled: bool | None = None
    resting_at: datetime | None = None
    clause: str | None = None
    kind: str | None = None
    customer: str | None = None
    level: Evidence | None = None
    assignee: str | None = None
    free_at: datetime | None = None
    prefix: Network | None = None
    proposal: bool | None = None
    opened_by: datetime | None = None
    source: str | None = None
    site: str | None = None


def page(
    chosen: CaseFilter, *, limit: int, after: str | None = None, sort: str = "urgency"
) -> list[Case]:
    """A page of these cases, behind the one with the id `after`. Raises `Missing` for none such."""
    order = SORTS[sort]
    rows = selected(chosen, in_rank=order[0] == "rank").order_by(*order)
    if after is not None:
        rows = rows.filter(_behind(after, order))
    return many(Case, rows[:limit])


def count(chosen: CaseFilter, most: int | None = None) -> int:
    """How many there are, `most` at most where that is enough to know."""
    rows = selected(chosen).order_by()
    return rows.count() if most is None else rows.values("id")[:most].count()


def selected(chosen: CaseFilter, *, in_rank: bool = False) -> QuerySet[CaseRow]:
    """The rows of these cases; `in_rank`: the first of the queue, where not all are looked at."""
    rows = _in_states(chosen.states, in_rank=in_rank)
    given = {
        "clause": chosen.clause,
        "kind": chosen.kind,
        "customer_id": chosen.customer,
        "level": None if chosen.level is None else chosen.level.value,
        "opened_at__lte": chosen.opened_by,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    if chosen.handled is not None:
        rows = rows.filter(handled_at__isnull=not chosen.handled)
    if chosen.resting_at is not None:
        awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=chosen.resting_at)
        rows = rows.filter(awake | ~Q(state=CaseState.OPEN.value))
    if chosen.assignee is not None:
        rows = rows.filter(_whose(chosen.assignee, chosen.free_at))
    if chosen.proposal is not None:
        rows = rows.filter(refused() if chosen.proposal else ~refused())
    if chosen.source is not None:
        rows = rows.filter(case_sources.named_by(chosen.source))
    if chosen.site is not None:
        rows = rows.filter(case_sites.named_by(chosen.site))
    return rows if chosen.prefix is None else rows.filter(_about(chosen.prefix))


def _in_states(states: tuple[CaseState, ...], *, in_rank: bool) -> QuerySet[CaseRow]:
    """The cases in these states, none for all that are not closed.

    In the queue's order the index of the rank ends a page at its last row. An index of states would
    have all of them sorted for it, so that the state is put as what no index has.
    """
    wanted = [state.value for state in states]
    if CaseState.CLOSED in states or (states and not in_rank):
        return CaseRow.objects.filter(state__in=wanted)
    rows = CaseRow.objects.filter(rank__lt=CLOSED_RANK)
    if not states or set(states) == OPEN:
        return rows
    return rows.alias(stands=Concat("state", Value(""), output_field=TextField())).filter(
        stands__in=wanted
    )


def _whose(assignee: str, free_at: datetime | None) -> Q:
    if assignee:
        return Q(assignee=assignee)
    nobody = Q(assignee__isnull=True)
    return nobody if free_at is None else nobody | ~Q(assignee__in=absences.here(free_at))


def refused() -> Exists:
    """Whether something was proposed for a case that nobody has let through."""
    return Exists(
        EntryRow.objects.filter(case=OuterRef("pk"), type=EntryType.DECISION_REFUSED.value)
    )


def _about(prefix: Network) -> Q | Exists:
    """Cases whose claims name an address: by those claims where they are few, else by the case."""
    claims = ClaimRow.objects.filter(inside(prefix), incident__isnull=False)
    some = claims.order_by().values_list("incident__case_id", flat=True)[: MOST_CLAIMS + 1]
    several = list(some)
    if len(several) <= MOST_CLAIMS:
        return Q(id__in=set(several))
    return Exists(claims.filter(incident__case_id=OuterRef("pk")))


def _behind(after: str, order: tuple[str, ...]) -> Q:
    """What stands behind this case in that order."""
    last = CaseRow.objects.filter(id=after).first()
    if last is None:
        raise Missing(f"case: expected the id of the last one shown, found {after[:60]!r}")
    *first, only = order
    behind = Q(**{f"{only}__gt": getattr(last, only)})
    for column in reversed(first):  # so put, SQLite walks the index of the order from there on
        name, way = column.lstrip("-"), "lt" if column[0] == "-" else "gt"
        value = getattr(last, name)
        behind = Q(**{f"{name}__{way}e": value}) & (Q(**{f"{name}__{way}": value}) | behind)
    return behind
