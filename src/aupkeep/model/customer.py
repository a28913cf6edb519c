"""Customers and how to reach them."""

from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.model.added_field import ADDED_FIELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One address of a customer: `role` is abuse, technical, legal, owner, billing or abuse-desk.

    `abuse-desk` is a reseller's own desk: it gets reports about those below in XARF.
    """

    address: str
    role: str = "abuse"
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who holds resources; `id` is the provider's own, `tags` may hold protected, critical."""

    id: str
    name: str
    type: str = "business"  # business | private
    contacts: tuple[Contact, ...] = ()
    brand: str | None = None
    tier: str | None = None
    parent: str | None = None  # the reseller above
    external_id: str | None = None
    tags: frozenset[str] = frozenset()
    since: datetime | None = None
    bare: bool = False  # known only from an assignment: no contact, waits in the inbox
    # the IANA zone its times are told in beside UTC; None = the provider's
    zone: str | None = field(default=None, metadata=ADDED_FIELD)
    # kinds of which it wants no mail while nothing is asked or limited; set by the desk, no import
    opted_out: frozenset[str] = field(default=frozenset(), metadata=ADDED_FIELD)
