"""Erasing entries of the journal: what they said and of whom is gone, and a signed entry says so.

The entry that erases names the entries, the retention rule, and again every row of which an erased
entry had the last word: so rows go on to be compared with the journal (`row_check`). It is never
erased itself.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.proof.row_check import JournaledRows
from aupkeep.app.row_digests import row_name
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.store import log
from aupkeep.store.erasure import Erasure
from aupkeep.store.legacy_flags import moved
from aupkeep.store.tables import TABLES


def erase_entries(context: AppContext, ids: Sequence[str], rule: str, actor: Actor) -> None:
    """Erase payload, salt and actor of entries under a retention rule (its name).

    Raises `Conflict` when a row they speak of changed meanwhile; nothing is erased then.
    """
    erasure = Erasure(entries=tuple(ids), rule=rule)
    witness = entry(context, EntryType.ENTRIES_ERASED, actor, erasure.payload)
    journaled = JournaledRows()
    journaled.read(log.leaves)
    names = journaled.named_last_by(log.numbers_of(ids))
    rows = list(_named(names, chain.from_iterable(_tables(names))))
    flags = list(_named(names, moved()))
    record(context, witness, rows=[erasure], seen=rows, again=[*rows, *flags])


def _tables(names: Collection[str]) -> Iterator[Iterator[object]]:
    """All records of the tables that have such rows."""
    words = {name.partition(" ")[0] for name in names}
    return (table.records() for table in TABLES.values() if table.word in words)


def _named(names: Collection[str], records: Iterable[object]) -> Iterator[object]:
    return (item for item in records if " ".join(row_name(item)[:2]) in names)
