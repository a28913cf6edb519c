"""Entries into the journal: made here, sealed with evidence and keys, written by the store."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.row_digests import storable, with_row_digests
from aupkeep.config.home import Home
from aupkeep.config.keys import KEY_NAME, is_separated, signing_key
from aupkeep.config.settings import load
from aupkeep.evidence import checkpoint
from aupkeep.evidence.leaf import encode_leaf
from aupkeep.evidence.merkle import Frontier, leaf_hash
from aupkeep.model.actor import Actor
from aupkeep.model.entry import Effect, Entry, EntryType
from aupkeep.store.codec import dump
from aupkeep.store.journal import Change, Journal, Sealed, change_of
from aupkeep.store.outbox import Lease

SALT_BYTES = 16


def entry(
    context: AppContext,
    kind: EntryType,
    actor: Actor,
    payload: Mapping[str, object],
    *,
    case: str | None = None,
) -> Entry:
    """An entry of this moment, with a fresh id and salt; its text is what a database keeps.

    Who and which case stand in the payload too: the leaf's header holds neither, and what no leaf
    commits to could be changed unseen.
    """
    full = {**payload, "actor": dump(actor), "of_case": case}
    return Entry(
        id=context.new_id(),
        type=kind,
        at=context.now(),
        actor=actor,
        salt=context.noise(SALT_BYTES),
        payload=storable(full),
        case=case,
    )


def record(
    context: AppContext,
    entries: Entry | Sequence[Entry],
    *,
    rows: Iterable[object] = (),
    effects: Iterable[Effect] = (),
    seen: Iterable[object] = (),
    done: Lease | None = None,
    check: Callable[[], None] | None = None,
    again: Sequence[object] = (),
) -> None:
    """Write entries with their rows and effects in one transaction, then wake the worker.

    Each entry's rows are named in the last entry by digest, so that a row changed behind the
    journal's back is found (`aupkeep verify`); so are records `again`, which stay as they are.
    Raises `Conflict` and `Unavailable` as the store.
    """
    change = change_for(
        entries, rows=rows, effects=effects, seen=seen, done=done, check=check, again=again
    )
    journal_of(context.home).commit([change])
    if change.effects:
        from aupkeep.app.process_wake_up import wake_up

        wake_up(context.home)


def record_changes(context: AppContext, changes: ChangeSet, *, done: Lease | None = None) -> None:
    """Write collected changes in one transaction. Raises as `record` does."""
    record(
        context,
        changes.entries,
        rows=changes.rows,
        effects=changes.effects,
        seen=changes.seen,
        done=done,
    )


def change_for(
    entries: Entry | Sequence[Entry],
    *,
    rows: Iterable[object] = (),
    effects: Iterable[Effect] = (),
    seen: Iterable[object] = (),
    done: Lease | None = None,
    check: Callable[[], None] | None = None,
    again: Sequence[object] = (),
) -> Change:
    """The change that `record` would write, for a writer that groups several."""
    listed = [entries] if isinstance(entries, Entry) else list(entries)
    rows = list(rows)
    entries = with_row_digests(listed, rows, again)
    return change_of(entries, rows, effects, seen=seen, done=done, check=check)


@lru_cache(maxsize=8)
def journal_of(home: Home) -> Journal:
    """The home's journal with its seal; the key is read once a process.

    Where a signer process holds the key, entries are written without a checkpoint, and it signs.
    """
    key = None if is_separated(home, "journal") else signing_key(home, "journal")
    origin = load(home).provider.origin

    def seal(frontier: bytes, entries: Sequence[Entry]) -> Sealed:
        leaves = [encode_leaf(item) for item in entries]
        tree = Frontier.from_bytes(frontier) if frontier else Frontier()
        tree = tree.extend(leaf_hash(leaf) for leaf in leaves)
        text = checkpoint.make(origin, tree.size, tree.root(), KEY_NAME, key) if key else ""
        return Sealed(leaves=leaves, frontier=tree.to_bytes(), origin=origin, checkpoint=text)

    return Journal(home.checkpoints, seal)
