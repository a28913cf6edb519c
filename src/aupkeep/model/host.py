"""The host of a URL or a name, and the keys by which names and addresses are looked up."""

from ipaddress import IPv6Address
from urllib.parse import urlsplit

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address

LONGEST_NAME = 253  # RFC 1035 section 2.3.4, without the final dot
LONGEST_LABEL = 63  # RFC 1035 section 2.3.4
MAPPED = 0xFFFF << 32  # the IPv6 prefix of IPv4 addresses, RFC 4291 section 2.5.5.2


def host_of(text: str) -> str:
    """The host of a URL, or the domain itself, in lower case without a final dot.

    Raises `Invalid`: an address in brackets that is none, an empty or overlong name.

    >>> host_of("https://user@Shop.Example.COM:8443/login"), host_of("example.org.")
    ('shop.example.com', 'example.org')
    """
    try:
        parts = urlsplit(text.strip() if "//" in text else f"//{text.strip()}")
        host = parts.hostname or ""
        host = plain_name(host.encode("idna").decode("ascii"))
    except ValueError as error:  # UnicodeError is one: a label IDNA 2003 (RFC 3490) refuses
        raise Invalid(f"name: expected a URL or a domain, found {text[:60]!r}") from error
    if literal_address(host) is not None:
        return host
    labels = host.split(".")
    if len(host) > LONGEST_NAME or not all(0 < len(part) <= LONGEST_LABEL for part in labels):
        raise Invalid(f"name: expected a URL or a domain, found {text[:60]!r}")
    return host


def is_address(host: str) -> bool:
    """Whether a host is an address and no name.

    >>> is_address("192.0.2.1"), is_address("shop.example")
    (True, False)
    """
    return literal_address(host) is not None


def plain_name(name: str) -> str:
    """A name in lower case, without a final dot."""
    return name.strip().lower().removesuffix(".")


def literal_address(text: str) -> Address | None:
    """The address that a host is, None for a name."""
    try:
        return parse_address(text)
    except Invalid:
        return None


def address_key(address: Address) -> bytes:
    """Sixteen bytes that sort as addresses do; IPv4 as its IPv6-mapped form (RFC 4291 2.5.5.2).

    >>> address_key(parse_address("192.0.2.1")).hex()
    '00000000000000000000ffffc0000201'
    """
    number = int(address) | MAPPED if address.version == 4 else int(address)  # noqa: PLR2004 - the IP version
    return number.to_bytes(16, "big")


def address_of(key: bytes) -> Address:
    """The address of such a key.

    >>> str(address_of(address_key(parse_address("192.0.2.1"))))
    '192.0.2.1'
    """
    address = IPv6Address(key)
    return address.ipv4_mapped or address


def name_key(name: str | None) -> bytes | None:
    """The labels of a URL's or domain's host, the last first, so that subdomains sort together.

    None where there is no host, or where it is an address.

    >>> name_key("https://sign-in.birch.example/verify"), name_key("https://192.0.2.1/")
    (b'example.birch.sign-in', None)
    """
    try:
        host = host_of(name) if name else ""
    except Invalid:
        return None
    if not host or literal_address(host) is not None:
        return None
    return ".".join(reversed(host.split("."))).encode("ascii")
