"""How long the mails of others wait while the worker reads one of 300,000 rows from nobody.

    python bench/anonymous.py [--rows 300000] [--pace 5] [--seconds 40]

Starts `aupkeep mailin` and `aupkeep worker` on a new SQLite home, sends small reports at a pace,
and after a quarter of the time one mail with a table of so many rows, unsigned. Printed: seconds
from receipt to being read (p50, p99, longest) for the others before and after it came, milliseconds
to their 250, what became of the large mail, and the size of the longest stored reading.
"""

import argparse
import json
import smtplib
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from aupkeep.config.home import Home
from load import Told, free_port, furnish, give, start, wait_for
from parsing import arf


def large(rows: int) -> bytes:
    """A mail with a table of rows about our space and others'."""
    head = "From: x@nowhere.example\r\nSubject: list\r\nContent-Type: text/csv\r\n\r\n"
    lines = (
        f"192.0.2.{n % 250},2026-03-01T12:{n // 60 % 60:02}:{n % 60:02}Z,login-attack,{n}\r\n"
        for n in range(rows)
    )
    return (head + "ip,timestamp,type,port\r\n" + "".join(lines)).encode()


def send(port: int, pace: float, seconds: float, rows: int) -> tuple[Told, float]:
    """Small mails at a pace and the large one among them; when it was sent."""
    told, begun, sent = Told(), time.monotonic(), 0.0
    with smtplib.LMTP("127.0.0.1", port, timeout=120) as client:
        client.ehlo()
        for number in range(int(pace * seconds)):
            time.sleep(max(0.0, begun + number / pace - time.monotonic()))
            if number == int(pace * seconds / 4):
                sent = time.time()
                give(client, large(rows), Told())
            give(client, arf(number).replace(b"\n", b"\r\n"), told)
    return told, sent


def waits(home: Path) -> tuple[dict[str, tuple[float, float]], str]:
    """By raw: when it came and how long until it was read; and the large one's raw."""
    with closing(sqlite3.connect(Home(home).database)) as base:
        rows = base.execute("SELECT id, received_at, size FROM store_raw").fetchall()
        entries = base.execute("SELECT at, payload FROM store_entry WHERE type = 'report-read'")
        read = {json.loads(payload)["raw"]: _at(at) for at, payload in entries}
    came = {name: _at(at) for name, at, _ in rows}
    big = max(rows, key=lambda row: row[2])[0]
    return {name: (at, read.get(name, float("inf")) - at) for name, at in came.items()}, big


def unread(home: Path) -> bool:
    """Whether any mail is not read yet."""
    return float("inf") in (wait for _, wait in waits(home)[0].values())


def _at(text: str) -> float:
    return datetime.fromisoformat(text if "+" in text else f"{text}+00:00").timestamp()


def spread(values: list[float]) -> str:
    """p50, p99 and the longest."""
    ordered = sorted(values)
    return (
        f"p50 {statistics.median(ordered):.3f} p99 {ordered[int(len(ordered) * 0.99) - 1]:.3f} "
        f"longest {ordered[-1]:.3f}"
    )


def main() -> int:
    """Send, wait, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=300_000)
    options.add_argument("--pace", type=float, default=5.0)
    options.add_argument("--seconds", type=float, default=40.0)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        furnish(home, port)
        processes = [start(home, "mailin"), start(home, "worker")]
        try:
            wait_for(port)
            told, sent = send(port, given.pace, given.seconds, given.rows)
            end = time.monotonic() + 120
            while time.monotonic() < end and float("inf") in (
                w for _, w in waits(home)[0].values()
            ):
                time.sleep(1)
        finally:
            for process in processes:
                process.terminate()
                process.wait(60)
        found, big = waits(home)
        others = [one for name, one in found.items() if name != big]
        print(f"read, before it came: {spread([w for at, w in others if at < sent])} s")
        print(f"read, after it came:  {spread([w for at, w in others if at >= sent])} s")
        print(f"250: {spread(told.waits)} ms; refused {len(told.refused)}")
        with closing(sqlite3.connect(Home(home).database)) as base:
            row = base.execute(
                "SELECT outcome, inbox_reason FROM store_report WHERE raw_id = ?", (big,)
            ).fetchone()
            size = base.execute("SELECT max(length(reading)) FROM store_report").fetchone()[0]
        print(f"the large one: read after {found[big][1]:.1f} s: {row}")
        print(f"longest stored reading: {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
