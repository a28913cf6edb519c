"""Our own space cut where its holder changes, and who holds each part: the answers of `Snapshot`.

>>> from datetime import UTC, datetime
>>> from ipaddress import ip_address, ip_network
>>> one = Tenure("main", 4, int(ip_address("192.0.2.64")), 26, 0, 65535, "kari", "web")
>>> own = [OwnSpace(prefix=ip_network("192.0.2.0/24"))]
>>> for first, last, held in held_ranges(own, [one], datetime(2026, 3, 1, tzinfo=UTC)):
...     print(first, last, held.customer if held else None)
192.0.2.0 192.0.2.63 None
192.0.2.64 192.0.2.127 kari
192.0.2.128 192.0.2.255 None
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address

import numpy as np

from aupkeep.inventory.assignment_columns import BITS, IntegerCodes, columns_in_force, pack
from aupkeep.inventory.attribution import micros
from aupkeep.inventory.snapshot import NOT_OURS, Snapshot
from aupkeep.model.holding import OwnSpace, Tenure
from aupkeep.model.subject import Address

ADDRESS_CLASS: dict[int, type[IPv4Address] | type[IPv6Address]] = {4: IPv4Address, 6: IPv6Address}
HeldRange = tuple[Address, Address, Tenure | None]


def held_ranges(
    own: Iterable[OwnSpace], tenures: Sequence[Tenure], at: datetime
) -> Iterator[HeldRange]:
    """First and last address of each part of what is our own at `at`, IPv4 first, and its tenure.

    None where nobody holds it, or several do: at different ports, or at two sites.
    """
    for first, last, code in coded_ranges(own, tenures, at):
        yield first, last, tenures[code] if code >= 0 else None


def coded_ranges(
    own: Iterable[OwnSpace], tenures: Sequence[Tenure], at: datetime
) -> Iterator[tuple[Address, Address, int]]:
    """The same parts with the place in `tenures`, or `snapshot`'s UNKNOWN or DISPUTED."""
    spaces, sites = list(own), IntegerCodes()
    columns = columns_in_force(tenures, sites)
    snapshot = Snapshot(spaces, columns, sites, np.ones(len(tenures), np.bool_))
    for version, make in ADDRESS_CLASS.items():
        edges = _edges(spaces, tenures, version)
        starts = [make(edge) for edge in edges[:-1]]
        when = np.full(len(starts), micros(at), np.int64)
        codes = snapshot.look_up(pack(starts), when, tolerance=0.0)
        for start, after, code in zip(starts, edges[1:], codes.tolist(), strict=False):
            if code != NOT_OURS:
                yield start, make(after - 1), code


def _edges(own: Iterable[OwnSpace], tenures: Iterable[Tenure], version: int) -> list[int]:
    """Where something begins or has ended, in order."""
    edges: set[int] = set()
    prefixes = [(int(item.prefix.network_address), item.prefix.prefixlen)
                for item in own if item.prefix.version == version]  # fmt: skip
    prefixes += [(item.network, item.length) for item in tenures if item.version == version]
    for first, length in prefixes:
        edges |= {first, first + (1 << BITS[version] - length)}
    return sorted(edges)
