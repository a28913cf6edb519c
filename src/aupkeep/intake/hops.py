"""Received headers (RFC 5321 section 4.4): who handed the mail over, as the receiver saw it."""

import re

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address

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
