"""Runs the detection engine over files: time goes by the rows, not by the clock.

    for hit in replay(batches, engine): ...

A batch is (now in ms, rows), as `metered` makes them of packets, `exported` of datagrams and
`logged` of logs. At the end of a capture, and before one that begins much earlier or later, what is
still pending is judged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from aupkeep.telemetry.capture.blocks import Buffer
from aupkeep.telemetry.capture.datagrams import datagrams
from aupkeep.telemetry.capture.meter import Meter, metered
from aupkeep.telemetry.capture.packets import is_capture, packets
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.detect.detector import DetectorHit
from aupkeep.telemetry.detect.engine import CLOCK_JUMP, DetectionEngine
from aupkeep.telemetry.logs.log import batches as logged
from aupkeep.telemetry.logs.log import log_of
from aupkeep.telemetry.rows import Exporters, RowField, Rows
from aupkeep.telemetry.wire.decoder import Decoder

EVERY = 1000  # ms of the rows' time between two looks
BATCH = 4096  # rows at most that wait to be taken together
TRIED = 500  # datagrams after which a capture is known to hold exports, or not
SHARE = 4  # one in so many of its packets is an export, at least

Batch = tuple[int, Rows]


def replay(batches: Iterable[Batch], engine: DetectionEngine) -> Iterator[DetectorHit]:
    """What the engine tells, in the order in which it would have told it."""
    now = looked = None
    for when, rows in batches:
        if now is not None and abs(when - now) > CLOCK_JUMP:
            yield from engine.evaluate(now, over=True)
            looked = None
        engine.take(rows, when)
        now = when
        if looked is None or when - looked >= EVERY:
            yield from engine.evaluate(when)
            looked = when
    if now is not None:
        yield from engine.evaluate(now, over=True)


def batches_of(
    data: Buffer, decoder: Decoder, dropped: Counter[str], *, sampling: int | None = None
) -> Iterator[Batch]:
    """The batches of one file: a log's, those of exports where it holds them, else of its packets.

    `sampling` is the rate at which a capture was made, or the one to take for every flow. Raises
    `Missing` where a program that reads the file is not there.
    """
    log = log_of(data)
    if log is not None:
        yield from logged(log, data, dropped, sampling=sampling)
    elif holds_exports(data):
        for now, rows in exported(datagrams(data, dropped), decoder):
            yield now, rows if sampling is None else at_rate(rows, sampling)
    elif is_capture(data):
        yield from metered(packets(data, dropped), Meter(sampling=sampling or 1))


def holds_exports(data: Buffer) -> bool:
    """Whether many of a capture's first packets are datagrams of exports; a raw file always is.

    Each may have been answered with an ICMP error, where nobody listened; in traffic that is worth
    metering, exports are few, for each tells of many packets.
    """
    if not is_capture(data):
        return True
    dropped: Counter[str] = Counter()
    decoder, read, seen = Decoder(Exporters()), 0, 0
    for datagram in datagrams(data, dropped):
        seen += 1
        read += is_export(decoder, datagram)
        if dropped.total() + seen >= TRIED:
            break
    return read * SHARE > dropped.total() + seen


def is_export(decoder: Decoder, datagram: Datagram) -> bool:
    """Whether a datagram could be read whole, or told of flows at least."""
    before = decoder.dropped.total()
    return bool(len(decoder.take(datagram))) or decoder.dropped.total() == before


def exported(given: Iterable[Datagram], decoder: Decoder) -> Iterator[Batch]:
    """Batches of the rows that datagrams tell: a second of the exporters' time each, at most."""
    waiting: list[Rows] = []
    count, began, now = 0, 0, 0
    for datagram in given:
        rows = decoder.take(datagram)
        if not len(rows):
            continue
        when = int(rows["seen"].max())
        if waiting and (abs(when - began) >= EVERY or count >= BATCH):
            yield now, np.concatenate(waiting)
            waiting, count = [], 0
        if not waiting:
            began = now = when
        now = max(now, when)
        waiting.append(rows)
        count += len(rows)
    if waiting:
        yield now, np.concatenate(waiting)


def at_rate(rows: Rows, sampling: int) -> Rows:
    """The rows with a rate that somebody states for them."""
    rows = rows.copy()
    rows["sampling"] = sampling
    rows["has"] |= int(RowField.SAMPLING)
    return rows
