"""Received headers (RFC 5321 section 4.4): who handed the mail over, as the receiver saw it."""

import re
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network

from aupkeep.intake.domains import organisation
from aupkeep.intake.times import mail_time
from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address

MOST = 20  # Received headers that are looked at
INSIDE = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
                 "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip  # RFC 1918, RFC 6598, RFC 4193, loopback and link-local
NAME = re.compile(r"(?:^from |\()([A-Za-z0-9][\w.-]{0,250})(?=[\s)])", re.IGNORECASE)
LITERAL = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f:.]{2,45})[\])]")


def peer(received: str) -> tuple[str, Address] | None:
    """The address in brackets of the from clause, as written and as read, or None.

    >>> peer("from mail.example (mail.example [192.0.2.1]) by mx.example with ESMTP; now")
    ('192.0.2.1', IPv4Address('192.0.2.1'))
    """
    clause = received[:2000].partition(" by ")[0]
    if not clause.lower().startswith("from "):
        return None
    last = None
    for match in LITERAL.finditer(clause):
        try:
            last = match[1], parse_address(match[1])
        except Invalid:
            continue
    return last


def outer_peer(received: Sequence[str], reporter: str = "") -> tuple[str, Address] | None:
    """The first peer, from the top, that is no relay inside the receiver's own network.

    A relay is inside by its private address, or by its name: one of the `reporter`'s domain that
    its receiver saw itself, while the header below was written there. A name that the peer only
    claimed leaves it open, and nobody is named. What stands below the outer peer's header was
    written by strangers. When every peer has a private address, the topmost is the one, as in
    reports whose addresses were made unrecognisable.

    >>> outer_peer(["from a ([10.0.0.9]) by b; now", "from c ([192.0.2.1]) by a; now"])
    ('192.0.2.1', IPv4Address('192.0.2.1'))
    >>> outer_peer(["from a (a.fbl.example [192.0.2.9]) by b; now",
    ...             "from c ([192.0.2.1]) by a.fbl.example; now"], "fbl.example")
    ('192.0.2.1', IPv4Address('192.0.2.1'))
    """
    own = organisation(reporter)
    lines = [line for line in received[:MOST] if peer(line)]
    skipped = False
    for number, line in enumerate(lines):
        sender = peer(line)
        if sender is None or any(sender[1] in net for net in INSIDE):
            continue
        names = [organisation(name) for name in _names(line)]
        if own is None or own not in names:
            return sender
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if names[-1] != own or organisation(_by(below)) != own or len(names) == 1:
            return None
        skipped = True
    return None if skipped or not lines else peer(lines[0])


def arrived(received: Sequence[str], who: Address) -> tuple[datetime, float] | None:
    """When a server took the mail from this peer, with ± seconds; None where none says so.

    >>> line = "from a ([192.0.2.1]) by mx.b.example; Sun, 01 Mar 2026 12:00:00 +0200"
    >>> arrived([line], parse_address("192.0.2.1"))
    (datetime.datetime(2026, 3, 1, 10, 0, tzinfo=datetime.timezone.utc), 1.0)
    """
    for line in received[:MOST]:
        sender = peer(line)
        if sender is not None and sender[1] == who:
            return mail_time(line.rpartition(";")[2])
    return None


def _names(received: str) -> list[str]:
    """The name a peer gave itself, and the one its receiver looked up, where it wrote both."""
    clause = received[:2000].partition(" by ")[0]
    return [match[1] for match in NAME.finditer(clause)][:2]


def _by(received: str) -> str:
    """The host that wrote a header."""
    words = received[:2000].partition(" by ")[2].split(maxsplit=1)
    return words[0].rstrip(";") if words else ""
