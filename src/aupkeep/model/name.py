"""What a name meant when a report came in: a record taken at receipt, never looked up later."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NameType(StrEnum):
    """`MEMBER` is ours: the address of the pool member that serves this name behind a gateway."""

    A = "A"  # RFC 1035 section 3.4.1
    AAAA = "AAAA"  # RFC 3596 section 2.1
    CNAME = "CNAME"  # RFC 1035 section 3.3.1
    MEMBER = "MEMBER"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord:
    """`name` → `value` as seen at `seen_at` (aware, UTC); `ttl` in seconds.

    `value` is an address as text for A, AAAA and MEMBER, a name for CNAME. It comes from outside,
    so whoever reads it parses it.
    """

    name: str
    type: NameType
    value: str
    seen_at: datetime
    ttl: int = 0
