"""Why a block in the forward hook may stop nothing on this machine (ip-sysctl, rtnetlink(7)).

What a router sends itself, and what a switch passes on without a router's work, never meets the
hook: an element stands there, is read back, and limits nobody.
"""

import socket
import struct
import sys
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from aupkeep.enforcement.netlink import Changed, NetlinkSocket, attribute, attributes
from aupkeep.model.errors import Unavailable
from aupkeep.model.subject import Address

SYSTEM = Path("/proc/sys/net")  # of the network namespace of who reads it
BRIDGED = {4: "bridge/bridge-nf-call-iptables", 6: "bridge/bridge-nf-call-ip6tables"}
ROUTE = 0  # linux/netlink.h NETLINK_ROUTE
GET_LINK, GET_ADDRESS = 18, 22  # linux/rtnetlink.h RTM_GETLINK, RTM_GETADDR
HEADS = {GET_LINK: 16, GET_ADDRESS: 8}  # bytes of a struct ifinfomsg, of an ifaddrmsg
GET_ROUTE = 26  # RTM_GETROUTE
HEAD_ROUTE = struct.Struct("=BB6xI")  # a struct rtmsg: family, bits of the destination, flags
HEAD_LINK = struct.Struct("=BxHiII")  # a struct ifinfomsg: its third field is the index
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
DESTINATION, OUTGOING, NAME = 1, 4, 3  # RTA_DST, RTA_OIF, IFLA_IFNAME
ADDRESS, LOCAL = 1, 2  # IFA_ADDRESS, IFA_LOCAL
LINK_INFO, KIND = 18, 1  # IFLA_LINKINFO, IFLA_INFO_KIND


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
            return f"this machine forwards no IPv{address.version}, nor shows it what is bridged"
        return None


def look() -> Forwarding:
    """How it is now. Raises `Unavailable` where the kernel does not answer."""
    bridges = any(_kind(link) == b"bridge" for link in _listed(GET_LINK))
    own = (x.get(LOCAL) or x.get(ADDRESS) for x in _listed(GET_ADDRESS))
    return Forwarding(
        versions=frozenset(version for version in (4, 6) if _forwards(version, bridges=bridges)),
        own=frozenset(ip_address(packed) for packed in own if packed),
    )


def port_doubt(address: Address, kinds: Collection[str]) -> str | None:
    """Why what is at the port of one machine would not be there, None where nothing says that."""
    host = HEAD_ROUTE.pack(FAMILY[address.version], address.max_prefixlen, 0)
    try:
        route = _first(GET_ROUTE, host + attribute(DESTINATION, address.packed), HEAD_ROUTE.size)
        number = int.from_bytes(route.get(OUTGOING, b""), sys.byteorder)
        link = _first(GET_LINK, HEAD_LINK.pack(0, 0, number, 0, 0), HEAD_LINK.size)
    except Unavailable:
        return f"this machine has no route to {address}, and so no port of it"
    kind, name = _kind(link).decode(), link.get(NAME, b"").rstrip(b"\0").decode()
    if kind in kinds:
        return None
    return f"{address} is behind {name}, where other machines may be: expected a port of its own"


def _first(kind: int, body: bytes, head: int) -> dict[int, bytes]:
    """The attributes of the one answer. Raises `Unavailable` for none."""
    for message in NetlinkSocket(ROUTE).ask(kind, body):
        return attributes(message[head:])
    raise Unavailable("rtnetlink: expected an answer, found none")


def _forwards(version: int, *, bridges: bool) -> bool:
    """Whether any interface forwards, or packets that a bridge passes on are shown to the hook."""
    switches = SYSTEM.glob(f"ipv{version}/conf/*/forwarding")
    return any(map(_on, switches)) or (bridges and _on(SYSTEM / BRIDGED[version]))


def _on(path: Path) -> bool:
    try:
        return path.read_text().strip() not in ("", "0")
    except OSError:
        return False


def _kind(link: dict[int, bytes]) -> bytes:
    """What sort of an interface it is, empty for hardware and the loopback."""
    return attributes(link.get(LINK_INFO, b"")).get(KIND, b"").rstrip(b"\0")


def _listed(kind: int) -> list[dict[int, bytes]]:
    """The attributes of each interface, or of each address; none while they change."""
    head = HEADS[kind]
    try:
        messages = list(NetlinkSocket(ROUTE).ask(kind, bytes(head), dump=True))
    except Changed:
        return []
    return [attributes(message[head:]) for message in messages]
