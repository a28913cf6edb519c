"""The page of an address or a prefix."""

from aupkeep.app.context import AppContext
from aupkeep.app.pages.addresses.page import AddressPage
from aupkeep.app.pages.addresses.record import address_record
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.notify.measurements import Language


def address_page(
    context: AppContext, person: Person, subject: str, as_of: str, language: Language
) -> AddressPage:
    """What is known about it. Raises `Invalid` for no address, and for no time."""
    record = address_record(context, subject, as_of, language=language)
    return AddressPage(header=page_header(context, person), record=record, as_of=as_of)
