"""Rows named by digest in the journal: what the database says must be what was recorded."""

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from aupkeep.model.entry import Entry
from aupkeep.model.facts import canonical
from aupkeep.store.codec import dump
from aupkeep.store.log import Leaf
from aupkeep.store.tables import TABLES

SKIPPED = frozenset({"NameRecord"})  # resolver answers: many, repeated, and rebuilt by asking again


def told_rows(entries: Sequence[Entry], rows: Sequence[object]) -> list[Entry]:
    """The entries, the last one's payload naming each row as [record, key, SHA-256 in hex]."""
    last_word = {
        (type(row), TABLES[type(row)].key(row)): row
        for row in rows
        if type(row) in TABLES and _counts(row)
    }
    named = [list(row_name(row)) for row in last_word.values()]
    if not named:
        return list(entries)
    last = dataclasses.replace(entries[-1], payload={**entries[-1].payload, "rows": named})
    return [*entries[:-1], last]


def row_name(row: object) -> tuple[str, str, str]:
    """A row's record name, key and digest."""
    key = "/".join(str(part) for part in TABLES[type(row)].key(row))
    return type(row).__name__, key, digest_of(row)


def digest_of(row: object) -> str:
    """SHA-256 of a record's canonical form."""
    return hashlib.sha256(canonical(dump(row))).hexdigest()


def _counts(row: object) -> bool:
    return type(row).__name__ not in SKIPPED


def changed_rows(leaves: Iterable[Leaf]) -> dict[str, Any]:
    """Compare every row the journal names with the row as it is now; `{}` when all agree.

    Else `ok` False, a reason, and in `first_bad` the index of the entry that named the first row
    that differs. The last word about a row counts; once an entry was erased, a row that nothing
    names has lost its witness and is passed over.
    """
    named, erased = _named(leaves)
    worst = min(_differing(named, erased), default=None)
    if worst is None:
        return {}
    return {"ok": False, "first_bad": max(worst[0], 0), "reason": worst[1]}


def _named(leaves: Iterable[Leaf]) -> tuple[dict[str, tuple[int, str]], bool]:
    """Each row's last naming as (index, digest), and whether any entry was erased."""
    named: dict[str, tuple[int, str]] = {}
    erased = False
    for leaf in leaves:
        erased = erased or leaf.erased
        rows = (leaf.payload or {}).get("rows", ())
        for name, key, digest in rows if isinstance(rows, list) else ():
            named[f"{name} {key}"] = (leaf.number, digest)
    return named, erased


def _differing(named: dict[str, tuple[int, str]], erased: bool) -> list[tuple[int, str]]:  # noqa: FBT001 - one private call
    """Rows that differ from their last naming, that nothing names, or that are gone."""
    bad: list[tuple[int, str]] = []
    left = dict(named)
    for table in (one for kind, one in TABLES.items() if kind.__name__ not in SKIPPED):
        for found in table.records():
            name, key, digest = row_name(found)
            number, wanted = left.pop(f"{name} {key}", (-1, ""))
            if wanted != digest and not (erased and number < 0):
                bad.append((number, f"{name} {key}: the row is not the one recorded"))
    return bad + [(number, f"{name}: the row is gone") for name, (number, _) in left.items()]
