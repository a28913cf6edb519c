"""Where a fetch may go: a host is resolved once, each answer is checked, and that one is connected.

A name that an outsider controls may point inward, and may answer differently the second time (DNS
rebinding). So what was checked is what is connected: `permitted_addresses` gives addresses, never
names.
"""

import socket
from collections.abc import Callable, Container, Iterable
from ipaddress import IPv6Network, ip_address

from aupkeep.model.errors import Forbidden, Invalid, Unavailable
from aupkeep.model.subject import Address, parse_address

Resolve = Callable[[str], Iterable[str]]
"""From a host name to its addresses as text, asked once; raises `OSError` when nothing answers."""
CARRIERS = (
    IPv6Network("::/96"),  # IPv4-compatible, RFC 4291 section 2.5.5.1
    IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    IPv6Network("64:ff9b:1::/48"),  # RFC 8215
    IPv6Network("2001::/32"),  # Teredo, RFC 4380
    IPv6Network("2002::/16"),  # 6to4, RFC 3056
)  # IPv6 that carries an IPv4 address, which could be an inner one


def system_resolver(host: str) -> list[str]:
    """The machine's own resolver. Raises `OSError`."""
    infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


def permitted_addresses(
    host: str,
    resolve: Resolve,
    own: Container[Address],
    *,
    inside: bool = False,
    allowed_by: str = "[feeds] inside",
) -> list[str]:
    """The addresses of a host that may be connected, as text; with `inside` all of them.

    Refused are private, loopback, link-local, shared, reserved and multicast addresses, those that
    carry an IPv4 address inside IPv6, and our own. Raises `Forbidden` when no address is left,
    `Unavailable` when the host has none.
    """
    try:
        literal = ip_address(host)
        answers: list[str] = [str(literal)]
    except ValueError:
        try:
            answers = list(resolve(host))
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise Unavailable(f"{host}: expected an address, found: {why}") from error
    if not answers:
        raise Unavailable(f"{host}: expected an address, found none")
    allowed = [answer for answer in answers if inside or is_permitted(answer, own)]
    if not allowed:
        raise Forbidden(
            f"{host}: expected an address outside, found one that is private, reserved or our own;"
            f" a host of your own is allowed by {allowed_by}"
        )
    return allowed


def is_permitted(text: str, own: Container[Address]) -> bool:
    """Whether an address is one of the public network and not ours.

    >>> [is_permitted(text, ()) for text in ("8.8.8.8", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    try:
        address = parse_address(text)
    except Invalid:  # with a zone, or none at all
        return False
    if address.version == 6 and any(address in prefix for prefix in CARRIERS):  # noqa: PLR2004 - the IP version
        return False
    return address.is_global and not address.is_multicast and address not in own
