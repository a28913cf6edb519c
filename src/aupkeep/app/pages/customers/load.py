"""The desk's customers as pages."""

from dataclasses import replace

from aupkeep.app.access.authority import sees_reporters
from aupkeep.app.context import AppContext
from aupkeep.app.enforcing.services import CustomerServices, ServiceKind, customer_services
from aupkeep.app.notifying.opt_outs import customer_mail
from aupkeep.app.pages.customers.page import CustomerRecordPage, CustomersPage
from aupkeep.app.pages.customers.record import (
    HISTORY,
    VIEWS,
    CustomerRecord,
    customer_lines,
    customer_record,
)
from aupkeep.app.pages.labels import masked
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import FilterChoice, Person
from aupkeep.model.roles import StaffAct
from aupkeep.model.taxonomy import KINDS
from aupkeep.store import hosted_names

ROWS = 50


def customers_page(
    context: AppContext, person: Person, typed: str, view: str, cursor: str
) -> CustomersPage:
    """A page of the list. Raises `Invalid` for an unknown view."""
    text = typed.strip()
    rows = customer_lines(text=text, view=view, limit=ROWS + 1, after=cursor or None)
    return CustomersPage(
        header=page_header(context, person),
        typed=typed,
        views=tuple(
            FilterChoice(key=name, title=name, count=0, current=name == view) for name in VIEWS
        ),
        view=view,
        rows=tuple(rows[:ROWS]),
        cursor=cursor,
        next_cursor=rows[ROWS - 1].customer if len(rows) > ROWS else None,
    )


def customer_record_page(context: AppContext, person: Person, customer: str) -> CustomerRecordPage:
    """One customer. Raises `Missing`."""
    record = customer_record(context, customer, reporters=sees_reporters(person.id))
    return CustomerRecordPage(
        header=page_header(context, person),
        record=record,
        mail=customer_mail(context, customer),
        kinds=tuple(sorted(KINDS)),
        wishes=person.may(StaffAct.DECIDE),
        services=_services(context, record),
        masked=tuple(masked(contact.address) for contact in record.contacts),
    )


def _services(context: AppContext, record: CustomerRecord) -> CustomerServices | None:
    """Those of the customer alone; None where they are more than a page may look up.

    Whose sign-in it is stands as the page shows contacts.
    """
    names = hosted_names.how_many(record.customer, context.now())
    if len(record.history) + names >= HISTORY:
        return None
    services = customer_services(context, record.customer, alone=True)
    rows = (
        replace(row, subject=masked(row.subject)) if row.kind is ServiceKind.SIGN_IN else row
        for row in services.services
    )
    return replace(services, services=tuple(rows))
