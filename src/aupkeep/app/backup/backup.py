"""A backup made while others write: one moment of the database, and what belongs to it."""

import base64
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from aupkeep.app.access.authority import require
from aupkeep.app.backup.archive import (
    BACKUP,
    DATABASE,
    FORMAT,
    KEYS,
    MANIFEST,
    SEAL,
    TEXTS,
    Members,
    digest_of,
    pack,
    recipients_of,
    refuse_places,
    write_manifest,
)
from aupkeep.app.backup.seal import sealed
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.config.database import database
from aupkeep.config.home import Home
from aupkeep.config.keys import publish_keys
from aupkeep.config.unfinished import copies_folder
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import show_moment
from aupkeep.model.roles import StaffAct


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup: its file, the keys' file or None, how many entries it holds, who may open it."""

    file: str
    keys: str | None
    entries: int
    recipients: int


def back_up(
    context: AppContext, file: Path, keys: Path | None, recipients: Sequence[str], *, plain: bool,
    by: Actor, replace: bool = False,
) -> BackupMade:  # fmt: skip
    """Write the backup, and the private keys into a file of their own where one is named.

    An entry before says that the install is copied, an entry after has the digest of what was
    written. Raises `Forbidden`, `Invalid` without recipients unless `plain` and for a place that is
    none for a backup, `Conflict` for a file that is there unless `replace`, `Unavailable`.
    """
    require(by, StaffAct.SETTINGS)
    if bool(recipients) == plain:
        raise Invalid("backup: expected --to RECIPIENT (age1…), or --plain, found both or neither")
    refuse_places(context.home, [*filter(None, (file, keys))], replace=replace)
    opening = recipients_of(recipients)
    words = {"act": "backup", "recipients": list(recipients), "keys": keys is not None}
    record(context, entry(context, EntryType.INSTALL_COPIED, by, words))
    with copies_folder(context.home, "backup") as folder:
        made = _copied(context, folder)
        members = list(_members(context.home, folder))
        write_manifest(folder, {**made, "format": FORMAT}, members)
        seal = sealed(context, made["frontier"], digest_of(folder / MANIFEST), by=by)
        (folder / SEAL).write_bytes(seal.to_json())
        first = [(SEAL, folder / SEAL), (MANIFEST, folder / MANIFEST)]
        pack([*first, *members], file, opening, replace=replace)
        if keys is not None:
            own = list(_below(context.home.keys, "keys"))
            write_manifest(folder, {"format": KEYS}, own)
            pack([(MANIFEST, folder / MANIFEST), *own], keys, opening, replace=replace)
    return BackupMade(str(file), str(keys) if keys else None, made["entries"], len(opening))


class CopyMade(TypedDict):
    """What a manifest says of a copied database; `frontier` in base64, `rows` by table."""

    made_at: str
    origin: str
    entries: int
    frontier: str
    rows: Mapping[str, int]


def _copied(context: AppContext, folder: Path) -> CopyMade:
    """Copy the database; what a manifest says of it."""
    from aupkeep.store import copying, log

    rows: dict[str, int] = {}
    with copying.opened(BACKUP, database("", str(folder / DATABASE))):
        entries = copying.copy(copying.HERE, BACKUP, progress=rows.__setitem__, into_rows=True)
        with copying.in_place_of_ours(BACKUP):
            _, frontier = log.state()
    return {
        "made_at": show_moment(context.now()),
        "origin": context.settings.provider.origin,
        "entries": entries,
        "frontier": base64.b64encode(frontier).decode(),
        "rows": rows,
    }


def _members(home: Home, folder: Path) -> Iterator[tuple[str, Path]]:
    """What the archive holds beside seal and manifest; texts as they are at one moment."""
    yield DATABASE, folder / DATABASE
    texts = folder / "texts"
    texts.mkdir()
    if home.settings.exists():
        shutil.copy(home.settings, texts)
    for name in TEXTS:
        if (home.path / name).exists():
            shutil.copytree(home.path / name, texts / name)
    yield from ((name.removeprefix("/"), path) for name, path in _below(texts, ""))
    public = Home(folder / "public")
    public.keys.mkdir(parents=True)
    publish_keys(home, public)
    yield from _below(public.keys, "public")


def _below(folder: Path, name: str) -> Members:
    """The files of a folder under its name."""
    return [
        (f"{name}/{path.relative_to(folder)}", path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
