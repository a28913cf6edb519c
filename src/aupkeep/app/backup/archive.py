"""The file of a backup: a tar archive, encrypted with age (age-encryption.org/v1).

    seal.json        proves the next one by the journal's key (`seal`)
    manifest.json    of when it is, and every further member with its size and digest, in order
    aupkeep.sqlite3  and the others
    1024 zero bytes or more, up to a multiple of 10240 (POSIX.1-1988 ustar), and nothing behind

Reading it says of a file that was cut where, of another how it differs, before anybody uses it.
"""

import fcntl
import glob
import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedRandom, BufferedReader, BufferedWriter
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

import pyrage

from aupkeep.config.home import Home
from aupkeep.enforcement.durable_file import sync_folder
from aupkeep.model.errors import Conflict, Invalid, Unavailable, Unreadable

FORMAT, UNSEALED, KEYS = "aupkeep-backup/2", "aupkeep-backup/1", "aupkeep-keys/1"
SEAL, MANIFEST, DATABASE = "seal.json", "manifest.json", "aupkeep.sqlite3"
BACKUP = "backup"  # the name of its database while it is copied
TEXTS = ("policy", "reporters")  # folders of the operator's own files
AGE = b"age-encryption.org/v1"
AGE_CHUNK, AGE_TAG, AGE_NONCE = 65_536, 16, 16  # its payload, section "Payload"
AGE_HEADER_END = b"--- "
HEADER_MOST = 1 << 20
BLOCK, RECORD, END = tarfile.BLOCKSIZE, tarfile.RECORDSIZE, 2 * tarfile.BLOCKSIZE
STEP = 1 << 20
Members = Sequence[tuple[str, Path]]
Recipients = Sequence[pyrage.x25519.Recipient]
Identities = Sequence[pyrage.x25519.Identity]


def recipients_of(texts: Iterable[str]) -> list[pyrage.x25519.Recipient]:
    """Whoever may open it, by their public keys. Raises `Invalid`."""
    keys = []
    for text in texts:
        try:
            keys.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise Invalid(f"recipient: expected age1…, found {text[:80]!r}") from error
    return keys


def identities_of(file: Path) -> list[pyrage.x25519.Identity]:
    """The secret keys in a file as `age-keygen` writes it. Raises `Invalid`."""
    lines = [line.strip() for line in file.read_text("utf-8", "replace").splitlines()]
    try:
        identities = [
            pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"
        ]
    except pyrage.IdentityError as error:
        raise Invalid(f"{file}: expected AGE-SECRET-KEY-1… a line, found another") from error
    if not identities:
        raise Invalid(f"{file}: expected AGE-SECRET-KEY-1… a line, found none")
    return identities


class ArchiveMember(NamedTuple):
    """A member as a manifest names it."""

    name: str
    size: int
    sha256: str


def write_manifest(folder: Path, manifest: Mapping[str, Any], members: Members) -> None:
    """Write the manifest of these members beside them."""
    listed = [ArchiveMember(name, file.stat().st_size, digest_of(file)) for name, file in members]
    shown = {**manifest, "members": [member._asdict() for member in listed]}
    (folder / MANIFEST).write_text(json.dumps(shown, indent=1), "utf-8")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_places(home: Home, files: Sequence[Path], *, replace: bool) -> None:
    """Raise `Invalid` for places where a backup destroys another file of it, a device or the home.

    `Conflict` for a file that is there, unless `replace`.
    """
    places = [file.resolve() for file in files]
    if len(set(places)) < len(places):
        raise Invalid(f"{files[0]}: expected another file for the keys, found the backup's own")
    for file, place in zip(files, places, strict=True):
        if home.holds(place):
            raise Invalid(f"{file}: expected a file outside the home, found one of {home.path}")
        if place.exists() and not place.is_file():
            raise Invalid(f"{file}: expected a file, found a device, pipe or folder")
        if not replace:
            refuse_existing(file)


def refuse_existing(file: Path) -> None:
    """Raise `Conflict` for a file that is there."""
    if file.exists():
        raise Conflict(f"{file}: expected no such file, found one; --replace writes over it")


def pack(members: Members, file: Path, recipients: Recipients, *, replace: bool = False) -> None:
    """Write files under their names into `file`, whole or not at all; 0600.

    Without recipients the archive is plain. Raises `Unavailable`, and `Conflict` for a file that is
    there unless `replace`.
    """
    try:
        with _beside(file) as part:
            _write(members, part, recipients)
            if not replace:
                refuse_existing(file)
            part.replace(file)
        with suppress(OSError):  # a share whose folders are not synced
            sync_folder(file.parent)
    except (OSError, pyrage.EncryptError) as error:
        raise Unavailable(f"{file}: expected to write a backup, found: {error}") from error


def _write(members: Members, part: Path, recipients: Recipients) -> None:
    with part.open("wb") as out:
        if not recipients:
            _write_tar(members, out)
        else:
            with tempfile.TemporaryFile(dir=members[0][1].parent) as plain:
                _write_tar(members, plain)
                plain.seek(0)
                pyrage.encrypt_io(plain, out, recipients)
        out.flush()
        os.fsync(out.fileno())  # before it takes an older one's place


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A new file that only its owner can read, gone afterwards unless it was renamed.

    What one that was killed left beside the file goes first; its lock went with it.
    """
    prefix = f".{file.name}."
    for left in file.parent.glob(f"{glob.escape(prefix)}????????"):
        with suppress(OSError), left.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    descriptor, name = tempfile.mkstemp(prefix=prefix, dir=file.parent)
    try:
        with suppress(OSError):  # a share that has no locks: then nothing is taken away there
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
        os.close(descriptor)


def _write_tar(members: Members, out: BinaryIO) -> None:
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, path in members:
            with path.open("rb") as source:
                archive.addfile(_member(name, path.stat().st_size), source)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@dataclass(slots=True)
class Unpacked:
    """What an archive holds: the bytes of seal and manifest, and each member's size and digest.

    `end` is how many bytes its members take, `size` how many it has.
    """

    folder: Path
    size: int
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    end: int = 0

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Its table of contents, empty for none."""
        with suppress(OSError, ValueError, RecursionError):
            value = json.loads((self.folder / MANIFEST).read_bytes())
            return value if isinstance(value, dict) else {}
        return {}

    def expected(self) -> int | None:
        """How many bytes it was made with, by its own table of contents; None without one."""
        with suppress(LookupError, TypeError, ValueError, OverflowError):
            first = [(name, self.members[name][0]) for name in (SEAL, MANIFEST)]
            rest = [(str(it["name"]), int(it["size"])) for it in self.manifest["members"]]
            return _rounded(sum(_taken(name, size) for name, size in first + rest) + END, RECORD)
        return None


def _taken(name: str, size: int) -> int:
    """The bytes that a member takes, with its header."""
    return len(_member(name, size).tobuf(tarfile.PAX_FORMAT)) + _rounded(size, BLOCK)


def _rounded(size: int, step: int) -> int:
    return -(-size // step) * step


def unpack(file: Path, folder: Path, identities: Identities) -> Unpacked:
    """Put the files of an archive below an empty folder.

    Raises `Unreadable` for what is no such archive, was cut, or has more in it or behind it than
    its members; `Invalid` where no identity opens it.
    """
    with tempfile.TemporaryFile(dir=folder) as plain:
        with file.open("rb") as source:
            encrypted = source.read(len(AGE)) == AGE
            source.seek(0)
            fault = _decrypt(file, source, plain, identities) if encrypted else ""
            stream = plain if encrypted else source
            unpacked = Unpacked(folder, stream.seek(0, os.SEEK_END))
            stream.seek(0)
            wrong = _extract(stream, unpacked)
        expected = unpacked.expected()
        if expected is not None and encrypted:
            size, expected = file.stat().st_size, _encrypted(file, expected)
        else:
            size = unpacked.size
        if fault or wrong or (expected is not None and size != expected):
            raise Unreadable(f"{file}: {_told(size, expected, fault or wrong)}")
    return unpacked


def _told(size: int, expected: int | None, wrong: str) -> str:
    """What is wrong with an archive of this size."""
    if expected is not None and size < expected:
        return f"expected {expected} bytes, found it cut short at byte {size}"
    if expected is not None and size > expected:
        return f"expected {expected} bytes, found {size - expected} more behind them"
    return f"expected a backup as it was made, found {wrong}"


def _extract(stream: BinaryIO, unpacked: Unpacked) -> str:
    """Write the members below the folder; what is wrong with the archive, or ""."""
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            wrong = next(filter(None, (_taken_out(archive, it, unpacked) for it in archive)), "")
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return "a file and a folder of one name"
    except (tarfile.TarError, EOFError) as error:
        return f"it cut short or changed at byte {unpacked.end} of {unpacked.size}: {error}"
    stream.seek(unpacked.end)
    rest = stream.read(RECORD + 1)
    whole = _rounded(unpacked.end + END, RECORD)
    if not wrong and unpacked.size < whole:
        return f"it cut short at byte {unpacked.size} of {whole}"
    behind = unpacked.size != whole or rest.strip(b"\0")
    return wrong or ("more behind its end" if behind else "")


def _taken_out(archive: tarfile.TarFile, member: tarfile.TarInfo, unpacked: Unpacked) -> str:
    """Write one member; why it may not be written, or ""."""
    place = PurePosixPath(member.name)
    if not member.isreg() or place.is_absolute() or ".." in place.parts:
        return f"a member that is no plain file below it, {member.name[:60]!r}"
    if member.name in unpacked.members:
        return f"{member.name[:60]!r} twice"
    _write_member(archive, member, unpacked)
    return ""


def _write_member(archive: tarfile.TarFile, member: tarfile.TarInfo, unpacked: Unpacked) -> None:
    """Write one file and note it. Raises `TarError` where it is cut."""
    target, digest, left = unpacked.folder / member.name, hashlib.sha256(), member.size
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = archive.extractfile(member)
    with _private(target) as out:
        while source is not None and (data := source.read(STEP)):
            digest.update(data)
            left -= out.write(data)
    if left:
        raise tarfile.ReadError("unexpected end of data")
    unpacked.members[member.name] = member.size, digest.hexdigest()
    unpacked.end = member.offset_data + _rounded(member.size, BLOCK)


def check_members(unpacked: Unpacked, file: Path, first: Sequence[str]) -> None:
    """Raise `Unreadable` unless the archive has these first, and then what its manifest lists."""
    try:
        named = {
            str(it["name"]): (int(it["size"]), str(it["sha256"]))
            for it in unpacked.manifest["members"]
        }
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise Unreadable(f"{file}: expected a backup, found no table of contents in it") from error
    if missing := [name for name in first if name not in unpacked.members]:
        raise Unreadable(f"{file}: expected {missing[0]} in it, found none")
    for name in [*named, *unpacked.members]:
        if name not in first and unpacked.members.get(name) != named.get(name):
            raise Unreadable(f"{file}: expected {name[:60]!r} as it was made, found it changed")


def _decrypt(
    file: Path, source: BufferedReader, plain: BufferedRandom, identities: Identities
) -> str:
    """Decrypt as far as it can be; what is wrong with it, or "".

    Raises `Invalid` where no identity opens it.
    """
    if not identities:
        raise Invalid(f"{file}: expected an identity that opens it: --identity FILE")
    try:
        pyrage.decrypt_io(source, plain, identities)
    except pyrage.DecryptError as error:
        if _header(file) is None:
            return "it cut short within its header"
        raise Invalid(f"{file}: expected an identity that opens it, found none") from error
    except OSError as error:  # of the machine, or age's own word for a wrong tag: without errno
        if error.errno is not None:
            raise
        return "it changed, or cut short"
    finally:
        plain.flush()
    return ""


def _header(file: Path) -> int | None:
    """How long the header of an encrypted file is; None where it has no end."""
    with file.open("rb") as source:
        while source.tell() < HEADER_MOST and (line := source.readline(HEADER_MOST)):
            if line.startswith(AGE_HEADER_END) and line.endswith(b"\n"):
                return source.tell()
    return None


def _encrypted(file: Path, size: int) -> int | None:
    """How long a file is that encrypts so many bytes under this one's header."""
    header = _header(file)
    chunks = max(1, -(-size // AGE_CHUNK))
    return None if header is None else header + AGE_NONCE + size + chunks * AGE_TAG


def _private(path: Path) -> BufferedWriter:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
