"""What was received since a moment, carried into another install: going back to a version before.

A newer version migrates the database, and an older one cannot read it. Going back is restoring the
backup made before, and taking in again what was received since. What is there already is known by
its digest, so that the same file may be taken in as often as one likes.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from aupkeep.app.access.authority import require
from aupkeep.app.backup.archive import (
    MANIFEST,
    check_members,
    identities_of,
    listed,
    pack,
    recipients_of,
    refuse_existing,
    unpack,
)
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.model.actor import Actor
from aupkeep.model.as_json import as_json
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing, Unreadable
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.raw import Channel, Raw
from aupkeep.model.roles import StaffAct
from aupkeep.store import raws

FORMAT = "aupkeep-raws/1"
LINES = "raws.jsonl"  # one a line, in the order of their receipt
BYTES = "bytes"  # the folder of what was received, each by its digest


@dataclass(frozen=True, slots=True)
class RawsExported:
    """A file with what was received since; of `erased` ones the bytes are gone."""

    file: str
    received: int
    erased: int


@dataclass(frozen=True, slots=True)
class RawsImported:
    """What came new, what was there already, and digests whose Idempotency-Key means others."""

    received: int
    repeated: int
    refused: tuple[str, ...]


def export_raws(
    context: AppContext, file: Path, since: datetime, recipients: Sequence[str], *, plain: bool,
    by: Actor, replace: bool = False,
) -> RawsExported:  # fmt: skip
    """Write what was received from `since` on, with how it came, for `recipients` of age.

    Raises `Forbidden`, `Invalid` without recipients unless `plain`, `Conflict` for a file that is
    there unless `replace`, `Unavailable`.
    """
    require(by, StaffAct.SETTINGS)
    if not replace:
        refuse_existing(file)
    if bool(recipients) == plain:
        raise Invalid("raws: expected --to RECIPIENT (age1…), or --plain, found both or neither")
    opening = recipients_of(recipients)
    words = {"act": "raw export", "since": show_moment(since), "recipients": list(recipients)}
    record(context, entry(context, EntryType.INSTALL_COPIED, by, words))
    with tempfile.TemporaryDirectory(prefix="raws-", dir=context.home.path) as name:
        folder = Path(name)
        (folder / BYTES).mkdir()
        found, erased = [], 0
        for raw in raws.since(since):
            try:
                (folder / BYTES / raw.digest).write_bytes(raws.read(raw.digest))
            except Missing:
                erased += 1
                continue
            found.append(raw)
        lines = (json.dumps(as_json(raw)) + "\n" for raw in found)
        (folder / LINES).write_text("".join(lines), "utf-8")
        names = [LINES, *dict.fromkeys(f"{BYTES}/{raw.digest}" for raw in found)]
        members = [(name, folder / name) for name in names]
        manifest = {"format": FORMAT, "members": listed(members)}
        (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
        pack([(MANIFEST, folder / MANIFEST), *members], file, opening, replace=replace)
    return RawsExported(str(file), len(found), erased)


def import_raws(
    context: AppContext, file: Path, identity: Path | None, *, by: Actor
) -> RawsImported:
    """Receive what a file holds, as it was received there; the worker reads it.

    Raises `Forbidden`, `Unreadable`, `Invalid` and, as `receive`, `Unavailable`: what came before
    is kept then, and the file may be taken in again.
    """
    require(by, StaffAct.SETTINGS)
    identities = identities_of(identity) if identity else []
    new = repeated = 0
    refused: list[str] = []
    with tempfile.TemporaryDirectory(prefix="raws-", dir=context.home.path) as name:
        folder = Path(name)
        unpacked = unpack(file, folder, identities)
        check_members(unpacked, file, (MANIFEST,))
        found = str(unpacked.manifest.get("format"))
        if found != FORMAT:
            raise Unreadable(f"{file}: expected {FORMAT}, found {found[:40]!r}")
        record(context, entry(context, EntryType.INSTALL_COPIED, by, {"act": "raw import"}))
        for data, envelope in _members(folder, file):
            try:
                known = receive(context, data, envelope).repeated
            except Conflict as error:
                refused.append(str(error))
                continue
            new, repeated = new + (not known), repeated + known
    return RawsImported(new, repeated, tuple(refused))


def _members(folder: Path, file: Path) -> Iterator[tuple[bytes, RawEnvelope]]:
    """Bytes and how they came. Raises `Unreadable` for a file of another form."""
    try:
        for line in (folder / LINES).read_text("utf-8").splitlines():
            values = json.loads(line)
            yield (folder / BYTES / Path(values["digest"]).name).read_bytes(), _envelope(values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{file}: expected {FORMAT}, found: {error}") from error


def _envelope(values: dict[str, Any]) -> RawEnvelope:
    """How it was received there."""
    known = {item.name for item in fields(RawEnvelope)} & {item.name for item in fields(Raw)}
    given = {name: value for name, value in values.items() if name in known}
    given["channel"] = Channel(values["channel"])
    given["recipients"] = tuple(values.get("recipients") or ())
    given["received_at"] = parse_moment(values["received_at"], "received_at")
    return RawEnvelope(**given)
