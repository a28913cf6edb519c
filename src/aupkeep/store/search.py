"""What one search looks up: each question reads an index, or a bounded part of a small table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from aupkeep.model.action import MOVING, Action
from aupkeep.model.case import Case
from aupkeep.model.customer import Customer
from aupkeep.model.holding import Network
from aupkeep.model.host import address_key
from aupkeep.model.source import Source
from aupkeep.store.customers import named
from aupkeep.store.models import ActionRow, CaseRow, ClaimRow, CustomerRow, SourceRow
from aupkeep.store.tables import many

MOST_CLAIMS = 5000  # that one search reads
PAGES = 500  # claims whose URL is compared
WIDEST_V6 = 32  # bits: no assignment of one customer is wider


class CaseClaims(NamedTuple):
    """How many of the claims that were looked at stand in a case, and when the newest was."""

    case: str
    claims: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimSearch:
    """The cases that claims stand in, the newest first; `cut` where there are more claims."""

    cases: tuple[CaseClaims, ...]
    claims: int
    cut: bool


def claims_inside(prefix: Network) -> ClaimSearch:
    """By the address that a claim names."""
    return _claims(ClaimRow.objects.filter(inside(prefix)))


def claims_named(key: bytes) -> ClaimSearch:
    """By the host that a claim names, or a host below it."""
    return _claims(ClaimRow.objects.filter(below(key)))


def claims_of_report(report: str) -> ClaimSearch:
    """By the report that made them."""
    return _claims(ClaimRow.objects.filter(report_id=report))


def claims_on_page(key: bytes, url: str) -> tuple[int, int]:
    """How many claims name exactly this page, of how many that name its host; a bounded look."""
    wanted = url if "://" in url else f"//{url}"
    rows = ClaimRow.objects.filter(name=key).order_by("-at")
    named = [
        finding["subject"].get("url") or ""
        for finding in rows.values_list("finding", flat=True)[:PAGES]
    ]
    exact = sum(1 for page in named if page.rstrip("/").endswith(wanted.rstrip("/")))
    return exact, len(named)


def inside(prefix: Network) -> Q:
    """Rows whose address lies in a prefix."""
    first, last = address_key(prefix.network_address), address_key(prefix.broadcast_address)
    return Q(address=first) if first == last else Q(address__gte=first, address__lte=last)


def below(key: bytes) -> Q:
    """Rows whose name is this one, or one below it."""
    return Q(name=key) | Q(name__gte=key + b".", name__lt=key + b"/")


def _claims(rows: QuerySet[ClaimRow]) -> ClaimSearch:
    """The first claims in the order of their index, counted by case."""
    some = rows.filter(incident__isnull=False).order_by()[: MOST_CLAIMS + 1]
    counted = (
        ClaimRow.objects.filter(id__in=some.values("id"))
        .order_by()
        .values_list("incident__case_id")
        .annotate(claims=Count("id"), last=Max("at"))
    )
    by_case = sorted((CaseClaims(*row) for row in counted), key=lambda it: it.last_at, reverse=True)
    claims = sum(case.claims for case in by_case)
    return ClaimSearch(tuple(by_case), min(claims, MOST_CLAIMS), claims > MOST_CLAIMS)


def cases_by_ids(cases: Iterable[str], limit: int) -> list[Case]:
    """Of these cases the most urgent, closed ones last, of each the newest first."""
    rows = CaseRow.objects.filter(id__in=list(cases)).order_by("rank", "-changed_at", "id")
    return many(Case, rows[:limit])


def cases_on(resource: str, limit: int) -> list[Case]:
    """The cases about a resource of this name, open ones first."""
    rows = CaseRow.objects.filter(resource=resource).order_by("rank", "-changed_at", "id")
    return many(Case, rows[:limit])


def moving_at(prefix: Network) -> list[Action]:
    """Measures that stand or are on their way at an address or in a prefix, by their start."""
    place = inside(prefix)
    if prefix.version == 6:  # noqa: PLR2004 - the IP version
        wide = prefix.supernet(new_prefix=min(WIDEST_V6, prefix.prefixlen))
        place = inside(wide)
    rows = ActionRow.objects.filter(place, state__in=[state.value for state in MOVING])
    return [
        action for action in many(Action, rows.order_by("starts", "id")) if _touches(action, prefix)
    ]


def _touches(action: Action, prefix: Network) -> bool:
    network = action.scope.network
    if network is not None:
        return network.version == prefix.version and network.overlaps(prefix)
    return action.scope.address is not None and action.scope.address in prefix


def customers_like(text: str, limit: int) -> list[Customer]:
    """Customers of this id or external id, then those whose id begins so or whose name has it."""
    first = CustomerRow.objects.filter(Q(id=text) | Q(external_id=text)).order_by("id")[:limit]
    exact = many(Customer, first)
    if len(text) < 2:  # noqa: PLR2004 - one letter is in every name
        return exact
    rows = CustomerRow.objects.filter(named(text))
    if "@" in text:
        rows = CustomerRow.objects.annotate(said=Cast("contacts", TextField()))
        rows = rows.filter(said__icontains=text)
    others = rows.exclude(id__in=[known.id for known in exact]).order_by("id")
    return exact + many(Customer, others[: limit - len(exact)])


def sources_like(text: str, limit: int) -> list[Source]:
    """Sources whose key or address of a person has this in it, by key."""
    wanted = Q(key__icontains=text) | Q(address__iexact=text)
    return many(Source, SourceRow.objects.filter(wanted).order_by("key")[:limit])
