"""The freeze switch: a file on each machine, so that it works with everything else down.

Frozen means no new and no widened automatic measure. Expiry, lifts, what people decided and the
repair of standing measures go on (invariant 8). The file is looked at before every single apply,
so it acts within one operation, well inside a second. Its content is who froze and why; an empty
file made with `touch` freezes just as well, and so does one that cannot be read. On a disk too full
for the content it is a symbolic link, whose target names the words that found no room.
"""

from pathlib import Path

from aupkeep.enforcement.durable_file import sync_folder, write_durably
from aupkeep.model.errors import Unavailable


def freeze(path: Path, words: str, mark: str = "unnamed") -> None:
    """Turn the switch on; `words` say who and why, `mark` names them. Raises `Unavailable`.

    A disk too full for the words still takes a link to the mark: its text needs no block of its own
    (ext4 keeps up to 59 bytes in the inode).
    """
    try:
        write_durably(path, words.encode() + b"\n", mode=0o644)
    except Unavailable:
        try:
            if not frozen(path):
                path.symlink_to(mark)
            sync_folder(path.parent)
        except OSError:
            raise Unavailable(f"{path}: expected to make it, found no way to") from None


def thaw(path: Path) -> bool:
    """Turn the switch off; False when it was off. Raises `Unavailable`."""
    try:
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise Unavailable(f"{path}: expected to remove it, found {error}") from error
    return True


def frozen(*paths: Path) -> bool:
    """True when one of the switches is on, and also when nobody can tell."""
    return any(map(_on, paths))


def _on(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def read_mark(path: Path) -> str | None:
    """What a full disk kept of the words, None where the switch is off or a file."""
    try:
        return str(path.readlink())
    except OSError:
        return None
