"""Opens zip and gzip without trusting them: nothing touches the disk, everything has a budget."""

import io
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from aupkeep.intake.mail.mail import safe_name
from aupkeep.model.errors import Unreadable

CHUNK = 1 << 16
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
MOST_JOINED = 5_000  # members of one gzip file
FREE = 1 << 20  # unpacked bytes before the ratio counts: small files pack well
FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
    LookupError, ArithmeticError, UserWarning,
)  # fmt: skip  # what zipfile and zlib raise on hostile input; RuntimeError: encrypted, unknown


@dataclass(slots=True)
class UnpackBudget:
    """What may still be unpacked from one received thing, all its archives together."""

    left: int = 64 << 20  # unpacked bytes
    members: int = 1_000
    ratio: int = 200  # unpacked to packed
    depth: int = 2  # archives inside archives

    def spend(self, unpacked: int, packed: int, more: int) -> None:
        """Take `more` bytes. Raises `Unreadable` when a limit is passed."""
        self.left -= more
        if self.left < 0:
            raise Unreadable("archive: expected at most 64 MiB unpacked, found more")
        if unpacked > FREE and unpacked > packed * self.ratio:
            raise Unreadable(f"archive: expected a ratio of at most {self.ratio}, found a bomb")


def packed(data: bytes) -> bool:
    """True for zip and gzip, by their first bytes (APPNOTE 4.3.7, RFC 1952 section 2.3.1)."""
    return data.startswith((ZIP, GZIP))


def members(
    data: bytes, name: str, budget: UnpackBudget
) -> Iterator[tuple[str, bytes | Unreadable]]:
    """Name and bytes of each file inside; names read `outer.zip!inner.csv`.

    What cannot be opened is yielded as the `Unreadable` that says why; it never raises.
    """
    yield from _members(data, name, budget, 1)


def _members(
    data: bytes, name: str, budget: UnpackBudget, level: int
) -> Iterator[tuple[str, bytes | Unreadable]]:
    if level > budget.depth:
        reason = f"archive: expected at most {budget.depth} levels, found more"
        yield name, Unreadable(reason)
        return
    opened = _gunzip(data, name, budget) if data.startswith(GZIP) else _unzip(data, name, budget)
    for inner, content in opened:
        if isinstance(content, bytes) and packed(content):
            yield from _members(content, inner, budget, level + 1)
        else:
            yield inner, content


def _gunzip(
    data: bytes, name: str, budget: UnpackBudget
) -> Iterator[tuple[str, bytes | Unreadable]]:
    inner = safe_name(name.rpartition("!")[2]).removesuffix(".gz") or "content"
    try:
        yield f"{name}!{inner}", _inflate(data, budget)
    except zlib.error as error:
        yield f"{name}!{inner}", Unreadable(f"gzip: expected sound data, found: {error}")
    except Unreadable as error:
        yield f"{name}!{inner}", error


def _inflate(data: bytes, budget: UnpackBudget) -> bytes:
    """All members of a gzip file (RFC 1952 section 2.2). Raises `Unreadable` or `zlib.error`."""
    out: list[bytes] = []
    size = at = count = 0
    while data.startswith(GZIP, at):
        count += 1
        if count > MOST_JOINED:
            raise Unreadable(f"gzip: expected at most {MOST_JOINED:,} members, found more")
        reader = zlib.decompressobj(wbits=31)
        while not reader.eof:
            fed = reader.unconsumed_tail
            if not fed:  # in slices: what is left over behind each member is a copy
                fed = data[at : at + CHUNK]
                at += len(fed)
            piece = reader.decompress(fed, CHUNK)
            if not (fed or piece or reader.eof):
                raise Unreadable("gzip: expected its end, found the file cut short")
            size += len(piece)
            budget.spend(size, len(data), len(piece))
            out.append(piece)
        at -= len(reader.unused_data)
    return b"".join(out)


def _unzip(
    data: bytes, name: str, budget: UnpackBudget
) -> Iterator[tuple[str, bytes | Unreadable]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except FAULTS as error:
        yield name, Unreadable(f"zip: expected a sound directory, found: {error}")
        return
    with archive:
        for entry in entries:
            if entry.filename.endswith("/"):
                continue
            budget.members -= 1
            inner = f"{name}!{safe_name(entry.filename) or 'member'}"
            if budget.members < 0:
                yield inner, Unreadable("archive: expected at most 1,000 members, found more")
                return
            yield inner, _member(archive, entry, budget)


def _member(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: UnpackBudget
) -> bytes | Unreadable:
    """The bytes of one member, counted as they come: its stated size is not believed."""
    out: list[bytes] = []
    size = 0
    try:
        with _opened(archive, entry) as file:
            while piece := file.read(CHUNK):
                size += len(piece)
                budget.spend(size, max(1, entry.compress_size), len(piece))
                out.append(piece)
    except Unreadable as error:
        return error
    except FAULTS as error:
        return Unreadable(f"zip: expected a sound member, found: {error}")
    return b"".join(out)


def _opened(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """A member; one that lies over another raises, where Python 3.13 would only warn of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        return archive.open(entry)
