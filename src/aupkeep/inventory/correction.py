"""A wrong record put right: the old one is believed no longer, a new one takes its place.

Nothing is overwritten. What was believed until now can still be asked for (`known_at`), so that a
decision can be judged by what was known when it was made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.inventory.assignment_row import parse_ports, parse_word
from aupkeep.inventory.conflicts import conflict, describe
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.holding import Assignment
from aupkeep.model.moments import parse_moment

OPEN = "open"  # the word for a record without an end


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """What a record should have said; None leaves a field as it is.

    `still` says that it has no end, `removed` that nothing of it was ever so.
    """

    customer: str | None = None
    resource: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    still: bool = False
    ports: tuple[int, int] | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The record as it was read, as it is retired, and what stands in its place if anything."""

    old: Assignment
    retired: Assignment
    fresh: Assignment | None

    @property
    def records(self) -> tuple[Assignment, ...]:
        """What is written."""
        return (self.retired,) if self.fresh is None else (self.retired, self.fresh)

    def apply(self, records: Iterable[Assignment]) -> list[Assignment]:
        """Records as they are after this correction."""
        return [*(item for item in records if item.id != self.old.id), *self.records]


def correct(
    old: Assignment,
    change: RecordChange,
    beside: Iterable[Assignment],
    *,
    new_id: str,
    now: datetime,
) -> Correction:
    """The correction of a record that is believed; `beside` are the believed ones of its prefix.

    Raises `Invalid` where it changes nothing or ends before it starts, `Conflict` where the record
    is retired already or the new one would intersect another.
    """
    if old.known_until is not None:
        raise Conflict(f"{describe(old)} is believed no longer; correct what took its place")
    retired = replace(old, known_until=now)
    if change.removed:
        return Correction(old=old, retired=retired, fresh=None)
    low, high = change.ports or (old.port_from, old.port_to)
    said = replace(
        old,
        pool=old.pool and change.customer is None,
        customer=change.customer or old.customer,
        resource=change.resource or old.resource,
        start=change.start or old.start,
        end=None if change.still else change.end or old.end,
        port_from=low,
        port_to=high,
    )
    if said == old:
        raise Invalid(f"expected what was wrong with {describe(old)}, found no difference")
    if said.end is not None and said.end <= said.start:
        raise Invalid(f"until: expected a time after {said.start.isoformat()}, found {said.end}")
    fresh = replace(said, id=new_id, known_from=now, source="correction")
    other = conflict((item for item in beside if item.id != old.id), fresh)
    if other is not None:
        raise Conflict(f"{describe(fresh)} intersects {describe(other)}; correct that one first")
    return Correction(old=old, retired=retired, fresh=fresh)


def parse_change(words: Mapping[str, str]) -> RecordChange:
    """What a person says that a record should have said. Raises `Invalid`.

    >>> parse_change({"customer": "birch", "end": "open"}).still
    True
    """
    end = words.get("end")
    still = end is not None and end.lower() == OPEN
    low, dash, high = words.get("ports", "").partition("-")
    return RecordChange(
        customer=parse_word(words["customer"], "customer") if "customer" in words else None,
        resource=parse_word(words["resource"], "resource") if "resource" in words else None,
        start=parse_moment(words["start"], "from") if "start" in words else None,
        end=parse_moment(end, "until") if end is not None and not still else None,
        still=still,
        ports=parse_ports(low, high if dash else low) if "ports" in words else None,
        removed="remove" in words,
    )
