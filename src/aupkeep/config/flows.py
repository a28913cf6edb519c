"""`[flows]`: listening addresses, exporters, and how long flows are kept.

    [flows]
    listen = ["192.0.2.10:2055", "[2001:db8::10]:6343"]

    [flows.edge]
    address = "192.0.2.1"
    site = "main"
    sampling = 1000
    customer_interfaces = { "3" = "203.0.113.10" }

Each table under it is one exporter. Packets of any other sender are refused and counted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, NamedTuple

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address, parse_subject

SITE = re.compile(r"[a-z0-9][a-z0-9._-]{0,40}", re.ASCII)
KEYS = ("address", "site", "sampling", "override", "customer_interfaces")
LONGEST_RATE = 1 << 32
TICK = range(20, 1001)  # milliseconds


class ListenAddress(NamedTuple):
    """An address and a port for exports; the protocol is recognised by its packets."""

    address: Address
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExporterSettings:
    """An exporter. `sampling` N means 1 in N; 0 means what the exporter states.

    With `override` our figure counts even where the exporter states another. `customers` are the
    interfaces behind which one customer's machine is and nobody else: number → its address. What
    comes in there from addresses that are not ours is forged, and it is known by whom.
    """

    name: str
    address: Address
    site: str = "main"
    site_stated: bool = False  # by the operator: only then is what it sees about that site
    sampling: int = 0
    override: bool = False
    customers: Mapping[int, Address] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSettings:
    """Flow telemetry. `tables` are the exporters by name, `[flows.<name>]`."""

    listen: tuple[str, ...] = ()  # "192.0.2.10:2055"; empty = no collector starts
    folder: str = ""  # where flows are kept; empty = flows/archive in the home
    retention_days: int = 30  # rows older than that are forgotten, but for those under a hold
    tick_ms: int = 200  # between looks at the windows; a window need not be over to be looked at
    buffer_bytes: int = 16 * 1024 * 1024  # of each socket, as far as the machine grants it
    evidence_rows: int = 200  # flow rows kept with a finding
    services: tuple[str, ...] = ()  # our own resolvers, panels, APIs: networks inside own space
    tunnels: tuple[str, ...] = ()  # networks of our own tunnels' ends; packets within count then
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises `Invalid` for values that cannot work."""
        for name in ("retention_days", "evidence_rows", "buffer_bytes"):
            if getattr(self, name) < 1:
                raise Invalid(f"[flows] {name}: expected at least 1, found {getattr(self, name)}")
        if self.tick_ms not in TICK:
            raise Invalid(f"[flows] tick_ms: expected 20 to 1000, found {self.tick_ms}")
        taken: dict[Address, str] = {}
        for exporter in self.exporters:
            if exporter.address in taken:
                name, address = exporter.name, exporter.address
                raise Invalid(
                    f"[flows.{name}] address: {address} is [flows.{taken[address]}] already"
                )
            taken[exporter.address] = exporter.name
        _ = self.listen_addresses, self.tunnel_ends, self.service_networks

    @property
    def listen_addresses(self) -> tuple[ListenAddress, ...]:
        """Where we listen. Raises `Invalid` for what is no address with a port."""
        return tuple(_listen_address(text) for text in self.listen)

    @property
    def service_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Our own services, whose overload is told. Raises `Invalid`."""
        return tuple(_network(text, "services") for text in self.services)

    @property
    def tunnel_ends(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Tunnel endpoints between which the inner packet is the flow. Raises `Invalid`."""
        return tuple(_network(text, "tunnels") for text in self.tunnels)

    @property
    def exporters(self) -> tuple[ExporterSettings, ...]:
        """The exporters by name. Raises `Invalid`."""
        return tuple(_exporter(name, self.tables[name]) for name in sorted(self.tables))


def _listen_address(text: str) -> ListenAddress:
    try:
        subject = parse_subject(text)
    except Invalid as error:
        raise Invalid(f"[flows] listen {text[:60]!r}: {error}") from error
    if subject.address is None or subject.port is None:
        raise Invalid(f"[flows] listen: expected an address with a port, found {text[:60]!r}")
    return ListenAddress(subject.address, subject.port)


def _network(text: str, what: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise Invalid(f"[flows] {what}: expected a network, found {text[:60]!r}") from error


def _exporter(name: str, table: Mapping[str, Any]) -> ExporterSettings:
    where = f"[flows.{name}]"
    for key in table:
        if key not in KEYS:
            raise Invalid(f"{where}: expected one of {', '.join(KEYS)}, found {key!r}")
    address = table.get("address")
    if not isinstance(address, str):
        shown = "none" if address is None else repr(address)
        raise Invalid(f"{where} address: expected the exporter's address, found {shown}")
    site = table.get("site", "main")
    if not isinstance(site, str) or not SITE.fullmatch(site):
        raise Invalid(f"{where} site: expected lower-case letters, digits, . _ -, found {site!r}")
    sampling = _whole(table.get("sampling", 0), f"{where} sampling", LONGEST_RATE)
    override = table.get("override", False)
    if not isinstance(override, bool) or (override and not sampling):
        raise Invalid(f"{where} override: expected true or false, true beside sampling only")
    behind = table.get("customer_interfaces", {})
    if not isinstance(behind, dict):
        raise Invalid(
            f"{where} customer_interfaces: expected a table of numbers and addresses,"
            f" found {behind!r}"
        )
    return ExporterSettings(
        name=name,
        address=parse_address(address, f"{where} address"),
        site=site,
        site_stated="site" in table,
        sampling=sampling,
        override=override,
        customers=dict(
            _interface(number, door, f"{where} customer_interfaces")
            for number, door in behind.items()
        ),
    )


def _interface(number: str, address: object, where: str) -> tuple[int, Address]:
    if not (number.isascii() and number.isdigit()):
        raise Invalid(f"{where}: expected the number of an interface, found {number[:60]!r}")
    return _whole(int(number), where), parse_address(str(address), where)


def _whole(value: object, where: str, most: int = LONGEST_RATE) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < most:
        raise Invalid(f"{where}: expected a whole number from 0 on, found {value!r}")
    return value
