"""The flow of the fair queue that received bytes belong to, by their sender. Pure.

Nothing is proven here: the answer only says behind whom a flood has to wait. So it rests on what
costs something to change: a token, our own relay's word, the network of the connecting host, and
only where none of these is there the name in From.
"""

from ipaddress import ip_address, ip_network

from aupkeep.intake.auth.trust_boundary import TrustBoundary, is_relay, trusted_results
from aupkeep.intake.mail.decoding import unfold
from aupkeep.intake.mail.mail import senders_of
from aupkeep.intake.mail.mime import Headers, read_headers
from aupkeep.intake.mail.received import peer as peer_of

HEADS = 1 << 16  # bytes looked at
WIDTHS = {4: 24, 6: 48}  # a network whose owner can send from all of it


def flow_of(data: bytes, peer: str | None, boundary: TrustBoundary) -> str:
    """`mail:<proven domain>`, `peer:<network>` or `mail:?<claimed domain>`; "" when nothing shows.

    >>> flow_of(b"", "192.0.2.77", TrustBoundary())
    'peer:192.0.2.0/24'
    """
    if peer is not None and not is_relay(peer) and not boundary.holds(peer):
        return _network(peer)
    head = data[:HEADS].replace(b"\r\n", b"\n")
    headers = read_headers(head, 0, len(head))[0]
    senders = senders_of(headers)
    domain = senders[0][1].rpartition("@")[2].lower() if len(senders) == 1 else ""
    if boundary.holds(peer):
        results = [unfold(raw) for raw in headers.get("authentication-results", ())]
        proven = trusted_results(results, domain or None, boundary)
        if proven is not None and proven.identity:
            return f"mail:{proven.identity}"
        handed = _handed(headers)
        if handed:
            return handed
    return f"mail:?{domain}" if domain else ""


def _handed(headers: Headers) -> str:
    """The network of who handed the mail to our relay, by the relay's own Received line."""
    lines = headers.get("received", ())
    peer = peer_of(unfold(lines[0])) if lines else None
    return _network(str(peer[1])) if peer else ""


def _network(peer: str) -> str:
    address = ip_address(peer)
    address = getattr(address, "ipv4_mapped", None) or address
    return f"peer:{ip_network(f'{address}/{WIDTHS[address.version]}', strict=False)}"
