"""Templates that hold the fields of several headers, one within the other.

An exporter of IP-in-IP or SRv6 gives addresses, protocol and ports of the outer packet and then the
same elements again of the inner one (RFC 7011 section 8: in the order of the packet). One complete
header is taken, the innermost; a row never has one's addresses and another's protocol. A record
whose inner header is all zero is of a packet that carried none: then the one around it is taken.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

ENDS = {"src4": "src", "src6": "src", "dst4": "dst", "dst6": "dst"}
HEADER = frozenset({
    *ENDS, "version", "proto", "sport", "dport", "tcp_sport", "tcp_dport", "udp_sport", "udp_dport",
    "flags", "first_flags", "other_flags", "icmp4", "icmp6", "icmp_type", "icmp_code",
    "fragment_at", "fragment_flags",
})  # fmt: skip
Places: TypeAlias = Mapping[str, int]  # a row's field → the number of the template's field


class NestedField(NamedTuple):
    """A field of a template that belongs to a header."""

    at: int  # its number
    name: str
    element: tuple[int, int]  # enterprise and number


def nested_headers(fields: Sequence[NestedField]) -> tuple[Places, ...]:
    """The complete headers of a template, the innermost first; none where no element repeats."""
    times = Counter(field.element for field in fields)
    ends = {
        side: [field for field in fields if ENDS.get(field.name) == side] for side in ("src", "dst")
    }
    depth = max(len(places) for places in ends.values())
    if depth < 2 or max(times.values()) < 2:  # noqa: PLR2004 - two headers, an element given twice
        return ()
    headers: list[dict[str, int]] = [{} for _ in range(depth)]
    sources = [field.at for field in ends["src"]]
    for field in fields:
        headers[_level(field, fields, sources, depth)].setdefault(field.name, field.at)
    asks = any(field.name == "proto" for field in fields)
    complete = [header for header in headers if _complete(header, asks=asks)]
    return tuple(reversed(complete or headers[:1]))


def _level(
    field: NestedField, fields: Sequence[NestedField], sources: Sequence[int], depth: int
) -> int:
    """Which header a field is of: by its turn where each header has one, else by where it stands.

    An element that is given less often than there are headers is of the last source before it.
    """
    side = ENDS.get(field.name)
    alike = [
        other.at
        for other in fields
        if (ENDS.get(other.name) == side if side else other.name == field.name)
    ]
    if len(alike) == depth:
        return alike.index(field.at)
    return max(sum(source <= field.at for source in sources) - 1, 0)


def _complete(header: Places, *, asks: bool) -> bool:
    """Whether a header has both ends, of one family, and says its protocol if any does."""
    ends = {name[-1] for name in header if name in ENDS}
    whole = len(ends) == 1 and sum(name in ENDS for name in header) == len(("src", "dst"))
    return whole and ("proto" in header or not asks)


def marked(name: str, level: int) -> str:
    """What a field of a further header is called until one header is chosen."""
    return f"{name}@{level}"


def one_header(
    values: Mapping[str, int | bytes], headers: Sequence[Places]
) -> dict[str, int | bytes]:
    """The values with one header's fields: of the innermost whose addresses are not all zero."""
    rest = {name: value for name, value in values.items() if "@" not in name}
    for level, header in enumerate(headers):
        chosen = {name: values[marked(name, level)] for name in header}
        if any(_stated(chosen[name]) for name in header if name in ENDS):
            return {**rest, **chosen}
    return {**rest, **{name: values[marked(name, 0)] for name in headers[0]}}


def _stated(value: int | bytes) -> bool:
    return any(value) if isinstance(value, bytes) else value != 0
