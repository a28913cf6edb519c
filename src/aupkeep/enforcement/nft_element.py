"""One element of our sets as nftables shows it: in JSON from a listing, in text from `get`.

libnftables 1.1 answers `get element` in text even where JSON was asked for; the text has the
better clock, to the millisecond, and costs the same at any size of the set.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from aupkeep.enforcement.driver import InstalledElement

COMMENT = re.compile(r"case ([A-Za-z0-9-]{1,32}) action ([A-Za-z0-9-]{1,64})", re.ASCII)
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "ipv6-icmp"}  # IANA protocol numbers
UNITS = {"bytes": 1, "kbytes": 1 << 10, "mbytes": 1 << 20, "gbytes": 1 << 30}
TEXT = re.compile(r'elements = \{ (?P<rest>.*?)(?: comment "(?P<comment>[^"]*)")? \}', re.ASCII)
EXPIRES = re.compile(r" expires (\S+)", re.ASCII)
PART = re.compile(r"(\d+)(ms|[dhms])", re.ASCII)
PACKETS = re.compile(r" counter packets (\d+)", re.ASCII)
LIMIT = re.compile(r" limit rate over (\d+) (bytes|kbytes|mbytes|gbytes)/second", re.ASCII)
WITH_PROTOCOL = ("port", "from", "into")  # how the names of sets begin whose key has a protocol
MILLISECONDS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


def from_json(name: str, element: Any, now: datetime) -> InstalledElement:  # noqa: ANN401 - JSON
    """An element of set `name` in a listing; a bare value is one without attributes."""
    inner = element.get("elem", {}) if isinstance(element, dict) else {}
    left = inner.get("expires")
    counter = inner.get("counter")
    limit = inner.get("limit")
    return _standing(
        place=f"{name} {_key(inner.get('val', element), protocol=name[:4] in WITH_PROTOCOL)}",
        comment=inner.get("comment", ""),
        expires=now + timedelta(seconds=left) if left is not None else None,
        rate=int(limit["rate"]) * UNITS.get(limit.get("rate_unit", ""), 1) if limit else None,
        packets=counter["packets"] if isinstance(counter, dict) else None,
    )


def from_text(place: str, text: str, now: datetime) -> InstalledElement | None:
    """The one element that `get element` showed, or None when it showed none."""
    match = TEXT.search(text)
    if match is None:
        return None
    rest = match["rest"]
    expires, packets, limit = EXPIRES.search(rest), PACKETS.search(rest), LIMIT.search(rest)
    return _standing(
        place=place,
        comment=match["comment"] or "",
        expires=now + _span(expires[1]) if expires else None,
        rate=int(limit[1]) * UNITS[limit[2]] if limit else None,
        packets=int(packets[1]) if packets else None,
    )


def timeout(left: timedelta) -> str:
    """A duration as nftables reads it: in parts, since it takes at most eight digits of each.

    >>> timeout(timedelta(days=6, hours=23, milliseconds=5))
    '6d23h5ms'
    """
    rest = left // timedelta(milliseconds=1)
    parts = []
    for unit, size in MILLISECONDS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def _standing(
    *, place: str, comment: str, expires: datetime | None, rate: int | None, packets: int | None
) -> InstalledElement:
    match = COMMENT.fullmatch(comment)
    return InstalledElement(
        place=place,
        action=match[2] if match else "",
        reference=match[1] if match else "",
        expires=expires,
        rate=rate,
        packets=packets,
    )


def _span(text: str) -> timedelta:
    """`1m40s496ms` as a duration."""
    total = sum(int(number) * MILLISECONDS[unit] for number, unit in PART.findall(text))
    return timedelta(milliseconds=total)


def _key(value: Any, *, protocol: bool) -> str:  # noqa: ANN401 - JSON
    """An element's key as a place writes it; where `protocol`, one stands beside the address."""
    parts = value["concat"] if isinstance(value, dict) and "concat" in value else [value]
    words = [_word(part) for part in parts]
    if protocol and len(words) > 1:
        words[1] = PROTOCOLS.get(words[1], words[1])
    return " . ".join(words)


def _word(part: Any) -> str:  # noqa: ANN401 - JSON
    """One field of a key: an address, a number, a range of ports or a prefix."""
    if isinstance(part, dict) and "range" in part:
        return "-".join(map(str, part["range"]))
    if isinstance(part, dict) and "prefix" in part:
        return f"{part['prefix']['addr']}/{part['prefix']['len']}"
    return str(part)
