"""A station over loopback for tests: windows that see what they are told, and its turns."""

import dataclasses
import socket
import time
from collections import Counter

from app.telemetry.exporter import Flow
from app.telemetry.made import HIT
from aupkeep.model.as_json import as_json
from aupkeep.store import raws
from aupkeep.telemetry.rows import address
from aupkeep.telemetry.window.exported_ways import ShownBy

GUESSES = [
    Flow(src="203.0.113.10", dst="198.51.100.9", sport=40_000 + n, dport=22) for n in range(5)
]


class Eyes:
    """Windows that see a login guessing wherever our .10 has sent something."""

    def __init__(self, own, rules, *, seed, context, exporters) -> None:
        self.context = context
        self.own, self.rules, self.bytes, self.lost = own, rules, 1, Counter()
        self._due = []

    def take(self, rows, now_ms) -> None:
        """Remember who sent."""
        sent = {address(row["family"], row["src_hi"], row["src_lo"]) for row in rows}
        if HIT.address in sent:
            known = rows["has"] & 256 != 0
            figures = {**HIT.evidence, "sampling": 100 if known.all() else None}
            self._due.append(
                dataclasses.replace(HIT, at=now_ms, until=now_ms + 1, evidence=figures)
            )

    def shown_by(self, exporter):
        """Nothing is known of any exporter."""
        return ShownBy(0, 0, 0)

    def evaluate(self, now_ms):
        """Tell once."""
        due, self._due = self._due[:1], []
        return due


def clock():
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def run(service, controller_sync, turns=6):
    """Some turns of both threads, one after the other."""
    for _ in range(turns):
        service.step()
    controller_sync.run_once()


def the_raw():
    """The one raw that came."""
    (raw,) = raws.all()
    return raw


def acting(home):
    """The operator's own pack: the sample, with the detector in mode act."""
    from aupkeep.app.policies import sample_files

    for name, text in sample_files().items():
        (home.policy / name).write_bytes(text)
    (home.policy / "detectors.yaml").write_text("detectors:\n  login-guessing: {mode: act}\n")


def station_told(service):
    """The station's newest counts."""
    service._next_stats = 0
    service.step()
    return as_json(service.stats)


def data_set(number, body):
    """A data set."""
    from telemetry.wire.exports import a_set

    return a_set(number, body)


def throw(port, data):
    """One datagram."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(data, ("127.0.0.1", port))
