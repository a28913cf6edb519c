"""Is an address ours? Asked of each row of a list, so foreign rows cost half a microsecond."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Network
from aupkeep.model.subject import Address, parse_address

DOTTED = re.compile(r"(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}", re.ASCII)
SHAPE = re.compile(r"[0-9a-f:.]{2,45}(?:/[0-9.]{1,15})?", re.ASCII | re.IGNORECASE)
HEAD_BITS = 16  # the first two numbers of an IPv4 address


class ForeignAddress:
    """An address or prefix that is not ours."""

    __slots__ = ()


FOREIGN = ForeignAddress()


class OwnPrefixes:
    """Our own prefixes, merged; `find` answers for one text.

    >>> ours = OwnPrefixes([IPv4Network("203.0.113.0/24")])
    >>> ours.find("203.0.113.7"), ours.find("198.51.100.1") is FOREIGN
    (IPv4Address('203.0.113.7'), True)
    """

    def __init__(self, prefixes: Iterable[Network]) -> None:
        """Merge the prefixes; those of one family that touch become one range."""
        self.prefixes = tuple(prefixes)
        self._starts: dict[int, list[int]] = {4: [], 6: []}
        self._ends: dict[int, list[int]] = {4: [], 6: []}
        for version in (4, 6):
            self._merge(version)
        self._heads = {f"{head >> 8}.{head & 255}" for head in self._four_heads()}

    def __contains__(self, address: object) -> bool:
        """Whether an address object is ours."""
        return hasattr(address, "version") and self._holds(address.version, int(address))  # type: ignore[call-overload]

    def find(self, text: str) -> Address | Network | ForeignAddress | None:
        """The address or prefix when it is ours or touches ours, FOREIGN, or None for neither.

        A prefix of one address is that address.
        """
        match = DOTTED.fullmatch(text)
        if match and match[1] not in self._heads:
            return FOREIGN
        if match is None and not SHAPE.fullmatch(text):
            return None
        try:
            place: Address | Network = _network(text) if "/" in text else parse_address(text)
        except Invalid:
            return None
        if isinstance(place, IPv4Network | IPv6Network):
            first, last = int(place.network_address), int(place.broadcast_address)
            return place if self._touches(place.version, first, last) else FOREIGN
        return place if self._holds(place.version, int(place)) else FOREIGN

    def _merge(self, version: int) -> None:
        spans = sorted(
            (int(prefix.network_address), int(prefix.broadcast_address))
            for prefix in self.prefixes
            if prefix.version == version
        )
        starts, ends = self._starts[version], self._ends[version]
        for first, last in spans:
            if ends and first <= ends[-1] + 1:
                ends[-1] = max(ends[-1], last)
            else:
                starts.append(first)
                ends.append(last)

    def _four_heads(self) -> Iterable[int]:
        for first, last in zip(self._starts[4], self._ends[4], strict=True):
            yield from range(first >> HEAD_BITS, (last >> HEAD_BITS) + 1)

    def _holds(self, version: int, number: int) -> bool:
        place = bisect_right(self._starts[version], number) - 1
        return place >= 0 and number <= self._ends[version][place]

    def _touches(self, version: int, first: int, last: int) -> bool:
        place = bisect_right(self._starts[version], last) - 1
        return place >= 0 and first <= self._ends[version][place]


def _network(text: str) -> Address | Network:
    """A prefix, its host bits cleared; of one address, the address. Raises `Invalid`."""
    try:
        prefix = ip_network(text, strict=False)
    except ValueError as error:
        raise Invalid(f"prefix: expected one such as 192.0.2.0/24, found {text[:60]!r}") from error
    return prefix if prefix.num_addresses > 1 else parse_address(str(prefix.network_address))
