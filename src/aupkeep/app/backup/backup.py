"""A backup made while others write: one moment of the database, and what belongs to it."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aupkeep.app.access.authority import require
from aupkeep.app.backup.archive import (
    BACKUP,
    DATABASE,
    FORMAT,
    MANIFEST,
    TEXTS,
    pack,
    recipients_of,
)
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.config.database import database
from aupkeep.config.home import Home
from aupkeep.config.keys import publish_keys
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
    by: Actor,
) -> BackupMade:  # fmt: skip
    """Write the backup, and the private keys into a file of their own where one is named.

    Raises `Forbidden`, `Invalid` without recipients unless `plain`, `Unavailable`.
    """
    from aupkeep.store import copying

    require(by, StaffAct.SETTINGS)
    if bool(recipients) == plain:
        raise Invalid("backup: expected --to RECIPIENT (age1…), or --plain, found both or neither")
    opening = recipients_of(recipients)
    words = {"act": "backup", "recipients": list(recipients), "keys": keys is not None}
    record(context, entry(context, EntryType.INSTALL_COPIED, by, words))
    with tempfile.TemporaryDirectory(prefix="backup-", dir=context.home.path) as name:
        folder = Path(name)
        stored = folder / DATABASE
        with copying.opened(BACKUP, database("", str(stored))):
            rows: dict[str, int] = {}
            entries = copying.copy(copying.HERE, BACKUP, progress=rows.__setitem__, into_rows=True)
        public = Home(folder / "public")
        public.keys.mkdir(parents=True)
        publish_keys(context.home, public)
        manifest = {
            "format": FORMAT,
            "made_at": show_moment(context.now()),
            "origin": context.settings.provider.origin,
            "entries": entries,
            "rows": rows,
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        pack([*_members(context.home, folder), *_below(public.keys, "public")], file, opening)
        if keys is not None:
            pack(list(_below(context.home.keys, "keys")), keys, opening)
    return BackupMade(str(file), str(keys) if keys else None, entries, len(opening))


def _members(home: Home, folder: Path) -> Iterator[tuple[str, Path]]:
    """What the archive holds beside the keys, the manifest first."""
    yield MANIFEST, folder / MANIFEST
    yield DATABASE, folder / DATABASE
    if home.settings.exists():
        yield home.settings.name, home.settings
    for name in TEXTS:
        yield from _below(home.path / name, name)


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """The files of a folder, which may be absent, under its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"{name}/{path.relative_to(folder)}", path
