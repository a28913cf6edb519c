"""The table in force in words: what is due of each kind, what is kept, and what has no period."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aupkeep.app.context import AppContext
from aupkeep.app.retention.due import Due, due_now, table_in_force
from aupkeep.model.retention import STARTS, RetentionKind, RetentionStart

NOT_COVERED = (  # what no row of any table speaks of
    "customers and what they hold or held: the inventory's own",
    "sources of reports about which a person took a step, or that still have a report",
    "host names that reports named, and the addresses they had",
    "people of the desk, tokens, settings, policies, expired permissions and clearances",
    "flow records: [flows] retention in aupkeep.toml has periods of its own",
    "items of feeds, and the last good copy of each list",
    "copies outside: backups, exports, mail that was sent, logs, snapshots of the disk",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRow:
    """One kind: `days` None keeps it for ever. `due` is what a run would erase now.

    `oldest` is when the period of the oldest that is due began; `kept` counts by reason what is
    over its period and stays.
    """

    kind: RetentionKind
    days: int | None
    after: RetentionStart
    due: int
    oldest: datetime | None
    kept: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """The whole table; `automatic` says that the worker erases by itself."""

    automatic: bool
    rows: tuple[RetentionRow, ...]
    not_covered: tuple[str, ...]


def shown_table(context: AppContext) -> ShownTable:
    """The table of the policy in force, with what is due now."""
    table = table_in_force(context)
    due = due_now(context)
    rows = []
    for kind in RetentionKind:
        period = table.periods.get(kind)
        of_kind = [item for item in due if item.kind is kind]
        rows.append(_row(kind, period.days if period else None, of_kind))
    return ShownTable(automatic=table.automatic, rows=tuple(rows), not_covered=NOT_COVERED)


def _row(kind: RetentionKind, days: int | None, due: list[Due]) -> RetentionRow:
    free = [item.since for item in due if not item.keeps]
    kept = Counter(keep.value for item in due for keep in item.keeps)
    return RetentionRow(
        kind=kind,
        days=days,
        after=STARTS[kind],
        due=len(free),
        oldest=min(free, default=None),
        kept=dict(kept),
    )
