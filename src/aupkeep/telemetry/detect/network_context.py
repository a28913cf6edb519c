"""What the operator knows: listed addresses, customers' interfaces, the provider's own services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from aupkeep.model.subject import Address
from aupkeep.telemetry.rows import Exporters, halves
from aupkeep.telemetry.window.layout import CONTACT_PROBES
from aupkeep.telemetry.window.own_slots import Network, OwnSlots
from aupkeep.telemetry.window.sketches import hash3
from aupkeep.telemetry.window.state import CONTACT, INTERFACE, ListedArrays, nothing_listed

ANY_PORT = -1  # port
C2, MINING = "c2", "mining"  # labels of contacts that feeds give
BITS = 64  # of one word of the filter


class ListedContact(NamedTuple):
    """A listed address: whom it serves ("c2", "botnet", "mining"), who says so, at which port."""

    address: Address
    label: str
    source: str
    port: int = ANY_PORT


class CustomerInterface(NamedTuple):
    """An exporter's interface behind which one customer is, and nobody else."""

    exporter: Address
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkContext:
    """`interfaces` name the customer's own address behind each; only those can show spoofing.

    `services` are the provider's own machines inside our prefixes: resolvers, panels, the API.
    """

    contacts: Iterable[ListedContact] = ()
    interfaces: Mapping[CustomerInterface, Address] = field(default_factory=dict)
    services: Iterable[Network] = ()


def listed_arrays(
    contacts: list[ListedContact], around: NetworkContext, exporters: Exporters
) -> ListedArrays:
    """The arrays of what is listed; `exporters` numbers them as the rows do."""
    empty = nothing_listed()
    places, bits = _contacts(contacts) if contacts else (empty.contact, empty.bits)
    return ListedArrays(bits=bits, contact=places, interface=_interfaces(around, exporters))


def _contacts(contacts: list[ListedContact]) -> tuple[np.ndarray, np.ndarray]:
    """A table of twice the size or more, in which each is found within CONTACT_PROBES places."""
    size = 1 << max(len(contacts) * 2 - 1, 63).bit_length()
    while True:
        table = np.zeros(size, CONTACT)
        if all(_place(table, number, contact) for number, contact in enumerate(contacts)):
            break
        size *= 2
    bits = np.zeros(size * 4 // BITS, np.uint64)
    for key in table["key"][table["key"] != 0]:
        bit = int(key) & (len(bits) * BITS - 1)
        bits[bit // BITS] |= np.uint64(1 << bit % BITS)
    return table, bits


def _place(table: np.ndarray, number: int, contact: ListedContact) -> bool:
    key = contact_key(contact.address)
    hi, lo = halves(contact.address)
    for step in range(CONTACT_PROBES):
        at = ((key >> 32) + step) & (len(table) - 1)
        if table["key"][at] == 0:
            table[at] = (key, hi, lo, contact.port, number)
            return True
    return False


def contact_key(address: Address) -> int:
    """The key of an address, without a seed: whoever is listed cannot choose who looks."""
    hi, lo = halves(address)
    return int(hash3(np.uint64(0), np.uint64(hi), np.uint64(lo), np.uint64(address.version)))


def _interfaces(around: NetworkContext, exporters: Exporters) -> np.ndarray:
    table = np.zeros(len(around.interfaces), INTERFACE)
    for at, (where, behind) in enumerate(around.interfaces.items()):
        key = exporters.number(where.exporter) << 32 | where.number
        table[at] = (key, *halves(behind), behind.version)
    return np.sort(table, order="key")


def service_slots(own: OwnSlots, services: Iterable[Network]) -> list[int]:
    """The dense slots of the provider's own services. Hashed addresses are not among them."""
    slots = []
    for network in services:
        first = own.slot(network.network_address)
        if 0 <= first < own.dense:
            slots += list(range(first, first + network.num_addresses))
    return slots
