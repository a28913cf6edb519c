"""The queue: a page of cases, each with its sentence, in a handful of queries."""

from collections.abc import Mapping
from dataclasses import replace

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_list import UNSEEN, VIEWS, read_filter
from aupkeep.app.deciding.case_views import FILTERS, view_query
from aupkeep.app.deciding.next_step import WEIGHED, StepOf, next_steps
from aupkeep.app.deciding.step_grants import granted_by
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.extent import extent
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.labels import subject_of
from aupkeep.app.pages.layout.load import page_header, urgency_of
from aupkeep.app.pages.layout.page import FilterChoice, PageHeader, Person
from aupkeep.app.pages.queue.facets import QueueWords, count_queue
from aupkeep.app.pages.queue.page import (
    IntakeSummary,
    QueueFilter,
    QueuePage,
    QueueRow,
    SavedChoice,
)
from aupkeep.app.pages.queue.settled import Settled, settled
from aupkeep.app.pages.step_sentence import step_sentence
from aupkeep.app.policies import policy_in_force
from aupkeep.app.standing_claims import ABOUT_STANDING, newest_standing
from aupkeep.model.case import Case, CaseState, Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.moments import show_minute
from aupkeep.model.roles import StaffAct
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language
from aupkeep.store import case_filter, inventory, log, raws
from aupkeep.store.busy_cases import MOST, hours_of, open_of_customers
from aupkeep.store.case_filter import SORTS
from aupkeep.store.cases import Tally

ROWS = 50
PREFIXES = 20  # of our own space, named on an empty queue
COUNTED = 1000  # cases that an empty page counts for a filter less
TITLES = {
    "open": "Needs a person",
    "answered": "Answered",
    "waiting": "Waiting for the customer",
    "handled": "Dealt with",
    "all": "All that are not closed",
    "closed": "Closed",
}


def queue_page(
    context: AppContext, person: Person, view: str, cursor: str, asked: Mapping[str, str]
) -> QueuePage:
    """A page of the queue. Raises `Invalid` for an unknown view, clause or filter, and others."""
    key, sort = view or "open", asked.get("sort", "") or "urgency"
    given = {name: asked[name].strip() for name in FILTERS if asked.get(name, "").strip()}
    clause = given.get("clause", "")
    titles = {
        wording.id: wording.title for wording in policy_in_force(context.home).clauses.values()
    }
    for name, word, known in (("view", key, VIEWS), ("sort", sort, SORTS)):
        if word not in known:
            raise Invalid(f"{name}: expected one of {', '.join(known)}, found {word[:40]!r}")
    if clause and clause not in titles:
        raise Invalid(f"clause: expected one of the policy, found {clause[:40]!r}")
    reporters = person.may(StaffAct.SEE_REPORTERS)
    if "source" in given and not reporters:
        raise Forbidden(UNSEEN)
    now, header = context.now(), page_header(context, person)
    stands = settled(context, header.entries)
    chosen = read_filter(context, {"view": key, **given}, person.id)
    query = view_query({"view": key, **given, "sort": sort})
    found_cases = case_filter.page(chosen, limit=ROWS + 1, after=cursor or None, sort=sort)
    shown = found_cases[:ROWS]
    language = language_of(person.language)
    views = tuple(_view(name, stands.tally, current=name == key) for name in VIEWS)
    words = QueueWords(
        view=key, given=given, sort=sort, clauses=titles, people=stands.names(),
        here=stands.here(now), language=language, several_sites=stands.several_sites,
    )  # fmt: skip
    counted = count_queue(context, person, words)
    return QueuePage(
        header=header,
        view=next(choice for choice in views if choice.current),
        views=views,
        facets=counted.facets,
        cases=counted.cases,
        rows=_rows(context, shown, language, stands, header),
        watch=None if shown else _watch(context),
        late=counted.late,
        oldest_at=counted.oldest_at,
        clause=clause,
        filters=_filters(context, person, key, given, count=not shown),
        asked=given,
        query=query,
        saved=tuple(
            SavedChoice(
                name=view.name, query=view.query, shared=view.shared, current=view.query == query
            )
            for view in stands.views_of(person.id, reporters=reporters)
        ),
        shares=person.may(StaffAct.DECIDE),
        sort=sort,
        cursor=cursor,
        next_cursor=shown[-1].id if len(found_cases) > ROWS else None,
    )


def _filters(
    context: AppContext, person: Person, view: str, given: Mapping[str, str], *, count: bool
) -> tuple[QueueFilter, ...]:
    return tuple(_without(context, person, view, given, name, count=count) for name in given)


def _without(
    context: AppContext,
    person: Person,
    view: str,
    given: Mapping[str, str],
    name: str,
    *,
    count: bool,
) -> QueueFilter:
    """A filter in force and the page without it."""
    rest = {other: value for other, value in given.items() if other != name}
    gives = None
    if count:
        gives = case_filter.count(read_filter(context, {"view": view, **rest}, person.id), COUNTED)
    return QueueFilter(
        name=name,
        value=given[name],
        without=view_query({"view": view, **rest}),
        gives=gives,
        more=gives == COUNTED,
    )


def _inside(view: str, group: Tally) -> bool:
    states, handled = VIEWS[view]
    return group.state in states and handled in (None, group.handled)


def _rows(
    context: AppContext, shown: list[Case], language: Language, stands: Settled, header: PageHeader
) -> tuple[QueueRow, ...]:
    ids, now = [case.id for case in shown], header.now
    granted = granted_by(context, stands.grants) if header.listen else None
    logged = log.of_cases(ids, (*ABOUT_STANDING, *WEIGHED))
    said = [
        (str(record.entry.case), record.entry.type, record.entry.payload)
        for record in logged
        if record.entry.type in WEIGHED and record.entry.payload
    ]
    claims = newest_standing(ids, logged)
    steps = next_steps(shown, now, stands.handed, said, granted, waiting=stands.approvals)
    people, here = stands.names(), stands.here(now)
    hours, others = hours_of(ids, now), open_of_customers({case.customer for case in shown})
    return tuple(
        replace(
            queue_row(case, claims.get(case.id), steps[case.id], language),
            hours=hours.get(case.id, ()),
            flooded=MOST in hours.get(case.id, ()),
            also=others.get(case.customer, 0) - (case.state is not CaseState.CLOSED),
            assignee=people.get(case.assignee or "", case.assignee or ""),
            away=case.assignee is not None and case.assignee not in here,
        )
        for case in shown
    )


def _view(name: str, tally: list[Tally], *, current: bool) -> FilterChoice:
    count = sum(group.cases for group in tally if _inside(name, group))
    return FilterChoice(key=name, title=TITLES[name], count=count, current=current)


def queue_row(
    case: Case, newest: Claim | None, step: StepOf, language: Language = "en"
) -> QueueRow:
    """One case in a line; `newest` is its newest claim."""
    return QueueRow(
        reference=case.reference,
        urgency=urgency_of(case.kind),
        state=case.state,
        kind=named(case.kind, language),
        sentence=_sentence(case, newest, language),
        subject=subject_of(newest.finding) if newest else case.resource,
        resource=case.resource,
        customer=case.customer,
        events=case.events,
        level=case.level,
        opened_at=case.opened_at,
        deadline_at=case.deadline_at,
        next_step=_ended(case, language) or step_sentence(step, language),
        unread=case.state is CaseState.ANSWERED,
    )


def _sentence(case: Case, newest: Claim | None, language: Language) -> str:
    often = extent([newest] if newest else [], case.events, language)
    text = f"{case.resource} {phrases.activity(case.kind, language)}: {often}"
    port = newest.finding.told_port if newest else None
    text += f", port {port}" if port else ""
    last = ("last", "sist")[language == "nb"]
    return f"{text}, {last} {show_minute(newest.at)}" if newest else text


def _ended(case: Case, language: Language) -> str:
    if case.state is not CaseState.CLOSED:
        return ""
    outcome = words_in(case.outcome.value if case.outcome else "no outcome", language)
    return f"{words_in('Closed', language)}: {outcome}"


def _watch(context: AppContext) -> IntakeSummary:
    mail, last = context.settings.mail, log.last(EntryType.RAW_RECEIVED)
    ears = (("lmtp", mail.lmtp_port), ("smtp", mail.smtp_port), ("maildir", mail.maildir))
    return IntakeSummary(
        last_received_at=last,
        received=raws.count() if last else 0,
        channels=(*(name for name, on in ears if on), "api"),
        prefixes=tuple(str(own_space.prefix) for own_space in inventory.own_space()[:PREFIXES]),
    )
