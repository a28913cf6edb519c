"""Imports of assignments and customers: good rows go in, the others are named with a reason."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.journal import entry, record
from aupkeep.inventory import source
from aupkeep.inventory.assignment_row import ParsedAssignment, assignment_from
from aupkeep.inventory.conflicts import ImportPlan, plan_import
from aupkeep.inventory.customers import COLUMNS, PROTECTING_TAGS, fields_present, read_customers
from aupkeep.model.actor import SYSTEM
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.holding import Assignment
from aupkeep.model.report import RejectedRow
from aupkeep.store import customers
from aupkeep.store import inventory as stored

TRIES = 5  # of an import whose prefixes others change meanwhile
CHUNK = 5_000  # rows in one transaction, so that an import never holds the writer for long


@dataclass(frozen=True, slots=True)
class RejectedImportRow:
    """A row of a file, counted from 1, and why it did not go in."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, in rows; `refused` counts those that intersect a live record.

    `dead` names every row that did not go in, the refused ones too.
    """

    imported: int
    unchanged: int
    refused: int
    dead: tuple[RejectedImportRow, ...]


def import_assignments(context: AppContext, data: bytes, kind: str) -> ImportResult:
    """Import by a source plugin: broken and intersecting rows are named, the others go in.

    Raises `Unreadable`, `Invalid`.
    """
    now = context.now()
    dead: list[RejectedRow] = []
    rows: list[ParsedAssignment] = []
    for item in source.read(kind, data):
        (dead if isinstance(item, RejectedRow) else rows).append(item)  # type: ignore[arg-type]
    fresh = [assignment_from(row, context.new_id(), now, source=kind) for row in rows]
    numbers = {item.id: row.number for item, row in zip(fresh, rows, strict=True)}
    plans = _admit(context, fresh)
    refused = [clash for plan in plans for clash in plan.refused]
    dead += [RejectedRow(row=numbers[x.new.id], reason=f"refused: {x}") for x in refused]
    return ImportResult(
        imported=sum(len(plan.add) for plan in plans),
        unchanged=sum(len(plan.repeated) for plan in plans),
        refused=len(refused),
        dead=_rejected(sorted(dead, key=lambda row: row.row)),
    )


def _rejected(rows: Iterable[RejectedRow]) -> tuple[RejectedImportRow, ...]:
    return tuple(RejectedImportRow(row.row, row.reason) for row in rows)


def _admit(context: AppContext, fresh: Sequence[Assignment]) -> list[ImportPlan]:
    """Add the rows that fit; where somebody else wrote meanwhile, compare again.

    The database refuses two live holders, so an outdated comparison writes nothing. A retired
    record is known by its replacement, which goes in with it.
    """
    plans: list[ImportPlan] = []
    for _ in range(TRIES):
        keys = {(item.site, item.prefix) for item in fresh}
        plan = plan_import(stored.same_prefixes(keys), fresh)
        done = _write_plan(context, plan)
        plans.append(dataclasses.replace(plan, add=tuple(x for x in plan.add if x.id in done)))
        fresh = [item for item in plan.add if item.id not in done]
        if not fresh:
            return plans
    raise Conflict(f"expected nobody else to import, found others {TRIES} times; run it again")


def _write_plan(context: AppContext, plan: ImportPlan) -> set[str]:
    """Write an import in chunks: first retired records with their replacements, then new ones.

    A replacement and what it replaces go in one transaction, so that no look-up falls between.
    The answer is the ids that went in; it ends early where another import was there before.
    """
    _make_bare(context, {item.customer for item in plan.add})
    replaced = {_place(item) for item in plan.retired}
    paired = [item for item in plan.add if _place(item) in replaced]
    simple = [item for item in plan.add if _place(item) not in replaced]
    groups: list[list[Assignment]] = [[*plan.retired, *paired]]
    groups += [simple[i : i + CHUNK] for i in range(0, len(simple), CHUNK)]
    done: set[str] = set()
    with suppress(Conflict):
        for group in filter(None, groups):
            payload = {"assignments": len(group)}
            record(
                context,
                entry(context, EntryType.ASSIGNMENTS_IMPORTED, SYSTEM, payload),
                rows=group,
                effects=[recheck_effect(context)],
            )
            done |= {item.id for item in group}
    return done


def _place(item: Assignment) -> tuple[object, ...]:
    return (item.site, item.prefix, item.port_from, item.port_to, item.start)


def _make_bare(context: AppContext, wanted: set[str]) -> None:
    """Add bare customers for names in assignments only; their cases wait in the inbox."""
    missing = sorted(wanted - customers.ids())
    for i in range(0, len(missing), CHUNK):
        rows = [Customer(id=name, name=name, bare=True) for name in missing[i : i + CHUNK]]
        payload = {"customers": len(rows), "bare": True}
        record(context, entry(context, EntryType.CUSTOMERS_IMPORTED, SYSTEM, payload), rows=rows)


def import_customers(context: AppContext, data: bytes) -> ImportResult:
    """Import customers; one that is known is replaced by what the file says now.

    What the file has no column for stays. While rows of it are broken it lifts no protection: one
    of them may be what protects.
    """
    read, dead = read_customers(data)
    known = customers.by_ids([customer.id for customer in read])
    fields = fields_present(data)
    read = [_joined(known.get(item.id), item, fields, whole=not dead) for item in read]
    fresh = [customer for customer in read if known.get(customer.id) != customer]
    for i in range(0, len(fresh), CHUNK):
        rows = fresh[i : i + CHUNK]
        payload = {"customers": len(rows)}
        imported = entry(context, EntryType.CUSTOMERS_IMPORTED, SYSTEM, payload)
        record(context, imported, rows=rows, effects=[recheck_effect(context)])
    return ImportResult(len(fresh), len(read) - len(fresh), refused=0, dead=_rejected(dead))


def _joined(
    old: Customer | None, new: Customer, fields: Collection[str], *, whole: bool
) -> Customer:
    """A customer after an import whose file has these fields."""
    if old is None:
        return new
    unchanged = {name: getattr(old, name) for name in (*COLUMNS, "contacts") if name not in fields}
    joined = dataclasses.replace(new, **unchanged)
    return (
        joined
        if whole
        else dataclasses.replace(joined, tags=joined.tags | old.tags & PROTECTING_TAGS)
    )
