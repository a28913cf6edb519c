"""The queue: a page of cases, each with its sentence, in a handful of queries."""

from datetime import UTC, datetime

from aupkeep.app.context import AppContext
from aupkeep.app.pages.extent import extent
from aupkeep.app.pages.labels import subject_of
from aupkeep.app.pages.layout.load import NEEDED, page_header, urgency_of
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.app.pages.queue.page import IntakeSummary, QueuePage, QueueRow
from aupkeep.app.policies import policy_in_force
from aupkeep.model.case import Case, CaseState, Claim
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Evidence
from aupkeep.notify import phrases
from aupkeep.notify.kind_names import named
from aupkeep.store import cases, inventory, log, raws
from aupkeep.store.cases import Tally

ROWS = 50
PREFIXES = 20  # of our own space, named on an empty queue
VIEWS: dict[str, tuple[str, tuple[CaseState, ...]]] = {
    "open": ("Needs a decision", NEEDED),
    "answered": ("Answered", (CaseState.ANSWERED,)),
    "waiting": ("Waiting for the customer", (CaseState.WAITING,)),
    "all": ("All that are not closed", (*NEEDED, CaseState.WAITING)),
    "closed": ("Closed", (CaseState.CLOSED,)),
}


def queue_page(
    context: AppContext, person: Person, view: str, clause: str, cursor: str
) -> QueuePage:
    """A page of the queue. Raises `Invalid` for an unknown view or clause, `Missing` a cursor."""
    key = view or "open"
    if key not in VIEWS:
        raise Invalid(f"view: expected one of {', '.join(VIEWS)}, found {key[:40]!r}")
    titles = {
        wording.id: wording.title for wording in policy_in_force(context.home).clauses.values()
    }
    if clause and clause not in titles:
        raise Invalid(f"clause: expected one of the policy, found {clause[:40]!r}")
    now = context.now()
    tally = cases.tally(now)
    states = VIEWS[key][1]
    inside = [group for group in tally if group.state in states and clause in ("", group.clause)]
    found_cases = _page_of_cases(states, clause, cursor)
    shown = found_cases[:ROWS]
    claims = cases.newest_claims(case.id for case in shown)
    views = tuple(_view(name, tally, current=name == key) for name in VIEWS)
    return QueuePage(
        header=page_header(
            context, person, sum(group.cases for group in tally if group.state in NEEDED)
        ),
        view=next(choice for choice in views if choice.current),
        views=views,
        clauses=_clauses(tally, states, titles, clause),
        rows=tuple(queue_row(case, claims.get(case.id), now) for case in shown),
        watch=_watch(context),
        late=sum(group.late for group in inside if group.state is not CaseState.CLOSED),
        oldest_at=min((group.oldest_at for group in inside), default=None),
        clause=clause,
        cursor=cursor,
        next_cursor=shown[-1].id if len(found_cases) > ROWS else None,
    )


def _page_of_cases(states: tuple[CaseState, ...], clause: str, cursor: str) -> list[Case]:
    """One case more than a page, so that the last page knows it is the last."""
    only = states[0] if len(states) == 1 else None
    some = states if only is None and CaseState.WAITING not in states else ()
    return cases.queue(
        only, limit=ROWS + 1, after=cursor or None, clause=clause or None, states=some
    )


def _view(name: str, tally: list[Tally], *, current: bool) -> FilterChoice:
    title, states = VIEWS[name]
    count = sum(group.cases for group in tally if group.state in states)
    return FilterChoice(key=name, title=title, count=count, current=current)


def _clauses(
    tally: list[Tally], states: tuple[CaseState, ...], titles: dict[str, str], clause: str
) -> tuple[FilterChoice, ...]:
    """The clauses that have cases in this view; the chosen one always."""
    counts = {clause: 0} if clause else {}
    for group in tally:
        if group.state in states:
            counts[group.clause] = counts.get(group.clause, 0) + group.cases
    return tuple(
        FilterChoice(key=name, title=titles.get(name, name), count=count, current=name == clause)
        for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def queue_row(case: Case, newest: Claim | None, now: datetime) -> QueueRow:
    """One case in a line; `newest` is its newest claim."""
    return QueueRow(
        reference=case.reference,
        urgency=urgency_of(case.kind),
        state=case.state,
        kind=named(case.kind),
        sentence=_sentence(case, newest),
        subject=subject_of(newest.finding) if newest else case.resource,
        resource=case.resource,
        customer=case.customer,
        events=case.events,
        level=case.level,
        opened_at=case.opened_at,
        deadline_at=case.deadline_at,
        next_step=_next_step(case, now),
        unread=case.state is CaseState.ANSWERED,
    )


def _sentence(case: Case, newest: Claim | None) -> str:
    often = extent([newest] if newest else [], case.events)
    text = f"{case.resource} {phrases.activity(case.kind, 'en')}: {often}"
    target = newest.finding.target if newest else None
    if target and target.port:
        text += f", port {target.port}"
    return f"{text}, last {newest.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if newest else text


def _next_step(case: Case, now: datetime) -> str:
    if case.state is CaseState.CLOSED:
        return f"Closed: {case.outcome.value if case.outcome else 'no outcome'}"
    if case.state is CaseState.ANSWERED:
        return "Read the answer"
    if case.state is CaseState.WAITING:
        late = case.deadline_at is not None and case.deadline_at <= now
        return "The deadline has passed" if late else "Wait for the customer"
    return "Look for proof: nobody proven shows any" if case.level is Evidence.E0 else "Decide"


def _watch(context: AppContext) -> IntakeSummary:
    mail, last = context.settings.mail, log.last(EntryType.RAW_RECEIVED)
    ears = (("lmtp", mail.lmtp_port), ("smtp", mail.smtp_port), ("maildir", mail.maildir))
    return IntakeSummary(
        last_received_at=last,
        received=raws.count() if last else 0,
        channels=(*(name for name, on in ears if on), "api"),
        prefixes=tuple(str(own_space.prefix) for own_space in inventory.own_space()[:PREFIXES]),
    )
