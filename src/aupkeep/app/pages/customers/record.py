"""Customers as the desk asks for them: a line of the list, and one whole."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.off_boarding import OffBoarding, off_boardings
from aupkeep.app.enforcing.standing import StandingMeasure, standing_measure
from aupkeep.app.inventory.customers import CustomerFacts, customer_facts, known_customer
from aupkeep.model.case import Case, CaseState, Outcome
from aupkeep.model.customer import Customer
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import ALL_PORTS, Assignment
from aupkeep.model.notice import Notice, NoticeKind, Party
from aupkeep.model.permission import Permission
from aupkeep.model.strike import Strike
from aupkeep.store import (
    actions,
    agent_heard,
    cases,
    customers,
    inventory,
    notices,
    permissions,
    strikes,
)

CASES = 100  # of one customer, the newest
NOTICES = 30
HISTORY = 200  # records of addresses, the newest
VIEWS = ("", "open", "standing", "unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One customer of the list: cases that are not closed, measures that stand, no contact."""

    customer: str
    name: str
    type: str
    tier: str | None
    tags: tuple[str, ...]
    open: int
    standing: int
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCase:
    """A case of theirs."""

    reference: str
    state: CaseState
    kind: str
    clause: str
    level: str
    resource: str
    events: int
    opened: datetime
    changed: datetime
    deadline: datetime | None
    outcome: Outcome | None
    strikes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAddress:
    """What they hold or held; `until` None = still."""

    address: str
    resource: str
    site: str
    ports: str | None
    since: datetime
    until: datetime | None
    source: str
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotice:
    """A notice about one of their cases: sent, failed, or waiting when both are None."""

    kind: NoticeKind
    party: Party
    case: str
    title: str
    language: str
    made: datetime
    sent: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord(CustomerFacts):
    """A customer whole: each list the newest first; `below` are whose reseller they are."""

    open: tuple[CustomerCase, ...]
    closed: tuple[CustomerCase, ...]
    measures: tuple[StandingMeasure, ...]
    resources: tuple[HeldAddress, ...]
    history: tuple[HeldAddress, ...]
    notices: tuple[CustomerNotice, ...]
    permissions: tuple[Permission, ...]
    strikes: tuple[Strike, ...]
    below: tuple[str, ...]
    off_boardings: tuple[OffBoarding, ...] = ()
    opted_out: tuple[str, ...] = ()  # kinds of which it wants no mail that asks nothing


def customer_lines(
    *,
    text: str = "",
    view: str = "",
    limit: int = 50,
    after: str | None = None,
    tag: str | None = None,
) -> list[CustomerLine]:
    """A page of customers by id, behind the id `after`. Raises `Invalid` for an unknown view."""
    if view not in VIEWS:
        raise Invalid(f"view: expected one of {', '.join(VIEWS[1:])}, found {view[:40]!r}")
    page = customers.page(text=text, view=view, limit=limit, after=after)
    ids = [known.id for known in page]
    opened, standing = cases.open_of(ids), actions.standing_of(ids)
    return [
        _line(known, opened.get(known.id, 0), standing.get(known.id, 0))
        for known in page
        if tag is None or tag in known.tags
    ]


def _line(known: Customer, opened: int, standing: int) -> CustomerLine:
    return CustomerLine(
        customer=known.id,
        name=known.name,
        type=known.type,
        tier=known.tier,
        tags=tuple(sorted(known.tags)),
        open=opened,
        standing=standing,
        reachable=bool(known.contacts),
    )


def customer_record(context: AppContext, customer: str, *, reporters: bool) -> CustomerRecord:
    """One customer with everything about it. Raises `Missing`.

    `reporters`: letters to reporters are in it, too.
    """
    facts = customer_facts(customer)
    theirs = cases.of_customer(customer, CASES)
    heard = agent_heard.by_target()
    records = inventory.history_of_customer(customer, HISTORY)
    now = context.now()
    held = [it for it in records if it.start <= now and (it.end is None or it.end > now)]
    return CustomerRecord(
        **{item.name: getattr(facts, item.name) for item in fields(facts)},
        open=case_lines(case for case in theirs if case.state is not CaseState.CLOSED),
        closed=case_lines(case for case in theirs if case.state is CaseState.CLOSED),
        measures=tuple(
            standing_measure(action, heard) for action in actions.moving_of_customer(customer)
        ),
        resources=tuple(sorted(map(held_address, held), key=lambda it: (it.resource, it.address))),
        history=tuple(map(held_address, records)),
        notices=tuple(
            _notice(notice, reference)
            for notice, reference in notices.of_customer(customer, NOTICES)
            if reporters or not notice.names_reporter
        ),
        permissions=tuple(permissions.of_customer(customer)),
        strikes=tuple(strikes.of_customer(customer)),
        below=tuple(customers.below(customer)),
        opted_out=tuple(sorted(known_customer(customer).opted_out)),
        off_boardings=off_boardings(context, customer),
    )


def case_lines(some: Iterable[Case]) -> tuple[CustomerCase, ...]:
    """Cases as lines of a customer's or an address's page."""
    return tuple(
        CustomerCase(
            reference=case.reference,
            state=case.state,
            kind=case.kind,
            clause=case.clause,
            level=case.level.name,
            resource=case.resource,
            events=case.events,
            opened=case.opened_at,
            changed=case.changed_at,
            deadline=case.deadline_at,
            outcome=case.outcome,
            strikes=case.strikes,
        )
        for case in some
    )


def held_address(record: Assignment) -> HeldAddress:
    """A record of the inventory: an address without its length, a prefix with it."""
    whole = record.prefix.num_addresses == 1
    ports = (record.port_from, record.port_to)
    return HeldAddress(
        address=str(record.prefix.network_address if whole else record.prefix),
        resource=record.resource,
        site=record.site,
        ports=None if ports == ALL_PORTS else f"{record.port_from}-{record.port_to}",
        since=record.start,
        until=record.end,
        source=record.source,
        customer=record.customer,
    )


def _notice(notice: Notice, reference: str) -> CustomerNotice:
    return CustomerNotice(
        kind=notice.kind,
        party=notice.party,
        case=reference,
        title=notice.title,
        language=notice.language,
        made=notice.made_at,
        sent=notice.sent_at,
        failure=notice.failure,
    )
