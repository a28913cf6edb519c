"""What one step changes, collected before anything is written.

A decision leads to rows, entries and effects in several folders: the case, the actions, the notice
and its link. Each adds its part to one `ChangeSet`, and `journal.record_changes` writes it in one
transaction.
"""

from dataclasses import dataclass, field

from aupkeep.model.entry import Effect, Entry


@dataclass(slots=True)
class ChangeSet:
    """Rows, entries and effects of one transaction; `seen` are rows as they were when read."""

    rows: list[object] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    seen: list[object] = field(default_factory=list)

    def add(self, other: "ChangeSet") -> None:
        """Take over what another one holds."""
        self.rows += other.rows
        self.entries += other.entries
        self.effects += other.effects
        self.seen += other.seen
