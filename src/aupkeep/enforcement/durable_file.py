"""Files that are whole after any crash: written beside, synced, renamed, the folder synced."""

import os
import stat
from pathlib import Path

from aupkeep.model.errors import Invalid, Unavailable


def write_durably(
    path: Path, data: bytes, mode: int = 0o600, owner: tuple[int, int] | None = None
) -> None:
    """Replace a file in one step; one writer at a time. Raises `Unavailable` for a failing disk.

    `owner` is the user and group whose it is to be, else the writer's own.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            if owner is not None:
                os.fchown(descriptor, *owner)
            os.fchmod(descriptor, mode)  # whatever the umask is: others are to read some of them
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"{path}: expected to write {len(data)} bytes, found {error}") from error


def read_regular(path: Path, most: int) -> bytes | None:
    """So many bytes of a file at most, None where there is no such name; it never waits.

    Raises `OSError` for what stands there and is no regular file, or leads to none.
    """
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        if os.path.lexists(path):
            raise OSError(f"a link to nowhere at {path}") from None
        return None
    if not regular:
        raise OSError(f"no regular file at {path}")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe put there meanwhile
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"no regular file at {path}")
        return file.read(most)


def text_lines(path: Path, most: int) -> list[str] | None:
    """The lines of a file that an operator keeps, None where there is none.

    Raises `Invalid` for one of more than `most` bytes, or that cannot be read as text: a link to
    nowhere, a pipe or a folder is no empty list.
    """
    try:
        data = read_regular(path, most + 1)
        if data is None:
            return None
        if len(data) > most:
            raise Invalid(f"{path}: expected at most {most} bytes, found more")
        return data.decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: expected lines of text, found {error}") from error


def file_mark(path: Path) -> object:
    """A mark of a file that changes when the file does; None where there is none to be seen."""
    try:
        status = path.stat() if path.exists() else path.lstat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def sync_folder(folder: Path) -> None:
    """Make a rename or a removal in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
