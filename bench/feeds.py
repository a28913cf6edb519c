"""Lists about others: what a row costs that is not about us.

    python bench/feeds.py [rows]

A plain list, URLhaus' CSV and DataPlane's table of random addresses are sifted by three own
prefixes in this process, and the plain list in its box as the worker does it (CPU and memory of the
child). Beside it the plain way on the same list: `ipaddress` and a loop over the prefixes.
"""

import random
import resource
import sys
import time
from collections.abc import Callable
from ipaddress import IPv4Address, ip_address, ip_network

from aupkeep.intake.feed import FetchedList
from aupkeep.intake.feed_client.filter import FilteredList, filter_list
from aupkeep.intake.feed_client.own_prefixes import OwnPrefixes
from aupkeep.intake.feed_client.subscription import Subscription, subscribe
from aupkeep.intake.sandbox.feed_worker import filter_in_worker

OWN = [ip_network(one) for one in ("203.0.113.0/24", "198.51.0.0/16", "10.20.0.0/14")]
ROWS: dict[str, Callable[[int, str], str]] = {
    "list": lambda _, address: address,
    "urlhaus": lambda n, address: (
        f'"{n}","2026-03-01 11:58:07","http://{address}:8080/i","online","2026-03-01 11:58:07",'
        f'"malware_download","elf","https://lists.example/url/{n}/","example"'
    ),
    "dataplane": lambda n, address: f"{n} | AS | {address} | 2026-03-01 09:13:57 | sshpwauth",
}


def made(kind: str, rows: int) -> bytes:
    """A list of random addresses, of which a few hundred in a million are ours."""
    draw = random.Random(2026)
    lines = (ROWS[kind](n, str(IPv4Address(draw.getrandbits(32)))) for n in range(rows))
    return "\n".join(lines).encode()


def tell(name: str, rows: int, seconds: float, ours: int, more: str = "") -> None:
    """One line of the table."""
    print(f"{name:24} {rows:>10,} rows {rows / seconds:>12,.0f} rows/CPU s  {ours:>5} ours  {more}")


def here(one: Subscription, data: bytes, rows: int) -> FilteredList:
    """In this process."""
    began = time.process_time()
    found = filter_list(one.feed, FetchedList("list", data), one.options, OwnPrefixes(OWN))
    tell(one.name, rows, time.process_time() - began, len(found.ours))
    return found


def boxed(one: Subscription, data: bytes, rows: int) -> None:
    """In its box: start, transfer and answer counted."""
    found = filter_in_worker(one, FetchedList("list", data), OwnPrefixes(OWN), names=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    size = f"{used.ru_maxrss >> 10} MiB for {len(data) >> 20} MiB"
    tell(f"{one.name}, in its box", rows, used.ru_utime + used.ru_stime, len(found.ours), size)


def plainly(data: bytes, rows: int) -> int:
    """What a script would do."""
    began = time.process_time()
    ours = sum(
        any(address in prefix for prefix in OWN)
        for address in map(ip_address, data.decode().split("\n"))
    )
    tell("ipaddress and a loop", rows, time.process_time() - began, ours)
    return ours


def main() -> None:
    """Print the table; the ways must agree."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for kind in ROWS:
        one = subscribe(kind, {"url": "https://lists.example/"} if kind == "list" else {})
        data = made(kind, rows)
        found = here(one, data, rows)
        if kind == "list":
            boxed(one, data, rows)
            if plainly(data, rows) != len(found.ours):
                raise SystemExit("the two ways disagree")


if __name__ == "__main__":
    main()
