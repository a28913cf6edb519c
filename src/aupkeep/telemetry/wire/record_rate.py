"""One packet in how many: the rate that a record states, in each of its encodings.

Sources: RFC 3954 section 8 (34, 35, 48 to 50), RFC 5477 sections 8.2 (302 to 311).
"""

import math

from aupkeep.telemetry.wire.record_reader import DataRecord

MOST = (1 << 32) - 1
RATES = frozenset({"interval", "taken", "time_taken", "size", "probability"})


def record_rate(record: DataRecord) -> int:
    """The rate, rounded to the nearest whole number; 0: the record states none."""
    if RATES.isdisjoint(record.values):
        return 0
    interval = record.number("interval")
    if interval:
        return min(interval, MOST)
    ratio = _part(record, "taken", "space") or _part(record, "time_taken", "time_space")
    size, population = record.number("size"), record.number("population")
    if not ratio and size and population:
        ratio = population / size
    probability = record.real("probability")
    if not ratio and probability and 0 < probability <= 1:
        ratio = 1 / probability
    return min(round(ratio), MOST) if ratio and math.isfinite(ratio) else 0


def _part(record: DataRecord, taken: str, space: str) -> float:
    """So many taken, so many left out, in turn; without the second, the first is the rate.

    Exporters that state only element 305 mean one packet in so many.
    """
    inside, outside = record.number(taken), record.number(space)
    if not inside:
        return 0.0
    return float(inside) if outside is None else (inside + outside) / inside
