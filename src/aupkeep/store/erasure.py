"""Erasing: payload, salt and actor of entries go, their leaves stay, and the log still verifies.

With them go rows that repeat what the entries said, and the work of the outbox that named them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from aupkeep.model.case import Case
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.flag import Flag
from aupkeep.store import confirmed_sources, legacy_flags
from aupkeep.store.log import NOBODY
from aupkeep.store.models import EffectRow, EntryRow
from aupkeep.store.tables import TABLES, Table

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

T = TypeVar("T")
STEP = 500  # rows of one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Given to `record` among its rows: the ids of entries to erase, and the retention rule.

    An entry of the same change names both (`payload`), or the change is refused. `gone` are records
    whose rows are deleted, `effects` the keys of work of the outbox that is forgotten with them.
    """

    entries: tuple[str, ...]
    rule: str
    gone: tuple[object, ...] = ()
    effects: tuple[str, ...] = ()

    @property
    def payload(self) -> dict[str, object]:
        """What the entry of type `entries-erased` says of it; never erased itself."""
        return {"erases": list(self.entries), "rule": self.rule}

    def is_named_in(self, entries: Iterable[Entry]) -> bool:
        """Whether one of the entries says so."""
        return any(
            entry.type is EntryType.ENTRIES_ERASED
            and self.payload.items() <= dict(entry.payload).items()
            for entry in entries
        )


def erase(erasure: Erasure) -> int:
    """Forget what the entries said and who made them; returns how many were erased now.

    Called inside the transaction of `record` only. Raises IntegrityError where a row that stays
    names one that goes.
    """
    cases = {record.id for record in erasure.gone if isinstance(record, Case)}
    sources = confirmed_sources.of_cases(cases)
    _delete(erasure.gone)
    confirmed_sources.renew(sources)
    for keys in _steps(erasure.effects):
        EffectRow.objects.filter(key__in=keys).delete()
    return sum(_blank(ids, erasure.rule) for ids in _steps(erasure.entries))


def _blank(ids: Sequence[str], rule: str) -> int:
    rows = EntryRow.objects.filter(entry__in=ids, erased__isnull=True)
    rows = rows.exclude(type=EntryType.ENTRIES_ERASED.value)
    return rows.update(salt=None, payload=None, actor=NOBODY, case=None, erased=rule)


def _delete(records: Iterable[object]) -> None:
    """Delete the rows of records, children before their parents."""
    grouped: dict[type, list[Any]] = defaultdict(list)
    for record in records:
        grouped[type(record)].append(record)
    legacy_flags.forget(record.name for record in grouped.pop(Flag, ()))
    for kind, table in reversed(list(TABLES.items())):
        for some in _steps(grouped[kind]):
            _rows(table, some).delete()


def _rows(table: Table, records: Sequence[object]) -> "QuerySet[Model]":
    """The rows of records that one column keys."""
    (column,) = table.unique
    keys = [table.key(record)[0] for record in records]
    return table.model._default_manager.filter(**{f"{column}__in": keys})  # noqa: SLF001 - Django's documented API


def _steps(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + STEP] for start in range(0, len(items), STEP))
