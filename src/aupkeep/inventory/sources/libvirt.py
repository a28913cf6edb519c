"""libvirt: the addresses of a hypervisor's domains, read with `virsh --readonly`.

An address is a domain's where the hypervisor says so, and never where the guest does: the parameter
IP of its `filterref`, which nwfilter enforces; an `<ip>` of its interface; and, while it runs, the
lease of libvirt's own DHCP server. What the guest agent or ARP says does not count.

The customer stands in the domain's metadata, which operators write: an attribute `customer` of any
element in `<metadata>`. What it says, or else the domain's UUID, is looked up in
`customers`; with `named = true` it is the customer's id itself.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from aupkeep.inventory.assignment_row import parse_prefix, parse_word
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.standing_source import (
    Look,
    SourceOptions,
    SourceReading,
    StandingSource,
    text_option,
)
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.inventory.virsh import DomainElement, Virsh, read_xml
from aupkeep.model.errors import Invalid, Unreadable
from aupkeep.model.holding import Network
from aupkeep.model.subject import parse_address

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LEASE = re.compile(r"\s*\S+\s+\S+\s+ipv[46]\s+(\S+)\s*")
MOST = 20_000  # domains


class Hypervisor:
    """Looks at the domains of one connection."""

    def __init__(self, options: SourceOptions) -> None:
        """Raises `Invalid` for options that are wrong."""
        command = text_option(options, "virsh", "virsh")
        self._virsh = Virsh(text_option(options, "uri", "qemu:///system"), command)
        self._leases = options.options.get("leases", True)
        self._named = options.options.get("named", False)
        if not isinstance(self._leases, bool) or not isinstance(self._named, bool):
            raise Invalid("options leases, named: expected true or false, found another type")
        self._customers = options.customers

    def look(self, now: datetime) -> SourceReading:
        """Each address of each domain now."""
        del now
        self._virsh.begin()
        reading = SourceReading()
        running = set(self._domains())  # suspended ones too, perhaps by a measure of ours
        for number, uuid in enumerate(self._domains("--all"), start=1):
            domain = next(read_xml(self._virsh.ask("dumpxml", uuid)).all("domain"), None)
            if domain is None:
                raise Unreadable("virsh dumpxml: expected a domain, found another document")
            for text in dict.fromkeys(self._addresses(domain, uuid, running)):
                self._add(reading, number, uuid, domain, text)
        return reading

    def _domains(self, *which: str) -> list[str]:
        """The UUIDs of domains, of those that are not off where nothing is said.

        Raises `Unreadable`.
        """
        lines = [line.strip() for line in self._virsh.ask("list", *which, "--uuid").splitlines()]
        uuids = [line for line in lines if line]
        if len(uuids) > MOST or not all(UUID.fullmatch(uuid) for uuid in uuids):
            raise Unreadable(f"virsh list: expected at most {MOST} UUIDs, found others")
        return uuids

    def _addresses(self, domain: DomainElement, uuid: str, running: set[str]) -> Iterator[str]:
        for interface in domain.all("devices", "interface"):
            for item in interface.all("ip"):
                yield item.attributes.get("address", "")
            for item in interface.all("filterref", "parameter"):
                if item.attributes.get("name") == "IP":
                    yield item.attributes.get("value", "")
        if self._leases and uuid in running:
            for line in self._virsh.ask("domifaddr", uuid, "--source", "lease").splitlines():
                match = LEASE.fullmatch(line)
                if match:
                    yield match[1].partition("/")[0]

    def _add(
        self, reading: SourceReading, number: int, uuid: str, domain: DomainElement, text: str
    ) -> None:
        prefix: Network | None = None
        try:
            prefix = parse_prefix(str(parse_address(text, "address")))
            customer = self._customer(uuid, domain)
        except Invalid as error:
            reading.rejected.append(
                RejectedHolding(row=number, reason=f"{uuid}: {error}", prefix=prefix)
            )
            return
        if not customer:
            reading.unmapped.add(uuid)
        reading.rows.append(
            SeenHolding(
                prefix=prefix, customer=customer, resource=f"domain:{uuid}", pool=not customer
            )
        )

    def _customer(self, uuid: str, domain: DomainElement) -> str:
        """Whose a domain is, "" where nobody says so. Raises `Invalid` where two do."""
        said = {
            element.attributes["customer"]
            for metadata in domain.all("metadata")
            for element in _below(metadata)
            if element.attributes.get("customer")
        }
        if len(said) > 1:
            raise Invalid(f"metadata: expected one customer, found {len(said)}")
        if said:
            name = parse_word(said.pop(), "metadata customer")
            return self._customers.get(name, name if self._named else "")
        return self._customers.get(uuid, "")


def _below(element: DomainElement) -> Iterator[DomainElement]:
    for child in element.children:
        yield child
        yield from _below(child)


def open_libvirt(options: SourceOptions, client: HttpClient) -> Look:
    """Prepare a connection. Raises `Invalid`."""
    del client  # virsh asks
    return Hypervisor(options).look


SOURCE = StandingSource("libvirt", 60, open_libvirt, local=True)
