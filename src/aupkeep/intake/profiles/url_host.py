"""The address that stands as the host of a URL (RFC 3986 section 3.2.2), loosely written."""

import re
from typing import NamedTuple

from aupkeep.intake.extract.addresses import DOT, read_address
from aupkeep.model.subject import Address

V4 = re.compile(rf"\d{{1,3}}(?:{DOT}\d{{1,3}}){{3}}(?=[:/?#]|$)", re.ASCII)
BRACKETED = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\]")
# Some write IPv6 without brackets; then only all eight groups tell it from a port.
BARE = re.compile(r"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?=[:/?#]|$)", re.ASCII)


class UrlHost(NamedTuple):
    """The address, and where it stands in the URL as written."""

    address: Address
    start: int
    end: int


def host_address(url: str) -> UrlHost | None:
    """The address a URL names as its host; None for a name.

    >>> host_address("http://[2001:db8::1]:8080/x").address
    IPv6Address('2001:db8::1')
    """
    start = url.find("//") + 2
    if start < 2:  # noqa: PLR2004 - no scheme
        return None
    for pattern in (V4, BRACKETED, BARE):
        match = pattern.match(url, start)
        group = 1 if match and match.lastindex else 0
        address = read_address(match[group]) if match else None
        if match and address:
            return UrlHost(address, *match.span(group))
    return None
