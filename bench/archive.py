"""What a million rows cost in the archive: appended, written, melted; CPU seconds and bytes a row.

    python bench/archive.py [ROWS]

Once for the synthetic mix of `bench/flows_made.py` as NetFlow v9, once for a made world of ten
minutes (`bench/scenes`). Rows come in batches as the decoder gives them, as fast as they can.
`append` is the thread that hears, `write` the writer's thread, files made durable.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import flows_made
from aupkeep.telemetry.fast.batch import Batch, sender_halves
from aupkeep.telemetry.fast.decoder import FastDecoder
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.history.compact import compact
from aupkeep.telemetry.history.files import HOUR
from aupkeep.telemetry.rows import Exporters, Rows, copied
from aupkeep.telemetry.wire.decoder import Decoder
from flows_ours import BATCH, HERE
from flows_sender import load
from scenes.world import NOON, make

USUAL = 1_000_000
PIECE = 6_000  # rows of a batch


def mixed(file: Path) -> Rows:
    """The synthetic mix, decoded."""
    flows_made.write("v9", 200_000, file)
    one = load(file)
    fast = FastDecoder(Decoder(Exporters()), [HERE])
    high, low = (np.full(len(one.offsets), half, np.uint64) for half in sender_halves(HERE))
    lengths = one.lengths.astype(np.uint32)
    parts = [
        fast.take(
            Batch(
                one.data, one.offsets[at:], lengths[at:], high[at:], low[at:],
                min(BATCH, len(lengths) - at),
            ),
            NOON + at,
        )
        for at in range(0, len(lengths), BATCH)
    ]  # fmt: skip
    rows = np.concatenate(parts)
    rows["start"] += NOON - rows["seen"]
    rows["end"] += NOON - rows["seen"]
    rows["seen"] = NOON + np.arange(len(rows)) // 400  # 400,000 a second
    return rows


def batches(rows: Rows, count: int) -> Iterator[Rows]:
    """So many of them, over and over, each batch in memory of its own."""
    given = 0
    while given < count:
        at = given % max(1, len(rows) - PIECE)
        yield copied(rows[at : at + PIECE])
        given += PIECE


def measured(rows: Rows, count: int, folder: Path) -> dict[str, float]:
    """Seconds a million rows, and bytes a row of files as they come and as they are melted."""
    exporters = Exporters()
    exporters.number(HERE)
    archive = Archive(folder, patient=True)
    spent = other = 0.0
    for batch in batches(rows, count):
        whole, own = time.process_time(), time.thread_time()
        archive.append(batch, exporters, NOON)
        spent += time.thread_time() - own
        other += time.process_time() - whole - (time.thread_time() - own)
    whole, own = time.process_time(), time.thread_time()
    archive.close()
    other += time.process_time() - whole - (time.thread_time() - own)
    kept = archive.stats()
    before = time.process_time()
    compact(folder, int(rows["seen"].max()) + 2 * HOUR)
    melted = time.process_time() - before
    size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    each = kept.rows / 1e6
    return {
        "rows": kept.rows, "append": round(spent / each, 3), "write": round(other / each, 3),
        "melt": round(melted / each, 3), "bytes": round(kept.bytes / kept.rows, 2),
        "melted_bytes": round(size / kept.rows, 2),
    }  # fmt: skip


def main() -> None:
    """Both kinds of rows."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    with tempfile.TemporaryDirectory(prefix="aupkeep-bench-") as root:
        folder = Path(root)
        for name, rows in (("mix", mixed(folder / "flows")), ("world", make(1, minutes=10).rows)):
            rows["exporter"] = 0
            print(json.dumps({"rows of": name} | measured(rows, count, folder / name)))


if __name__ == "__main__":
    main()
