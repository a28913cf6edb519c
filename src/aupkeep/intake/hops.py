"""Received headers (RFC 5321 section 4.4): who handed the mail over, as the receiver saw it."""

import re
from collections.abc import Sequence
from ipaddress import ip_network

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address

MOST = 20  # Received headers that are looked at
INSIDE = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
                 "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip  # RFC 1918, RFC 6598, RFC 4193, loopback and link-local
LITERAL = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f:.]{2,45})[\])]")


def peer(received: str) -> tuple[str, Address] | None:
    """The address in brackets of the from clause, as written and as read, or None.

    >>> peer("from mail.example (mail.example [192.0.2.1]) by mx.example with ESMTP; now")
    ('192.0.2.1', IPv4Address('192.0.2.1'))
    """
    clause = received[:2000].partition(" by ")[0]
    if not clause.lower().startswith("from "):
        return None
    found = None
    for match in LITERAL.finditer(clause):
        try:
            found = match[1], parse_address(match[1])
        except Invalid:
            continue
    return found


def outer_peer(received: Sequence[str]) -> tuple[str, Address] | None:
    """The first peer, from the top, that is no relay inside the receiver's own network.

    What stands below that header was written by strangers. When every peer is inside, the topmost
    is the one, as in reports whose addresses were made unrecognisable.

    >>> outer_peer(["from a ([10.0.0.9]) by b; now", "from c ([192.0.2.1]) by a; now"])
    ('192.0.2.1', IPv4Address('192.0.2.1'))
    """
    peers = [found for line in received[:MOST] if (found := peer(line))]
    outside = (found for found in peers if not any(found[1] in net for net in INSIDE))
    return next(outside, peers[0] if peers else None)
