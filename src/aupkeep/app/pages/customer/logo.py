"""The logo of a brand, on the page of a customer's link."""

from aupkeep.app.access.links import find_link
from aupkeep.app.context import AppContext
from aupkeep.config.logos import Logo, read_logo
from aupkeep.model.customer import Customer
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.link import LinkKind
from aupkeep.store import cases, customers


def customer_logo(context: AppContext, token: str) -> Logo:
    """The logo on the page of a link. Raises `Missing`, also for what is no picture; `Gone`."""
    link = find_link(context, token, LinkKind.CUSTOMER)
    case = cases.get(link.case or "")
    logo = logo_of(context, customers.get(case.customer)) if case else None
    if logo is None:
        raise Missing("this page has no logo")
    return logo


def logo_of(context: AppContext, customer: Customer | None) -> Logo | None:
    """The logo of the customer's brand; None without one, and for a file that is no picture."""
    name = context.settings.brands.of(customer.brand if customer else None).logo
    try:
        return read_logo(context.home.path, name) if name else None
    except Invalid:
        return None
