"""The `retention:` of a pack: how long what is kept, and whether the worker erases by itself.

    retention:
      automatic: false
      periods:
        - {kind: case, days: 1096, after: closed}

A pack without it keeps everything.
"""

from aupkeep.model.retention import (
    STARTS,
    RetentionKind,
    RetentionPeriod,
    RetentionStart,
    RetentionTable,
)
from aupkeep.policy.reading import Fields

KEYS = {"automatic", "periods"}
ROW_KEYS = {"kind", "days", "after"}
LONGEST = 36_525  # days: a hundred years
SHORTEST = {
    RetentionKind.CASE: 184,  # six months: a decision may be contested so long, DSA Art. 20(1)
    RetentionKind.REPORT: 30,
}


def read_retention(fields: Fields) -> RetentionTable | None:
    """The section's table, None where there is none; what is wrong is noted at its line."""
    section = fields.values.get("retention")
    if section is None:
        return None
    inside = Fields(section, fields.notes)
    inside.only(KEYS)
    inside.need(["periods"])
    periods: dict[RetentionKind, RetentionPeriod] = {}
    for node in inside.items("periods"):
        row = Fields(node, fields.notes)
        period = _period(row)
        if period is None:
            continue
        if period.kind in periods:
            row.note("kind", f"expected {period.kind} once, found it twice")
        periods[period.kind] = period
    return RetentionTable(periods=periods, automatic=_automatic(inside))


def _automatic(inside: Fields) -> bool:
    """Whether the worker erases; False with a note for what is neither."""
    node = inside.values.get("automatic")
    if node is None:
        return False
    if not isinstance(node.value, bool):
        inside.note("automatic", f"expected true or false, found {node.shown()}")
    return node.value is True


def _period(row: Fields) -> RetentionPeriod | None:
    row.only(ROW_KEYS)
    row.need(sorted(ROW_KEYS))
    kind, start, days = (
        row.word("kind", RetentionKind),
        row.word("after", RetentionStart),
        row.whole("days"),
    )
    if kind is None:
        return None
    if start is not None and start is not STARTS[kind]:
        row.note("after", f"expected {STARTS[kind]} for {kind}, found {start}")
    if not SHORTEST[kind] <= days <= LONGEST:
        row.note("days", f"expected {SHORTEST[kind]} to {LONGEST} for {kind}, found {days}")
        return None
    return RetentionPeriod(kind=kind, days=days)
