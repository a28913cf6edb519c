"""The forms of files of assignments that this install reads, found by themselves.

A source is one module with one constant, `SOURCE = AssignmentSource(name, suffix, read)`; see
docs/adding/source.md. `read(data: bytes) -> Iterator[ParsedAssignment | RejectedRow]` is pure. A
row that cannot be read is yielded as `RejectedRow` and costs no other row. `Unreadable` is raised
only when nothing can be read, at the first step of the iterator.
"""

from collections.abc import Iterator

from aupkeep.inventory.assignment_row import AssignmentSource, ParsedAssignment
from aupkeep.model.errors import Invalid
from aupkeep.model.report import RejectedRow
from aupkeep.plugins import plugins


def sources() -> dict[str, AssignmentSource]:
    """Name → source, sorted by name."""
    known = plugins("aupkeep.inventory.sources", "SOURCE")
    return {name: item for name, item in known.items() if isinstance(item, AssignmentSource)}


def read(name: str, data: bytes) -> Iterator[ParsedAssignment | RejectedRow]:
    """Read `data` with the source of that name. Raises `Invalid` for an unknown name."""
    known = sources()
    if name not in known:
        raise Invalid(f"source: expected one of {', '.join(known)}, found {name[:60]!r}")
    return known[name].read(data)
