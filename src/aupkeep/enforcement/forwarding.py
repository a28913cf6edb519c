"""Why a block in the forward hook may stop nothing on this machine (ip-sysctl, rtnetlink(7)).

What a router sends itself, and what a switch passes on without a router's work, never meets the
hook: an element stands there, is read back, and limits nobody.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from aupkeep.enforcement.netlink import Changed, NetlinkSocket, attributes
from aupkeep.model.subject import Address

SYSTEM = Path("/proc/sys/net")  # of the network namespace of who reads it
BRIDGED = {4: "bridge/bridge-nf-call-iptables", 6: "bridge/bridge-nf-call-ip6tables"}
ROUTE = 0  # linux/netlink.h NETLINK_ROUTE
GET_LINK, GET_ADDRESS = 18, 22  # linux/rtnetlink.h RTM_GETLINK, RTM_GETADDR
HEADS = {GET_LINK: 16, GET_ADDRESS: 8}  # bytes of a struct ifinfomsg, of an ifaddrmsg
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
