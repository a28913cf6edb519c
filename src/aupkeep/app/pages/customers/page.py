"""The pages of the desk's customers."""

from dataclasses import dataclass

from aupkeep.app.enforcing.services import CustomerServices
from aupkeep.app.notifying.opt_outs import CustomerMail
from aupkeep.app.pages.customers.record import CustomerLine, CustomerRecord
from aupkeep.app.pages.layout.page import FilterChoice, PageHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersPage:
    """A page of the list; `typed` narrows it by id or name, `next_cursor` None on the last one."""

    header: PageHeader
    typed: str
    views: tuple[FilterChoice, ...]
    view: str
    rows: tuple[CustomerLine, ...]
    cursor: str
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecordPage:
    """One customer. `masked` are its contacts' addresses as the page shows them, in their order.

    `wishes` says whether this person may write down of which of `kinds` it wants no mail;
    `services` what a suspension must reach, None where a page cannot look all up.
    """

    header: PageHeader
    record: CustomerRecord
    masked: tuple[str, ...]
    mail: CustomerMail
    kinds: tuple[str, ...]
    wishes: bool
    services: CustomerServices | None
