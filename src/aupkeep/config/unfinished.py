"""What a command that was killed leaves in a home: copies on their way, a restore cut short.

A copy holds personal data in plain text, a restored home half an install. So a folder of copies is
locked by whoever fills it, and goes when its lock is free; and a home that is being filled has a
file that names what was in it before: until that is gone, nobody but the restore opens it.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aupkeep.config.home import Home
from aupkeep.model.errors import Conflict

RESTORING = "restoring"
COPIES = ("backup-", "restore-", "raws-")
_ours: set[Path] = set()  # homes that this process fills


@contextmanager
def copies_folder(home: Home, word: str) -> Iterator[Path]:
    """A folder for one command's copies, `word` and some letters; what others left goes first."""
    take_copies_away(home)
    folder, descriptor = _locked_folder(home, f"{word}-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(descriptor)


def _locked_folder(home: Home, prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=home.path))
        with suppress(FileNotFoundError):  # somebody took it away before it was locked
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                return folder, descriptor
            os.close(descriptor)


def take_copies_away(home: Home) -> int:
    """Delete the folders of copies that nobody fills any more; returns how many."""
    folders = [path for word in COPIES for path in home.path.glob(f"{word}*") if path.is_dir()]
    return sum(_take_away(folder) for folder in folders)


def _take_away(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # gone by now, or a link
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except (BlockingIOError, FileNotFoundError):
        return False
    finally:
        os.close(descriptor)
    return True


def begun_restore(home: Home, there: list[str]) -> bytes:
    """Let this process alone open the home; the content of the file that says so.

    `there` are the paths below the home that a restore finds in it.
    """
    _ours.add(home.path)
    return json.dumps(there).encode()


def ended_restore(home: Home) -> None:
    """The home is whole, or as it was before: everybody may open it."""
    (home.path / RESTORING).unlink(missing_ok=True)
    _ours.discard(home.path)


def refuse_half_restored(home: Home) -> None:
    """Raise `Conflict` for a home that another process fills, or was killed while it did."""
    if home.path not in _ours and (home.path / RESTORING).exists():
        raise Conflict(
            f"{home.path}: expected a whole home, found one that a restore fills, or was killed "
            "while it did; aupkeep restore FILE begins it again"
        )


def take_half_restored_away(home: Home) -> None:
    """Empty the home of what a killed restore put into it; what was there before stays.

    Nobody else may fill it meanwhile (`alone`).
    """
    try:
        before = set(json.loads((home.path / RESTORING).read_bytes()))
    except FileNotFoundError:
        return
    own = {home.settings, home.database, home.raw, home.keys, home.checkpoints, home.lock}
    own |= {home.policy, home.reporters, home.path / "clock"}
    own |= {home.database.with_name(home.database.name + end) for end in ("-wal", "-shm")}
    for top in own:
        for path in sorted([top, *top.rglob("*")], reverse=True):
            if str(path.relative_to(home.path)) in before:
                continue
            with suppress(FileNotFoundError):
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    take_copies_away(home)
    ended_restore(home)
