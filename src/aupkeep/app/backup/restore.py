"""An empty home filled from a backup, on either engine, and verified."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aupkeep.app.backup.alone import alone
from aupkeep.app.backup.archive import (
    BACKUP,
    DATABASE,
    FORMAT,
    MANIFEST,
    SEAL,
    TEXTS,
    UNSEALED,
    Identities,
    Unpacked,
    check_members,
    identities_of,
    unpack,
)
from aupkeep.app.backup.seal import proven_key
from aupkeep.app.context import AppContext, open_context
from aupkeep.config.database import database
from aupkeep.config.home import Home
from aupkeep.config.keys import KEY_NAME, public_keys
from aupkeep.config.unfinished import (
    RESTORING,
    begun_restore,
    copies_folder,
    ended_restore,
    take_half_restored_away,
)
from aupkeep.config.unix_user import unix_user
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Broken, Conflict, Invalid, Unreadable


@dataclass(frozen=True, slots=True)
class Restored:
    """A home after a restore: of when the backup is, its entries, and whether its keys came too.

    `origin` names the journal, `sealed_by` is the verifier key that sealed the backup, "" for one
    of before seals: compare both with what you kept.
    """

    made_at: str
    entries: int
    erased: int
    keys: bool
    origin: str = ""
    sealed_by: str = ""


def restore(
    home: Home, file: Path, keys: Path | None, identity: Path | None, *, unsealed: bool = False
) -> Restored:
    """Fill this home, which holds nothing yet. Its seal, then the journal prove what arrived.

    Without the keys' file, and without keys in the home, the home has the public halves alone: it
    is read and verified, and signed again once a signer has the keys. `unsealed` takes one of
    before seals, whose settings and bookkeeping nothing proves. Raises `Conflict` for a home in
    use or another restore of it, `Unreadable`, `Invalid`, and `Broken` where the journal does not
    hold; the files of the home, and its database, are then as they were. After one that was killed
    nobody opens the home but the next, which first takes away what that one put there.
    """
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(home, "restore"):
        take_half_restored_away(home)
        if home.database.exists() or home.checkpoints.exists():
            raise Conflict(f"{home.path}: expected an empty home, found one in use")
        return _restored(home, file, keys, identity, unsealed=unsealed)


def _restored(
    home: Home, file: Path, keys: Path | None, identity: Path | None, *, unsealed: bool
) -> Restored:
    """As `restore`, in an empty home that nobody else fills."""
    identities = identities_of(identity) if identity else []
    with _as_it_was(home), copies_folder(home, "restore") as folder:
        unpacked = unpack(file, folder, identities)
        manifest = _manifest(unpacked, file, unsealed=unsealed)
        if keys is not None:
            _take_keys(keys, folder, identities)
        sealed_by = "" if unsealed else _sealed_by(home, unpacked, manifest)
        _place_keys(home, folder)
        _place_texts(home, folder)
        return replace(_fill(home, folder, manifest), sealed_by=sealed_by)


class _TakenError(Exception):
    """Another command made an install in this home meanwhile."""


@contextmanager
def _as_it_was(home: Home) -> Iterator[None]:
    """Take out what a refused restore put into the home; one that somebody else uses stays."""
    before = set(home.path.rglob("*"))
    there = sorted(str(path.relative_to(home.path)) for path in before)
    try:
        write_durably(home.path / RESTORING, begun_restore(home, there))
        yield
    except _TakenError as error:
        raise Conflict(str(error)) from error
    except BaseException:
        for path in sorted(
            set(home.path.rglob("*")) - before - {home.path / RESTORING}, reverse=True
        ):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        raise
    finally:
        ended_restore(home)


def _manifest(unpacked: Unpacked, file: Path, *, unsealed: bool) -> Mapping[str, Any]:
    """Its table of contents, with which its members agree. Raises `Unreadable`, `Invalid`."""
    manifest = unpacked.manifest
    form = str(manifest.get("format"))[:40]
    if form == UNSEALED and not unsealed:
        raise Invalid(
            f"{file}: expected {FORMAT}, found {form!r}, of before backups were sealed; nothing "
            "proves its settings: --unsealed takes it all the same"
        )
    if form != (UNSEALED if unsealed else FORMAT) or DATABASE not in unpacked.members:
        raise Unreadable(f"{file}: expected {FORMAT} with a database, found {form!r}")
    if not unsealed:
        check_members(unpacked, file, (SEAL, MANIFEST))
    return manifest


def _take_keys(keys: Path, folder: Path, identities: Identities) -> None:
    """Put the keys' file into `keys` below the folder. Raises `Unreadable`, `Invalid`."""
    with tempfile.TemporaryDirectory(dir=folder) as apart:
        unpacked = unpack(keys, Path(apart), identities)
        if MANIFEST in unpacked.members:  # those of before seals have none
            check_members(unpacked, keys, (MANIFEST,))
        (Path(apart) / "keys").rename(folder / "keys")


def _sealed_by(home: Home, unpacked: Unpacked, manifest: Mapping[str, Any]) -> str:
    """The verifier key that sealed it: one of the home, of the keys' file, or its own.

    Raises `Invalid` where none did, `Unreadable`.
    """
    with tempfile.TemporaryDirectory(dir=unpacked.folder) as name:
        known = Home(Path(name))
        if home.keys.exists():
            shutil.copytree(home.keys, known.keys)
        _place_keys(known, unpacked.folder)
        keys = [(KEY_NAME, key) for key in public_keys(known, "journal")]
    return proven_key(
        (unpacked.folder / SEAL).read_bytes(),
        str(manifest.get("frontier")),
        unpacked.members[MANIFEST][1],
        keys,
        str(manifest.get("origin")),
    )


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


def _fill(home: Home, folder: Path, manifest: Mapping[str, Any]) -> Restored:
    """Copy the rows and bytes, write the checkpoints, verify, and say so in the journal."""
    context = open_context(home)  # before what needs Django
    from aupkeep.store import copying

    try:
        return _filled(context, folder, manifest)
    except BaseException:
        copying.close()
        raise


def _filled(context: AppContext, folder: Path, manifest: Mapping[str, Any]) -> Restored:
    from aupkeep.app.journal import entry, record
    from aupkeep.app.proof.verify import verify_home
    from aupkeep.app.witnesses.resume import pause
    from aupkeep.store import checkpoints, copying

    with copying.all_or_nothing(copying.HERE):
        try:
            copying.refuse_unless_empty(copying.HERE)
        except Conflict as error:
            if context.home.database.exists():
                raise _TakenError(str(error)) from error
            raise
        _copy_in(folder)
        checkpoints.put_in_order(context.home.checkpoints)
        verdict = verify_home(context)
        if not verdict.ok:
            raise Broken(f"backup: expected a journal that holds, found: {verdict.reason}")
    words = {"act": "restore", "made_at": manifest["made_at"], "unix_user": unix_user()}
    made = entry(context, EntryType.INSTALL_COPIED, SYSTEM, words)
    record(context, made, rows=pause(context))
    came, origin = (folder / "keys").exists(), context.settings.provider.origin
    return Restored(str(manifest["made_at"]), verdict.entries, verdict.erased, came, origin)


def _copy_in(folder: Path) -> None:
    """Copy rows and bytes out of the backup. Raises `Unreadable` for a row that is none."""
    from aupkeep.store import copying

    changed = None
    with copying.opened(BACKUP, database("", str(folder / DATABASE))):
        try:
            copying.copy(BACKUP, copying.HERE, progress=lambda *_: None)
        except (ValueError, TypeError, LookupError) as error:  # let go of here, with its cursors
            changed = f"{type(error).__name__}: {error}"[:120]
    if changed is not None:
        raise Unreadable(f"backup: expected rows as they were written, found one of {changed}")
