"""Whom and what a measure on a resource would reach, before anybody decides it.

Everything is of this moment: what the resource has besides the address in question, whose
sub-customers its customer has, which protections are tagged, and how much traffic of the last day
the kept flows show at the addresses that would be touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.telemetry.questions.flows import top_of
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Missing, TooMany
from aupkeep.model.subject import Address
from aupkeep.store import customers, hosted_names
from aupkeep.store import inventory as stored
from aupkeep.telemetry.history.history import TotalsBy

DAY = timedelta(days=1)
MOST = 20  # addresses that flows are asked about, names and sub-customers that are listed
PEERS = 1_000  # told apart at most
PROTECTING = ("protected", "critical")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficOfADay:
    """What the kept flows show at the touched addresses in the last 24 hours, both ways.

    Sampling is multiplied out where it is known. `peers` are at most a thousand an address.
    """

    peers: int
    packets: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastRadius:
    """What a measure reaches beside its subject; None for traffic that no flow record tells of.

    `addresses` and `names` are the resource's others, `customers` those below its customer,
    `tags` those that protect, and `shared_with` who else is at the address and is spared.
    """

    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    shared_with: tuple[str, ...] = ()
    traffic: TrafficOfADay | None = None


def blast_radius(
    context: AppContext, scopes: Iterable[Scope], shared_with: tuple[str, ...] = ()
) -> BlastRadius:
    """Of a measure with these scopes, which are all of one holder."""
    scopes = tuple(scopes)
    now = context.now()
    customer, resource = scopes[0].customer, scopes[0].resource
    touched = {scope.address for scope in scopes if scope.address is not None}
    names = {str(x.network or x.address) for x in scopes if x.address is not None}
    held = [str(x.prefix) for x in stored.of_customer(customer, now) if x.resource == resource]
    hosted = {x.name for x in hosted_names.of_customer(customer, now) if x.resource == resource}
    kept = customers.get(customer)
    return BlastRadius(
        addresses=tuple(x for x in held if x.split("/", maxsplit=1)[0] not in names)[:MOST],
        names=tuple(sorted(hosted))[:MOST],
        customers=tuple(customers.below(customer)[:MOST]),
        tags=tuple(tag for tag in PROTECTING if kept is not None and tag in kept.tags),
        shared_with=shared_with,
        traffic=_traffic(context, sorted(touched, key=str)[:MOST], now),
    )


def _traffic(context: AppContext, touched: list[Address], now: datetime) -> TrafficOfADay | None:
    """Both ways of each address; None where no flows are kept, or too many to be asked now."""
    peers = packets = size = 0
    try:
        for address in touched:
            rows = top_of(
                context.home, context.settings, str(TotalsBy.PEERS), (now - DAY, now),
                address=address, count=PEERS,
            )  # fmt: skip
            peers += len(rows)
            packets += sum(row.packets for row in rows)
            size += sum(row.bytes for row in rows)
    except (Missing, TooMany):
        return None
    return TrafficOfADay(peers=peers, packets=packets, bytes=size) if touched else None


def reach_lines(reach: BlastRadius | None) -> list[str]:
    """A blast radius for a person; nothing where nothing would be done."""
    if reach is None:
        return []
    rows = {
        "beside it": reach.addresses,
        "its names": reach.names,
        "sub-customers": reach.customers,
        "protected by": reach.tags,
        "spared there": reach.shared_with,
    }
    lines = [f"  {name:13} {', '.join(names)}" for name, names in rows.items() if names]
    traffic = reach.traffic
    said = (
        "not known: no flow record of the last day"
        if traffic is None
        else f"{traffic.peers} peers, {traffic.packets} packets, {traffic.bytes} bytes"
    )
    return ["Reach:", *lines, f"  {'in a day':13} {said}"]
