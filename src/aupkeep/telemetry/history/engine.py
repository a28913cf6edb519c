"""DuckDB as we use it: in memory, bounded, without extensions, and with no way out of its folder.

An address is one UHUGEINT, IPv4 as its mapped IPv6 address (RFC 4291 section 2.5.5.2).
"""

from collections.abc import Sequence
from ipaddress import IPv6Address
from pathlib import Path

import duckdb

from aupkeep.model.subject import Address

MAPPED = 0xFFFF << 32
THREADS, MEMORY, SPILL = 1, "256MB", "1GB"
SPILL_FOLDER = ".spill"


def open_engine(
    root: Path, *, threads: int = THREADS, memory: str = MEMORY, spill: str = SPILL
) -> duckdb.DuckDBPyConnection:
    """A connection that reads and writes below `root` only, and spills at most `spill` there."""
    folder = root / SPILL_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    engine = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": memory,
            "temp_directory": str(folder),
            "max_temp_directory_size": spill,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
    )
    quoted = str(root).replace("'", "''")
    engine.execute(f"SET allowed_directories = ['{quoted}']")
    engine.execute("SET enable_external_access = false")
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET lock_configuration = true")
    return engine


def number_of(address: Address) -> int:
    """The address as the engine has it.

    >>> from ipaddress import ip_address
    >>> hex(number_of(ip_address("192.0.2.1")))
    '0xffffc0000201'
    """
    return MAPPED | int(address) if address.version == 4 else int(address)  # noqa: PLR2004 - IP version


def address_of(number: int) -> Address:
    """The address that the engine has as this number."""
    address = IPv6Address(int(number))
    return address.ipv4_mapped or address


def listed(files: Sequence[Path]) -> str:
    """Files as an SQL list of texts."""
    return "[" + ", ".join("'" + str(file).replace("'", "''") + "'" for file in files) + "]"


def composed(side: str) -> str:
    """The expression for an address of a row.

    >>> composed("src")[:30]
    'CASE family WHEN 4 THEN 281470'
    """
    low = f"CAST({side}_lo AS UHUGEINT)"
    high = f"CAST({side}_hi AS UHUGEINT)"
    return (
        f"CASE family WHEN 4 THEN {MAPPED} + {low} ELSE {high} * 18446744073709551616 + {low} END"
    )
