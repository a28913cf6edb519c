"""What a finding is about: an address with perhaps a port, a URL, a domain or an account."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from aupkeep.model.errors import Invalid

SHAPE = "subject: expected 192.0.2.1, 192.0.2.1:22, 2001:db8::1 or [2001:db8::1]:22, found"
Address = IPv4Address | IPv6Address
MAX_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """At least one of address, url, domain, account is given; `port` goes with `address`."""

    address: Address | None = None
    port: int | None = None
    url: str | None = None
    domain: str | None = None
    account: str | None = None

    def __str__(self) -> str:
        """The narrowest way to say it, as a person would write it."""
        if self.address is None:
            return self.url or self.domain or self.account or "nothing"
        host = f"[{self.address}]" if self.address.version == 6 and self.port else f"{self.address}"  # noqa: PLR2004 - the IP version
        return f"{host}:{self.port}" if self.port else host


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The other side of an event: the attacked service, where the report names it."""

    address: Address | None = None
    port: int | None = None
    protocol: str | None = None  # "tcp" | "udp" | None


def parse_address(text: str, what: str = "address") -> Address:
    """Read an IPv4 or IPv6 address; IPv4-mapped IPv6 becomes IPv4. Raises `Invalid`."""
    try:
        address = ip_address(text.strip())
    except ValueError as error:
        raise Invalid(f"{what}: expected an IPv4 or IPv6 address, found {text[:60]!r}") from error
    if isinstance(address, IPv6Address):
        if address.scope_id:
            raise Invalid(f"{what}: expected an address without a zone, found {text[:60]!r}")
        return address.ipv4_mapped or address
    return address


def parse_port(text: str, what: str = "port") -> int:
    """Read a port from 0 to 65535. Raises `Invalid`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= MAX_PORT):  # noqa: PLR2004 - five digits
        raise Invalid(f"{what}: expected a port from 0 to {MAX_PORT}, found {text[:60]!r}")
    return int(text)


def parse_subject(text: str) -> Subject:
    """Read `192.0.2.1`, `192.0.2.1:22`, `2001:db8::1`, `[2001:db8::1]:22` or `[2001:db8::1]`.

    Raises `Invalid` for anything else.

    >>> str(parse_subject("[2001:db8::1]:22"))
    '[2001:db8::1]:22'
    """
    text = text.strip()
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise Invalid(f"{SHAPE} {text[:60]!r}")
        return Subject(address=parse_address(host), port=parse_port(rest[1:]) if rest else None)
    if text.count(":") == 1:
        host, _, port = text.partition(":")
        return Subject(address=parse_address(host), port=parse_port(port))
    return Subject(address=parse_address(text))
