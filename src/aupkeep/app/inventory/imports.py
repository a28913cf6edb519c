"""Imports of assignments and customers: good rows go in, the others are named with a reason."""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.journal import entry, record
from aupkeep.inventory import source
from aupkeep.inventory.assignment_row import ParsedAssignment, assignment_from
from aupkeep.inventory.conflicts import ImportPlan, plan_import
from aupkeep.inventory.customers import COLUMNS, PROTECTING_TAGS, fields_present, read_customers
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.customer import Customer
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.holding import Assignment
from aupkeep.model.report import RejectedRow
from aupkeep.model.roles import StaffAct
from aupkeep.store import customers
from aupkeep.store import inventory as stored
from aupkeep.store.patience import LONG, patience

TRIES = 5  # of an import whose prefixes others change meanwhile
OVERTAKEN = f"expected nobody else to import, found others {TRIES} times; run it again"
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


@patience(LONG)
def import_assignments(
    context: AppContext, data: bytes, kind: str, *, by: Actor = SYSTEM
) -> ImportResult:
    """Import by a source plugin: broken and intersecting rows are named, the others go in.

    Raises `Unreadable`, `Invalid`, `Forbidden`.
    """
    require(by, StaffAct.SETTINGS)
    now = context.now()
    dead: list[RejectedRow] = []
    rows: list[ParsedAssignment] = []
    for item in source.read(kind, data):
        (dead if isinstance(item, RejectedRow) else rows).append(item)  # type: ignore[arg-type]
    fresh = [assignment_from(row, context.new_id(), now, source=kind) for row in rows]
    numbers = {item.id: row.number for item, row in zip(fresh, rows, strict=True)}
    plans = _admit(context, fresh, by)
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


def _admit(context: AppContext, fresh: Sequence[Assignment], by: Actor) -> list[ImportPlan]:
    """Add the rows that fit; where somebody else wrote meanwhile, compare again.

    The database refuses two live holders, so an outdated comparison writes nothing. A retired
    record is known by its replacement, which goes in with it.
    """
    plans: list[ImportPlan] = []
    for _ in range(TRIES):
        keys = {(item.site, item.prefix) for item in fresh}
        plan = plan_import(stored.same_prefixes(keys), fresh)
        done = _write_plan(context, plan, by)
        plans.append(dataclasses.replace(plan, add=tuple(x for x in plan.add if x.id in done)))
        fresh = [item for item in plan.add if item.id not in done]
        if not fresh:
            return plans
    raise Conflict(OVERTAKEN)


def _write_plan(context: AppContext, plan: ImportPlan, by: Actor) -> set[str]:
    """Write an import in chunks: first retired records with their replacements, then new ones.

    A replacement and what it replaces go in one transaction, so that no look-up falls between.
    The answer is the ids that went in; it ends early where another import was there before.
    """
    add_bare_customers(context, {item.customer for item in plan.add if not item.pool}, by)
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
                entry(context, EntryType.ASSIGNMENTS_IMPORTED, by, payload),
                rows=group,
                effects=[recheck_effect(context)],
            )
            done |= {item.id for item in group}
    return done


def _place(item: Assignment) -> tuple[object, ...]:
    return (item.site, item.prefix, item.port_from, item.port_to, item.start)


def add_bare_customers(context: AppContext, wanted: set[str], by: Actor) -> None:
    """Add bare customers for names in assignments only; their cases wait in the inbox."""
    missing = sorted(wanted - customers.ids())
    for i in range(0, len(missing), CHUNK):
        bare = [Customer(id=name, name=name, bare=True) for name in missing[i : i + CHUNK]]
        _write_customers(context, bare, lambda known, new: known or new, by, bare=True)


@patience(LONG)
def import_customers(context: AppContext, data: bytes, *, by: Actor = SYSTEM) -> ImportResult:
    """Import customers; one that is known is replaced by what the file says now.

    What the file has no column for stays, and so do the tags where the cell is blank. No file takes
    a protection away: that is an act of a person (`deciding.unprotect`). Raises `Forbidden`.
    """
    require(by, StaffAct.SETTINGS)
    fields = fields_present(data)
    read, dead = read_customers(data, customers.parents() if "parent" in fields else {})
    imported = 0
    for i in range(0, len(read), CHUNK):
        imported += _write_customers(
            context, read[i : i + CHUNK], lambda known, new: _joined(known, new, fields), by
        )
    return ImportResult(imported, len(read) - imported, refused=0, dead=_rejected(dead))


def _write_customers(
    context: AppContext,
    read: Sequence[Customer],
    joined: Callable[[Customer | None, Customer], Customer],
    by: Actor,
    **said: object,
) -> int:
    """Write the customers that are new or changed; how many.

    They are joined with what is stored, and the transaction looks whether that is still so: of two
    imports at once the later one does not undo a protection that the first one brought.
    """
    for _ in range(TRIES):
        known = customers.by_ids([customer.id for customer in read])
        wanted = [joined(known.get(item.id), item) for item in read]
        fresh = [customer for customer in wanted if known.get(customer.id) != customer]
        if not fresh:
            return 0
        with suppress(Conflict):
            record(
                context,
                entry(
                    context,
                    EntryType.CUSTOMERS_IMPORTED,
                    by,
                    {"customers": len(fresh), **said},
                ),
                rows=fresh,
                effects=[recheck_effect(context)],
                check=partial(_unchanged, known, fresh),
            )
            return len(fresh)
    raise Conflict(OVERTAKEN)


def _unchanged(known: Mapping[str, Customer], fresh: Iterable[Customer]) -> None:
    """Raise `Conflict` unless these customers are stored as they were read."""
    stored_now = customers.by_ids([customer.id for customer in fresh])
    if any(stored_now.get(customer.id) != known.get(customer.id) for customer in fresh):
        raise Conflict("customers: expected them as they were read, found some changed")


def _joined(old: Customer | None, new: Customer, fields: Collection[str]) -> Customer:
    """A customer after an import whose file has these fields."""
    if old is None:
        return new
    ours = (*COLUMNS, "contacts", "opted_out")  # no file has a column for the last
    unchanged = {name: getattr(old, name) for name in ours if name not in fields}
    joined = dataclasses.replace(new, **unchanged)
    tags = joined.tags | old.tags & PROTECTING_TAGS if joined.tags else old.tags
    return dataclasses.replace(joined, tags=tags)
