"""Erasing entries of the journal: what they said and of whom is gone, and a signed entry says so.

The entry that erases names the entries, the retention rule, and again every row of which an erased
entry had the last word: so rows go on to be compared with the journal (`row_check`). It is never
erased itself.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain

from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.row_digests import row_name
from aupkeep.model.actor import Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.flag import Flag
from aupkeep.store.erasure import Erasure
from aupkeep.store.legacy_flags import moved
from aupkeep.store.tables import TABLES


def erase(
    context: AppContext,
    erasure: Erasure,
    names: Collection[str],
    actor: Actor,
    *,
    more: Mapping[str, object] | None = None,
    check: Callable[[], None] | None = None,
) -> None:
    """Erase entries and rows; `names` are the rows of which the entries had the last word.

    What is `more` stands in the entry that says so. Raises `Conflict` when a row they speak of
    changed meanwhile, and nothing is erased then; and what `check` raises.
    """
    said = {**(more or {}), **erasure.payload}
    witness = entry(context, EntryType.ENTRIES_ERASED, actor, said)
    kept = set(names) - {" ".join(row_name(record)[:2]) for record in erasure.gone}
    rows = list(chain.from_iterable(_records(kept)))
    flags = [flag for flag in moved() if " ".join(row_name(flag)[:2]) in kept]
    seen = [*rows, *(record for record in erasure.gone if not isinstance(record, Flag))]
    record(context, witness, rows=[erasure], seen=seen, again=[*rows, *flags], check=check)


def _records(names: Collection[str]) -> Iterator[Iterator[object]]:
    """The records of these names, table by table."""
    keys: dict[str, list[str]] = defaultdict(list)
    for name in names:
        word, _, key = name.partition(" ")
        keys[word].append(key)
    return (table.keyed(keys[table.word]) for table in TABLES.values() if table.word in keys)
