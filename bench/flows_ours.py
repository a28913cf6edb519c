"""One measurement of our own path over one file of datagrams; prints it as JSON.

    python bench/flows_ours.py STEP KIND FILE DATAGRAMS [--rate N]

Steps: `decode` walks batches that lie in memory; `receive` takes them off loopback and decodes;
`whole` watches and archives them too, with every detector at its defaults. CPU seconds are those of
this process with all its threads, from the first datagram until the last row is where it belongs;
the sender is a process of its own. Compiling and importing come before.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path

import numpy as np

from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.fast.batch import Batch, sender_halves
from aupkeep.telemetry.fast.decoder import FastDecoder
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.receive.collector import Collector
from aupkeep.telemetry.rows import Exporters, Rows, empty
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.wire.decoder import Decoder
from flows_sender import SEQUENCE, load, put, words

HERE = ip_address("127.0.0.1")
OWN = [ip_network("10.0.0.0/17"), ip_network("2001:db8::a00:0/113")]  # 65,536 addresses
BATCH = 256
LOOK_MS = 200
QUIET_S = 0.5  # without a datagram after the sender has ended
LONGEST_S = 120


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Whole:
    """What the rows go through behind the decoder."""

    watch: DetectionEngine
    archive: Archive
    next_look: int = 0
    hits: int = 0
    spent: dict[str, float] = field(
        default_factory=lambda: {"watch": 0.0, "look": 0.0, "keep": 0.0}
    )

    def take(self, rows: Rows, exporters: Exporters) -> None:
        """One turn of the process that hears."""
        now = now_ms()
        for name, work in (
            ("watch", lambda: self.watch.take(rows, now)),
            ("keep", lambda: self.archive.append(rows, exporters, now)),
            ("look", lambda: self.look(now)),
        ):
            before = time.thread_time()
            work()
            self.spent[name] += time.thread_time() - before

    def look(self, now: int) -> None:
        """Let the detectors look when it is time."""
        if now >= self.next_look:
            self.hits += len(self.watch.evaluate(now))
            self.next_look = now + max(LOOK_MS, min(10 * (now_ms() - now), 1000))  # as `flowd` does


def decode(kind: str, file: Path, count: int) -> dict[str, float]:
    """Batches in memory."""
    one = load(file)
    fast = FastDecoder(Decoder(Exporters()), [HERE])
    fast.warm()
    high, low = (np.full(len(one.offsets), half, np.uint64) for half in sender_halves(HERE))
    lengths = one.lengths.astype(np.uint32)
    sequences, rows, spent, sent = words(one.data, one.offsets + SEQUENCE[kind]), 0, 0.0, 0
    while sent < count:
        turn = np.uint32(sent // len(lengths) * one.units)
        put(one.data, one.offsets + SEQUENCE[kind], sequences + turn)
        before = time.process_time()
        for at in range(0, len(lengths), BATCH):
            size = min(BATCH, len(lengths) - at)
            part = (one.offsets[at:], lengths[at:], high[at:], low[at:])
            rows += len(fast.take(Batch(one.data, *part, size), now_ms()))
        spent += time.process_time() - before
        sent += len(lengths)
    return {"records": rows, "datagrams": sent, "cpu": spent}


def receive(
    kind: str, file: Path, count: int, rate: int, whole: Whole | None
) -> dict[str, float | int]:
    """Datagrams off loopback."""
    decoder = Decoder(Exporters())
    collector = Collector([(str(HERE), 0)], [HERE], decoder, clock=now_ms)
    port = str(collector.listeners[0].port)
    sender = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "flows_sender.py"), kind, str(file),
         str(HERE), port, str(count), "--rate", str(rate)],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    before = poll(collector, sender, whole)
    if whole:
        whole.archive.close()
    spent = time.process_time() - before
    told = json.loads(sender.communicate()[0])
    statuses = collector.statuses()[HERE]
    drops = collector.drops()
    collector.close()
    return {
        "records": statuses.records,
        "datagrams": statuses.datagrams,
        "cpu": spent,
        "sent": told["sent"],
        "seconds": told["seconds"],
        "sender_cpu": told["cpu"],
        "drops": drops,
        "missing": statuses.lost,  # by the exporter's numbers: records or datagrams
        "uncounted": told["sent"] - statuses.datagrams - drops,
        "buffer": collector.listeners[0].buffer,
    }


def poll(collector: Collector, sender: "subprocess.Popen[bytes]", whole: Whole | None) -> float:
    """Take everything that is sent; the CPU time at which the first datagram was there."""
    before, last = time.process_time(), time.monotonic()
    started, end = False, last + LONGEST_S
    turn: Callable[[Rows], None] = lambda _rows: None  # noqa: E731 - nothing behind the decoder
    if whole:
        turn = lambda rows: whole.take(rows, collector.exporters)  # noqa: E731 - the same
    while time.monotonic() < end:
        base = time.process_time()
        heard = 0
        for rows in collector.poll(50):
            heard += len(rows)
            turn(rows)
        if heard and not started:
            started, before = True, base
        turn(empty(0))  # so that time passes
        if heard:
            last = time.monotonic()
        elif sender.poll() is not None and time.monotonic() - last > QUIET_S:
            break
    return before


def behind(folder: Path) -> Whole:
    """Windows and archive, warm."""
    warm = DetectionEngine(OwnSlots([ip_network("192.0.2.0/24")]), {})
    warm.take(empty(1), 1000)
    warm.evaluate(2000)
    with tempfile.TemporaryDirectory() as other:
        archive = Archive(Path(other))
        archive.append(empty(1), exporters := Exporters(), now_ms())
        exporters.number(HERE)
        archive.close()
    return Whole(DetectionEngine(OwnSlots(OWN), {}), Archive(folder))


def main() -> None:
    """One measurement."""
    options = argparse.ArgumentParser(description="Measure our own path.")
    options.add_argument("step", choices=("decode", "receive", "whole"))
    options.add_argument("kind", choices=SEQUENCE)
    options.add_argument("file", type=Path)
    options.add_argument("datagrams", type=int)
    options.add_argument("--rate", type=int, default=0, help="datagrams a second; 0: no limit")
    chosen = options.parse_args()
    what = (chosen.kind, chosen.file, chosen.datagrams)
    with tempfile.TemporaryDirectory(prefix="aupkeep-bench-") as folder:
        if chosen.step == "decode":
            told: dict[str, object] = dict(decode(*what))
        else:
            whole = behind(Path(folder)) if chosen.step == "whole" else None
            told = dict(receive(*what, chosen.rate, whole))
            if whole:
                kept = whole.archive.stats()
                told |= {"kept": kept.rows, "kept_lost": dict(kept.lost), "kept_bytes": kept.bytes,
                         "hits": whole.hits, "windows": whole.watch.bytes,
                         "watch_lost": {k: v for k, v in whole.watch.lost.items() if v},
                         "spent": whole.spent}  # fmt: skip
    told["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))


if __name__ == "__main__":
    main()
