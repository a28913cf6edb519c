"""Files of captures and datagrams, however large: mapped, not read into memory."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from aupkeep.telemetry.capture.blocks import Buffer


@contextmanager
def opened(name: str, stdin: BinaryIO) -> Iterator[Buffer]:
    """The bytes of a file, or of standard input for `-`. Raises OSError."""
    if name == "-":
        yield stdin.read()
        return
    with Path(name).open("rb") as file:
        try:
            data: Buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):  # an empty file or a pipe cannot be mapped
            data = file.read()
    yield data
