"""Which records may stand beside which: two holders of one thing at one time are refused.

Nesting is legal, and so is what a source of another precedence says, so only the same prefix at the
same precedence can conflict. A record that came in before (same site,
prefix, ports, customer, resource and start) is a repeat, and with an `until` where the stored one
had none it closes that one. Everything else that intersects is refused, and both are named.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aupkeep.model.holding import Assignment, Network
from aupkeep.model.moments import show_moment

Key = tuple[str, Network]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentConflict:
    """`new` cannot go in because `old` stands."""

    new: Assignment
    old: Assignment

    def __str__(self) -> str:
        """Both records, as the operator wrote them."""
        return f"{describe(self.new)} intersects {describe(self.old)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import does: `add` these, stop believing `retired` (as they then are)."""

    add: tuple[Assignment, ...]
    retired: tuple[Assignment, ...]
    repeated: tuple[Assignment, ...]
    refused: tuple[AssignmentConflict, ...]


def describe(item: Assignment) -> str:
    """A record in one line: id, prefix, ports, site, holder and interval."""
    ports = "" if item.port_to - item.port_from == 65535 else f" {item.port_from}-{item.port_to}"  # noqa: PLR2004 - all ports
    until = "open" if item.end is None else show_moment(item.end)
    return (
        f"{item.id} ({item.prefix}{ports} at {item.site}: "
        f"{'pool' if item.pool else item.customer}/{item.resource}, "
        f"{show_moment(item.start)} to {until})"
    )


def conflict(existing: Iterable[Assignment], new: Assignment) -> Assignment | None:
    """The first live record that `new` intersects: same site, same prefix, ports and time."""
    return next((old for old in existing if intersects(old, new)), None)


def intersects(left: Assignment, right: Assignment) -> bool:
    """True when both are live and claim one port of one prefix at one moment."""
    return (
        left.known_until is None
        and right.known_until is None
        and left.site == right.site
        and left.prefix == right.prefix
        and left.precedence == right.precedence
        and left.port_from <= right.port_to
        and right.port_from <= left.port_to
        and (right.end is None or left.start < right.end)
        and (left.end is None or right.start < left.end)
    )


def plan_import(existing: Iterable[Assignment], new: Sequence[Assignment]) -> ImportPlan:
    """Sort the rows of one import into what goes in, what it closes, repeats, and what is refused.

    `existing` are the live records of the prefixes in question (others may be passed). A row that
    closes an open record counts wherever in the import it stands, so "closed until T" and "the next
    holder from T" may come in either order. The new row's `known_from` is when the old one stops
    being believed; nothing is overwritten.
    """
    standing: dict[Key, list[Assignment]] = defaultdict(list)
    for item in existing:
        if item.known_until is None:
            standing[item.site, item.prefix].append(item)
    plan = _Sifting([], [], [], [])
    later = [item for item in new if not plan.settle(standing[item.site, item.prefix], item)]
    for item in later:
        plan.admit(standing[item.site, item.prefix], item)
    return ImportPlan(
        add=tuple(plan.add),
        retired=tuple(plan.retired),
        repeated=tuple(plan.repeated),
        refused=tuple(plan.refused),
    )


@dataclass(slots=True)
class _Sifting:
    add: list[Assignment]
    retired: list[Assignment]
    repeated: list[Assignment]
    refused: list[AssignmentConflict]

    def settle(self, standing: list[Assignment], item: Assignment) -> bool:
        """True when the row repeats a standing record, or closes it."""
        old = next((old for old in standing if _is_repeat(old, item)), None)
        if old is None or (old.end is not None and old.end != item.end):
            return False
        if old.end == item.end:
            self.repeated.append(item)
            return True
        standing.remove(old)
        standing.append(item)
        self.retired.append(replace(old, known_until=item.known_from))
        self.add.append(item)
        return True

    def admit(self, standing: list[Assignment], item: Assignment) -> None:
        """Put the row in, or refuse it."""
        old = conflict(standing, item)
        if old is not None and _is_repeat(old, item) and old.end == item.end:
            self.repeated.append(item)
        elif old is not None:
            self.refused.append(AssignmentConflict(new=item, old=old))
        else:
            standing.append(item)
            self.add.append(item)


def _is_repeat(old: Assignment, new: Assignment) -> bool:
    return _said(old) == _said(new)


def _said(item: Assignment) -> tuple[object, ...]:
    holder = (item.pool, item.customer, item.resource, item.precedence)
    return (item.port_from, item.port_to, *holder, item.start)
