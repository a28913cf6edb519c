"""What a router exports of flows: cut at its active timeout, told after the inactive one, sampled.

A packet is sampled with probability 1/N. Of a connection of k packets of which m are sampled, the
first (SYN) is among them with probability m/k, and so is the last (FIN). Source: RFC 5475 section 5
(random sampling), RFC 5470 section 5.1.1 (timeouts).
"""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aupkeep.telemetry.rows import Rows
from scenes.flows import ACK, FIN, PSH, RST, SYN, TCP

ACTIVE, INACTIVE, LINGER = 60_000, 15_000, 1_000
STEP = 1_000
MOST_PIECES = 2_000


def exported(
    rows: Rows, rng: Generator, *, sampling: int = 1, active: int = ACTIVE, inactive: int = INACTIVE
) -> Rows:
    """The records, in the order in which they leave."""
    pieces = cut(rows, active)
    if sampling > 1:
        pieces = sampled(pieces, rng, sampling)
    pieces["output"] = 0
    wait = np.where(pieces["flags"] & FIN > 0, LINGER, inactive)
    age = pieces["end"] - pieces["start"]
    pieces["seen"] = pieces["end"] + np.clip(active - age, 0, wait)
    return pieces[np.argsort(pieces["seen"], kind="stable")]


def cut(rows: Rows, active: int) -> Rows:
    """Flows longer than the active timeout in pieces; SYN is in the first, FIN in the last."""
    length = rows["end"] - rows["start"] + 1
    count = np.clip(
        -(-length // active), 1, np.minimum(rows["packets"].astype(np.int64), MOST_PIECES)
    )
    whole = np.repeat(rows, count)
    total = np.repeat(count, count)
    place = np.arange(len(whole)) - np.repeat(np.cumsum(count) - count, count)
    for name in ("packets", "bytes"):
        amount = whole[name].astype(np.int64)
        whole[name] = amount * (place + 1) // total - amount * place // total
    span = (whole["end"] - whole["start"]) / total
    start = whole["start"].copy()
    whole["start"] = start + (span * place).astype(np.int64)
    whole["end"] = start + (span * (place + 1)).astype(np.int64)
    connection = (whole["proto"] == TCP) & (whole["flags"] & ACK > 0) & (total > 1)
    gone = np.where(place > 0, SYN, 0) | np.where(place < total - 1, FIN, 0)
    whole["flags"] &= ~np.where(connection, gone, 0).astype(np.uint16)
    return whole


def sampled(rows: Rows, rng: Generator, rate: int) -> Rows:
    """What is left of them at 1:`rate`."""
    sent = rows["packets"].astype(np.int64)
    seen = rng.binomial(sent, 1 / rate)
    left = rows[seen > 0].copy()
    sent, seen = sent[seen > 0], seen[seen > 0]
    left["bytes"] = left["bytes"] * seen // np.maximum(sent, 1)
    left["packets"], left["sampling"] = seen, rate
    moments = rng.random((2, len(left)))
    span = (left["end"] - left["start"]).astype(np.float64)
    first = np.where(seen == 1, moments[0], moments[0] / (seen + 1))
    last = np.where(seen == 1, moments[0], 1 - moments[1] / (seen + 1))
    start = left["start"].copy()
    left["start"] = start + (span * np.minimum(first, last)).astype(np.int64)
    left["end"] = start + (span * np.maximum(first, last)).astype(np.int64)
    left["flags"] = _flags(left, sent, seen, rng)
    return left


def _flags(
    rows: Rows, sent: NDArray[np.int64], seen: NDArray[np.int64], rng: Generator
) -> NDArray[np.int64]:
    """The flags of those packets of a connection that were sampled; a lone SYN stays one."""
    flags = rows["flags"].astype(np.int64)
    opened = (rng.random(len(flags)) < seen / sent) & (flags & SYN > 0)
    closed = (rng.random(len(flags)) < seen / sent) & (flags & FIN > 0) & (seen > opened)
    rest = seen - opened - closed > 0
    first = np.where(rows["output"] > 0, SYN | ACK, SYN)
    found = np.where(opened, first, 0) | np.where(closed, FIN | ACK, 0)
    found |= np.where(rest, ACK | PSH, 0)
    connection = (flags & ACK > 0) & (flags & RST == 0) & (sent > 1)
    return np.where(connection, found, flags)


def batches(rows: Rows, step: int = STEP) -> Iterator[tuple[int, Rows]]:
    """(now, rows) for each step in which something left."""
    if not len(rows):
        return
    steps = rows["seen"] // step
    bounds = np.flatnonzero(np.diff(steps)) + 1
    for part in np.split(rows, bounds):
        yield int(part["seen"][-1] // step + 1) * step, part
