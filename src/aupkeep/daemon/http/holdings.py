"""Who holds how many connections and bytes, and which connection is dropped for another.

Nobody is refused because others are slow: whoever is over a bound loses the connection that waited
longest, so a visitor who shares the address of a slow one still gets an answer. What waited for
less than a turn stays and the newcomer goes, so that a peer who comes back at once costs little. A
connection whose request is being answered is never dropped.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Generic, TypeVar

MIB = 1 << 20
C = TypeVar("C")
HOUSEHOLD = 64  # bits of an IPv6 address that one visitor has


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one peer, one machine of ours (loopback, a proxy) and all together may hold."""

    peer: int = 64  # connections
    own: int = 1000
    total: int = 2000
    peer_bytes: int = 128 * MIB  # of bodies that are not yet answered
    total_bytes: int = 512 * MIB
    turn: float = 1.0  # seconds a connection may wait before another takes its place


@dataclass(slots=True)
class _Held:
    """What one connection holds."""

    peer: str
    came: str  # the peer that connected: itself, or a proxy
    since: float  # it waits
    size: int = 0
    busy: bool = False  # its request is being answered


@dataclass(slots=True)
class Holdings(Generic[C]):
    """Connections by peer, in the order in which they began to wait."""

    bounds: Bounds
    _held: dict[C, _Held] = field(default_factory=dict)
    _by_peer: dict[str, dict[C, None]] = field(default_factory=dict)
    _bytes: int = 0

    def __len__(self) -> int:
        """How many connections there are."""
        return len(self._held)

    def add(self, connection: C, peer: str, now: float, *, own: bool) -> list[C]:
        """A connection came; which ones to drop for it, itself where nothing else can go."""
        self._held[connection] = _Held(peer, peer, now)
        self._by_peer.setdefault(peer, {})[connection] = None
        if len(self._by_peer[peer]) > (self.bounds.own if own else self.bounds.peer):
            return [self._drop_of(peer, now - self.bounds.turn) or self._forget(connection)]
        if len(self._held) > self.bounds.total:
            return [self._drop_of(self._largest(), now) or self._forget(connection)]
        return []

    def belongs_to(self, connection: C, peer: str, now: float) -> list[C]:
        """A proxy said whose request it is; which connections of that peer to drop."""
        held = self._held.get(connection)
        if held is None or held.peer == peer:
            return []
        self._leave(connection, held.peer)
        held.peer = peer
        others = self._by_peer.setdefault(peer, {})
        others[connection] = None
        over = len(others) > self.bounds.peer
        if not over:
            return []
        return [self._drop_of(peer, now - self.bounds.turn) or self._forget(connection)]

    def grows(self, connection: C, size: int) -> bool:
        """More of a body came; whether it, its peer and all together stay within their bounds."""
        held = self._held.get(connection)
        if held is None:
            return False
        held.size += size
        self._bytes += size
        same = sum(self._held[number].size for number in self._by_peer[held.peer])
        return same <= self.bounds.peer_bytes and self._bytes <= self.bounds.total_bytes

    def waits(self, connection: C, now: float) -> None:
        """It waits for the peer: a next request, or that an answer is read."""
        held = self._held.get(connection)
        if held is None:
            return
        self._bytes -= held.size
        held.size, held.busy, held.since = 0, False, now
        self._leave(connection, held.peer)
        held.peer = held.came
        self._by_peer.setdefault(held.peer, {})[connection] = None

    def is_busy(self, connection: C) -> None:
        """Its request is whole and goes to be answered."""
        held = self._held.get(connection)
        if held is not None:
            held.busy = True

    def waiting(self) -> list[C]:
        """The connections that are not being answered."""
        return [connection for connection, held in self._held.items() if not held.busy]

    def remove(self, connection: C) -> None:
        """It ended by itself."""
        if connection in self._held:
            self._forget(connection)

    def _largest(self) -> str:
        return max(self._by_peer, key=lambda peer: len(self._by_peer[peer]))

    def _drop_of(self, peer: str, until: float) -> C | None:
        """Forget the connection of a peer that waits longest, if it does since before `until`."""
        for connection in self._by_peer[peer]:
            held = self._held[connection]
            if held.since > until:
                return None
            if not held.busy:
                return self._forget(connection)
        return None

    def _forget(self, connection: C) -> C:
        held = self._held.pop(connection)
        self._bytes -= held.size
        self._leave(connection, held.peer)
        return connection

    def _leave(self, connection: C, peer: str) -> None:
        others = self._by_peer[peer]
        del others[connection]
        if not others:
            del self._by_peer[peer]


def name_of(address: str) -> str:
    """Under which name a peer's connections are counted: IPv4 whole, of IPv6 the household.

    >>> name_of("192.0.2.7"), name_of("2001:db8::5:1"), name_of("::ffff:192.0.2.7"), name_of("x")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7', '')
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    if parsed.version == 4 or mapped:  # noqa: PLR2004 - the version of IP
        return str(mapped or parsed)
    return str(ip_network((parsed, HOUSEHOLD), strict=False))


def is_own(peer: str, proxies: tuple[str, ...]) -> bool:
    """Whether many visitors may come from this address: loopback, or a proxy of ours.

    >>> is_own("127.0.0.1", ()), is_own("192.0.2.7", ("192.0.2.0/24",)), is_own("192.0.2.7", ())
    (True, True, False)
    """
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return address.is_loopback or any(
        address in ip_network(proxy, strict=False) for proxy in proxies
    )
