"""The signer's keys and memory: taken over from a home, set anew by a named act, rotated."""

import os
from contextlib import closing, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, journal_of, record
from aupkeep.app.signing.signer import MEMORY, load_memory, locked
from aupkeep.config.home import Home
from aupkeep.config.keys import (
    KEY_NAME,
    add_key,
    check_taker,
    hand_over_keys,
    is_separated,
    public_keys,
)
from aupkeep.config.unix_user import unix_user
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.evidence import checkpoint
from aupkeep.evidence.signer_memory import SignerMemory
from aupkeep.evidence.verify import LogLeaf
from aupkeep.evidence.witness import WitnessedTree
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict, Invalid, Missing, Unreadable


def take_keys(context: AppContext, own: Home) -> int:
    """Move the home's signing keys into `own`, with the log as signed so far as its memory.

    Returns how many entries that log has. Files are given to who owns the folder `own`. Processes
    that run keep the key until they start again. Raises `Invalid` where another signer has the
    keys or `own` has another home's, `Conflict` where the log is not as its newest checkpoint says.
    """
    check_taker(context.home, own)
    if is_separated(context.home, "journal") and not (own.keys / "journal").exists():
        raise Invalid(f"keys: expected them in {context.home.keys}, found them held by a signer")
    own.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_separated(context.home, "journal"):
        _note(context, "take", "")
    if not (own.path / MEMORY).exists():
        write_durably(own.path / MEMORY, _signed_so_far(context).to_json())
    hand_over_keys(context.home, own)
    journal_of.cache_clear()
    _give(own.path)
    return load_memory(own).frontier.size


def remember(context: AppContext, own: Home, reason: str) -> int:
    """Set the memory to the log as its newest checkpoint signs it, after a restore or a move.

    The serials of desired states stay, and what was cosigned of other logs. Returns how many
    entries are remembered. Raises `Conflict` where that checkpoint is by no key of ours or the log
    differs from it.
    """
    memory = _signed_so_far(context)
    with locked(own):
        with suppress(Missing, Unreadable):
            stands = load_memory(own)
            memory = replace(memory, serials=stands.serials, witnessed=stands.witnessed)
        write_durably(own.path / MEMORY, memory.to_json())
    _give(own.path)
    _note(context, "remember", reason)
    return memory.frontier.size


def rotate(context: AppContext, own: Home, purpose: str) -> str:
    """Make a new key of a purpose in `own`, its half published first; returns its id.

    Raises `Invalid` where `own` has another home's keys.
    """
    check_taker(context.home, own)
    fresh = add_key(own, purpose, publish=context.home)
    _give(own.path)
    payload = {"purpose": purpose, "key": fresh}
    record(context, entry(context, EntryType.KEY_ROTATED, SYSTEM, payload))
    return fresh


def forget(own: Home, origin: str) -> None:
    """Forget what was cosigned of a log. Raises as `load_memory`."""
    with locked(own):
        memory = load_memory(own)
        left = {name: tree for name, tree in memory.witnessed.items() if name != origin}
        write_durably(own.path / MEMORY, replace(memory, witnessed=left).to_json())
    _give(own.path)


def witnessed(own: Home, origin: str) -> WitnessedTree:
    """What was cosigned last of a log, as the signer remembers it. Raises as `load_memory`."""
    return load_memory(own).witnessed.get(origin, WitnessedTree())


def set_witnessed(own: Home, origin: str, tree: WitnessedTree) -> None:
    """Let the signer remember this of a log. Raises as `load_memory`."""
    with locked(own):
        memory = load_memory(own).with_cosigned(origin, tree)
        write_durably(own.path / MEMORY, memory.to_json())
    _give(own.path)


def _note(context: AppContext, act: str, reason: str) -> None:
    payload = {"act": act, "reason": reason, "unix_user": unix_user()}
    record(context, entry(context, EntryType.SIGNER_SET, SYSTEM, payload))


def _signed_so_far(context: AppContext) -> SignerMemory:
    """The log under its newest checkpoint, walked leaf by leaf. Raises `Conflict`."""
    from aupkeep.store import checkpoints, log, witnesses

    trees = {seen.origin: WitnessedTree(seen.size, seen.root) for seen in witnesses.witnessed()}
    memory = SignerMemory(origin=context.settings.provider.origin, witnessed=trees)
    text = checkpoints.newest()
    if text is None:
        if log.size():
            raise Conflict("journal: expected a signed checkpoint, found entries without one")
        return memory
    signed = _own_checkpoint(context.home, text)
    with closing(log.leaves()) as leaves:
        memory = memory.extended(LogLeaf(*leaf) for leaf in islice(leaves, signed.size))
    if (memory.frontier.size, memory.frontier.root()) != (signed.size, signed.root):
        raise Conflict(
            f"journal: expected the {signed.size} entries that were signed, found others; "
            "aupkeep verify names the first"
        )
    return replace(memory, origin=signed.origin)


def _own_checkpoint(home: Home, text: str) -> checkpoint.Checkpoint:
    """The checkpoint, signed by a key of this home. Raises `Conflict`."""
    for key in public_keys(home, "journal"):
        with suppress(Invalid):
            return checkpoint.read_signed(text, KEY_NAME, key)
    raise Conflict("journal: expected its newest checkpoint signed by a key of this home")


def _give(folder: Path) -> None:
    """Give what root wrote into the signer's folder to the folder's owner."""
    if os.geteuid() != 0:
        return
    owner = folder.stat()
    for path in (folder / MEMORY, folder / "keys", *(folder / "keys").glob("*")):
        with suppress(FileNotFoundError):
            os.chown(path, owner.st_uid, owner.st_gid)
