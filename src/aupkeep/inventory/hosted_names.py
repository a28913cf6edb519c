"""Host names at shared addresses as CSV, and which records may stand beside which.

One row says whose a name is at one address: `name,address,customer,resource,from,until[,site]`. The
rules are those of assignments (`conflicts`): a repeat changes nothing, an `until` closes an open
record, and two holders of one name at one address and moment are refused, both named.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aupkeep.inventory.assignment_row import parse_word
from aupkeep.inventory.conflicts import plan_import
from aupkeep.inventory.csv_table import rows
from aupkeep.model.errors import Invalid
from aupkeep.model.host import host_of
from aupkeep.model.hosted_name import HostedName
from aupkeep.model.moments import parse_moment
from aupkeep.model.report import RejectedRow
from aupkeep.model.subject import parse_address

REQUIRED = ("name", "address", "customer", "resource", "from")
OPTIONAL = ("until", "site")
HOST = re.compile(r"(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+)+", re.ASCII)  # no address


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesPlan:
    """What an import does: `add` these, stop believing `retired`; `refused` says why, by id."""

    add: tuple[HostedName, ...]
    retired: tuple[HostedName, ...]
    repeated: int
    refused: Mapping[str, str]


def read_hosted_names(
    data: bytes, new_id: Callable[[], str], now: datetime
) -> tuple[list[tuple[int, HostedName]], list[RejectedRow]]:
    """The records of a file with their lines, and the rows that could not be read.

    Raises `Unreadable`.
    """
    good: list[tuple[int, HostedName]] = []
    dead: list[RejectedRow] = []
    for line in rows(data, REQUIRED, OPTIONAL):
        if isinstance(line, RejectedRow):
            dead.append(line)
            continue
        number, raw = line
        try:
            good.append((number, _parsed(raw, new_id(), now)))
        except Invalid as error:
            dead.append(RejectedRow(row=number, reason=str(error)))
    return good, dead


def _parsed(raw: Mapping[str, str], number: str, now: datetime) -> HostedName:
    start = parse_moment(raw["from"], "from")
    end = parse_moment(raw["until"], "until") if raw["until"] else None
    if end is not None and end <= start:
        raise Invalid(f"until: expected a time after from {raw['from']}, found {raw['until']}")
    return HostedName(
        id=number,
        site=parse_word(raw["site"] or "main", "site"),
        name=_host(raw["name"]),
        address=parse_address(raw["address"]),
        customer=parse_word(raw["customer"], "customer"),
        resource=parse_word(raw["resource"], "resource"),
        start=start,
        end=end,
        known_from=now,
    )


def _host(text: str) -> str:
    """A host name as it stands in a URL. Raises `Invalid`."""
    host = host_of(text)
    if not HOST.fullmatch(host):
        raise Invalid(f"name: expected a host name, found {text[:60]!r}")
    return host


def plan_names(existing: Iterable[HostedName], new: Iterable[HostedName]) -> NamesPlan:
    """Sort the records of one import into what goes in, what it closes, repeats, is refused."""
    known = {item.id: item for item in (*existing, *new)}
    fresh = {item.id for item in new}
    groups: dict[tuple[object, ...], list[HostedName]] = defaultdict(list)
    for item in known.values():
        groups[item.site, item.name, item.address].append(item)
    add: list[HostedName] = []
    retired: list[HostedName] = []
    repeated, refused = 0, dict[str, str]()
    for group in groups.values():
        plan = plan_import(
            [item.as_assignment() for item in group if item.id not in fresh],
            [item.as_assignment() for item in group if item.id in fresh],
        )
        add += [known[item.id] for item in plan.add]
        retired += [replace(known[x.id], known_until=x.known_until) for x in plan.retired]
        repeated += len(plan.repeated)
        refused |= {x.new.id: f"{known[x.new.id].name}: {x}" for x in plan.refused}
    return NamesPlan(add=tuple(add), retired=tuple(retired), repeated=repeated, refused=refused)
