"""Who may do what others may not: a research scanner, a load test; by a person, with an end.

Kept as a flag of the install, one for each resource; each change is in the journal. While one is
live, no rule acts on that kind of conduct from that resource; what is seen is still written down.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from aupkeep.app.access.staff import actor_of
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.model.case import Case
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.flag import Flag
from aupkeep.model.moments import parse_moment, show_moment
from aupkeep.model.taxonomy import KINDS
from aupkeep.store import flags

PERMITTED = "permitted:"
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One kind of conduct that a resource may show until then."""

    kind: str
    until: str  # RFC 3339
    by: str
    reasons: str


def permissions(customer: str, resource: str) -> list[Permission]:
    """All that were given to a resource, those that are over too."""
    return [Permission(**one) for one in json.loads(flags.value(_name(customer, resource), "[]"))]


def live(case: Case, now: datetime) -> bool:
    """Whether a permission covers what a case is about, at this moment."""
    return any(
        one.kind == case.kind and parse_moment(one.until) > now
        for one in permissions(case.customer, case.resource)
    )


def grant(
    context: AppContext, holder: str, kind: str, until: datetime, *, person: str, reasons: str
) -> dict[str, Any]:
    """Let a resource (`customer/resource`) do a kind of thing until then. Raises `Invalid`."""
    if kind not in KINDS:
        raise Invalid(f"kind: expected one of the taxonomy, found {kind[:60]!r}")
    if not context.now() < until <= context.now() + LONGEST:
        raise Invalid(f"until: expected a time within a year from now, found {until.isoformat()}")
    if not reasons.strip():
        raise Invalid("reasons: expected what shows that it is permitted, found nothing")
    customer, resource = _parts(holder)
    one = Permission(kind=kind, until=show_moment(until), by=person, reasons=reasons)
    rest = [each for each in permissions(customer, resource) if each.kind != kind]
    _write(context, customer, resource, [*rest, one], one, granted=True)
    return {"resource": f"{customer}/{resource}", **asdict(one)}


def revoke(
    context: AppContext, holder: str, kind: str, *, person: str, reasons: str
) -> dict[str, Any]:
    """End a permission now. Raises `Missing`."""
    customer, resource = _parts(holder)
    known = permissions(customer, resource)
    gone = next((one for one in known if one.kind == kind), None)
    if gone is None:
        raise Missing(f"permission: expected one of {holder[:60]!r} for {kind[:60]!r}, found none")
    told = Permission(kind=kind, until=gone.until, by=person, reasons=reasons)
    rest = [one for one in known if one is not gone]
    _write(context, customer, resource, rest, told, granted=False)
    return {"resource": holder, "kind": kind, "by": person}


def _write(
    context: AppContext,
    customer: str,
    resource: str,
    stands: list[Permission],
    told: Permission,
    *,
    granted: bool,
) -> None:
    name = _name(customer, resource)
    before = flags.get(name)
    value = json.dumps([asdict(one) for one in stands])
    said = {"customer": customer, "resource": resource, "granted": granted, **asdict(told)}
    made = entry(context, EntryType.PERMISSION_CHANGED, actor_of(told.by), said)
    flag = Flag(name=name, value=value, changed_at=context.now())
    record(context, made, rows=[flag], seen=[before] if before else [])


def _parts(holder: str) -> tuple[str, str]:
    customer, slash, resource = holder.partition("/")
    if not (customer and slash and resource):
        raise Invalid(f"resource: expected customer/resource, found {holder[:60]!r}")
    return customer, resource


def _name(customer: str, resource: str) -> str:
    return f"{PERMITTED}{customer}/{resource}"
