"""Opens files of captures and datagrams of any size: mapped into memory; gzip is unpacked."""

import gzip
import mmap
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from aupkeep.telemetry.capture.blocks import Buffer

GZIP = b"\x1f\x8b"  # RFC 1952 section 2.3.1; no export and no capture begins so
CHUNK = 1 << 20
MOST_UNPACKED = 1 << 36  # bytes; what is behind them is not read


@contextmanager
def opened(name: str, stdin: BinaryIO) -> Iterator[Buffer]:
    """The bytes of a file, or of standard input for `-`; of what gzip packed, what was packed.

    Raises OSError for a file that cannot be read. What is packed and cut short gives its start.
    """
    if name == "-":
        data = stdin.read()
        with _plain(BytesIO(data), data) as plain:
            yield plain
        return
    with Path(name).open("rb") as file, _plain(file, _mapped(file)) as plain:
        yield plain


def _mapped(file: BinaryIO) -> Buffer:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (ValueError, OSError):  # an empty file or a pipe cannot be mapped
        return file.read()


@contextmanager
def _plain(file: BinaryIO, data: Buffer) -> Iterator[Buffer]:
    """The bytes as they are, or unpacked into a file that is gone afterwards."""
    if bytes(data[:2]) != GZIP:
        yield data
        return
    with TemporaryFile() as plain:
        _unpack(BytesIO(data) if isinstance(data, bytes) else file, plain)
        yield _mapped(plain)


def _unpack(packed: BinaryIO, plain: BinaryIO) -> None:
    with gzip.GzipFile(fileobj=packed) as source, suppress(EOFError, zlib.error, gzip.BadGzipFile):
        while plain.tell() < MOST_UNPACKED and (part := source.read1(CHUNK)):
            plain.write(part)
    plain.flush()
    plain.seek(0)
