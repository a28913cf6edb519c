"""A Parquet file of one group of flat columns, none of which has nulls.

https://parquet.apache.org/docs/file-format/ and the numbers of its parquet.thrift
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate

from aupkeep.telemetry.history.packed.chunk import (
    PLAIN,
    RLE,
    Bytes,
    Chunk,
    Column,
    Numbers,
    Room,
    Texts,
    chunk,
)
from aupkeep.telemetry.history.packed.thrift import (
    BINARY,
    I32,
    I64,
    LIST,
    STRUCT,
    Field,
    binary,
    integer,
    listed,
    struct,
)

MAGIC = b"PAR1"
FORMAT = 2  # with the encodings that chunks have
INT32, INT64, BYTE_ARRAY = 1, 2, 6  # Type
UTF8 = 0  # ConvertedType
UNSIGNED = {1: 11, 2: 12, 4: 13, 8: 14}  # bytes → ConvertedType
REQUIRED = 0  # FieldRepetitionType
BY_TYPE = struct([(1, STRUCT, struct([]))])  # the order in which bounds are: TypeDefinedOrder


def pieces(columns: Mapping[str, Column], bounded: Collection[str], room: Room) -> Iterator[Bytes]:
    """The file's bytes, part by part. At least one row; of the `bounded`, i8, bounds are told."""
    rows = len(_numbers(next(iter(columns.values()))))
    made: list[Chunk] = []
    yield MAGIC
    for column in columns.values():
        one = chunk(column, room)
        made.append(one)
        yield from one.pages
    told = _footer(columns, made, rows, bounded)
    yield told
    yield len(told).to_bytes(4, "little") + MAGIC


def _numbers(column: Column) -> Numbers:
    return column.places if isinstance(column, Texts) else column


def _footer(
    columns: Mapping[str, Column], made: Sequence[Chunk], rows: int, bounded: Collection[str]
) -> bytes:
    starts = accumulate((one.size for one in made), initial=len(MAGIC))
    chunks = [
        _column(name, column, one, start, _bounds(column) if name in bounded else [])
        for (name, column), one, start in zip(columns.items(), made, starts, strict=False)
    ]
    group = struct([
        (1, LIST, listed(STRUCT, chunks)),
        (2, I64, integer(sum(one.whole for one in made))),
        (3, I64, integer(rows)),
    ])  # fmt: skip
    root = struct([(4, BINARY, binary(b"schema")), (5, I32, integer(len(columns)))])
    leaves = [_leaf(name, column) for name, column in columns.items()]
    return struct([
        (1, I32, integer(FORMAT)),
        (2, LIST, listed(STRUCT, [root, *leaves])),
        (3, I64, integer(rows)),
        (4, LIST, listed(STRUCT, [group])),
        (7, LIST, listed(STRUCT, [BY_TYPE] * len(columns))),
    ])  # fmt: skip


def _physical(column: Column) -> int:
    if isinstance(column, Texts):
        return BYTE_ARRAY
    return INT64 if column.itemsize == 8 else INT32  # noqa: PLR2004 - bytes


def _leaf(name: str, column: Column) -> bytes:
    """The column in the schema."""
    fields: list[Field] = [
        (1, I32, integer(_physical(column))),
        (3, I32, integer(REQUIRED)),
        (4, BINARY, binary(name.encode())),
    ]
    if isinstance(column, Texts):
        fields.append((6, I32, integer(UTF8)))
    elif column.dtype.kind == "u":
        fields.append((6, I32, integer(UNSIGNED[column.itemsize])))
    return struct(fields)


def _column(name: str, column: Column, one: Chunk, start: int, bounds: list[Field]) -> bytes:
    """The column in the group: what its pages are and where."""
    encodings = sorted({RLE, one.encoding, *([PLAIN] if one.first else [])})
    fields: list[Field] = [
        (1, I32, integer(_physical(column))),
        (2, LIST, listed(I32, [integer(encoding) for encoding in encodings])),
        (3, LIST, listed(BINARY, [binary(name.encode())])),
        (4, I32, integer(one.codec)),
        (5, I64, integer(len(_numbers(column)))),
        (6, I64, integer(one.whole)),
        (7, I64, integer(one.size)),
        (9, I64, integer(start + one.first)),
    ]
    if one.first:
        fields.append((11, I64, integer(start)))
    if bounds:
        fields.append((12, STRUCT, struct(bounds)))
    return struct([(2, I64, integer(start)), (3, STRUCT, struct(fields))])


def _bounds(column: Column) -> list[Field]:
    numbers = _numbers(column)
    least, most = (int(one).to_bytes(8, "little", signed=True)
                   for one in (numbers.min(), numbers.max()))  # fmt: skip
    return [(3, I64, integer(0)), (5, BINARY, binary(most)), (6, BINARY, binary(least))]
