"""Finds IPv4 and IPv6 addresses in free text, with the port that stands beside them.

Sources: RFC 4291 section 2.2 (IPv6 text), RFC 3986 section 3.2.2 (brackets), RFC 6890 (special
addresses). Every pattern is linear: no quantifier stands inside another, each is bounded.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from unicodedata import category

from aupkeep.model.subject import MAX_PORT, Address

# "192.0.2.1", and the forms that keep mail filters quiet: 192[.]0[.]2[.]1, (.), {.}, [dot], (dot)
DOT = r"(?:\.|[\[({]\.[\])}]|[\[(]dot[\])])"
V4 = re.compile(
    rf"[0-9](?<![\w.-][0-9])[0-9]{{0,2}}{DOT}\d{{1,3}}{DOT}\d{{1,3}}{DOT}"
    rf"\d{{1,3}}(?![\w-])(?!{DOT}\w)",
    re.ASCII,
)
V6 = re.compile(
    r"(?<![\w:.%-])(?:[0-9A-Fa-f]{1,4}:|::)[0-9A-Fa-f:]{1,39}(?:\.\d{1,"
    r"3}\.\d{1,3}\.\d{1,3})?(?!\w|\.\d)",
    re.ASCII,
)
FULL = re.compile(
    r":[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:", re.ASCII
)
PORT = re.compile(
    r"\]?:(\d{1,5})(?!\w|[:.]\d)|\]?[,;]?\s(?:on\s)?(?:source\s|src\s)?port[ "
    r":=]{1,2}(\d{1,5})\b"
    r"|\#(\d{1,5})\b|/(\d{4,5})(?![\w.])|\((\d{1,5})\)",
    re.ASCII | re.IGNORECASE,
)
DOTTED = re.compile(
    r"(?<![\w.-])(?:(?<=> )|(?=[\d.]{9,21}:? -?>)|(?<=: )(?=[\d.]{9,21} [\d.]{9,21}))"
    r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,5})(?![\w.])",
    re.ASCII,
)  # tcpdump writes the port as a fifth number: 192.0.2.1.22 > 198.51.100.2.80
DOTTED6 = re.compile(r"(?<![\w.:-])([0-9A-Fa-f:]{3,39})\.(\d{1,5})(?=:? -?>|: |:$)", re.ASCII)
FANG = re.compile(DOT, re.IGNORECASE)
PORTED = re.compile(r":\d{2,5}(?=[\s,;)\]]|$)", re.ASCII)
PREFIX = re.compile(r"/(\d{1,3})(?!\w|[.:]\w)", re.ASCII)
NUMBERS = ("version", "ver", "v", "release", "build", "firmware", "oid", "rev", "tel", "tlf",
           "phone", "telefon", "telephone", "fax", "mobile")  # fmt: skip
NOT_BEFORE = re.compile(
    rf"(?:\b(?:{'|'.join(NUMBERS)})[ :=.#]{{0,3}}\+?|[A-Za-z][\w.-]{{0,20}}/)$",
    re.ASCII | re.IGNORECASE,
)
# what stands before a stroke and is no product: a transport, or a peer's name behind its word
TRANSPORT = re.compile(
    r"(?:(?:^|[^\w])(?:udp|tcp|tls|wss?|ipv[46]|inside|outside|dmz)"
    r"|\b(?:host|from|client|peer)[:=]? [\w-]{1,63}(?:\.[\w-]{1,63}){1,8})/$",
    re.IGNORECASE | re.ASCII,
)
LONGEST_NAME = 272  # characters of a host's name and the word before it
PORT_STARTS = frozenset("]:,; \t#/(")
LOOK_BACK = 24
UNSEEN = frozenset({"Cf", "Mn", "Me"})  # zero-width spaces, soft hyphens, marks on a letter
CLASS_E, V4_VERSION = 0xF, 4
V6_COLONS = 7  # eight groups have seven colons; fewer need "::"
MULTICAST = (ip_network("224.0.0.0/4"), ip_network("ff00::/8"))
NOBODY = tuple(
    ip_network(prefix)
    for prefix in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/128", "::1/128", "fe80::/10")
)  # RFC 6890: this host, loopback, link-local: no provider's customer can hold them
LOCAL = tuple(
    ip_network(prefix)
    for prefix in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)  # RFC 1918, 6598, 4193; documentation prefixes are left out on purpose


class AddressSpan(NamedTuple):
    """One address in a text: `text[start:end]` is its source, `port` the one written beside it."""

    address: Address
    start: int
    end: int
    port: int | None = None
    port_start: int = 0
    port_end: int = 0


@lru_cache(maxsize=4096)  # a log names the same few over and over
def read_address(text: str) -> Address | None:
    """The address a slice of source text means, defanged or not, or None.

    >>> read_address("192[.]0[.]2[.]1")
    IPv4Address('192.0.2.1')
    """
    plain = re.sub(DOT, ".", text.strip("[]"), flags=re.IGNORECASE)
    try:
        address = ip_address(plain)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def scope(address: Address) -> str:
    """`public`, `local` (RFC 1918 and its like), `nobody` (loopback, link-local) or `never`.

    Documentation addresses count as public: examples, tests and the demo live in them.
    """
    return _scope(address.version, int(address))


@lru_cache(maxsize=4096)  # by number: hashing an address object costs more than the answer
def _scope(version: int, number: int) -> str:
    address = IPv4Address(number) if version == V4_VERSION else IPv6Address(number)
    if any(address in net for net in MULTICAST if net.version == version):
        return "never"
    if version == V4_VERSION and number >> 28 == CLASS_E:  # RFC 1112 section 4
        return "never"
    if any(address in net for net in NOBODY if net.version == version):
        return "nobody"
    local = any(address in net for net in LOCAL if net.version == version)
    return "local" if local else "public"


def find_addresses(text: str) -> list[AddressSpan]:
    """Every address in a text in order; versions, numbers, prefixes and names are not addresses."""
    sixes = list(_version6(text)) if "::" in text or FULL.search(text) else []
    if " > " in text or "->" in text or "]: " in text or "[: " in text:
        sixes += _dotted(text)
        sixes += _dotted6(text) if "::" in text or FULL.search(text) else []
    inside = {place for spot in sixes for place in range(spot.start, spot.end)}
    fours = (spot for spot in _version4(text) if spot.start not in inside)
    addresses = sorted([*sixes, *fours], key=lambda spot: spot.start)
    return addresses if text.isascii() else [spot for spot in addresses if not _torn(text, spot)]


def _torn(text: str, spot: AddressSpan) -> bool:
    """True where digits of another script, or signs nobody sees, part an address from its rest."""
    more = "0123456789" if spot.address.version == V4_VERSION else "0123456789abcdefABCDEF:"
    before = text[max(0, spot.start - LOOK_BACK) : spot.start]
    after = text[spot.end : spot.end + LOOK_BACK]
    return _cut(before[::-1], f"{more}.") or _cut(after.replace(".", ""), more)


def _cut(beside: str, more: str) -> bool:
    """Whether what stands beside an address begins with signs outside ASCII and then goes on."""
    for number, sign in enumerate(beside):
        if sign.isascii():
            return number > 0 and sign in more
        kind = category(sign)
        if kind not in UNSEEN:
            return kind[0] == "N"
    return False


def _dotted(text: str) -> Iterator[AddressSpan]:
    for match in DOTTED.finditer(text):
        address = read_address(text[match.start(1) : match.end(4)])
        if address is not None and 0 < int(match[5]) <= MAX_PORT:
            yield AddressSpan(address, match.start(1), match.end(4), int(match[5]), *match.span(5))


def _dotted6(text: str) -> Iterator[AddressSpan]:
    for match in DOTTED6.finditer(text):
        address = read_address(match[1]) if ":" in match[1] else None
        if address is not None and 0 < int(match[2]) <= MAX_PORT:
            yield AddressSpan(address, match.start(1), match.end(1), int(match[2]), *match.span(2))


def _version4(text: str) -> Iterator[AddressSpan]:
    for match in V4.finditer(text):
        address = _four(match[0])
        start, end = match.span()
        if address is not None and _is_spot(text, start, end, 32):
            yield _with_port(text, address, start, end)


@lru_cache(maxsize=4096)
def _four(source: str) -> IPv4Address | None:
    """The address that four numbers mean; none where one begins with 0 or is above 255.

    A leading 0 is octal to some readers (RFC 6943 section 3.1.1).
    """
    try:
        return IPv4Address(FANG.sub(".", source))
    except ValueError:
        return None


def _version6(text: str) -> Iterator[AddressSpan]:
    for match in V6.finditer(text):
        source = match[0]
        if "::" not in source and source.count(":") < V6_COLONS - ("." in source):
            continue  # a time or a hardware address
        written = source if source.endswith("::") else source.rstrip(":")
        address = read_address(written)
        end = match.start() + len(written)
        if address is not None and _is_spot(text, match.start(), end, 128):
            yield _with_port(text, address, match.start(), end)


def _is_spot(text: str, start: int, end: int, bits: int) -> bool:
    """False for a version, a telephone number, a product token or a prefix wider than one host."""
    before = text[max(0, start - LOOK_BACK) : start]
    doubtful = before[-1:] == "/" or before.rstrip(" :=.#+").lower().endswith(NUMBERS)
    if doubtful and NOT_BEFORE.search(before) and not _after_name(text, start, end):
        return False
    if text.startswith("/", end):
        prefix = PREFIX.match(text, end)
        if prefix and int(prefix[1]) < bits:
            return False
    return True


def _after_name(text: str, start: int, end: int) -> bool:
    """True when a stroke parts an address from a peer's name, or `name/address:port` stands there.

    OpenVPN writes its client so, portsentry and others a host's name; a version has no port.
    """
    if TRANSPORT.search(text, max(0, start - LONGEST_NAME), start):
        return True
    return PORTED.match(text, end) is not None and "//" not in text[max(0, start - LOOK_BACK) : end]


def _with_port(text: str, address: Address, start: int, end: int) -> AddressSpan:
    match = PORT.match(text, end) if text[end : end + 1] in PORT_STARTS else None
    if match is None:
        return AddressSpan(address, start, end)
    index = match.lastindex or 1
    port = int(match[index])
    if not 0 < port <= MAX_PORT:
        return AddressSpan(address, start, end)
    return AddressSpan(address, start, end, port, *match.span(index))
