"""What narrows the queue: each value of a filter with how many cases it would leave.

A count is of the cases that all other filters in force leave. Of clause, kind, evidence and
assignee every case is counted; of source, customer, proposal and site the `COUNTED` most urgent
ones, and `more` says that there are others. Sites are named where there are several. A case of
who is away is theirs and nobody's too.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_list import ME, NOBODY, read_filter
from aupkeep.app.deciding.case_views import view_query
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.queue.page import Facet, FacetValue
from aupkeep.model.ladder import Evidence
from aupkeep.model.origin import parse_origin
from aupkeep.model.roles import StaffAct
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language
from aupkeep.store import case_facets
from aupkeep.store.case_facets import Combination, FacetCase

COUNTED = 2000  # cases whose source, customer and proposal are looked at
SHOWN = 8  # values of a filter, those with the most cases
TITLES = {"clause": "Policy clause", "assignee": "Whose"}
EXACT: dict[str, Callable[[Combination], str]] = {
    "clause": lambda row: row.clause,
    "kind": lambda row: row.kind,
    "evidence": lambda row: Evidence(row.level).name,
    "assignee": lambda row: row.assignee or NOBODY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWords:
    """What the queue is asked for, and in whose words its values are told."""

    view: str
    given: Mapping[str, str]
    sort: str
    clauses: Mapping[str, str]  # titles by id
    people: Mapping[str, str]  # names by address
    here: Collection[str]  # addresses of who is not away
    several_sites: bool  # has our own space
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedQueue:
    """The filters, and of the cases that all of them leave: how many, how many late, the oldest."""

    facets: tuple[Facet, ...]
    cases: int
    late: int
    oldest_at: datetime | None


def count_queue(context: AppContext, person: Person, words: QueueWords) -> CountedQueue:
    """The filters of a page of the queue with their counts, in two queries."""
    asked = {"view": words.view, **words.given}
    loose = {name: word for name, word in asked.items() if name not in EXACT}
    every = case_facets.combinations(read_filter(context, loose, person.id), context.now())
    first = case_facets.first_cases(
        read_filter(context, asked, person.id), COUNTED, sites=words.several_sites
    )
    chosen = {
        name: _chosen(name, word, person) for name, word in words.given.items() if name in EXACT
    }
    facets = [
        _facet(name, _exact(name, every, chosen, words.here), person, words, more=False)
        for name in EXACT
    ]
    more = len({case.id for case in first}) == COUNTED
    facets += [
        _facet(name, counts, person, words, more=more)
        for name, counts in _sampled(first, sources=person.may(StaffAct.SEE_REPORTERS)).items()
    ]
    left = [row for row in every if _matches(row, chosen, words.here)]
    return CountedQueue(
        facets=tuple(facet for facet in facets if facet.values),
        cases=sum(row.cases for row in left),
        late=sum(row.late for row in left),
        oldest_at=min((row.oldest_at for row in left), default=None),
    )


def _chosen(name: str, word: str, person: Person) -> str:
    if name == "evidence":
        return word.upper()
    return person.id if (name, word) == ("assignee", ME) else word


def _exact(
    name: str, every: Iterable[Combination], chosen: Mapping[str, str], here: Collection[str]
) -> Mapping[str, int]:
    """The counts of one filter under the others."""
    others = {other: word for other, word in chosen.items() if other != name}
    counts: Counter[str] = Counter()
    for row in every:
        if _matches(row, others, here):
            counts.update(dict.fromkeys(_values(name, row, here), row.cases))
    return counts


def _matches(row: Combination, chosen: Mapping[str, str], here: Collection[str]) -> bool:
    return all(word in _values(name, row, here) for name, word in chosen.items())


def _values(name: str, row: Combination, here: Collection[str]) -> set[str]:
    """The values of a filter under which a combination is counted."""
    value = EXACT[name](row)
    return {value, NOBODY} if name == "assignee" and value not in here else {value}


def _sampled(first: Iterable[FacetCase], *, sources: bool) -> dict[str, Mapping[str, int]]:
    """The counts of the filters that are looked at in the most urgent cases; a case counts once."""
    by_case = {row.id: row for row in first}
    proposed = Counter("yes" if row.proposed else "no" for row in by_case.values())
    said = _listed((row.id, row.sources) for row in first) if sources else set()
    sites = _listed((row.id, text) for row in first for text in (row.held, row.named))
    return {
        "proposal": proposed,
        "source": Counter(name for _, name in said),
        "customer": Counter(row.customer for row in by_case.values()),
        "site": Counter(name for _, name in sites),
    }


def _listed(rows: Iterable[tuple[str, str | None]]) -> set[tuple[str, str]]:
    """A case and a name each, of the names in a list of JSON; each text is read once."""
    said = set(rows)
    read = {text: json.loads(text) if text else () for _, text in said}
    return {(case, name) for case, text in said for name in read[text]}


def _facet(
    name: str, counts: Mapping[str, int], person: Person, words: QueueWords, *, more: bool
) -> Facet:
    """One filter: the values with the most cases, and the one in force whatever it has."""
    current = _chosen(name, words.given.get(name, ""), person)
    shown = sorted(counts, key=lambda value: (-counts[value], value))
    if name == "evidence":
        shown.sort(reverse=True)
    elif name == "assignee":  # what a person looks for first
        shown = [person.id, NOBODY, *shown]
    if current:
        shown = [current, *shown]
    return Facet(
        name=name,
        title=TITLES.get(name, name),
        values=tuple(
            FacetValue(
                title=_title(name, value, person, words),
                count=counts.get(value, 0),
                current=value == current,
                query=_query(name, value, words, current=value == current, person=person),
            )
            for value in [*dict.fromkeys(shown)][:SHOWN]
        ),
        more=more,
    )


def _query(name: str, value: str, words: QueueWords, *, current: bool, person: Person) -> str:
    """The queue with this value, or without it where it is in force."""
    written = ME if (name, value) == ("assignee", person.id) else value
    rest = {other: word for other, word in words.given.items() if other != name}
    asked = rest if current else {**rest, name: written}
    return view_query({"view": words.view, **asked, "sort": words.sort})


def _title(name: str, value: str, person: Person, words: QueueWords) -> str:
    if name == "clause":
        return words.clauses.get(value, value)
    if name == "kind":
        return named(value, words.language)
    if name == "assignee":
        own = {person.id: "Mine", NOBODY: "Free to take"}.get(value)
        return words_in(own, words.language) if own else words.people.get(value, value)
    if name == "proposal":
        return words_in(value, words.language)
    return parse_origin(value).identity if name == "source" else value
