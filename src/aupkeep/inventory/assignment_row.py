"""One row of an assignment source: raw text in, a typed record out, or why not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, ip_network

from aupkeep.model.errors import Invalid
from aupkeep.model.holding import ALL_PORTS, Assignment, Network
from aupkeep.model.moments import parse_moment
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import parse_address, parse_port

REQUIRED = ("address", "customer", "resource", "from")
OPTIONAL = ("port_from", "port_to", "until", "site", "kind")
CUSTOMER, ROUTER, POOL = KINDS = ("customer", "router", "pool")
LONGEST = 200  # characters of a customer, resource or site
MAPPED = 96  # bits before the IPv4 part of ::ffff:0:0/96, RFC 4291 section 2.5.5.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedAssignment:
    """An assignment that lacks only its id: `raw` is what stood in the file, by column.

    `number` counts as an editor does: the first line of the file is 1.
    """

    number: int
    raw: Mapping[str, str]
    site: str
    prefix: Network
    port_from: int
    port_to: int
    customer: str
    resource: str
    start: datetime
    end: datetime | None
    router: bool = False
    pool: bool = False


@dataclass(frozen=True, slots=True)
class AssignmentSource:
    """A plugin: `read` yields rows and rejected rows; raises `Unreadable` when it reads nothing."""

    name: str
    suffix: str  # of the files it reads, without the dot
    read: Callable[[bytes], Iterator[ParsedAssignment | RejectedRow]]


def parse_row(number: int, raw: Mapping[str, str]) -> ParsedAssignment:
    """Type one row. Raises `Invalid` naming the column, what was expected and what was found.

    A missing optional column is an empty one. Ports are both given or both empty; `until` empty
    means still held; `site` empty means `main`. `kind` says `router`, whose resource then says so,
    or `pool`: nobody's, whatever customer the row names; empty means `customer`.
    """
    kind = raw.get("kind") or (ROUTER if raw.get("router") == "true" else CUSTOMER)
    if kind not in KINDS:
        raise Invalid(f"kind: expected {', '.join(KINDS)}, found {kind[:60]!r}")
    start = parse_moment(raw["from"], "from")
    end = parse_moment(raw["until"], "until") if raw.get("until") else None
    if end is not None and end <= start:
        raise Invalid(f"until: expected a time after from {raw['from']}, found {raw['until']}")
    port_from, port_to = parse_ports(raw.get("port_from", ""), raw.get("port_to", ""))
    router = kind == ROUTER
    resource = parse_word(raw["resource"], "resource")
    return ParsedAssignment(
        number=number,
        raw=dict(raw),
        site=parse_word(raw.get("site") or "main", "site"),
        prefix=parse_prefix(raw["address"]),
        port_from=port_from,
        port_to=port_to,
        customer="" if kind == POOL else parse_word(raw["customer"], "customer"),
        resource=f"{resource} (router)" if router and "router" not in resource else resource,
        start=start,
        end=end,
        router=router,
        pool=kind == POOL,
    )


def parse_prefix(text: str, what: str = "address") -> Network:
    """Read an address or a prefix; IPv4-mapped IPv6 becomes IPv4. Raises `Invalid`.

    >>> parse_prefix("203.0.113.7"), parse_prefix("2001:db8::/64")
    (IPv4Network('203.0.113.7/32'), IPv6Network('2001:db8::/64'))
    """
    host, slash, length = text.strip().partition("/")
    address = parse_address(host, what)
    bits = 32 if isinstance(address, IPv4Address) else 128
    if not slash:
        return ip_network((address, bits))
    if not (length.isascii() and length.isdigit() and len(length) <= 3):  # noqa: PLR2004 - at most 128
        raise Invalid(f"{what}: expected a prefix length, found {text[:60]!r}")
    size = int(length) - (MAPPED if ":" in host and bits == 32 else 0)  # noqa: PLR2004 - IPv4
    if not 0 <= size <= bits:
        raise Invalid(f"{what}: expected a prefix length up to {bits}, found {text[:60]!r}")
    try:
        return ip_network((address, size))
    except ValueError as error:
        inside = ip_network((address, size), strict=False)
        raise Invalid(
            f"{what}: expected a prefix without host bits such as {inside}, found {text[:60]!r}"
        ) from error


def parse_word(text: str, what: str, longest: int = LONGEST) -> str:
    """Read a name: one line of visible text, not empty. Raises `Invalid`."""
    word = text.strip()
    if not word:
        raise Invalid(f"{what}: expected a value, found none")
    if len(word) > longest:
        raise Invalid(f"{what}: expected at most {longest} characters, found {len(word)}")
    if not word.isprintable():
        raise Invalid(f"{what}: expected printable text on one line, found {word[:60]!r}")
    return word


def parse_ports(low: str, high: str) -> tuple[int, int]:
    """Read the first and the last port of a range; both empty is all ports. Raises `Invalid`."""
    if not low.strip() and not high.strip():
        return ALL_PORTS
    if not low.strip() or not high.strip():
        actual = f"{low[:60]!r} and {high[:60]!r}"
        raise Invalid(f"ports: expected port_from and port_to or neither, found {actual}")
    first, last = parse_port(low.strip(), "port_from"), parse_port(high.strip(), "port_to")
    if last < first:
        raise Invalid(f"port_to: expected a port from {first} up, found {last}")
    return first, last


def assignment_from(
    row: ParsedAssignment, assignment_id: str, known_from: datetime, source: str = "import"
) -> Assignment:
    """The record of a row, believed from `known_from` (aware)."""
    return Assignment(
        id=assignment_id,
        site=row.site,
        prefix=row.prefix,
        port_from=row.port_from,
        port_to=row.port_to,
        customer=row.customer,
        resource=row.resource,
        start=row.start,
        end=row.end,
        known_from=known_from,
        source=source,
        router=row.router,
        pool=row.pool,
    )
