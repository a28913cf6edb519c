"""Erasing: payload, salt and actor of entries go, their leaves stay, and the log still verifies."""

from dataclasses import dataclass

from aupkeep.store.models import EntryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Given to `record` among its rows: the ids of entries to erase, and the retention rule."""

    entries: tuple[str, ...]
    rule: str


NOBODY = {"kind": "system", "id": "erased", "name": ""}


def erase(erasure: Erasure) -> int:
    """Forget what the entries said and who made them; returns how many were erased now.

    Called inside the transaction of `record` only.
    """
    rows = EntryRow.objects.filter(entry__in=erasure.entries, erased__isnull=True)
    return rows.update(salt=None, payload=None, actor=NOBODY, case=None, erased=erasure.rule)
