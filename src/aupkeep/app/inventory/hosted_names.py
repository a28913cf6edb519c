"""Imports of host names: whose each is at an address that many share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aupkeep.app.access.authority import require
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.inventory.imports import ImportResult, RejectedImportRow, add_bare_customers
from aupkeep.app.journal import entry, record
from aupkeep.inventory.hosted_names import plan_names, read_hosted_names
from aupkeep.model.actor import SYSTEM, Actor
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.hosted_name import HostedName
from aupkeep.model.roles import StaffAct
from aupkeep.model.subject import Address
from aupkeep.store import hosted_names as stored


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedName:
    """A name with its tenant, as a list shows it."""

    name: str
    address: Address
    customer: str
    resource: str
    since: datetime
    until: datetime | None
    site: str


def import_hosted_names(context: AppContext, data: bytes, *, by: Actor = SYSTEM) -> ImportResult:
    """Import names from CSV: broken and contradicting rows are named, the others go in.

    Raises `Unreadable`, `Forbidden`, and `Conflict` where somebody else imports meanwhile.
    """
    require(by, StaffAct.SETTINGS)
    lines, broken = read_hosted_names(data, context.new_id, context.now())
    fresh = [item for _, item in lines]
    known = stored.believed(item.name for item in fresh)
    plan = plan_names(known, fresh)
    dead = [RejectedImportRow(row.row, row.reason) for row in broken]
    dead += [
        RejectedImportRow(number, f"refused: {plan.refused[item.id]}")
        for number, item in lines
        if item.id in plan.refused
    ]
    if plan.add:
        add_bare_customers(context, {item.customer for item in plan.add}, by)
        payload = {"names": len(plan.add)}
        record(
            context,
            entry(context, EntryType.NAMES_IMPORTED, by, payload),
            rows=[*plan.retired, *plan.add],
            effects=[recheck_effect(context)],
            check=partial(_unchanged, known, [item.name for item in fresh]),
        )
    return ImportResult(
        imported=len(plan.add),
        unchanged=plan.repeated,
        refused=len(plan.refused),
        dead=tuple(sorted(dead, key=lambda row: row.row)),
    )


def list_names(limit: int) -> list[ListedName]:
    """Every name on record, by name."""
    return [
        ListedName(
            name=item.name,
            address=item.address,
            customer=item.customer,
            resource=item.resource,
            since=item.start,
            until=item.end,
            site=item.site,
        )
        for item in stored.all_believed(limit)
    ]


def _unchanged(known: list[HostedName], names: Iterable[str]) -> None:
    """Raise `Conflict` unless the records of these names are as they were compared."""
    if stored.believed(names) != known:
        raise Conflict("names: expected nobody else to import, found others; run it again")
