"""How long everybody else waits while one address sends slowly.

    python bench/slow.py [--seconds 5] [--most-ms MS]

One sender, from the visitors' own address, holds 0, 4, 50 and 500 heads or bodies open, one byte a
second each, and opens another connection for each it loses. Meanwhile four visitors ask for the
front door of the desk, the notice form and `/healthz`, a new connection each. Printed for
`aupkeep web`, and in the same run for the same pages on a bare granian, where that is installed:
answers a second, p50 and p99 in milliseconds, and how many had none within five seconds. Exit code
1 when one of ours had none, or p99 is beyond `--most-ms`.
"""

import argparse
import asyncio
import http.client
import importlib.util
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HOST, PATIENCE = "127.0.0.1", 5.0
PATHS = ("/queue", "/report", "/healthz")
HELD = (0, 4, 50, 500)
BODY = (
    b"POST /report/phishing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
HEAD = b"GET /report HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "
OURS = (sys.executable, "-m", "aupkeep", "web")
GRANIAN = (
    sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "4",
    "--host", HOST, "aupkeep.site.wsgi:application", "--port",
)  # fmt: skip


@dataclass(slots=True)
class Seen:
    """What the visitors saw: milliseconds to each answer, and how many had none."""

    waits: list[float] = field(default_factory=list)
    failed: int = 0


async def hold(port: int, begin: bytes) -> None:
    """Keep one slow request open; another when it is lost."""
    while True:
        with suppress(OSError):
            await drip(*await asyncio.open_connection(HOST, port), begin)
        await asyncio.sleep(0.05)


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begin: bytes) -> None:
    """One byte a second, until the server ends it."""
    writer.write(begin)
    while not reader.at_eof():
        writer.write(b"x")
        await writer.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1000), 1)
    writer.close()


async def attack(port: int, kind: str, many: int) -> None:
    """Hold that many."""
    begin = BODY if kind == "bodies" else HEAD
    await asyncio.gather(*(hold(port, begin) for _ in range(many)))


def visit(port: int, until: float, seen: Seen) -> None:
    """Ask for one page after the other."""
    number = 0
    while time.monotonic() < until:
        began, number = time.monotonic(), number + 1
        line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            line.request("GET", PATHS[number % len(PATHS)])
            line.getresponse().read()
            seen.waits.append((time.monotonic() - began) * 1000)
        except (OSError, http.client.HTTPException):
            seen.failed += 1
        finally:
            line.close()


def measure(port: int, kind: str, many: int, seconds: float) -> Seen:
    """Visitors for a while, beside an attack that has begun."""
    words = [sys.executable, __file__, "--attack", kind, "--held", str(many), "--port", str(port)]
    attacker = subprocess.Popen(words)
    try:
        time.sleep(1.5 if many else 0)
        seen = [Seen() for _ in range(4)]
        until = time.monotonic() + seconds
        visitors = [threading.Thread(target=visit, args=(port, until, one)) for one in seen]
        for one in visitors:
            one.start()
        for one in visitors:
            one.join()
    finally:
        attacker.kill()
        attacker.wait()
    return Seen([wait for one in seen for wait in one.waits], sum(one.failed for one in seen))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextmanager
def started(words: tuple[str, ...]) -> Iterator[int]:
    """A server on a new home; its port."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        (Path(folder) / "aupkeep.toml").write_text(f"[web]\nport = {port}\n", "utf-8")
        env = os.environ | {"AUPKEEP_HOME": folder}
        more = () if words is OURS else (str(port),)
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen([*words, *more], env=env, stderr=log, stdout=log)
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()
            server.wait()


def wait_for(port: int) -> None:
    """Wait until the pages are there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("expected the server to listen within a minute")


def figures(words: tuple[str, ...], name: str, seconds: float) -> tuple[float, int]:
    """Print a line for each attack; the worst p99 and how many had no answer."""
    worst, failed = 0.0, 0
    with started(words) as port:
        measure(port, "bodies", 0, 1.0)  # caches fill
        for kind in ("heads", "bodies"):
            for many in HELD[kind == "bodies" :]:
                seen = measure(port, kind, many, seconds)
                waits = seen.waits or [PATIENCE * 1000]
                p99 = statistics.quantiles(waits, n=100)[98] if len(waits) > 1 else waits[0]
                print(
                    f"{name:8} {many:4} slow {kind:7} {len(seen.waits) / seconds:7.0f} answers/s  "
                    f"p50 {statistics.median(waits):7.1f} ms  p99 {p99:7.1f} ms  "
                    f"no answer {seen.failed}"
                )
                worst, failed = max(worst, p99), failed + seen.failed
    return worst, failed


def main() -> int:
    """Measure, or be the attacker."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--most-ms", type=float, default=0.0)
    options.add_argument("--attack", choices=("heads", "bodies"))
    options.add_argument("--held", type=int, default=0)
    options.add_argument("--port", type=int, default=0)
    given = options.parse_args()
    if given.attack:
        asyncio.run(attack(given.port, given.attack, given.held))
    worst, failed = figures(OURS, "aupkeep", given.seconds)
    if importlib.util.find_spec("granian") is None:
        print("granian is not installed: pip install granian")
    else:
        figures(GRANIAN, "granian", given.seconds)
    return int(failed > 0 or 0 < given.most_ms < worst)


if __name__ == "__main__":
    sys.exit(main())
