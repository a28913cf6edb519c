"""An exact electronic location as a person writes it: a URL, an address or a name.

DSA Article 16(2)(b). Dangerous links as reports write them (`hxxps://`, `[.]`) are
read too. Pure.
"""

import re
from ipaddress import ip_network
from urllib.parse import urlsplit

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Subject, parse_address, parse_subject

EXPECTED = "a URL such as https://example.org/page, an address such as 192.0.2.1:443, or a name"
LONGEST = 2000  # characters
SCHEMES = ("http", "https", "ftp")
DEFUSED = re.compile(r"\[\.\]|\(\.\)|\[dot\]", re.IGNORECASE)
SCHEME = re.compile(r"h(?:xx|tt|XX)p(s?)\[?:\]?//", re.IGNORECASE)
NAME = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:xn--[a-z0-9-]{1,59}|[a-z]{2,63})"
)


def parse_location(text: str) -> Subject:
    """Read one location. Raises `Invalid` saying what was expected.

    >>> str(parse_location("hxxps://login[.]example[.]org/a"))
    'https://login.example.org/a'
    """
    if not 0 < len(text) <= LONGEST or not text.isprintable() or any(map(str.isspace, text)):
        raise Invalid(f"expected {EXPECTED}, of 1 to {LONGEST} characters, found {text[:60]!a}")
    plain = DEFUSED.sub(".", text)
    plain = SCHEME.sub(lambda match: f"http{match[1].lower()}://", plain, count=1)
    if "://" in plain:
        return _url(plain)
    if "/" in plain:
        raise Invalid(_half(plain))
    try:
        return parse_subject(plain)
    except Invalid as error:
        return Subject(domain=_name(plain, error))


def _url(text: str) -> Subject:
    """A URL with a host; its address where the host is one."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Invalid(f"expected {EXPECTED}, found {text[:60]!a}: {error}") from error
    if parts.scheme.lower() not in SCHEMES or not host:
        raise Invalid(f"expected a URL that begins with https:// and a host, found {text[:60]!a}")
    try:
        address = parse_address(host)
    except Invalid as error:
        return Subject(url=text, domain=_name(host, error))
    return Subject(address=address, port=port, url=text)


def _half(text: str) -> str:
    """Why something with a slash and no scheme is no location."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return f"expected the whole URL, from https:// on, found {text[:60]!a}"
    return f"expected single addresses, one a line, found a network: {text[:60]!a}"


def _name(text: str, cause: Invalid) -> str:
    """A host name in ASCII (RFC 5891), without the dot at its end."""
    try:
        name = text.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    if not NAME.fullmatch(name):
        raise Invalid(f"expected {EXPECTED}, found {text[:60]!a}") from cause
    return name
