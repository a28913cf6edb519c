"""Permissions: a person allows a resource one kind of conduct until a date, e.g. to scan.

While a permission is live, no rule acts on that kind of conduct from that resource; what is seen is
still written down. Each change is in the journal.
"""

import dataclasses
from datetime import datetime, timedelta

from aupkeep.app.access.authority import authorised
from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.inventory.current import recheck_effect
from aupkeep.app.journal import entry, record, record_changes
from aupkeep.model.entry import Entry, EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.moments import show_moment
from aupkeep.model.permission import Permission, split_holder
from aupkeep.model.roles import StaffAct
from aupkeep.model.taxonomy import require_kind
from aupkeep.store import customers, permissions

LONGEST = timedelta(days=366)


def permissions_of(holder: str) -> list[Permission]:
    """All given to `customer/resource` and not revoked, also those over; the newest last."""
    return permissions.standing(*split_holder(holder, _is_customer))


def grant(
    context: AppContext, holder: str, kind: str, until: datetime, *, person: str, reasons: str
) -> Permission:
    """Let a resource (`customer/resource`) do a kind of thing until then.

    It takes the place of one given before for the same kind. Raises `Invalid`, and `Conflict` when
    somebody else granted or revoked one meanwhile.
    """
    permission, changes = granted_changes(
        context, holder, kind, until, person=person, reasons=reasons
    )
    record_changes(context, changes)
    return permission


def granted_changes(
    context: AppContext, holder: str, kind: str, until: datetime, *, person: str, reasons: str
) -> tuple[Permission, ChangeSet]:
    """As `grant`, not yet written. Raises `Invalid`, `Forbidden`."""
    now = context.now()
    require_kind(kind)
    if not now < until <= now + LONGEST:
        raise Invalid(f"until: expected a time within a year from now, found {until.isoformat()}")
    if not reasons.strip():
        raise Invalid("reasons: expected what shows that it is permitted, found nothing")
    customer, resource = _parts(holder)
    permission = Permission(
        id=context.new_id(),
        customer=customer,
        resource=resource,
        kind=kind,
        until=until,
        by=person,
        reasons=reasons,
        granted_at=now,
    )
    before = permissions.covering(customer, resource, kind)
    revoked = [dataclasses.replace(before, revoked_at=now, revoked_by=person)] if before else []
    return permission, ChangeSet(
        entries=[_changed(context, permission, granted=True)],
        rows=[*revoked, permission],
        effects=[recheck_effect(context)],
        seen=[before] if before else [],
    )


def revoke(context: AppContext, holder: str, kind: str, *, person: str, reasons: str) -> Permission:
    """End a permission now. Raises `Missing`, `Conflict` when somebody changed it meanwhile."""
    authorised(person, StaffAct.DECIDE)
    before = permissions.covering(*_parts(holder), kind)
    if before is None:
        raise Missing(f"permission: expected one of {holder[:60]!r} for {kind[:60]!r}, found none")
    revoked = dataclasses.replace(before, revoked_at=context.now(), revoked_by=person)
    said = dataclasses.replace(revoked, by=person, reasons=reasons)
    record(context, _changed(context, said, granted=False), rows=[revoked], seen=[before])
    return revoked


def _changed(context: AppContext, said: Permission, *, granted: bool) -> Entry:
    """The entry about a permission granted or revoked, by whom and why."""
    payload = {
        "customer": said.customer,
        "resource": said.resource,
        "granted": granted,
        "kind": said.kind,
        "until": show_moment(said.until),
        "by": said.by,
        "reasons": said.reasons,
    }
    return entry(
        context, EntryType.PERMISSION_CHANGED, authorised(said.by, StaffAct.DECIDE), payload
    )


def _parts(holder: str) -> tuple[str, str]:
    customer, resource = split_holder(holder, _is_customer)
    if not (customer and resource):
        raise Invalid(f"resource: expected customer/resource, found {holder[:60]!r}")
    return customer, resource


def _is_customer(name: str) -> bool:
    return customers.get(name) is not None
