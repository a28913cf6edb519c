"""What a customer has with us, what of it each measure reaches, and what no driver reaches.

    aupkeep services alder

Every resource, address and host name that is on record as the customer's now, its account with the
sign-ins of its contacts, and its API credentials. Each names the measures that would reach it and
on which target; where none does there is a gap, with what closes it. A driver that only records
reaches nothing. What sub-customers have stands apart, under each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from aupkeep.app.context import AppContext
from aupkeep.app.deciding.placement import kind_of
from aupkeep.app.deciding.targets import targets_of
from aupkeep.app.enforcing.plan import planned_action, planning_driver
from aupkeep.app.inventory.customers import known_customer
from aupkeep.enforcement.action_checks import scope_refusal
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.placement import NotPlaced, Placed, Target, WantedScope, place
from aupkeep.model.counted import counted
from aupkeep.model.customer import Customer
from aupkeep.model.decision import PortRange, Scope
from aupkeep.model.errors import AupkeepError, DriverRefused
from aupkeep.model.holding import ALL_PORTS, Assignment
from aupkeep.model.ladder import HOLD, LEVELS, Measure
from aupkeep.store import actions, customers, hosted_names
from aupkeep.store import inventory as stored

RECORDS = "the driver of {} only records: nothing would be limited"
BY_HAND = (
    "a target for {} in aupkeep.toml (docs/enforcement.md); until then a person does it once it is "
    "decided: aupkeep done ACTION"
)
ANOTHER = "another target for {} in aupkeep.toml (docs/enforcement.md)"
UNSERVED = "let a target serve it for {}: sites, prefixes, kinds, names in aupkeep.toml"
MANY = "a prefix of many hosts is isolated host by host"
ONE_BY_ONE = "isolate its hosts one by one"


class ServiceKind(StrEnum):
    """What can be suspended of a customer."""

    RESOURCE = "resource"
    ADDRESS = "address"
    NAME = "name"
    ACCOUNT = "account"
    SIGN_IN = "sign-in"  # of a contact
    CREDENTIALS = "api-credentials"


MEASURES: dict[ServiceKind, tuple[Measure, ...]] = {
    ServiceKind.RESOURCE: (Measure.SUSPEND_RESOURCE, Measure.TERMINATE),
    ServiceKind.ADDRESS: (Measure.ISOLATE, Measure.SUSPEND_RESOURCE),
    ServiceKind.NAME: (Measure.BLOCK_NAME,),
    ServiceKind.ACCOUNT: (Measure.SUSPEND_ACCOUNT, Measure.TERMINATE),
    ServiceKind.SIGN_IN: (Measure.SUSPEND_ACCOUNT,),
    ServiceKind.CREDENTIALS: (Measure.SUSPEND_ACCOUNT,),
}


OF_RESOURCE = (ServiceKind.RESOURCE, ServiceKind.ADDRESS, ServiceKind.NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReach:
    """One measure that reaches a service, and the target that carries it; `level` is "L3"…"L7"."""

    level: str
    measure: Measure
    target: str
    driver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerService:
    """One thing a customer has; `gap` says why no driver reaches it, `remedy` what closes that."""

    kind: ServiceKind
    subject: str
    resource: str | None
    reached: tuple[ServiceReach, ...]
    gap: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerServices:
    """Everything of one customer at a moment; `gaps` counts what no driver reaches."""

    customer: str
    name: str
    at: datetime
    services: tuple[CustomerService, ...]
    gaps: int
    sub_customers: tuple["CustomerServices", ...] = ()


def customer_services(
    context: AppContext, customer: str, *, alone: bool = False
) -> CustomerServices:
    """What a suspension of the customer must reach; `alone` without those below it.

    It takes some 0.2 ms of a CPU a service. Raises `Missing`.
    """
    known, below = known_customer(customer), dict[str, list[Customer]]()
    for other in () if alone else customers.all():
        below.setdefault(other.parent or "", []).append(other)
    reach = _Reach(context, targets_of(context), actions.standing_by_target())
    return _services(known, below, reach, context.now(), frozenset({known.id}))


def _services(
    customer: Customer,
    below: dict[str, list[Customer]],
    reach: "_Reach",
    now: datetime,
    above: frozenset[str],
) -> CustomerServices:
    """One customer and, apart, those below; a customer that is its own parent is shown once."""
    services = tuple(_of_customer(customer, reach, now))
    subs = [sub for sub in below.get(customer.id, []) if sub.id not in above]
    return CustomerServices(
        customer=customer.id,
        name=customer.name,
        at=now,
        services=services,
        gaps=sum(service.gap is not None for service in services),
        sub_customers=tuple(_services(sub, below, reach, now, above | {sub.id}) for sub in subs),
    )


def _of_customer(customer: Customer, reach: "_Reach", now: datetime) -> Iterator[CustomerService]:
    """Resources, addresses, names, then the account, its sign-ins and its credentials."""
    held = stored.of_customer(customer.id, now)
    for resource in dict.fromkeys(item.resource for item in held):
        items = [item for item in held if item.resource == resource]
        first = WantedScope(
            scope=_scope(items[0], whole=True), site=items[0].site, kind=kind_of(resource)
        )
        yield reach.service(ServiceKind.RESOURCE, resource, first)
        for item in items:
            wanted = replace(first, scope=_scope(item), site=item.site)
            yield reach.service(ServiceKind.ADDRESS, _address(item), wanted)
    for name in hosted_names.of_customer(customer.id, now):
        scope = Scope(customer=customer.id, resource=name.resource, name=name.name)
        wanted = WantedScope(scope=scope, site=name.site, kind=kind_of(name.resource))
        yield reach.service(ServiceKind.NAME, name.name, wanted)
    resource = held[0].resource if held else customer.id  # a decision is about one of a case
    whole = WantedScope(
        scope=Scope(customer=customer.id, resource=resource), site=None, kind=kind_of(resource)
    )
    yield reach.service(ServiceKind.ACCOUNT, customer.external_id or customer.id, whole)
    for address in dict.fromkeys(contact.address for contact in customer.contacts):
        yield reach.service(ServiceKind.SIGN_IN, address, whole)
    yield reach.service(ServiceKind.CREDENTIALS, customer.external_id or customer.id, whole)


def _scope(item: Assignment, *, whole: bool = False) -> Scope:
    """The scope of a measure on what an assignment gives; `whole` is the resource's."""
    ports = (item.port_from, item.port_to)
    single = item.prefix.num_addresses == 1
    return Scope(
        customer=item.customer,
        resource=item.resource,
        address=item.prefix.network_address,
        source_ports=None if whole or ports == ALL_PORTS else PortRange(*ports),
        prefix_length=None if whole or single else item.prefix.prefixlen,
    )


def _address(item: Assignment) -> str:
    """The address or prefix, with its ports where others share it."""
    text = str(item.prefix.network_address if item.prefix.num_addresses == 1 else item.prefix)
    ports = (item.port_from, item.port_to)
    return text if ports == ALL_PORTS else f"{text} ports {PortRange(*ports)}"


@dataclass(frozen=True, slots=True)
class _Reach:
    """The targets of the settings, and how many measures stand on each."""

    context: AppContext
    targets: tuple[Target, ...]
    standing: dict[str, int]
    opened: dict[str, GuardedDriver | None] = field(default_factory=dict)

    def service(self, kind: ServiceKind, subject: str, wanted: WantedScope) -> CustomerService:
        """One service with what reaches it, else why nothing does."""
        reached, whys = list[ServiceReach](), list[tuple[str, str, str]]()
        for measure in MEASURES[kind]:
            ways, why = self._measure(measure, wanted)
            reached += ways
            whys += [(*why, measure)] if why else []
        return CustomerService(
            kind=kind,
            subject=subject,
            resource=wanted.scope.resource if kind in OF_RESOURCE else None,
            reached=tuple(reached),
            gap=None if reached else "; ".join(dict.fromkeys(gap for gap, _, _ in whys)),
            remedy=None if reached else _remedy(whys),
        )

    def _measure(
        self, measure: Measure, wanted: WantedScope
    ) -> tuple[list[ServiceReach], tuple[str, str] | None]:
        """Where one measure is carried out, or (why nowhere, what would help)."""
        scope = wanted.scope
        if measure is not Measure.ISOLATE:
            wanted = replace(wanted, scope=replace(scope, source_ports=None, prefix_length=None))
        elif scope_refusal(measure, scope) is not None:
            return [], (MANY, ONE_BY_ONE)
        placed = place(measure, [wanted], self.targets, self.standing)
        if isinstance(placed, NotPlaced):
            remedy = BY_HAND if placed.by_hand else UNSERVED
            return [], (placed.reason, remedy)
        able = {target.name: target.able for target in self.targets}
        reached = [
            ServiceReach(
                level=LEVELS[measure].name, measure=measure, target=part.target, driver=part.driver
            )
            for part in placed
            if able[part.target].enforces and self._unaimed(measure, part) is None
        ]
        if reached:
            return reached, None
        whys = [self._unaimed(measure, part) for part in placed if able[part.target].enforces]
        if whys:
            return [], ("; ".join(filter(None, whys)), ANOTHER)
        recording = ", ".join(part.target for part in placed)
        return [], (RECORDS.format(recording), ANOTHER)

    def _unaimed(self, measure: Measure, part: Placed) -> str | None:
        """Why the driver could not aim it, as far as it alone tells; None where nothing is known.

        A driver that cannot be opened on this machine has the word of its settings.
        """
        if part.target not in self.opened:
            self.opened[part.target] = self._open(part)
        driver, until = self.opened[part.target], self.context.now() + HOLD
        try:
            if driver is not None:
                driver.place(planned_action(self.context, measure, part, until))
        except DriverRefused as refused:
            return f"{part.target}: {refused}"
        return None

    def _open(self, part: Placed) -> GuardedDriver | None:
        """The target's driver, None where this machine cannot open it; no system is contacted."""
        chosen = self.context.settings.enforcement.target_named(part.target)
        try:
            return planning_driver(self.context, chosen)
        except AupkeepError:
            return None


def _remedy(whys: Iterable[tuple[str, str, str]]) -> str:
    """What closes a gap, each way said once for the measures that it is of."""
    measures: dict[str, list[str]] = {}
    for _, way, measure in whys:
        measures.setdefault(way, []).append(measure)
    return "; ".join(way.format(" or ".join(names)) for way, names in measures.items())


def service_lines(answer: CustomerServices, indent: str = "") -> Iterable[str]:
    """The answer for a person."""
    yield f"{indent}{answer.customer} ({answer.name}): {_count(answer)}"
    for service in answer.services:
        yield f"{indent}  {service.kind} {service.subject}"
        for reach in service.reached:
            yield f"{indent}    {reach.level} {reach.measure} on {reach.target} ({reach.driver})"
        if service.gap:
            yield f"{indent}    NO DRIVER REACHES IT: {service.gap}"
            yield f"{indent}    remedy: {service.remedy}"
    for sub in answer.sub_customers:
        yield f"{indent}sub-customer:"
        yield from service_lines(sub, f"{indent}  ")


def _count(answer: CustomerServices) -> str:
    """How much there is, and how much of it nothing reaches."""
    gaps = f"{answer.gaps} that no driver reaches" if answer.gaps else "a driver reaches each"
    return f"{counted(len(answer.services), 'service')}, {gaps}"
