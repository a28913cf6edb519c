"""Erasing: payload, salt and actor of entries go, their leaves stay, and the log still verifies."""

from collections.abc import Iterable
from dataclasses import dataclass

from aupkeep.model.entry import Entry, EntryType
from aupkeep.store.models import EntryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Given to `record` among its rows: the ids of entries to erase, and the retention rule.

    An entry of the same change names both (`payload`), or the change is refused.
    """

    entries: tuple[str, ...]
    rule: str

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


NOBODY = {"kind": "system", "id": "erased", "name": ""}


def erase(erasure: Erasure) -> int:
    """Forget what the entries said and who made them; returns how many were erased now.

    Called inside the transaction of `record` only.
    """
    rows = EntryRow.objects.filter(entry__in=erasure.entries, erased__isnull=True)
    rows = rows.exclude(type=EntryType.ENTRIES_ERASED.value)
    return rows.update(salt=None, payload=None, actor=NOBODY, case=None, erased=erasure.rule)
