"""Aims at pages, for the contract suite and the tests of web servers."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from enforcement.orders import FOUR


def aim_at(port: int) -> Callable[..., Scope]:
    """Scopes of pages of shop.example at a port, each address with a page of its own."""

    def aim(
        measure: Measure = Measure.BLOCK_URL,
        address: IPv4Address | IPv6Address = FOUR,
        **changes: object,
    ) -> Scope:
        url = f"http://shop.example:{port}/p/{str(address).replace(':', '-')}?of={measure}"
        return Scope(**{"customer": "acme", "resource": "vm-7", "url": url, **changes})  # type: ignore[arg-type]

    return aim


def no_reaches(measure: Measure) -> list[Scope]:
    """A page has no ports and no assignment."""
    return []
