"""Files that are whole after any crash: written beside, synced, renamed, the folder synced."""

import os
from pathlib import Path

from aupkeep.model.errors import Invalid, Unavailable


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Replace a file in one step. Raises `Unavailable` when the disk will not take it."""
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)  # whatever the umask is: others are to read some of them
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Unavailable(f"{path}: expected to write {len(data)} bytes, found {error}") from error


def own_lines(path: Path, most: int) -> list[str] | None:
    """The lines of a file that the machine's operator wrote, None where there is none.

    Raises `Invalid` for one of more than `most` bytes, or that cannot be read as text.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise Invalid(f"{path}: expected at most {most} bytes, found more")
        return data.decode().splitlines()
    except FileNotFoundError:
        return None
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
