"""The page of an address or a prefix."""

from dataclasses import dataclass

from aupkeep.app.pages.addresses.record import AddressRecord
from aupkeep.app.pages.layout.page import PageHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPage:
    """`as_of` is the field as it was sent."""

    header: PageHeader
    record: AddressRecord
    as_of: str
