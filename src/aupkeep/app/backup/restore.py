"""An empty home filled from a backup, on either engine, and verified."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aupkeep.app.backup.archive import (
    BACKUP,
    DATABASE,
    FORMAT,
    MANIFEST,
    TEXTS,
    identities_of,
    unpack,
)
from aupkeep.app.context import AppContext, open_context
from aupkeep.config.database import database
from aupkeep.config.home import Home
from aupkeep.config.unix_user import unix_user
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Broken, Conflict, Unreadable


@dataclass(frozen=True, slots=True)
class Restored:
    """A home after a restore: of when the backup is, its entries, and whether its keys came too."""

    made_at: str
    entries: int
    erased: int
    keys: bool


def restore(home: Home, file: Path, keys: Path | None, identity: Path | None) -> Restored:
    """Fill this home, which holds nothing yet. The journal proves what arrived.

    Without the keys' file, and without keys in the home, the home has the public halves alone: it
    is read and verified, and signed again once a signer has the keys. Raises `Conflict` for a home
    in use, `Unreadable`, `Invalid`, and `Broken` where the journal does not hold; the files of the
    home are then as they were.
    """
    if home.database.exists() or home.checkpoints.exists():
        raise Conflict(f"{home.path}: expected an empty home, found one in use")
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    identities = identities_of(identity) if identity else []
    with _as_it_was(home), tempfile.TemporaryDirectory(prefix="restore-", dir=home.path) as name:
        folder = Path(name)
        unpack(file, folder, identities)
        manifest = _manifest(folder, file)
        if keys is not None:
            unpack(keys, folder, identities)
        _place_keys(home, folder)
        _place_texts(home, folder)
        return _fill(home, folder, manifest)


@contextmanager
def _as_it_was(home: Home) -> Iterator[None]:
    """Take out what a refused restore put into the home."""
    before = set(home.path.rglob("*"))
    try:
        yield
    except BaseException:
        for path in sorted(set(home.path.rglob("*")) - before, reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        raise


def _manifest(folder: Path, file: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        fits = manifest["format"] == FORMAT and (folder / DATABASE).exists()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{file}: expected a backup, found no manifest in it") from error
    if not fits:
        found = str(manifest["format"])[:40]
        raise Unreadable(f"{file}: expected {FORMAT} with a database, found {found!r}")
    return manifest


def _place_keys(home: Home, folder: Path) -> None:
    """The keys as they were, else their public halves; keys that are there stay."""
    home.keys.mkdir(mode=0o700, exist_ok=True)
    private = folder / "keys"
    for path in sorted((private if private.exists() else folder / "public").iterdir()):
        if not (home.keys / path.name).exists() and not (home.keys / path.stem).exists():
            shutil.copy(path, home.keys / path.name)
            (home.keys / path.name).chmod(0o600)


def _place_texts(home: Home, folder: Path) -> None:
    """Settings, policy and reporters, where the home has none."""
    for name in (home.settings.name, *TEXTS):
        source, target = folder / name, home.path / name
        if target.exists() or not source.exists():
            continue
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


def _fill(home: Home, folder: Path, manifest: dict[str, Any]) -> Restored:
    """Copy the rows and bytes, write the checkpoints, verify, and say so in the journal."""
    context = open_context(home)  # before what needs Django
    from aupkeep.store import copying

    try:
        return _filled(context, folder, manifest)
    except BaseException:
        copying.close()
        raise


def _filled(context: AppContext, folder: Path, manifest: dict[str, Any]) -> Restored:
    from aupkeep.app.journal import entry, record
    from aupkeep.app.proof.verify import verify_home
    from aupkeep.store import checkpoints, copying

    copying.refuse_unless_empty(copying.HERE)
    changed = None
    with copying.opened(BACKUP, database("", str(folder / DATABASE))):
        try:
            copying.copy(BACKUP, copying.HERE, progress=lambda *_: None)
        except (ValueError, TypeError, LookupError) as error:  # let go of here, with its cursors
            changed = f"{type(error).__name__}: {error}"[:120]
    if changed is not None:
        raise Unreadable(f"backup: expected rows as they were written, found one of {changed}")
    checkpoints.mend(context.home.checkpoints, None)
    verdict = verify_home(context)
    if not verdict.ok:
        raise Broken(f"backup: expected a journal that holds, found: {verdict.reason}")
    words = {"act": "restore", "made_at": manifest["made_at"], "unix_user": unix_user()}
    record(context, entry(context, EntryType.INSTALL_COPIED, SYSTEM, words))
    came = (folder / "keys").exists()
    return Restored(str(manifest["made_at"]), verdict.entries, verdict.erased, came)
