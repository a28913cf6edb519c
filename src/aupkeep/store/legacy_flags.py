"""State that an older version kept as JSON in flags, as records of their own.

The migration makes the records and sets the flags aside. The journal names the flags by digest, so
they stay as witnesses: until the journal names a record itself, it must be what its flag says.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from aupkeep.model.adopted_policy import AdoptedPolicy
from aupkeep.model.approval import Approval
from aupkeep.model.case import Case
from aupkeep.model.clearance import Clearance
from aupkeep.model.flag import Flag
from aupkeep.model.idempotency_key import IdempotencyKey
from aupkeep.model.ids import uuid7
from aupkeep.model.ladder import Cause, Measure
from aupkeep.model.moments import parse_moment
from aupkeep.model.origin import parse_origin
from aupkeep.model.permission import Permission, split_holder
from aupkeep.model.threshold import Threshold
from aupkeep.store.models import CustomerRow, MovedFlagRow

PREFIXES = ("permitted:", "cleared:", "pending:", "idempotency-key:")
NAMES = ("flows:thresholds", "policy")
BATCH = 2000

IsCustomer = Callable[[str], bool]


def moved() -> Iterator[Flag]:
    """Every flag that was set aside, as a stream."""
    for row in MovedFlagRow.objects.iterator(chunk_size=BATCH):
        yield Flag(name=row.name, value=row.value, changed_at=row.changed_at)


def of_case(case: Case, now: datetime) -> list[Flag]:
    """The flags that held what people wrote of a case, or who was cleared at its resource.

    A flag with a clearance that is live stays.
    """
    cleared = f"cleared:{case.customer}/{case.resource}"
    names = {f"pending:{case.id}", cleared}
    return [
        flag
        for flag in moved()
        if flag.name in names
        and (flag.name != cleared or all(record.until <= now for record in records_of(flag)))  # type: ignore[attr-defined]
    ]


def forget(names: Iterable[str]) -> None:
    """Delete flags that were set aside; inside a transaction of the journal only."""
    MovedFlagRow.objects.filter(name__in=list(names)).delete()


def is_customer(name: str) -> bool:
    """Whether a customer of this id is stored."""
    return CustomerRow.objects.filter(id=name).exists()


def records_of(flag: Flag, known: IsCustomer = is_customer) -> list[object]:
    """The records of a flag that is no switch; none for a switch.

    The same for the same flag: an id is made from the flag's name and the place in its list.
    """
    kind, _, rest = flag.name.partition(":")
    if flag.name == "policy":
        return [AdoptedPolicy(digest=flag.value, adopted_at=flag.changed_at)]
    if kind == "idempotency-key":
        return [IdempotencyKey(id=rest, digest=flag.value, at=flag.changed_at)]
    if flag.name == "flows:thresholds":
        return [_threshold(flag, number, item) for number, item in _items(flag)]
    if kind == "pending":
        return [_approval(rest, item) for _, item in _items(flag)]
    if kind not in ("permitted", "cleared"):
        return []
    customer, resource = split_holder(rest, known)
    make = _permission if kind == "permitted" else _clearance
    return [make(_id(flag, number), customer, resource, item) for number, item in _items(flag)]


def _items(flag: Flag) -> Iterator[tuple[int, dict[str, Any]]]:
    return enumerate(json.loads(flag.value))


def _id(flag: Flag, number: int) -> str:
    noise = hashlib.sha256(f"{flag.name}\n{number}".encode()).digest()
    return uuid7(flag.changed_at, noise)


def _permission(id_: str, customer: str, resource: str, item: dict[str, Any]) -> Permission:
    return Permission(
        id=id_,
        customer=customer,
        resource=resource,
        kind=item["kind"],
        until=parse_moment(item["until"]),
        by=item["by"],
        reasons=item["reasons"],
    )


def _clearance(id_: str, customer: str, resource: str, item: dict[str, Any]) -> Clearance:
    return Clearance(
        id=id_,
        customer=customer,
        resource=resource,
        source=parse_origin(item["source"]),
        until=parse_moment(item["until"]),
        by=item["by"],
    )


def _approval(case: str, item: dict[str, Any]) -> Approval:
    return Approval(
        id=item["id"],
        case=case,
        measure=Measure(item["measure"]),
        hours=item["hours"],
        reasons=item["reasons"],
        cause=Cause(item["cause"]),
        by=item["by"],
        at=parse_moment(item["at"]),
    )


def _threshold(flag: Flag, number: int, item: dict[str, Any]) -> Threshold:
    return Threshold(
        id=_id(flag, number),
        detector=item["detector"],
        threshold=item["threshold"],
        value=float(item["value"]),
        words=item["words"],
        of_class=item.get("class"),
    )
