"""How the archive looks in SQL: names and types that every engine can offer.

`stored` is the files as they are. `flows` is what slow detectors see:

| column | type | |
|---|---|---|
| seen, started, ended | BIGINT | milliseconds since 1970, UTC |
| src, dst | UHUGEINT | IPv4 as `::ffff:a.b.c.d` |
| src_own, dst_own | BOOLEAN | whether it is one of our prefixes |
| dst_public | BOOLEAN | whether the public network carries such an address |
| proto | UTINYINT | |
| sport, dport, icmp, vlan | | NULL: not exported |
| syn, ack, fin, rst | BOOLEAN | of all packets of the flow; NULL: not exported |
| packets, bytes | BIGINT | as exported |
| weight | BIGINT | what to multiply by: the sampling rate, 1 where it is unknown |
| sampled | BOOLEAN | whether the rate is known |
| site, exporter | VARCHAR | |

Rows without addresses, protocol, packets or bytes are not in it.

Beside it stand the tables of `SIDE_TABLES`; `popular` is made from `flows` where it is not given.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from pathlib import Path

from aupkeep.telemetry.history.engine import composed, listed
from aupkeep.telemetry.history.history import Network
from aupkeep.telemetry.history.layout import EXPORTER, FIELDS, NAMES, SITE
from aupkeep.telemetry.rows import HALF, PRIVATE, ROW, RowField

TYPES = {"u8": "UBIGINT", "i8": "BIGINT", "u4": "UINTEGER", "u2": "USMALLINT", "u1": "UTINYINT"}
SIDE_TABLES = {
    # what lists say of others' addresses; port NULL: any
    "feed": "address UHUGEINT, list VARCHAR, says VARCHAR, port USMALLINT",
    "classes": "first UHUGEINT, last UHUGEINT, class VARCHAR",  # of customers, by address range
    "permitted": "address UHUGEINT, kind VARCHAR",  # who showed that they may
    "popular": "address UHUGEINT, port USMALLINT",  # services that many of ours use
}
POPULAR = 5  # of our own addresses use a service that is nobody's secret
FLAGS = {"fin": 1, "syn": 2, "rst": 4, "ack": 16}
HALF_BITS = 64
NEEDED = int(RowField.SRC | RowField.DST | RowField.PROTO | RowField.PACKETS | RowField.BYTES)


def stored(files: Sequence[Path]) -> str:
    """A SELECT of all files; of the right columns when there is none."""
    if files:
        return f"SELECT * FROM read_parquet({listed(files)}, union_by_name = true)"
    typed = [f"CAST(NULL AS {TYPES[ROW[name].str[1:]]}) AS {NAMES.get(name, name)}"
             for name in FIELDS]  # fmt: skip
    texts = [f"CAST(NULL AS VARCHAR) AS {name}" for name in (EXPORTER, SITE)]
    return f"SELECT {', '.join([*typed, *texts])} WHERE false"


def flows(own: Iterable[Network]) -> str:
    """The SELECT behind the view `flows`, over `stored`."""
    prefixes = list(own)
    known = [
        f"CASE WHEN has & {int(bit)} <> 0 THEN {name} END AS {name}"
        for name, bit in (("sport", RowField.SPORT), ("dport", RowField.DPORT),
                          ("icmp", RowField.ICMP), ("vlan", RowField.VLAN))
    ]  # fmt: skip
    flags = [
        f"CASE WHEN has & {int(RowField.FLAGS)} <> 0 THEN flags & {bit} <> 0 END AS {name}"
        for name, bit in FLAGS.items()
    ]
    rate = f"has & {int(RowField.SAMPLING)} <> 0 AND sampling > 0"
    return ", ".join((
        f"SELECT seen, started, ended, {composed('src')} AS src, {composed('dst')} AS dst",
        f"{inside('src', prefixes)} AS src_own, {inside('dst', prefixes)} AS dst_own",
        f"{_public(prefixes)} AS dst_public",
        "proto", *known, *flags,
        "CAST(packets AS BIGINT) AS packets, CAST(bytes AS BIGINT) AS bytes",
        f"CASE WHEN {rate} THEN CAST(sampling AS BIGINT) ELSE 1 END AS weight",
        f"{rate} AS sampled, site, exporter FROM stored WHERE has & {NEEDED} = {NEEDED}",
    ))  # fmt: skip


def _public(own: Iterable[Network]) -> str:
    """Whether a destination is reached over the public network; where we are private, all count."""
    ours = any(prefix.overlaps(private) for prefix in own for private in PRIVATE)
    return "true" if ours else f"NOT {inside('dst', PRIVATE)}"


def popular() -> str:
    """The SELECT behind `popular` where nobody gave it."""
    return (
        "SELECT dst AS address, dport AS port FROM flows WHERE src_own AND NOT dst_own"
        f" GROUP BY dst, dport HAVING count(DISTINCT src) >= {POPULAR}"
    )


def inside(side: str, own: Iterable[Network]) -> str:
    """The condition that an address of a row lies in one of these prefixes.

    >>> from ipaddress import ip_network
    >>> inside("src", [ip_network("192.0.2.0/24")])
    '(family = 4 AND src_lo BETWEEN 3221225984 AND 3221226239)'
    """
    prefixes = [prefix for prefix in own if isinstance(prefix, IPv4Network)]
    wide = [prefix for prefix in own if isinstance(prefix, IPv6Network)]
    conditions = [_range4(side, prefix) for prefix in collapse_addresses(prefixes)]
    conditions += [_range6(side, prefix) for prefix in collapse_addresses(wide)]
    return (
        " OR ".join(conditions).join("()")
        if len(conditions) > 1
        else "".join(conditions or ["false"])
    )


def _range4(side: str, prefix: IPv4Network) -> str:
    first, last = int(prefix.network_address), int(prefix.broadcast_address)
    return f"(family = 4 AND {side}_lo BETWEEN {first} AND {last})"


def _range6(side: str, prefix: IPv6Network) -> str:
    first, last = int(prefix.network_address), int(prefix.broadcast_address)
    if prefix.prefixlen <= HALF_BITS:
        span = f"{side}_hi BETWEEN {first >> HALF_BITS} AND {last >> HALF_BITS}"
    else:
        low = f"{side}_lo BETWEEN {first & HALF} AND {last & HALF}"
        span = f"{side}_hi = {first >> HALF_BITS} AND {low}"
    return f"(family = 6 AND {span})"


def equals(side: str, address: object) -> str:
    """The condition that a row's address is this one; columns of the file, so that it is quick."""
    number, version = int(address), getattr(address, "version", 0)  # type: ignore[call-overload]
    high = f" AND {side}_hi = {number >> HALF_BITS}" if version == 6 else ""  # noqa: PLR2004 - the IP version
    return f"(family = {version} AND {side}_lo = {number & HALF}{high})"
