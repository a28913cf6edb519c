"""What a step reads of many holds, in few calls: lists for the questions that are asked one by one.

A hold asks four to six questions, so two hundred would take half a minute. What a list does
not answer, and what may have been cut, is asked alone as ever.
"""

from collections.abc import Iterable
from contextlib import suppress

from aupkeep.enforcement.asking import PartAway
from aupkeep.enforcement.openstack.aim import named
from aupkeep.enforcement.openstack.fields import FIELDS, FieldKind, Look, split
from aupkeep.enforcement.openstack.record import CloudRecord

FEW = 3  # holds, whose questions are as quickly asked alone
CHUNK = 40  # values in one address, which then has less than 3 kB
LISTED = 1000  # machines in one answer, Nova's own limit


def read_ahead(look: Look, record: CloudRecord) -> None:
    """Let a look know what the holds of a record will ask. Raises `Unavailable`.

    Where a list fails, perhaps at one thing in it, all is asked alone.
    """
    if len(record.holds) > FEW:
        with suppress(PartAway):
            _read(look, record)


def _read(look: Look, record: CloudRecord) -> None:
    scopes = [hold.scope for hold in record.holds.values()]
    resources = [named(scope.resource) for scope in scopes]
    fields = [split(name) for name in record.held]
    if any(kind is FieldKind.LOCK for kind, _ in fields):
        _locked(look)
    _many(look, "ports", "device_id", [ident for kind, ident in resources if kind == "instance"])
    ports = [ident for kind, ident in fields if FIELDS[kind].path == "/ports"]
    _many(look, "ports", "id", [x for x in ports if not look.knows("network", f"/ports/{x}")])
    _many(look, "floatingips", "port_id", ports)
    whole = (str(scope.address) for scope in scopes if scope.address and not scope.network)
    _many(look, "floatingips", "floating_ip_address", whole)


def _locked(look: Look) -> None:
    """The locked machines, among them all that are under our lock."""
    path = f"/servers/detail?all_tenants=1&locked=true&limit={LISTED}"
    for server in look.rows("compute", path, "servers"):
        look.know("compute", f"/servers/{server['id']}", {"server": server})


def _many(look: Look, things: str, attribute: str, values: Iterable[str]) -> None:
    """Things by one attribute, some values at a time; an answer of several pages is left out."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        query = "&".join(f"{attribute}={value}" for value in chunk)
        answer = look.get("network", f"/{things}?{query}") or {}
        if f"{things}_links" in answer:
            return
        rows = look.rows("network", f"/{things}?{query}", things)
        for row in rows:
            look.know("network", f"/{things}/{row['id']}", {things[:-1]: row})
        for value in chunk:
            mine = [row for row in rows if str(row.get(attribute)) == value]
            look.know("network", f"/{things}?{attribute}={value}", {things: mine})
