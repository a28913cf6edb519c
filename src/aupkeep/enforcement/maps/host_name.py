"""A name as resolvers and zones spell it, and the server that an option names. Pure."""

import re

from aupkeep.model.errors import DriverRefused

LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
LONGEST = 230  # of 255 octets (RFC 1035 section 2.3.4): room for the zone that it is put into


def host_name(text: str) -> str:
    """The name in lower case, without a final dot. Raises `DriverRefused`.

    >>> host_name("Shop.Example.")
    'shop.example'
    """
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    wrong = not all(map(LABEL.fullmatch, labels)) or len(name) > LONGEST
    if wrong or len(labels) < 2 or labels[-1].isdigit():  # noqa: PLR2004 - no whole top level
        raise DriverRefused(f"name: expected a host name in ASCII (xn--…), found {text[:80]!r}")
    return name
