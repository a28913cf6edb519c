"""Calls every kernel once as it will be called, so that its machine code is there.

    python -m aupkeep.app.telemetry.machine_code.warm_up decode

It compiles what is missing and keeps it. What cannot be kept ends with a line on standard error and
exit code 1.
"""

import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_network

import numpy as np

from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.detect.network_context import ListedContact, NetworkContext
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.fast.decoder import FastDecoder
from aupkeep.telemetry.history import transpose
from aupkeep.telemetry.jit import CompileMode, compile_mode
from aupkeep.telemetry.receive.ring import Ring
from aupkeep.telemetry.rows import Exporters, RowField, Rows, empty
from aupkeep.telemetry.window.layout import EntryTag
from aupkeep.telemetry.window.own_slots import OwnSlots
from aupkeep.telemetry.wire.decoder import Decoder

OURS = ip_network("192.0.2.0/24")  # RFC 5737
NOW = 1_000_000  # ms
LOOKS = 5


def decode() -> None:
    """From datagrams to rows, and from rows to columns."""
    FastDecoder(Decoder(Exporters()), []).warm()
    Ring(slots=1).warm()
    rows = empty(1)
    transpose.transpose(transpose.numbers(rows), transpose.room(len(rows)))


def count() -> DetectionEngine:
    """From rows to counts: floods, scans, sessions and replies between documentation addresses."""
    listed = NetworkContext(contacts=[ListedContact(OURS[2], "practice", "none")])
    watch = DetectionEngine(OwnSlots([OURS]), {}, context=listed)
    for protocol, flags in ((6, 2), (6, 27), (17, 0), (1, 0)):
        for ours, theirs in (("src", "dst"), ("dst", "src")):
            watch.take(_rows(protocol, flags, ours, theirs, int(OURS[1])), NOW)
    return watch


def judge() -> None:
    """From counts to hits, and what is left of a second that is over."""
    watch = count()
    view = WindowView(watch.state, watch.own, NOW, [], {})
    view.pair(EntryTag.TCP, watch.own.slot(OURS[1]), OURS[2])
    view.met(watch.own.slot(OURS[1]), OURS[2])
    for sessions in view.sessions(EntryTag.AMPLIFY, 0):
        sessions.alike(0, 1)
    for later in range(LOOKS):
        watch.evaluate(NOW + later * 1000)


PARTS: dict[str, Callable[[], object]] = {"decode": decode, "count": count, "judge": judge}


def _rows(protocol: int, flags: int, ours: str, theirs: str, first: int) -> Rows:
    """Rows between one of our addresses and many others, at many ports, one side's ports fixed."""
    rows = empty(200)
    numbers = np.arange(len(rows))
    rows[f"{ours}_lo"], rows[f"{theirs}_lo"] = first, first + 256 + numbers // 4
    rows["family"], rows["proto"], rows["flags"] = 4, protocol, flags
    rows["sport"], rows["dport"] = 40_000 + numbers, 22 + numbers % 50
    rows["packets"], rows["bytes"], rows["sampling"] = 1000, 100_000, 1
    rows["start"], rows["end"], rows["seen"] = NOW - 1000, NOW - 100, NOW
    rows["has"] = int(
        RowField.SRC
        | RowField.DST
        | RowField.SPORT
        | RowField.DPORT
        | RowField.PROTO
        | RowField.FLAGS
    ) | int(RowField.PACKETS | RowField.BYTES | RowField.SAMPLING | RowField.START | RowField.END)
    return rows


def main(parts: Sequence[str]) -> int:
    """Practise them; the exit code."""
    try:
        with compile_mode(CompileMode.TO_KEEP):
            for part in parts:
                PARTS[part]()
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
