"""Each entry names the rows it wrote by digest; `proof.row_check` compares them with the tables."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from aupkeep.model.entry import Entry
from aupkeep.model.facts import canonical
from aupkeep.model.whole_text import clean
from aupkeep.store.codec import dump, dump_for_write
from aupkeep.store.erasure import Erasure
from aupkeep.store.tables import TABLES

SKIPPED = frozenset({"NameRecord"})  # resolver answers: many, repeated, and rebuilt by asking again
GONE = ""  # the digest of a row that was deleted with its entries
NUL = b"\\u0000"  # as canonical JSON writes it


def with_row_digests(
    entries: Sequence[Entry], rows: Sequence[object], again: Sequence[object] = ()
) -> list[Entry]:
    """The entries, the last one's payload naming each row as [record, key, SHA-256 in hex].

    `again` are records that the change does not write, named as they are. A row that an erasure
    deletes is named with an empty digest.
    """
    last_word = {
        (type(row), TABLES[type(row)].key(row)): row
        for row in (*again, *rows)
        if type(row) in TABLES and TABLES[type(row)].word not in SKIPPED
    }
    said = [list(row_name(row, dump_for_write(row))) for row in last_word.values()]
    gone = [record for row in rows if isinstance(row, Erasure) for record in row.gone]
    said += [[*row_name(record)[:2], GONE] for record in gone]
    if not said:
        return list(entries)
    last = dataclasses.replace(entries[-1], payload={**entries[-1].payload, "rows": said})
    return [*entries[:-1], last]


def row_name(row: object, plain: object = None) -> tuple[str, str, str]:
    """A row's record name, key and digest; `plain` is the record as JSON's types, where known."""
    table = TABLES[type(row)]
    return table.word, "/".join(str(part) for part in table.key(row)), digest_of(row, plain)


def digest_of(row: object, plain: object = None) -> str:
    """SHA-256 of a record's canonical form, of its text as a database keeps it."""
    plain = plain or dump(row)
    try:
        data = canonical(plain)
    except UnicodeEncodeError:  # a lone surrogate
        data = canonical(storable(plain))
    if NUL in data:
        data = canonical(storable(plain))
    return hashlib.sha256(data).hexdigest()


def storable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """JSON with every text as a database keeps it: without NUL and lone surrogates."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(name)): storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value
