"""Why a block in the forward hook may stop nothing on this machine (ip-sysctl, rtnetlink(7)).

What a router sends itself, and what a switch passes on without a router's work, never meets the
hook: an element stands there, is read back, and limits nobody.
"""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from aupkeep.enforcement.netlink import Changed, NetlinkSocket, attributes
from aupkeep.model.subject import Address

SYSTEM = Path("/proc/sys/net")  # of the network namespace of who reads it
BRIDGED = {4: "bridge/bridge-nf-call-iptables", 6: "bridge/bridge-nf-call-ip6tables"}
ROUTE = 0  # linux/netlink.h NETLINK_ROUTE
GET_ADDRESS = 22  # linux/rtnetlink.h RTM_GETADDR
HEAD = 8  # bytes of a struct ifaddrmsg
ADDRESS, LOCAL = 1, 2  # IFA_ADDRESS, IFA_LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Which IP versions meet the forward hook here, and the machine's own addresses."""

    versions: frozenset[int]
    own: frozenset[Address]

    def doubt(self, address: Address) -> str | None:
        """Why a measure on this address would stop nothing, None where nothing speaks for that."""
        if address in self.own:
            return f"{address} is this machine's own: what it sends and gets is not forwarded"
        if address.version not in self.versions:
            return f"this machine forwards no IPv{address.version} (net.ipv{address.version} …forwarding)"
        return None


def look() -> Forwarding:
    """How it is now. Raises `Unavailable` where the kernel does not answer."""
    return Forwarding(
        versions=frozenset(version for version in (4, 6) if _forwards(version)),
        own=frozenset(_own()),
    )


def _forwards(version: int) -> bool:
    """Whether any interface forwards, or bridged packets are shown to the hook."""
    switches = SYSTEM.glob(f"ipv{version}/conf/*/forwarding")
    return any(_on(path) for path in (*switches, SYSTEM / BRIDGED[version]))


def _on(path: Path) -> bool:
    try:
        return path.read_text().strip() not in ("", "0")
    except OSError:
        return False


def _own() -> Iterator[IPv4Address | IPv6Address]:
    """The addresses of the machine's interfaces."""
    try:
        messages = list(
            NetlinkSocket(ROUTE).ask(
                GET_ADDRESS, struct.pack("=BBBBI", socket.AF_UNSPEC, 0, 0, 0, 0), dump=True
            )
        )
    except Changed:  # an address came or went meanwhile: the next look sees it
        return
    for message in messages:
        found = attributes(message[HEAD:])
        packed = found.get(LOCAL) or found.get(ADDRESS)
        if packed:
            yield ip_address(packed)
