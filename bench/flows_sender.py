"""Sends the datagrams of a file, as one exporter would: sendmmsg(2), paced, round after round.

    python bench/flows_sender.py KIND FILE HOST PORT COUNT [--rate N]

Sequence numbers go on over the rounds and export times are those of sending, so that a collector
that counts gaps finds one only where a datagram was lost. Prints what it sent as JSON.
"""

import argparse
import json
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.receive import messages

BURST = 32
SEQUENCE = {"v5": 16, "v9": 12, "ipfix": 8, "sflow": 16}  # where it stands in a datagram
SECONDS = {"v5": 8, "v9": 8, "ipfix": 4}  # where the export time stands


@dataclass(slots=True)
class Load:
    """The datagrams of a file: one buffer, and where each lies in it."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    units: int  # what a round adds to the sequence


def load(path: Path) -> Load:
    """Read a file of `flows_made.py`."""
    raw = path.read_bytes()
    offsets, lengths, at = [], [], 4
    while at < len(raw):
        (length,) = struct.unpack_from("<H", raw, at)
        offsets.append(at + 2)
        lengths.append(length)
        at += 2 + length
    (units,) = struct.unpack_from("<I", raw)
    data = np.frombuffer(raw, np.uint8).copy()
    return Load(data, np.array(offsets, np.int64), np.array(lengths, np.int64), units)


def words(data: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The 32-bit numbers at some places."""
    taken = data[places[:, None] + np.arange(4)]
    return taken.view(">u4").reshape(-1).astype(np.uint32)


def put(
    data: NDArray[np.uint8], places: NDArray[np.int64], values: NDArray[np.uint32] | int
) -> None:
    """Write 32-bit numbers at some places."""
    wanted = np.broadcast_to(np.asarray(values, ">u4"), len(places))
    data[places[:, None] + np.arange(4)] = (
        np.ascontiguousarray(wanted).view(np.uint8).reshape(-1, 4)
    )


def pace(sent: int, rate: int, since: float) -> None:
    """Wait until that many should have gone out."""
    ahead = sent / rate - (time.perf_counter() - since) if rate else 0
    if ahead > 0.001:
        time.sleep(ahead)


def run(kind: str, one: Load, to: tuple[str, int], count: int, rate: int) -> None:
    """Send so many datagrams."""
    family = socket.AF_INET6 if ":" in to[0] else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.connect(to)
    out = messages.MmsgArray(one.data, one.offsets, one.lengths, named=False)
    sequences = words(one.data, one.offsets + SEQUENCE[kind])
    sent, since = 0, time.perf_counter()
    while sent < count:
        turn, at = divmod(sent, len(one.offsets))
        if at == 0:
            put(one.data, one.offsets + SEQUENCE[kind], sequences + np.uint32(turn * one.units))
        burst = min(BURST, len(one.offsets) - at, count - sent)
        if kind in SECONDS:
            put(one.data, one.offsets[at : at + burst] + SECONDS[kind], int(time.time()))
        sent += messages.send(made.fileno(), out, at, burst)
        pace(sent, rate, since)
    taken = time.perf_counter() - since
    print(json.dumps({"sent": sent, "seconds": taken, "cpu": time.process_time()}))


def main() -> None:
    """Send."""
    options = argparse.ArgumentParser(description="Send export datagrams.")
    options.add_argument("kind", choices=SEQUENCE)
    options.add_argument("file", type=Path)
    options.add_argument("host")
    options.add_argument("port", type=int)
    options.add_argument("count", type=int)
    options.add_argument("--rate", type=int, default=0, help="datagrams a second; 0: no limit")
    chosen = options.parse_args()
    to = (chosen.host, chosen.port)
    run(chosen.kind, load(chosen.file), to, chosen.count, chosen.rate)


if __name__ == "__main__":
    main()
