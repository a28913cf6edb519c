"""Records as hits of a search, in a language."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from aupkeep.app.enforcing.standing import subject_of
from aupkeep.app.pages.labels import title_of
from aupkeep.app.pages.search.page import HitKind, SearchGroup, SearchHit
from aupkeep.app.pages.search.sentences import sentence
from aupkeep.model.action import Action
from aupkeep.model.case import Case
from aupkeep.model.customer import Customer
from aupkeep.model.holding import Assignment
from aupkeep.model.origin import parse_origin
from aupkeep.model.source import Lane, Source
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language

MOST = 20  # hits of a group


def group(kind: HitKind, hits: Iterable[SearchHit], total: int | None = None) -> SearchGroup:
    """The first hits of a kind; `total` where more are known of than were read."""
    listed = tuple(hits)
    shown = listed[:MOST]
    counted = total if total is not None else len(listed) if len(listed) <= MOST else None
    return SearchGroup(
        kind=kind, hits=shown, total=counted, more=counted is None or counted > len(shown)
    )


def case_hit(case: Case, language: Language, claims: int | None = None) -> SearchHit:
    """A case; `claims` is how many of its claims are what was asked for."""
    about = f"{case.resource} · {case.customer}"
    if claims is not None:
        about += f" · {sentence(language, 'claims', count=claims)}"
    return SearchHit(
        kind=HitKind.CASE,
        key=case.reference,
        title=named(case.kind, language),
        about=about,
        state=case.state.value,
        at=case.changed_at,
    )


def customer_hit(customer: Customer, language: Language) -> SearchHit:
    """A customer, with what its record lacks."""
    words = [customer.id, customer.type, *sorted(customer.tags)]
    if customer.bare:
        words.append(sentence(language, "bare"))
    elif not customer.contacts:
        words.append(sentence(language, "unreachable"))
    name = customer.name or customer.id
    return SearchHit(kind=HitKind.CUSTOMER, key=customer.id, title=name, about=" · ".join(words))


def holder_hit(record: Assignment, known: Mapping[str, Customer], language: Language) -> SearchHit:
    """Who held an address for a time."""
    customer = known.get(record.customer)
    name = customer.name if customer and customer.name else record.customer
    about = f"{record.prefix} · {record.resource} · {term(record.start, record.end, language)}"
    title = sentence(language, "pool") if record.pool else name
    return SearchHit(
        kind=HitKind.ADDRESS if record.pool else HitKind.CUSTOMER,
        key=str(record.prefix) if record.pool else record.customer,
        title=title,
        about=about,
    )


def term(start: datetime, end: datetime | None, language: Language) -> str:
    """From when to when, to the minute."""
    until = sentence(language, "still") if end is None else f"{end:%Y-%m-%d %H:%M}"
    return sentence(language, "term", start=f"{start:%Y-%m-%d %H:%M}", end=until)


def measure_hit(action: Action, language: Language) -> SearchHit:
    """A measure, opened by its own page while it stands."""
    end = sentence(language, "until", end=action.until)
    return SearchHit(
        kind=HitKind.MEASURE,
        key=action.id,
        title=title_of(action.measure, language),
        about=f"{subject_of(action)} · {action.scope.customer} · {action.target} · {end}",
        state=action.state.value,
        at=action.starts,
        case=action.reference,
    )


def source_hit(source: Source, language: Language) -> SearchHit:
    """Who claims things."""
    origin = parse_origin(source.key)
    return SearchHit(
        kind=HitKind.SOURCE,
        key=source.id,
        title=origin.identity,
        about=sentence(language, "proven" if origin.proven else "unproven"),
        state=source.lane.value if source.lane in (Lane.SLOW, Lane.SUSPENDED) else None,
        at=source.first_at,
    )
