"""OpenStack: floating IP → port → machine → project → customer, read with a role that only reads.

A floating IP that is attached to a port is its machine's. An address of a port itself counts in the
subnets of external networks, of `networks` and from `subnet_pools` alone: in a network of their own
a customer gives out what numbers they like, ours too. Whose a project is say, in this order,
`customers` by the project's id, `customers` by its domain ("domain:ID"), and a tag of the project
that begins with the option `tag`. What belongs to a project that nobody maps is nobody's, and so is
all that is not attached.

A customer may write into their port what device it has. So the project is that of the floating IP
and the port, which are Neutron's word, and a machine is named only where Nova says that it is of
that project. An address of a router, of its SNAT or of Octavia is many machines': a router's
record, of the project where that is known, else nobody's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aupkeep.inventory.assignment_row import parse_prefix, parse_word
from aupkeep.inventory.broker import BrokerLine, broker_settings
from aupkeep.inventory.change_listener import ChangeListener
from aupkeep.inventory.cloud_event import moves_holders
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.keystone import CloudApi
from aupkeep.inventory.standing_source import (
    Look,
    SourceOptions,
    SourceReading,
    StandingSource,
)
from aupkeep.inventory.sync import RejectedHolding, SeenHolding
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_moment

HOUR = timedelta(hours=1)
OVERLAP = timedelta(minutes=10)  # by which a list of what changed begins before the last one
MACHINES = ("compute:", "baremetal:")
GATEWAYS = ("network:router_", "network:ha_router")  # gateway, interface, SNAT of a router
BALANCERS = ("Octavia", "neutron:LOADBALANCER")
FLOATING = "network:floatingip"  # the shadow of a floating IP, which is listed itself
GONE = ("DELETED", "SOFT_DELETED")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PortAddress:
    """An address at a port; `made` is when it came to its project, `since` when it last changed.

    `owner` is a floating IP's own project. `shared`: its ports lead to several machines.
    """

    address: str
    port: Row
    made: datetime | None
    since: datetime | None
    owner: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class PortHolder:
    """Whose an address is; without a customer nobody's. A gateway has many machines behind it."""

    customer: str
    resource: str
    gateway: bool = False


class UnmappedPort(Invalid):
    """The project, the text of this error, has no customer."""


class OpenStack:
    """Looks at one cloud; machines are kept from look to look."""

    def __init__(self, options: SourceOptions, client: HttpClient) -> None:
        """Raises `Invalid` for options that are wrong."""
        self._api = CloudApi(options.options, client)
        self._customers = options.customers
        self._tag = options.options.get("tag", "")
        if not isinstance(self._tag, str):
            raise Invalid("option tag: expected text, found another type")
        self._networks = _ids(options, "networks")
        self._pools = _ids(options, "subnet_pools")
        self._routers: dict[str, str] = {}  # id → project, as the next two
        self._servers: dict[str, str] = {}
        self._since_whole: dict[str, str] = {}  # those of the last whole list and since then
        self._projects: dict[str, str] = {}  # id → customer
        self._whole_at: datetime | None = None
        self._asked_at: datetime | None = None

    def look(self, now: datetime) -> SourceReading:
        """The present, whole."""
        api = self._api
        api.begin()
        floating = list(api.rows("network", "/floatingips", "floatingips"))
        ports = {_text(port, "id"): port for port in api.rows("network", "/ports", "ports")}
        routers = api.rows("network", "/routers", "routers")
        self._routers = {_text(item, "id"): _text(item, "project_id") for item in routers}
        subnets = self._subnets()
        self._read_servers(now)
        self._read_projects()
        reading = SourceReading()
        for subnet in subnets.values():
            self._add_subnet(reading, subnet)
        for number, item in enumerate(floating, start=1):
            self._add(reading, number, _attached(item, ports))
        for number, port in enumerate(ports.values(), start=1):
            for entry in _addresses(port, subnets):
                self._add(reading, number, entry)
        return reading

    def _subnets(self) -> dict[str, Row]:
        """The subnets whose numbers are ours to give, by id."""
        external = self._api.rows("network", "/networks", "networks", **{"router:external": "True"})
        networks = self._networks | {_text(network, "id") for network in external}
        return {
            _text(subnet, "id"): subnet
            for subnet in self._api.rows("network", "/subnets", "subnets")
            if _text(subnet, "network_id") in networks or self._is_of_pool(subnet)
        }

    def _is_of_pool(self, subnet: Row) -> bool:
        """Whether it is a customer's own prefix, cut by Neutron from a pool of ours."""
        return _text(subnet, "subnetpool_id") in self._pools

    def _add_subnet(self, reading: SourceReading, subnet: Row) -> None:
        """A prefix of a customer's own, or one from which addresses are given out: a pool."""
        customer, project = "", _text(subnet, "project_id")
        try:
            if self._is_of_pool(subnet):
                customer = self._customer(project)
        except UnmappedPort:
            reading.unmapped.add(project)
        try:
            row = SeenHolding(
                prefix=parse_prefix(_text(subnet, "cidr"), "cidr"),
                customer=customer,
                resource=f"subnet:{_text(subnet, 'id')}",
                pool=not customer,
                since=_moment(subnet, "updated_at"),
                renewed=_moment(subnet, "created_at"),
            )
        except Invalid as error:
            reading.rejected.append(RejectedHolding(row=1, reason=f"subnet: {error}"))
        else:
            reading.rows.append(row)

    def _add(self, reading: SourceReading, number: int, entry: PortAddress) -> None:
        """Add whose an address is; where nobody knows, that it is nobody's."""
        try:
            prefix = parse_prefix(entry.address)
        except Invalid as error:
            reading.rejected.append(RejectedHolding(row=number, reason=str(error)))
            return
        try:
            holder = self._holder(entry)
        except UnmappedPort as project:
            reading.unmapped.add(str(project))
            holder = PortHolder("", f"project:{project}")
        except Invalid as error:
            why = f"{prefix}: {error}"
            reading.rejected.append(
                RejectedHolding(row=number, reason=why, prefix=prefix, settled=True)
            )
            holder = PortHolder("", "doubtful")
        reading.rows.append(
            SeenHolding(
                prefix=prefix,
                customer=holder.customer,
                resource=f"{holder.resource} (router)" if holder.gateway else holder.resource,
                router=holder.gateway and bool(holder.customer),
                pool=not holder.customer,
                since=entry.since,
                renewed=entry.made,
            )
        )

    def _holder(self, entry: PortAddress) -> PortHolder:
        """Whose the port is that an address is at. Raises `UnmappedPort`, `Invalid`."""
        port, device = entry.port, _text(entry.port, "device_id")
        kind, project = _text(port, "device_owner"), _text(port, "project_id")
        named = f"port:{_text(port, 'id')}"
        if not port:
            return PortHolder("", "not attached")
        if entry.owner and entry.owner != project:
            raise Invalid(f"expected a port of project {entry.owner}, found one of {project}")
        if entry.shared:
            return PortHolder(self._customer(project), "port-forwarding", gateway=True)
        if kind.startswith(MACHINES) and self._servers.get(device) == project:
            return PortHolder(self._customer(project), f"instance:{device}")
        router = self._routers.get(device, "") if kind.startswith(GATEWAYS) else ""
        if router and project in (router, ""):  # a gateway's port has no project: Neutron made it
            return PortHolder(self._customer(router), f"router:{device}", gateway=True)
        if kind.startswith(BALANCERS):
            return PortHolder(self._customer(project), f"loadbalancer:{device}", gateway=True)
        return PortHolder(self._customer(project) if project else "", named)

    def _customer(self, project: str) -> str:
        customer = self._customers.get(project) or self._projects.get(project)
        if not customer:
            raise UnmappedPort(project[:100] or "(no project)")
        return parse_word(customer, "customer")

    def _read_servers(self, now: datetime) -> None:
        """All machines once an hour, in between those that changed since the last look.

        The list is later than that of the ports: a machine that ended in between is known from
        before, and would have another name for one look.
        """
        whole = self._whole_at is None or now - self._whole_at >= HOUR
        query: dict[str, object] = {"all_tenants": "True"}
        if not whole and self._asked_at is not None:
            query["changes-since"] = f"{self._asked_at - OVERLAP:%Y-%m-%dT%H:%M:%SZ}"
        fresh = {
            _text(row, "id"): _text(row, "tenant_id")
            for row in self._api.rows("compute", "/servers/detail", "servers", **query)
            if row.get("status") not in GONE
        }
        self._servers = {**(self._since_whole if whole else self._servers), **fresh}
        self._since_whole = fresh if whole else {**self._since_whole, **fresh}
        self._whole_at, self._asked_at = now if whole else self._whole_at, now

    def _read_projects(self) -> None:
        """Whose each project is, by its domain or its tag, where either is asked for."""
        domains = any(name.startswith("domain:") for name in self._customers)
        rows = self._api.projects() if domains or self._tag else ()
        self._projects = {
            _text(row, "id"): customer
            for row in rows
            if (customer := _mapped(row, self._customers, self._tag))
        }


def _attached(item: Row, ports: Mapping[str, Row]) -> PortAddress:
    """A floating IP at its port, which is empty where it is at none, or at one that is gone."""
    made, changed = _moment(item, "created_at"), _moment(item, "updated_at")
    address, owner = _text(item, "floating_ip_address"), _text(item, "project_id")
    if item.get("port_forwardings") and not item.get("port_id"):
        return PortAddress(address, item, made, changed, shared=True)
    port = ports.get(_text(item, "port_id"), {})
    later = _moment(port, "updated_at")
    since = max(changed, later) if changed and later else None
    return PortAddress(address, port, made, since, owner)


def _addresses(port: Row, subnets: Mapping[str, Row]) -> Iterator[PortAddress]:
    """Each address of a port itself that is ours to give."""
    fixed = port.get("fixed_ips")
    if not isinstance(fixed, list) or port.get("device_owner") == FLOATING:
        return
    made, changed = _moment(port, "created_at"), _moment(port, "updated_at")
    for item in fixed:
        if isinstance(item, dict) and _text(item, "subnet_id") in subnets:
            yield PortAddress(_text(item, "ip_address"), port, made, changed)


def _mapped(project: Row, customers: Mapping[str, str], tag: str) -> str:
    """Whose a project is by its domain, else by its tag; "" where neither says, or two tags do."""
    customer = customers.get(f"domain:{_text(project, 'domain_id')}", "")
    tags = project.get("tags")
    named = {
        text.removeprefix(tag)
        for text in (tags if tag and isinstance(tags, list) else ())
        if isinstance(text, str) and text.startswith(tag)
    }
    return customer or (named.pop() if len(named) == 1 else "")


def _ids(options: SourceOptions, name: str) -> set[str]:
    value = options.options.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Invalid(f"option {name}: expected a list of ids, found another value")
    return set(value)


def _text(item: Row, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _moment(item: Row, name: str) -> datetime | None:
    """A time of the cloud; one that cannot be read is none."""
    try:
        return parse_moment(_text(item, name), name)
    except Invalid:
        return None


def open_cloud(options: SourceOptions, client: HttpClient) -> Look:
    """Prepare a cloud. Raises `Invalid`."""
    return OpenStack(options, client).look


def listen_to_cloud(options: SourceOptions) -> ChangeListener | None:
    """Its notifications, where the options name a broker. Raises `Invalid`."""
    broker = broker_settings(options)
    return ChangeListener(lambda: BrokerLine(broker), moves_holders) if broker else None


SOURCE = StandingSource("openstack", 25, open_cloud, listen=listen_to_cloud)
