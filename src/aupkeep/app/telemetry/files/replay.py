"""Runs the detectors on files of captures, exports and logs; nothing is stored."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from ipaddress import ip_network
from typing import BinaryIO

from aupkeep.app.telemetry.files.open import opened
from aupkeep.app.telemetry.findings.reported_hit import ReportedHit, reported_hit
from aupkeep.app.telemetry.machine_code.prepare import prepare
from aupkeep.model.errors import Invalid
from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.drop_reasons import REASONS
from aupkeep.telemetry.replay import Batch, batches_of, replay
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.window.own_slots import Network, OwnSlots
from aupkeep.telemetry.wire.decoder import Decoder

Say = Callable[[str], object]


def replay_files(
    names: Sequence[str], prefixes: Iterable[str], stdin: BinaryIO, *,
    sampling: int | None = None, slow: bool = False, say: Say,
) -> Iterator[ReportedHit]:  # fmt: skip
    """One record a hit, in the order in which they would have been reported. `-` is standard input.

    Templates, rates and windows of one file hold for the next. `slow` lets the detectors that look
    back over a day look too, after the others. `say` is told what the first run after an install
    takes long for, and what could not be read. Raises `Invalid` for a prefix that is none, OSError
    for a file that cannot be read, `Missing` where a program is not there that reads it.
    """
    own = OwnSlots([prefix_of(prefix) for prefix in prefixes])
    prepare(("count", "judge"), say=say, warn=say)
    exporters, dropped = Exporters(), Counter[str]()
    exporters.number(None)  # rows that no exporter sent
    batches = _counted(_batches(names, stdin, Decoder(exporters), dropped, sampling), dropped, say)
    if not slow:
        yield from map(reported_hit, replay(batches, DetectionEngine(own, rules={})))
        return
    from aupkeep.app.telemetry.files.slow import ReplayHistory

    with closing(ReplayHistory(exporters)) as history:
        yield from map(
            reported_hit, replay(history.archived(batches), DetectionEngine(own, rules={}))
        )
        yield from map(reported_hit, history.hits(own.prefixes))


def _batches(
    names: Sequence[str], stdin: BinaryIO, decoder: Decoder, dropped: Counter[str],
    sampling: int | None,
) -> Iterator[Batch]:  # fmt: skip
    for name in names:
        with opened(name, stdin) as data:
            yield from batches_of(data, decoder, dropped, sampling=sampling)
    dropped.update(decoder.dropped)


def _counted(batches: Iterable[Batch], dropped: Counter[str], say: Say) -> Iterator[Batch]:
    """The same batches; at the end what was dropped is said, and that there was nothing."""
    flows = 0
    for now, rows in batches:
        flows += len(rows)
        yield now, rows
    if not flows:
        say(
            "no flows: expected captures of exports or of traffic, datagrams as sent, or logs of"
            " Zeek, Suricata, Argus or nfcapd"
        )
    for reason, count in sorted(dropped.items()):
        say(f"dropped {count}: {reason} ({REASONS.get(reason, reason)})")


def prefix_of(text: str) -> Network:
    """Read `192.0.2.0/24`, or an address alone; host bits are dropped. Raises `Invalid`."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise Invalid(f"own prefix: expected 192.0.2.0/24 or the like, found {text!r}") from error
