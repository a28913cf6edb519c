"""One column as the pages of a Parquet file: a run, a few values and their codes, or split bytes.

https://parquet.apache.org/docs/file-format/data-pages/encodings/
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from aupkeep.telemetry.history.packed.kernels import FEW, SLOTS, alike, few, pack, planes
from aupkeep.telemetry.history.packed.thrift import I32, STRUCT, integer, struct, varint

PLAIN, RLE, RLE_DICTIONARY, BYTE_STREAM_SPLIT = 0, 3, 8, 9  # Encoding
UNCOMPRESSED, LZ4 = 0, 7  # CompressionCodec; LZ4 is LZ4_RAW
DATA_PAGE, DICTIONARY_PAGE = 0, 2  # PageType
WIDTHS = ((2, 1), (4, 2), (16, 4), (FEW, 8))  # so many values need so many bits
EIGHT = 8  # codes stand in groups of so many
WORD = 32  # bits of a code that is the place itself

Numbers: TypeAlias = NDArray[Any]
Bytes: TypeAlias = Any  # bytes, or a buffer of Arrow or numpy
Entries: TypeAlias = Callable[[Numbers], bytes]  # values → a dictionary's page


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of text: for each row the place of its text, u4."""

    places: Numbers
    texts: Sequence[str]


Column: TypeAlias = Numbers | Texts  # numbers: u1, u2, u4, u8 or i8


class Room:
    """Where columns of at most so many rows are worked on; taken once, for one thread."""

    def __init__(self, most: int) -> None:
        self.codes = np.zeros(most + EIGHT, np.uint8)
        self.bytes = np.zeros(8 * most + EIGHT, np.uint8)
        self.slots, self.found = np.zeros(SLOTS, np.uint16), np.zeros(FEW, np.uint64)
        self.lz4 = pa.Codec("lz4_raw")


class Page(NamedTuple):
    """A page with its header; how long both are before compression."""

    made: tuple[Bytes, ...]
    whole: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column as it stands in the file: its pages, and how long they are before compression."""

    encoding: int
    codec: int
    pages: tuple[Bytes, ...]
    first: int  # bytes of the dictionary's page; 0: there is none
    whole: int

    @property
    def size(self) -> int:
        """How long the pages are."""
        return sum(map(len, self.pages))


def chunk(column: Column, room: Room) -> Chunk:
    """The pages of a column of one row or more, and of no more than there is room for."""
    if isinstance(column, Texts):
        texts = column.texts
        coded = _coded(column.places, lambda found: _spelt([texts[one] for one in found]), room)
        return coded or _placed(column, room)
    form = f"<u{max(4, column.itemsize)}"
    values = column.view(f"u{column.itemsize}")
    return _coded(values, lambda found: found.astype(form).tobytes(), room) or _split(values, room)


def _spelt(texts: Sequence[str]) -> bytes:
    coded = [text.encode() for text in texts]
    return b"".join(len(text).to_bytes(4, "little") + text for text in coded)


def _coded(values: Numbers, entries: Entries, room: Room) -> Chunk | None:
    """As a dictionary and codes; None: there are too many values."""
    count = len(values)
    if alike(values):
        page = b"\1" + varint(count << 1) + b"\0"  # one bit a code; a run of the first
        return _chunk(count, page, entries(values[:1]), 1, room)
    several = few(values, room.slots, room.found, room.codes[:count])
    if not several:
        return None
    room.codes[count : count + EIGHT] = 0
    width = next(width for most, width in WIDTHS if several <= most)
    packed = room.bytes[: -(-count // EIGHT) * width]
    pack(room.codes, width, packed)
    page = _literal(width, count) + packed.tobytes()
    return _chunk(count, page, entries(room.found[:several]), several, room)


def _literal(width: int, count: int) -> bytes:
    """What stands before codes that are not a run."""
    return bytes((width,)) + varint(-(-count // EIGHT) << 1 | 1)


def _placed(column: Texts, room: Room) -> Chunk:
    """With the whole table of texts, and the places as they are."""
    count = len(column.places)
    page = _literal(WORD, count) + column.places.tobytes() + bytes(-count % EIGHT * WORD // 8)
    return _chunk(count, page, _spelt(column.texts), len(column.texts), room)


def _split(values: Numbers, room: Room) -> Chunk:
    """The lowest bytes of all, the next of all, and so on: what is alike stands together."""
    split = room.bytes[: len(values) * max(4, values.itemsize)]
    planes(values, split)
    pages = _page(BYTE_STREAM_SPLIT, len(values), split, room.lz4)
    return Chunk(BYTE_STREAM_SPLIT, LZ4, pages.made, 0, pages.whole)


def _chunk(count: int, codes: bytes, entries: bytes, several: int, room: Room) -> Chunk:
    lz4 = room.lz4 if several > 1 else None
    first = _page(PLAIN, several, entries, lz4, dictionary=True)
    data = _page(RLE_DICTIONARY, count, codes, lz4)
    return Chunk(
        RLE_DICTIONARY, LZ4 if lz4 else UNCOMPRESSED, (*first.made, *data.made),
        sum(map(len, first.made)), first.whole + data.whole,
    )  # fmt: skip


def _page(
    encoding: int, count: int, data: Bytes, codec: pa.Codec | None, *, dictionary: bool = False
) -> Page:
    body = codec.compress(data) if codec else data
    about = [(1, I32, integer(count)), (2, I32, integer(encoding))]
    if not dictionary:  # no levels: nothing is absent or repeated
        about += [(3, I32, integer(RLE)), (4, I32, integer(RLE))]
    head = struct([
        (1, I32, integer(DICTIONARY_PAGE if dictionary else DATA_PAGE)),
        (2, I32, integer(len(data))),
        (3, I32, integer(len(body))),
        (7 if dictionary else 5, STRUCT, struct(about)),
    ])  # fmt: skip
    return Page((head, body), len(head) + len(data))
