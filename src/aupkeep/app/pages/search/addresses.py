"""A search for an address or a prefix: who held it, what is about it, what stands there."""

from datetime import datetime
from itertools import islice

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.holders import HolderLookup
from aupkeep.app.pages.search.hits import (
    MOST,
    case_hit,
    group,
    holder_hit,
    measure_hit,
)
from aupkeep.app.pages.search.page import HitKind, SearchGroup, SearchHit
from aupkeep.app.pages.search.question import Question
from aupkeep.app.pages.search.sentences import sentence
from aupkeep.model.customer import Customer
from aupkeep.model.holding import Assignment, Disputed, Held, Holding, Network, NotOurs
from aupkeep.model.subject import Subject
from aupkeep.notify.measurements import Language
from aupkeep.store import customers, inventory
from aupkeep.store import search as stored


def find_address(
    context: AppContext, question: Question, language: Language
) -> tuple[str, list[SearchGroup]]:
    """Who holds it, or held it at the moment that was asked about; cases, measures, holders."""
    prefix, now = _prefix(question), context.now()
    subject = Subject(address=prefix.network_address, port=question.port)
    lookup = HolderLookup(context, seen_at=question.at or now)
    believed = [it for it in lookup.covering(subject.address) if it.known_until is None]
    records = sorted(believed, key=lambda it: it.start, reverse=True)
    known = customers.by_ids({it.customer for it in records[:MOST]})
    then = lookup.holder(subject, question.at or now)
    words = [_holder(then, subject, known, language, question.at)]
    if question.at is not None and isinstance(then, Held):
        words.append(_now(lookup.holder(subject, now), then, known, language))
    holders = (holder_hit(record, known, language) for record in records)
    page = SearchHit(kind=HitKind.ADDRESS, key=str(subject.address), title=str(subject.address))
    groups = [group(HitKind.ADDRESS, [page]), group(HitKind.CUSTOMER, holders)]
    return " ".join(words), groups + _about(prefix, language)


def find_prefix(question: Question, language: Language) -> tuple[str, list[SearchGroup]]:
    """The records of holders inside it and around it, cases and measures."""
    prefix = _prefix(question)
    inside = inventory.some_nested(prefix)
    more = len(inside) > inventory.FEW
    same = [it for it in inventory.covering(prefix.network_address) if _around(it, prefix)]
    records = sorted([*same, *inside], key=lambda it: it.start, reverse=True)
    known = customers.by_ids({it.customer for it in records[:MOST]})
    about = _about(prefix, language)
    held = (holder_hit(record, known, language) for record in islice(records, MOST))
    cases = next((it.total for it in about if it.kind is HitKind.CASE), 0)
    words = sentence(
        language,
        "prefix",
        subject=prefix,
        records=f"{inventory.FEW}+" if more else len(inside),
        cases=cases or 0,
    )
    page = SearchHit(kind=HitKind.ADDRESS, key=str(prefix), title=str(prefix))
    return words, [
        group(HitKind.ADDRESS, [page]),
        group(HitKind.CUSTOMER, held, None if more else len(records)),
        *about,
    ]


def _prefix(question: Question) -> Network:
    if question.prefix is None:
        raise TypeError("expected a question about an address or a prefix")
    return question.prefix


def _around(record: Assignment, prefix: Network) -> bool:
    return record.known_until is None and record.prefix.prefixlen <= prefix.prefixlen


def _about(prefix: Network, language: Language) -> list[SearchGroup]:
    """The cases whose claims name it, and the measures on it."""
    claimed = stored.claims_inside(prefix)
    counted = {case.case: case.claims for case in claimed.cases}
    shown = stored.cases_by_ids(counted, MOST)
    cases = group(
        HitKind.CASE,
        (case_hit(case, language, counted[case.id]) for case in shown),
        len(claimed.cases),
    )
    if claimed.cut:
        note = sentence(language, "cut", count=claimed.claims)
        cases = SearchGroup(kind=cases.kind, hits=cases.hits, total=None, more=True, note=note)
    measures = (measure_hit(action, language) for action in stored.moving_at(prefix))
    return [cases, group(HitKind.MEASURE, measures)]


def _name(customer: str, known: dict[str, Customer]) -> str:
    record = known.get(customer)
    return f"{record.name} ({customer})" if record and record.name != customer else customer


def _holder(
    held: Holding,
    subject: Subject,
    known: dict[str, Customer],
    language: Language,
    at: datetime | None,
) -> str:
    when = sentence(language, "when", at=at) if at else ""
    match held:
        case Held():
            return sentence(
                language,
                "held-then" if at else "held",
                customer=_name(held.customer, known),
                subject=subject,
                since=held.start,
                resource=held.resource,
                at=at,
            )
        case NotOurs():
            return sentence(language, "not-ours", subject=subject)
        case Disputed():
            count = len({it.customer for it in held.candidates})
            return sentence(language, "disputed", subject=subject, count=count, when=when)
    return sentence(language, "unknown", subject=subject, when=when)


def _now(now: Holding, then: Held, known: dict[str, Customer], language: Language) -> str:
    if not isinstance(now, Held):
        return sentence(language, "nobody-now")
    if now.customer == then.customer:
        return sentence(language, "held-still")
    return sentence(language, "held-now", customer=_name(now.customer, known))
