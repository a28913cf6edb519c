"""Attribution in bulk: 1 M assignments with history, 1 M look-ups, and what the peers do with them.

    python bench/attribution.py [look-ups]

Beside our numpy snapshot the same work runs in DuckDB (an ASOF join per prefix length)
and PostgreSQL (a btree probe per prefix length): the most specific record valid at the moment,
without window or ports, which is less than we answer. Every path's answers are compared. Set
AUPKEEP_BENCH_POSTGRES to a libpq address to use a running server.
"""

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aupkeep.inventory.assignment_columns import AssignmentColumns, IntegerCodes
from aupkeep.inventory.snapshot import UNKNOWN, Snapshot
from aupkeep.model.holding import OwnSpace

RECORDS = 1_000_000
BASE = 100 << 24 | 64 << 16  # 100.64.0.0, of which 100.64.0.0/12 is filled
BEGIN, END = 1_600_000_000, 1_760_000_000  # seconds
BLOCKS = (24, 26, 27, 28, 29)
HIGH = np.uint64(0x20010DB8 << 32)
SAMPLE = 50_000  # of the look-ups, for paths that answer one by one
TABLE = NDArray[np.int64]


def made(rng: np.random.Generator) -> dict[str, TABLE]:
    """240,000 addresses with four holders one after another, under 20,000 blocks with two."""
    addresses, tenures = 240_000, 4
    cuts = np.sort(rng.integers(BEGIN, END, (addresses, 2 * tenures)), axis=1)
    hosts = np.repeat(BASE + rng.choice(1 << 20, addresses, replace=False), tenures)
    length = rng.choice(BLOCKS, (RECORDS - addresses * tenures) // 2)
    network = BASE + rng.integers(0, 1 << 20, len(length)) >> 32 - length << 32 - length
    network, first = np.unique(network * 64 + length, return_index=True)
    spans = np.sort(rng.integers(BEGIN, END, (len(network), 4)), axis=1)
    return {
        "net": np.concatenate([hosts, np.repeat(network // 64, 2)]),
        "length": np.concatenate([np.full(len(hosts), 32), np.repeat(length[first], 2)]),
        "start": np.concatenate([cuts[:, 0::2].ravel(), spans[:, 0::2].ravel()]),
        "until": np.concatenate([cuts[:, 1::2].ravel(), spans[:, 1::2].ravel()]),
    }


def columns(table: dict[str, TABLE], sites: IntegerCodes, *, wide: bool) -> AssignmentColumns:
    """The table as the snapshot takes it; `wide` puts each IPv4 address into an IPv6 /64."""
    count = len(table["net"])
    net = table["net"].astype(np.uint64)
    return AssignmentColumns(
        site=np.full(count, sites("main"), np.int32),
        version=np.full(count, 6 if wide else 4, np.uint8),
        length=(table["length"] + 32 * wide).astype(np.uint8),
        level=(table["length"] + 32 * wide).astype(np.int32),
        high=HIGH | net if wide else net,
        low=np.zeros(count, np.uint64),
        port_from=np.zeros(count, np.int32),
        port_to=np.full(count, 65535, np.int32),
        start=table["start"] * 1_000_000,
        end=table["until"] * 1_000_000,
        holder=np.arange(count, dtype=np.int64),
    )


class Timed:
    """Wall and CPU seconds of a piece of work, here or in the process `pid` of this machine."""

    def __init__(self, pid: int | None = None) -> None:
        self._pid = pid
        self._wall, self._cpu = time.perf_counter(), _cpu(pid)

    def show(self, name: str, count: int, note: str = "") -> None:
        """Print the figure."""
        wall, cpu = time.perf_counter() - self._wall, _cpu(self._pid) - self._cpu
        print(
            f"{name:42s} {count / wall:12,.0f}/s  wall {wall:6.2f} s  CPU {cpu:6.2f} s  {note}",
            flush=True,
        )


def _cpu(pid: int | None) -> float:
    stat = Path(f"/proc/{pid}/stat")
    if pid is not None and stat.exists():  # a server on another machine shows none
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]  # proc(5): utime, stime
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ours(table: dict[str, TABLE], address: TABLE, at: TABLE, *, wide: bool) -> TABLE:
    """Our snapshot: build, then all look-ups with the 120 s window and without it."""
    version = "IPv6" if wide else "IPv4"
    sites = IntegerCodes()
    prefix = ip_network("2001:db8::/32" if wide else "100.64.0.0/10")
    own = [OwnSpace(prefix=prefix)]
    clock = Timed()
    count = len(table["net"])
    snapshot = Snapshot(own, columns(table, sites, wide=wide), sites, np.ones(count, np.bool_))
    clock.show(f"numpy snapshot, {version}: build", count)
    number = address.astype(np.uint64)
    asked = np.stack([HIGH | number, number], axis=1) if wide else number
    moments = at * 1_000_000
    clock = Timed()
    with_window = snapshot.look_up(asked, moments)
    share = float((with_window >= 0).mean())
    clock.show(f"numpy snapshot, {version}: with window", len(at), f"held {share:.2f}")
    clock = Timed()
    exact = snapshot.look_up(asked, moments, tolerance=0)
    clock.show(f"numpy snapshot, {version}: no window", len(at))
    wrong = (with_window >= 0) & (with_window != exact)
    if wrong.any():
        raise SystemExit(f"the window changed {int(wrong.sum())} certain answers")
    return exact


def compare(name: str, found: TABLE, expected: TABLE) -> None:
    """Stop when a path answers otherwise."""
    wrong = int((found != expected).sum())
    if wrong:
        raise SystemExit(f"{name}: {wrong} of {len(expected)} answers differ")


def duck(table: dict[str, TABLE], address: TABLE, at: TABLE, expected: TABLE) -> None:
    """DuckDB: one ASOF join per prefix length, the longest that is valid wins."""
    try:
        import duckdb
    except ImportError:
        print("DuckDB: skipped, not installed (pip install duckdb)")
        return
    base = duckdb.connect()
    base.execute("create table q (id bigint, ip bigint, t bigint)")
    base.execute("create table a (id bigint, net bigint, len bigint, st bigint, un bigint)")
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in (
            ("q", [np.arange(len(at)), address, at]),
            ("a", [np.arange(len(table["net"])), *table.values()]),
        ):
            path = Path(folder) / f"{name}.csv"
            np.savetxt(path, np.stack(parts, axis=1), fmt="%d", delimiter=",")
            base.execute(f"copy {name} from '{path}' (header false)")
    probes = [
        f"select q.id, {n} as len, a.id as row from q asof join (select * from a where len = {n}) a"
        f" on a.net = ((q.ip >> {32 - n}) << {32 - n}) and q.t >= a.st where a.un > q.t"
        for n in (*BLOCKS, 32)
    ]
    clock = Timed()
    query = f"select id, arg_max(row, len) as row from ({' union all '.join(probes)}) group by id"
    rows = base.execute(query).fetchnumpy()
    clock.show("DuckDB ASOF join per length", len(at))
    found = np.full(len(at), UNKNOWN, np.int64)
    found[rows["id"]] = rows["row"]
    compare("DuckDB", found, expected)


@contextlib.contextmanager
def server() -> Iterator[str | None]:
    """A libpq address: the one named in the environment, or a server of our own, or None."""
    given = os.environ.get("AUPKEEP_BENCH_POSTGRES")
    places = Path("/usr/lib/postgresql")
    versions = [p for p in places.glob("*/bin") if (p / "initdb").exists()]
    if given or not versions:
        yield given
        return
    tools = max(versions, key=lambda path: int(path.parent.name))
    with tempfile.TemporaryDirectory(prefix="aupkeep-bench-") as name:
        folder = Path(name)
        user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if user:
            os.chown(folder, *_ids("postgres"))
        run: Callable[..., object] = lambda *words: subprocess.run(  # noqa: E731 - three calls alike
            words, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user
        )
        run(tools / "initdb", "-D", folder / "data", "-A", "trust", "-U", "bench")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=256MB"
        log = folder / "log"
        run(tools / "pg_ctl", "-w", "-D", folder / "data", "-l", log, "-o", options, "start")
        try:
            yield f"host={folder} user=bench dbname=postgres"
        finally:
            run(tools / "pg_ctl", "-w", "-D", folder / "data", "-m", "immediate", "stop")


def _ids(name: str) -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam(name)
    return entry.pw_uid, entry.pw_gid


def postgres(table: dict[str, TABLE], address: TABLE, at: TABLE, expected: TABLE) -> None:
    """PostgreSQL: the key as a btree, one probe per prefix length."""
    with server() as name:
        if name is None:
            print("PostgreSQL: skipped, no server named and none under /usr/lib/postgresql")
            return
        import psycopg

        with psycopg.connect(name, autocommit=True) as base:
            _probe(base, table, (address, at, expected))


def _probe(base: object, table: dict[str, TABLE], asked: tuple[TABLE, TABLE, TABLE]) -> None:
    import psycopg

    if not isinstance(base, psycopg.Connection):
        raise TypeError("expected a connection")
    address, at, expected = (values[: 4 * SAMPLE] for values in asked)
    base.execute("create temp table a (id int, net bigint, len int, st bigint, un bigint)")
    base.execute("create temp table q (id int, ip bigint, t bigint)")
    for line, parts in (
        ("copy a from stdin", [np.arange(len(table["net"])), *table.values()]),
        ("copy q from stdin", [np.arange(len(at)), address, at]),
    ):
        with base.cursor().copy(line) as copy:
            for row in zip(*(part.tolist() for part in parts), strict=True):
                copy.write_row(row)
    clock = Timed(base.info.backend_pid)
    base.execute("create index on a (len, net, st desc)")
    base.execute("analyze a")
    base.execute("set max_parallel_workers_per_gather = 0")  # so that one process is all its CPU
    clock.show("PostgreSQL: btree build", len(table["net"]))
    probes = " union all ".join(
        f"(select id, un from a where len = {n} and net = (q.ip >> {32 - n}) << {32 - n}"
        " and st <= q.t order by st desc limit 1)"
        for n in (32, *sorted(BLOCKS, reverse=True))
    )
    clock = Timed(base.info.backend_pid)
    rows = base.execute(
        f"select q.id, x.id from q join lateral"  # type: ignore[arg-type]
        f" (select id from ({probes}) p where un > q.t limit 1) x on true"
    ).fetchall()
    clock.show("PostgreSQL: btree probes, lateral join", len(at))
    found = np.full(len(at), UNKNOWN, np.int64)
    for place, row in rows:
        found[place] = row
    compare("PostgreSQL", found, expected)


def main() -> None:
    """Run every path on the same records and the same questions."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(7)
    table = made(rng)
    address = BASE + rng.integers(0, 1 << 20, count)
    at = rng.integers(BEGIN, END, count)
    print(f"{len(table['net']):,} assignments with history, {count:,} look-ups")
    expected = ours(table, address, at, wide=False)
    compare("IPv6", ours(table, address, at, wide=True), expected)
    duck(table, address, at, expected)
    postgres(table, address, at, expected)


if __name__ == "__main__":
    main()
