"""What was received since a moment, carried into another install: going back to a version before.

A newer version migrates the database, and an older one cannot read it. Going back is restoring the
backup made before, and taking in again what was received since. What is there already is known by
its digest, so that the same file may be taken in as often as one likes.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aupkeep.app.access.authority import require
from aupkeep.app.backup.archive import (
    MANIFEST,
    Unpacked,
    check_members,
    identities_of,
    pack,
    recipients_of,
    refuse_places,
    unpack,
    write_manifest,
)
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.receiving.receive import RawEnvelope, check_key, receive
from aupkeep.config.unfinished import copies_folder
from aupkeep.model.actor import Actor
from aupkeep.model.as_json import as_json
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Conflict, Invalid, Missing, Unreadable
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.raw import Channel
from aupkeep.model.roles import StaffAct
from aupkeep.store import raws
from aupkeep.store.patience import LONG, patience

FORMAT = "aupkeep-raws/1"
LINES = "raws.jsonl"  # one a line, in the order of their receipt
BYTES = "bytes"  # the folder of what was received, each by its digest
OPTIONAL = ("peer", "helo", "sender", "key", "token", "site")


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


@patience(LONG)
def export_raws(
    context: AppContext, file: Path, since: datetime, recipients: Sequence[str], *, plain: bool,
    by: Actor, replace: bool = False,
) -> RawsExported:  # fmt: skip
    """Write what was received from `since` on, with how it came, for `recipients` of age.

    Raises `Forbidden`, `Invalid` without recipients unless `plain`, `Conflict` for a file that is
    there unless `replace`, `Unavailable`.
    """
    require(by, StaffAct.SETTINGS)
    refuse_places(context.home, [file], replace=replace)
    if bool(recipients) == plain:
        raise Invalid("raws: expected --to RECIPIENT (age1…), or --plain, found both or neither")
    opening = recipients_of(recipients)
    words = {"act": "raw export", "since": show_moment(since), "recipients": list(recipients)}
    record(context, entry(context, EntryType.INSTALL_COPIED, by, words))
    with copies_folder(context.home, "raws") as folder:
        (folder / BYTES).mkdir()
        exported, erased = [], 0
        for raw in raws.since(since):
            try:
                (folder / BYTES / raw.digest).write_bytes(raws.read(raw.digest))
            except Missing:
                erased += 1
                continue
            exported.append(raw)
        lines = (json.dumps(as_json(raw)) + "\n" for raw in exported)
        (folder / LINES).write_text("".join(lines), "utf-8")
        names = [LINES, *dict.fromkeys(f"{BYTES}/{raw.digest}" for raw in exported)]
        members = [(name, folder / name) for name in names]
        write_manifest(folder, {"format": FORMAT}, members)
        pack([(MANIFEST, folder / MANIFEST), *members], file, opening, replace=replace)
    return RawsExported(str(file), len(exported), erased)


@patience(LONG)
def import_raws(
    context: AppContext, file: Path, identity: Path | None, *, by: Actor
) -> RawsImported:
    """Receive what a file holds, as it was received there; the worker reads it.

    Raises `Forbidden`, `Unreadable` and `Invalid` before anything is received; and, as `receive`,
    `Unavailable`: what came before is kept then, and the file may be taken in again.
    """
    require(by, StaffAct.SETTINGS)
    identities = identities_of(identity) if identity else []
    new = repeated = 0
    refused: list[str] = []
    with copies_folder(context.home, "raws") as folder:
        unpacked = unpack(file, folder, identities)
        check_members(unpacked, file, (MANIFEST,))
        form = str(unpacked.manifest.get("format"))
        if form != FORMAT:
            raise Unreadable(f"{file}: expected {FORMAT}, found {form[:40]!r}")
        came = _received(unpacked, file)
        record(context, entry(context, EntryType.INSTALL_COPIED, by, {"act": "raw import"}))
        for digest, envelope in came:
            data = (folder / BYTES / digest).read_bytes()
            try:
                known = receive(context, data, envelope).repeated
            except Conflict as error:
                refused.append(str(error))
                continue
            new, repeated = new + (not known), repeated + known
    return RawsImported(new, repeated, tuple(refused))


def _received(unpacked: Unpacked, file: Path) -> list[tuple[str, RawEnvelope]]:
    """The digest of each and how it came, read before any is received. Raises `Unreadable`."""
    if LINES not in unpacked.members:
        raise Unreadable(f"{file}: expected {LINES} in it, found none")
    received = []
    lines = (unpacked.folder / LINES).read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            values = _object(line)
            received.append((_digest(values, unpacked), _envelope(values)))
        except AupkeepError as error:
            raise Unreadable(f"{file}: {LINES}, line {number}: {error}") from error
    return received


def _object(line: bytes) -> Mapping[str, Any]:
    """Raises `Invalid`."""
    try:
        values = json.loads(line)
        shown = f"found {str(values)[:60]!r}"
    except ValueError as error:
        raise Invalid(f"expected JSON, found: {error}") from error
    except RecursionError as error:
        raise Invalid("expected an object, found more nested in it than anybody reads") from error
    if not isinstance(values, dict):
        raise Invalid(f"expected an object, {shown}")
    return values


def _digest(values: Mapping[str, Any], unpacked: Unpacked) -> str:
    """Of bytes that are in it. Raises `Invalid`, `Unreadable`."""
    digest = _text(values, "digest")
    member = f"{BYTES}/{digest}"
    if member not in unpacked.members:
        raise Unreadable(f"expected {member[:80]} in it, found none")
    if unpacked.members[member][1] != digest:
        raise Unreadable(f"expected bytes of the digest {digest[:64]}, found others")
    return digest


def _envelope(values: Mapping[str, Any]) -> RawEnvelope:
    """How it was received there. Raises `Invalid`."""
    recipients, channel = values.get("recipients") or [], _text(values, "channel")
    if channel not in list(Channel):
        raise Invalid(f"channel: expected one of {', '.join(Channel)}, found {channel[:60]!r}")
    if not isinstance(recipients, list) or not all(map(_storable, recipients)):
        raise Invalid(f"recipients: expected a list of texts, found {str(recipients)[:60]!r}")
    envelope = RawEnvelope(
        channel=Channel(channel),
        media_type=_text(values, "media_type"),
        recipients=tuple(recipients),
        received_at=parse_moment(_text(values, "received_at"), "received_at"),
        **{name: _text(values, name) for name in OPTIONAL if values.get(name) is not None},
    )
    check_key(envelope.key)
    return envelope


def _text(values: Mapping[str, Any], name: str) -> str:
    """A text that a database takes. Raises `Invalid`."""
    value = values.get(name)
    if not _storable(value):
        raise Invalid(f"{name}: expected a text, found {str(value)[:60]!r}")
    return str(value)


def _storable(value: object) -> bool:
    """Whether it is text without NUL, with no half of a character (RFC 8259 section 8.2)."""
    return isinstance(value, str) and not re.search("[\0\ud800-\udfff]", value)
