"""How rows stand in a file: the names and types of its columns, and rows read back.

New files are written by `fast_writer`, the larger ones of `compact` by `compact_writer`. Files of
older versions that have the same columns are read too.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from aupkeep.model.subject import Address, parse_address
from aupkeep.telemetry.rows import ROW, Exporters, RowField, Rows, empty

SITE, EXPORTER = "site", "exporter"
NAMES = {"start": "started", "end": "ended"}  # `end` is a reserved word of SQL
FIELDS = tuple(name for name in ROW.names or () if name != EXPORTER)
BOUNDED = ("started", "ended", "seen")  # a reader skips the groups that lie outside its hours
TIMES = (("start", int(RowField.START)), ("end", int(RowField.END)))
TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([
    *(pa.field(NAMES.get(name, name), pa.from_numpy_dtype(ROW[name]), nullable=False)
      for name in FIELDS),
    *(pa.field(name, TEXT, nullable=False) for name in (EXPORTER, SITE)),
])  # fmt: skip
WIDE = tuple(NAMES.get(name, name) for name in FIELDS if ROW[name].itemsize > 1)
SPLIT = ("src_lo", "dst_lo", "packets", "bytes", "sport", "dport")  # of many values
ENCODED = dict.fromkeys(BOUNDED, "DELTA_BINARY_PACKED") | dict.fromkeys(SPLIT, "BYTE_STREAM_SPLIT")


def fast_writer(path: Path) -> parquet.ParquetWriter:
    """A file for one table of SCHEMA that costs little to write. Raises `OSError`.

    Bytes of like weight stand together, so that LZ4 finds what numbers have in common; looking for
    equal values first, as dictionaries do, costs more than it saves.
    """
    return parquet.ParquetWriter(
        path, SCHEMA, compression="lz4", write_statistics=list(BOUNDED),
        use_dictionary=[EXPORTER, SITE], column_encoding=dict.fromkeys(WIDE, "BYTE_STREAM_SPLIT"),
    )  # fmt: skip


def compact_writer(path: Path) -> parquet.ParquetWriter:
    """A file for tables of SCHEMA, one row group each, that takes little room. Raises `OSError`.

    By measurement: with dictionaries for all columns it takes twice the time and is no smaller.
    """
    return parquet.ParquetWriter(
        path, SCHEMA, compression="zstd", compression_level=1, write_statistics=list(BOUNDED),
        use_dictionary=[name for name in SCHEMA.names if name not in ENCODED],
        column_encoding=ENCODED,
    )  # fmt: skip


def rows_of(table: pa.Table, exporters: Exporters) -> Rows:
    """The rows of a table as `write` wrote it; exporters are numbered in the given table."""
    rows = empty(table.num_rows)
    for name in FIELDS:
        rows[name] = table.column(NAMES.get(name, name)).to_numpy()
    for name, bit in TIMES:
        rows[name][rows["has"] & bit == 0] = 0
    texts = table.column(EXPORTER).combine_chunks()
    texts = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    known = [exporters.number(_address(text)) for text in texts.dictionary.to_pylist()]
    if known:
        rows[EXPORTER] = np.array(known, np.uint32)[texts.indices.to_numpy()]
    return rows


def _address(text: str) -> Address | None:
    return parse_address(text) if text else None
