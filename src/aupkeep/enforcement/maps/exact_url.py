r"""One page by its exact URL, as a server compares it: scheme, host, port, path and query. Pure.

Two spellings are one page where RFC 3986 section 6.2.2 says so: case of scheme and host, needless
percent-encoding, dot segments; besides a default port, a final dot of the host, an empty query, and
what never reaches a server, the fragment and a user. A path with an empty segment (`//`) or an
encoded slash is `literal`: servers differ in what page that is, so only these very bytes are.

>>> page = exact_url("HTTPS://me@Shop.Example.:443/a/../%61%20b?x=1#top")
>>> page.origin, page.path, page.query, page.target
('https://shop.example:443', b'/a b', 'x=1', '/a%20b?x=1')
>>> exact_url("http://shop.example//a%2Fb").literal
True
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, unquote_to_bytes

from aupkeep.model.errors import DriverRefused

PORTS = {"http": 80, "https": 443}
PORT_DIGITS = 5
SHAPE = re.compile(r"(?i)(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
IN_PATH = "/:@!$&'()*+,;=-._~|[]^"  # what the URL Standard leaves as it is in a path
IN_QUERY = "/?:@!$&()*+,;=-._~|[]^`{}\\%"  # and in a query, encoded bytes included
NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
MAX_HOST = 253  # RFC 1035 section 2.3.4


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactUrl:
    """`origin` always with its port; `target` as it is asked.

    `path` is without percent-encoding; of a `literal` page as it is asked.
    """

    scheme: str
    host: str
    port: int
    path: bytes
    query: str  # as it is sent; "" for none
    target: str  # of the request: path and query
    literal: bool  # only this very target is the page

    @property
    def origin(self) -> str:
        """`https://shop.example:443`."""
        return f"{self.scheme}://{self.host}:{self.port}"

    def __str__(self) -> str:
        """As a person writes it."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.target}"


def exact_url(text: str) -> ExactUrl:
    """The page of a URL. Raises `DriverRefused` for one that clients read differently."""
    match = SHAPE.fullmatch(text)
    if match is None or not text.isprintable() or " " in text:
        raise DriverRefused(
            f"URL: expected http:// or https:// without blanks, found {text[:80]!r}"
        )
    scheme, authority, path, query = match[1].lower(), match[2], match[3] or "/", match[4] or ""
    if "\\" in authority + path or authority.count("@") > 1:
        raise DriverRefused("URL: expected one host for every client, found a backslash or two @")
    if ENCODED.search(path):
        raise DriverRefused("URL: expected %XX in its path, found a % that encodes nothing")
    host, port = _host_and_port(authority.rpartition("@")[2], PORTS[scheme])
    path = _without_dots(path)
    literal = "//" in path or "%2f" in path.lower() or "%00" in path
    plain = quote(path, safe=IN_PATH + "%").encode() if literal else unquote_to_bytes(path)
    sent = plain.decode() if literal else quote(plain, safe=IN_PATH)
    asked = quote(query, safe=IN_QUERY)
    return ExactUrl(
        scheme=scheme,
        host=host,
        port=port,
        path=plain,
        query=asked,
        target=f"{sent}?{asked}" if asked else sent,
        literal=literal,
    )


def _host_and_port(authority: str, usual: int) -> tuple[str, int]:
    """The host in ASCII and lower case, and the port. Raises `DriverRefused`."""
    if authority.startswith("["):
        inside, closed, rest = authority[1:].partition("]")
        host, port = f"[{_six(inside)}]" if closed else "", rest.removeprefix(":")
        if rest and not rest.startswith(":"):
            host = ""
    else:
        host, _, port = authority.partition(":")
        host = _name(host)
    if port and not (
        port.isascii() and port.isdigit() and len(port) <= PORT_DIGITS and 0 < int(port) < 1 << 16
    ):
        raise DriverRefused(f"URL: expected a port from 1 to 65535, found {port[:20]!r}")
    if not host:
        raise DriverRefused(f"URL: expected a host, found {authority[:80]!r}")
    return host, int(port) if port else usual


def _six(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError as error:
        raise DriverRefused(f"URL: expected an IPv6 address, found {text[:60]!r}") from error


def _name(text: str) -> str:
    """A host name or IPv4 address. One in other letters is refused: versions of IDNA differ."""
    host = text.lower().removesuffix(".")
    if not host.isascii():
        raise DriverRefused("URL: expected the host in ASCII (xn--…), found other letters")
    labels = host.split(".")
    if not all(map(LABEL.fullmatch, labels)) or len(host) > MAX_HOST:
        raise DriverRefused(f"URL: expected the name of a host, found {text[:80]!r}")
    if NUMBER.fullmatch(labels[-1]):
        try:
            IPv4Address(host)
        except ValueError as error:
            raise DriverRefused(f"URL: expected an IPv4 address, found {text[:60]!r}") from error
    return host


def _without_dots(path: str) -> str:
    """RFC 3986 section 5.2.4; an encoded dot is a dot, as clients read it."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    plain = [segment.lower().replace("%2e", ".") for segment in segments]
    for segment, dots in zip(segments, plain, strict=True):
        if dots == "..":
            kept = kept[:-1]
        elif dots != ".":
            kept.append(segment)
    return "/" + "/".join([*kept, ""] if plain[-1] in (".", "..") else kept)
