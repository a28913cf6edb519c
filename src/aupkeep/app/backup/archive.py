"""The file of a backup: a tar archive, encrypted with age (age-encryption.org/v1)."""

import os
import tarfile
from collections.abc import Iterable, Sequence
from io import BufferedWriter
from pathlib import Path

import pyrage

from aupkeep.model.errors import Invalid, Unavailable, Unreadable

FORMAT = "aupkeep-backup/1"
MANIFEST, DATABASE = "manifest.json", "aupkeep.sqlite3"
BACKUP = "backup"  # the name of its database while it is copied
TEXTS = ("policy", "reporters")  # folders of the operator's own files
AGE = b"age-encryption.org/v1"


def recipients_of(texts: Iterable[str]) -> list[pyrage.x25519.Recipient]:
    """Whoever may open it, by their public keys. Raises `Invalid`."""
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise Invalid(f"recipient: expected age1…, found {text[:80]!r}") from error
    return found


def identities_of(file: Path) -> list[pyrage.x25519.Identity]:
    """The secret keys in a file as `age-keygen` writes it. Raises `Invalid`."""
    lines = [line.strip() for line in file.read_text("utf-8", "replace").splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except pyrage.IdentityError as error:
        raise Invalid(f"{file}: expected AGE-SECRET-KEY-1… a line, found another") from error
    if not found:
        raise Invalid(f"{file}: expected AGE-SECRET-KEY-1… a line, found none")
    return found


def pack(
    members: Sequence[tuple[str, Path]], file: Path, recipients: Sequence[pyrage.x25519.Recipient]
) -> None:
    """Write files under their names into `file`, whole or not at all; 0600.

    Without recipients the archive is plain. Raises `Unavailable`.
    """
    part, plain = file.with_name(file.name + ".part"), file.with_name(file.name + ".plain")
    try:
        with _private(plain) as out, tarfile.open(fileobj=out, mode="w") as archive:
            for name, path in members:
                archive.add(path, arcname=name, recursive=False)
        if recipients:
            with plain.open("rb") as source, _private(part) as out:
                pyrage.encrypt_io(source, out, recipients)
            part.replace(file)
        else:
            plain.replace(file)
    except (OSError, pyrage.EncryptError) as error:
        raise Unavailable(f"{file}: expected to write a backup, found: {error}") from error
    finally:
        part.unlink(missing_ok=True)
        plain.unlink(missing_ok=True)


def unpack(file: Path, folder: Path, identities: Sequence[pyrage.x25519.Identity]) -> None:
    """Put the files of an archive below an empty folder.

    Raises `Unreadable` for what is no such archive, `Invalid` where no identity opens it.
    """
    plain = folder / "plain.tar"
    try:
        encrypted = _opened(file, plain, identities)
        with tarfile.open(plain if encrypted else file) as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise Unreadable(f"{file}: expected a backup, found: {error}") from error
    finally:
        plain.unlink(missing_ok=True)


def _opened(file: Path, plain: Path, identities: Sequence[pyrage.x25519.Identity]) -> bool:
    """Decrypt a file into `plain`; False for one that is not encrypted.

    Raises `Invalid` where no identity opens it, `Unreadable` for one that was changed or cut.
    """
    with file.open("rb") as source:
        if source.read(len(AGE)) != AGE:
            return False
        if not identities:
            raise Invalid(f"{file}: expected an identity that opens it: --identity FILE")
        source.seek(0)
        try:
            with _private(plain) as out:
                pyrage.decrypt_io(source, out, identities)
        except pyrage.DecryptError as error:
            raise Invalid(f"{file}: expected an identity that opens it, found none") from error
        except OSError as error:  # of the machine, or age's own word for a wrong tag: without errno
            if error.errno is not None:
                raise
            raise Unreadable(f"{file}: expected it as it was made, found it changed") from error
    return True


def _private(path: Path) -> BufferedWriter:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
