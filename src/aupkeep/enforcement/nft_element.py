"""The text of one element of our sets: the comment that names its decision, and its timeout."""

import re
from datetime import timedelta

COMMENT = re.compile(
    r"case ([A-Za-z0-9-]{1,32}) action ([A-Za-z0-9-]{1,64})(?: target ([A-Za-z0-9_.:-]{1,60}))?",
    re.ASCII,
)
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "ipv6-icmp"}  # IANA protocol numbers
MILLISECONDS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


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
