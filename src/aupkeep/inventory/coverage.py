"""How far own space is covered: what is held, what is a pool, what no record names, who differs.

>>> from datetime import UTC, datetime
>>> from ipaddress import ip_address, ip_network
>>> net = int(ip_address("192.0.2.0"))
>>> held = Tenure("main", 4, net, 26, 0, 65535, "kari", "web")
>>> pool = Tenure("main", 4, net + 64, 26, 0, 65535, "", "free")
>>> own = OwnSpace(prefix=ip_network("192.0.2.0/24"))
>>> found = covered([own], [held, pool], datetime(2026, 3, 1, tzinfo=UTC))[own]
>>> found.held, found.pool, found.gap, found.gaps
(0.25, 0.25, 0.5, ('192.0.2.128-192.0.2.255',))
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aupkeep.inventory.attribution import covers
from aupkeep.inventory.ranges import coded_ranges
from aupkeep.inventory.snapshot import UNKNOWN
from aupkeep.model.holding import Assignment, OwnSpace, Tenure
from aupkeep.model.subject import Address

POOL = "\0"  # no customer's name
SHOWN = 5  # gaps of a prefix, and overlaps, that are named


@dataclass(slots=True)
class PrefixCoverage:
    """Shares of an own prefix: held (by somebody, perhaps in ports), a pool, on no record.

    `gaps` are the first parts on no record, as "first-last".
    """

    held: float = 0.0
    pool: float = 0.0
    gap: float = 0.0
    gaps: tuple[str, ...] = field(default=())


def covered(
    own: Sequence[OwnSpace], tenures: Sequence[Tenure], at: datetime
) -> dict[OwnSpace, PrefixCoverage]:
    """How far each own prefix is covered at `at`, by what is in force."""
    coverage = {space: PrefixCoverage() for space in own}
    for site in {space.site for space in own}:
        spaces = [space for space in own if space.site == site]
        named = [x._replace(customer=x.customer or POOL) for x in tenures if x.site == site]
        for first, last, code in coded_ranges(spaces, named, at):
            pool = code >= 0 and named[code].customer == POOL
            for space in (x for x in spaces if covers(x.prefix, first)):
                _count(coverage[space], space, (first, last), code, pool=pool)
    return coverage


def _count(
    coverage: PrefixCoverage,
    space: OwnSpace,
    part: tuple[Address, Address],
    code: int,
    *,
    pool: bool,
) -> None:
    share = (int(part[1]) - int(part[0]) + 1) / space.prefix.num_addresses
    if code == UNKNOWN:
        coverage.gap += share
        coverage.gaps += (f"{part[0]}-{part[1]}",) if len(coverage.gaps) < SHOWN else ()
    elif pool:
        coverage.pool += share
    else:
        coverage.held += share


def overlaps(records: Iterable[Assignment]) -> list[tuple[Assignment, Assignment]]:
    """Each two live records of one prefix that name different holders: of sources that differ.

    The first is the one that counts.
    """
    by_place: dict[tuple[object, ...], list[Assignment]] = defaultdict(list)
    for item in records:
        by_place[item.site, item.prefix, item.port_from, item.port_to].append(item)
    differing = []
    for same in by_place.values():
        first, *others = sorted(same, key=lambda item: -item.level)
        said = (first.customer, first.resource, first.pool)
        differing += [(first, x) for x in others if (x.customer, x.resource, x.pool) != said]
    return differing
