"""The queue: a page of cases, each with its sentence, in a handful of queries."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_list import NAMES, read_filter
from aupkeep.app.deciding.next_step import StepOf, next_steps, step_words
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.extent import extent
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.labels import subject_of, title_of
from aupkeep.app.pages.layout.load import NEEDED, page_header, urgency_of
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.app.pages.queue.page import IntakeSummary, QueueFilter, QueuePage, QueueRow
from aupkeep.app.policies import policy_in_force
from aupkeep.model.case import Case, CaseState, Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import named
from aupkeep.notify.measurements import Language
from aupkeep.store import case_filter, cases, inventory, log, raws, staff
from aupkeep.store.case_filter import SORTS, CaseFilter
from aupkeep.store.cases import Tally

ROWS = 50
PREFIXES = 20  # of our own space, named on an empty queue
COUNTED = 1000  # cases that an empty page counts for a filter less
ME = "me"  # an assignee: who looks
FILTERS = tuple(name for name in NAMES if name != "state")
VIEWS: dict[str, tuple[str, tuple[CaseState, ...], bool | None]] = {
    "open": ("Needs a person", NEEDED, False),
    "answered": ("Answered", (CaseState.ANSWERED,), None),
    "waiting": ("Waiting for the customer", (CaseState.WAITING,), None),
    "handled": ("Dealt with", (CaseState.OPEN,), True),
    "all": ("All that are not closed", (*NEEDED, CaseState.WAITING), None),
    "closed": ("Closed", (CaseState.CLOSED,), None),
}


def queue_page(
    context: AppContext, person: Person, view: str, cursor: str, asked: Mapping[str, str]
) -> QueuePage:
    """A page of the queue. Raises `Invalid` for an unknown view, clause or filter, `Missing`."""
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
    now = context.now()
    tally = cases.tally(now, waiting=CaseState.WAITING in VIEWS[key][1])
    inside = _groups(tally, key, clause)
    chosen = _filter(context, person, key, given)
    found_cases = case_filter.page(chosen, limit=ROWS + 1, after=cursor or None, sort=sort)
    shown = found_cases[:ROWS]
    views = tuple(_view(name, tally, current=name == key) for name in VIEWS)
    return QueuePage(
        header=page_header(context, person),
        view=next(choice for choice in views if choice.current),
        views=views,
        clauses=_clauses(tally, key, titles, clause),
        rows=_rows(shown, now, language_of(person.language)),
        watch=None if shown else _watch(context),
        late=sum(group.late for group in inside),
        oldest_at=min((group.oldest_at for group in inside), default=None),
        clause=clause,
        filters=_filters(context, person, key, given, count=not shown),
        asked=given,
        query=urlencode({"view": key, **given} | ({} if sort == "urgency" else {"sort": sort})),
        sort=sort,
        cursor=cursor,
        next_cursor=shown[-1].id if len(found_cases) > ROWS else None,
    )


def _filter(context: AppContext, person: Person, view: str, given: Mapping[str, str]) -> CaseFilter:
    mine = {"assignee": person.id} if given.get("assignee") == ME else {}
    _, states, handled = VIEWS[view]
    return replace(
        read_filter(context, {**given, **mine}),
        states=states,
        handled=handled,
        resting_at=context.now() if view == "open" else None,
    )


def _groups(tally: list[Tally], view: str, clause: str) -> list[Tally]:
    """The counts that a view is made of, under a clause where one is named."""
    return [group for group in tally if _inside(view, group) and clause in ("", group.clause)]


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
        gives = case_filter.count(_filter(context, person, view, rest), COUNTED)
    return QueueFilter(
        name=name,
        value=given[name],
        without=urlencode({"view": view, **rest}),
        gives=gives,
        more=gives == COUNTED,
    )


def _inside(view: str, group: Tally) -> bool:
    _, states, handled = VIEWS[view]
    return group.state in states and handled in (None, group.handled)


def _rows(shown: list[Case], now: datetime, language: Language) -> tuple[QueueRow, ...]:
    ids = [case.id for case in shown]
    claims, steps = cases.newest_claims(ids), next_steps(shown, now)
    others = cases.open_of({case.customer for case in shown})
    taken = any(case.assignee for case in shown)
    people = {member.address: member.name for member in staff.all()} if taken else {}
    return tuple(
        replace(
            queue_row(case, claims.get(case.id), steps[case.id], language),
            also=others.get(case.customer, 0) - (case.state is not CaseState.CLOSED),
            assignee=people.get(case.assignee or "", case.assignee or ""),
        )
        for case in shown
    )


def _view(name: str, tally: list[Tally], *, current: bool) -> FilterChoice:
    count = sum(group.cases for group in tally if _inside(name, group))
    return FilterChoice(key=name, title=VIEWS[name][0], count=count, current=current)


def _clauses(
    tally: list[Tally], view: str, titles: dict[str, str], clause: str
) -> tuple[FilterChoice, ...]:
    """The clauses that have cases in this view; the chosen one always."""
    counts = {clause: 0} if clause else {}
    for group in tally:
        if _inside(view, group):
            counts[group.clause] = counts.get(group.clause, 0) + group.cases
    return tuple(
        FilterChoice(key=name, title=titles.get(name, name), count=count, current=name == clause)
        for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def queue_row(
    case: Case, newest: Claim | None, step: StepOf, language: Language = "en"
) -> QueueRow:
    """One case in a line; `newest` is its newest claim."""
    title = title_of(step.measure, language) if step.measure else ""
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
        next_step=_ended(case, language) or step_words(step, language, title),
        unread=case.state is CaseState.ANSWERED,
    )


def _sentence(case: Case, newest: Claim | None, language: Language) -> str:
    often = extent([newest] if newest else [], case.events, language)
    text = f"{case.resource} {phrases.activity(case.kind, language)}: {often}"
    target = newest.finding.target if newest else None
    if target and target.port:
        text += f", port {target.port}"
    last = ("last", "sist")[language == "nb"]
    return f"{text}, {last} {newest.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if newest else text


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
