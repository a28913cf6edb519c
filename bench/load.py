"""Mails at a steady pace through the real receiver: how long until they are durable, and a case.

    python bench/load.py [--rate 100] [--seconds 60] [--most-ms MS] [--home FOLDER]

Starts `aupkeep mailin` and `aupkeep worker` on a new SQLite home (WAL, FULL), sends ARF reports of
4 kB by LMTP over several connections at the pace asked for, whether or not the last was answered
in time, and prints: pace, time from the end of a mail to its 250 (p50, p99, longest), time from
receipt to the report being read and on a case, CPU seconds of both processes, mails lost and
doubled. Exit code 1 when a mail was lost or doubled, or p99 is beyond `--most-ms`; what one worker
has not read within `--patience` is told.
Goal: 100 mails/s for ten minutes on two cores, p99 to the durable 250 within 200 ms.
"""

import argparse
import hashlib
import json
import os
import resource
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aupkeep.config.home import Home
from parsing import arf

LINES = 8  # connections; each sends its share of the pace
AUPKEEP = (sys.executable, "-m", "aupkeep")


@dataclass(slots=True)
class Told:
    """What the senders saw: milliseconds to each 250, digests acknowledged, refusals."""

    waits: list[float] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def furnish(home: Path, port: int) -> None:
    """A home with 200 customers of one address each, and the port in its settings."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "aupkeep.toml").write_text(
        f'[mail]\nnameservers = ["none"]\nlmtp_port = {port}\n', "utf-8"
    )
    rows = ["address,customer,resource,from,until"]
    rows += [f"192.0.2.{n},customer-{n},vm-{n},2026-01-01T00:00:00Z," for n in range(256)]
    command(home, "inventory", "own", "add", "192.0.2.0/24")
    command(home, "inventory", "import", "-", "--source", "csv", given="\n".join(rows))


def command(home: Path, *words: str, given: str = "") -> None:
    """Run one command on the home; its failure ends the benchmark."""
    subprocess.run(
        [*AUPKEEP, *words],
        input=given.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"AUPKEEP_HOME": str(home)},
    )


def start(home: Path, word: str) -> subprocess.Popen[bytes]:
    """A process of ours; its log goes to the home."""
    log = (home / f"{word}.log").open("ab")
    return subprocess.Popen(
        [*AUPKEEP, word], stderr=log, env=os.environ | {"AUPKEEP_HOME": str(home)}
    )


def wait_for(port: int) -> None:
    """Wait until the receiver listens."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("mailin: expected it to listen within a minute")


def send(port: int, line: int, many: int, every: float, begun: float, told: Told) -> None:
    """Send every LINES-th mail at its moment over one connection."""
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        for number in range(line, many, LINES):
            time.sleep(max(0.0, begun + number * every - time.monotonic()))
            give(client, arf(number).replace(b"\n", b"\r\n"), told)


def give(client: smtplib.LMTP, data: bytes, told: Told) -> None:
    """Hand one mail over; the clock runs from its last byte to its answer."""
    client.mail("fbl@reporter.example")
    client.rcpt("abuse@hoster.example")
    client.putcmd("data")
    client.getreply()
    client.send(data + b".\r\n")
    sent = time.monotonic()
    code, words = client.getreply()
    wait = (time.monotonic() - sent) * 1000
    with told.lock:
        told.waits.append(wait)
        if code == 250:
            told.digests.add(hashlib.sha256(data).hexdigest())
        else:
            told.refused.append(f"{code} {words.decode(errors='replace')}")


def flood(port: int, many: int, every: float) -> tuple[Told, float]:
    """Send all at their moments; what was seen, and the seconds it took."""
    told, begun = Told(), time.monotonic()
    lines = [
        threading.Thread(target=send, args=(port, line, many, every, begun, told))
        for line in range(LINES)
    ]
    for one in lines:
        one.start()
    for one in lines:
        one.join()
    return told, time.monotonic() - begun


def kept(home: Path) -> list[str]:
    """The digests in the database."""
    with closing(sqlite3.connect(Home(home).database)) as base:
        return [row[0] for row in base.execute("SELECT digest FROM store_raw")]


def readings(home: Path) -> list[float]:
    """Seconds from receipt to the entry that says the report was read and joined."""
    with closing(sqlite3.connect(Home(home).database)) as base:
        received = dict(base.execute("SELECT id, received_at FROM store_raw"))
        entries = base.execute("SELECT at, payload FROM store_entry WHERE type = 'report-read'")
        return [
            (moment(at) - moment(received[json.loads(payload)["raw"]])).total_seconds()
            for at, payload in entries
        ]


def moment(text: str) -> datetime:
    """A stored time."""
    return datetime.fromisoformat(text)


def drain(home: Path, many: int, patience: float) -> float:
    """Wait until everything is read, or patience ends; the seconds it took."""
    begun = time.monotonic()
    while len(readings(home)) < many and time.monotonic() < begun + patience:
        time.sleep(0.5)
    return time.monotonic() - begun


def share(values: list[float], part: float) -> float:
    """The value below which this part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def spread(values: list[float], digits: int, unit: str) -> str:
    """Half of them, nearly all of them, the longest."""
    found = (share(values, part) for part in (0.5, 0.99, 1.0))
    half, most, longest = (f"{value:.{digits}f} {unit}" for value in found)
    return f"p50 {half}, p99 {most}, longest {longest}"


def main() -> int:
    """Run it and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=100, help="mails a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--most-ms", type=float, default=None, help="fail when p99 is beyond")
    parser.add_argument("--patience", type=float, default=600, help="seconds for the backlog")
    parser.add_argument("--home", type=Path, default=None)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aupkeep-load-") as folder:
        return measure(wish.home or Path(folder) / "home", wish)


def measure(home: Path, wish: argparse.Namespace) -> int:
    """Flood one home, compare what was acknowledged with what is there."""
    port, many = free_port(), int(wish.rate * wish.seconds)
    furnish(home, port)
    mailin, worker = start(home, "mailin"), start(home, "worker")
    try:
        wait_for(port)
        told, took = flood(port, many, 1 / wish.rate)
        late = drain(home, len(told.digests), wish.patience)
    finally:
        for process in (mailin, worker):
            process.terminate()
        for process in (mailin, worker):
            process.wait(60)
    stored, read = kept(home), readings(home)
    lost, doubled = told.digests - set(stored), len(stored) - len(set(stored))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    p99 = share(told.waits, 0.99)
    got = len(told.digests)
    say(f"{got} of {many} mails in {took:.1f} s: {got / took:.1f} a second")
    say(f"to the durable 250: {spread(told.waits, 1, 'ms')}")
    say(f"from receipt to read and on a case: {spread(read, 2, 's')}")
    say(f"{late:.1f} s after the last mail {len(stored) - len(read)} of them were unread")
    say(f"CPU of both processes: {used.ru_utime + used.ru_stime:.1f} s")
    say(f"lost {len(lost)}, doubled {doubled}, refused {len(told.refused)}")
    for words in told.refused[:3]:
        say(f"  refused: {words}")
    whole = not lost and not doubled and len(stored) == len(told.digests)
    return 0 if whole and (wish.most_ms is None or p99 <= wish.most_ms) else 1


def say(words: str) -> None:
    """One line of the answer."""
    sys.stdout.write(words + "\n")


if __name__ == "__main__":
    sys.exit(main())
