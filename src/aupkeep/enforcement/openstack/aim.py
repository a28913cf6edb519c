"""Which fields a measure changes, found by reading the cloud: scope → ports, machine, projects.

    isolate            the ports of the machine that have the address; of a floating IP, itself
    suspend-resource   every port of the machine, its power, its lock; of an image, its status
    suspend-account    the project and all below it, the lowest first

What another home holds, by its mark, is refused. A mark counts only where no holder can write it.

A resource is named `instance:ID`, `port:ID`, `floatingip:ID`, `image:ID` or `project:ID`; of any
other name the address tells which port is meant, and the port which machine.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from aupkeep.enforcement.openstack.fields import (
    DISABLED,
    LOCKED,
    MARK,
    PROJECT_MARK,
    STILL,
    FieldKind,
    Look,
    home_of,
    is_ours,
    split,
)
from aupkeep.enforcement.openstack.record import CloudRecord
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from aupkeep.model.subject import Address

NAMED = re.compile(r"(instance|port|floatingip|image|project):([0-9A-Za-z-]{1,64})")
ROUTERS = "network:"  # how the owner of a port begins that carries what is others' too
ID = re.compile(r"[0-9A-Za-z-]{1,64}")
PORT_FIELDS = (FieldKind.PORT_STATE, FieldKind.PORT_GROUPS, FieldKind.PORT_POLICY)
MOST_PROJECTS = 100
LISTED = 1000  # servers of one image that are looked at


class AddressGone(DriverRefused):
    """The machine or port that is named is there, and the address at which it is meant is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AimSettings:
    """By which field a port is isolated and to what it is set; how a machine is stopped."""

    isolate: FieldKind = FieldKind.PORT_STATE
    isolated: str = "down"
    power: str | None = "PAUSED"  # None: it runs on, isolated and locked
    is_others: Callable[[str], bool] = lambda _: False  # whether a mark names another home
    is_beside: Callable[[str], bool] = lambda _: False  # or another target of ours


def named(resource: str) -> tuple[str, str]:
    """Kind and id of a resource's name; two blanks for a name of somebody else's making."""
    match = NAMED.fullmatch(resource)
    return (match[1], match[2]) if match else ("", "")


def refusal(measure: Measure, scope: Scope) -> str | None:
    """Why a scope cannot be aimed, as far as it alone tells, or None."""
    kind, _ = named(scope.resource)
    if scope.source_ports is not None:
        return "expected an address that the machine has alone: a port of it has no sharers"
    if measure is Measure.ISOLATE and kind in ("image", "project"):
        return f"expected a machine, a port or a floating IP to isolate, found {scope.resource}"
    if measure is Measure.ISOLATE and scope.network is not None and not kind:
        return "expected the machine's id for an assignment: many machines may be in it"
    if measure is Measure.SUSPEND_RESOURCE and kind == "project":
        return "expected a resource: a whole project is suspended by suspend-account"
    if not kind and scope.address is None:
        return f"expected instance:ID or an address, found {scope.resource[:60]!r}"
    return None


def aim(
    look: Look, measure: Measure, scope: Scope, mark: str, settings: AimSettings
) -> dict[str, str]:
    """Field → what it is to be, in the order of acting.

    Raises `DriverRefused` where nothing there is what the scope names, `Unavailable`.
    """
    if wrong := refusal(measure, scope):
        raise DriverRefused(wrong)
    kind, ident = named(scope.resource)
    if measure is Measure.SUSPEND_ACCOUNT:
        projects = map(FieldKind.PROJECT.of, _projects(look, scope))
        return {field: _disabled(look, field, mark, settings) for field in projects}
    if kind == "floatingip":
        _ours_not(look, look.one("network", f"/floatingips/{ident}", "floatingip"), scope)
        return {FieldKind.FLOATING_IP.of(ident): ""}
    if kind == "image":
        _private(look, ident)
        return {FieldKind.IMAGE.of(ident): "deactivated"}
    if measure is Measure.ISOLATE:
        return _isolated(_ports_at(look, scope), settings)
    return _suspended(look, scope, mark, settings)


def _isolated(ports: list[dict[str, Any]], settings: AimSettings) -> dict[str, str]:
    return {settings.isolate.of(str(port["id"])): settings.isolated for port in ports}


def _suspended(look: Look, scope: Scope, mark: str, settings: AimSettings) -> dict[str, str]:
    """Isolated first, then stopped, then locked, so that its holder cannot start it."""
    ident = _machine(look, scope)
    server = _ours_not(look, look.server(ident), scope)
    ports = [port for port in _of_machine(look, ident) if _is_machines(port)]
    fields = _isolated(ports, settings)
    if settings.power is not None:
        status = str(server["status"])
        fields[FieldKind.POWER.of(ident)] = status if status in STILL else settings.power
    lock = look.value(FieldKind.LOCK.of(ident)) or ""
    if other := other_home(look, server, settings):
        raise DriverRefused(f"another home holds it, by its lock: {other}")
    beside = settings.is_beside(home_of(lock))
    ours = lock.startswith(MARK) and not beside
    free = not lock or ours or _locked_by_holder(look, server)
    fields[FieldKind.LOCK.of(ident)] = f"{LOCKED}{mark}" if free else lock
    return fields


def _disabled(look: Look, field: str, mark: str, settings: AimSettings) -> str:
    """What a project is to be: disabled with our mark, or as another disabled it already."""
    value = look.value(field) or ""
    if settings.is_others(home_of(value)):
        raise DriverRefused(f"another home holds {field}, by its entry: {home_of(value)}")
    keeps = value == "disabled" or settings.is_beside(home_of(value))
    return value if keeps else f"{DISABLED}{mark}"


def other_home(look: Look, server: dict[str, Any], settings: AimSettings) -> str:
    """The home that locked a machine and is not ours, "" for none: a holder's own words are not."""
    home = home_of(look.value(FieldKind.LOCK.of(str(server["id"]))) or "")
    return home if settings.is_others(home) and not _locked_by_holder(look, server) else ""


def is_lost(record: CloudRecord, name: str, value: str) -> bool:
    """Whether a mark is ours and the record that was made with it is gone."""
    return name not in record.held and value.startswith((MARK, PROJECT_MARK))


def new_lock(look: Look, record: CloudRecord, power: str) -> str:
    """The lock of a machine that came since we hold it and is not ours, else ""."""
    name = FieldKind.LOCK.of(split(power)[1])
    now, held = look.value(name) or "", record.held.get(name)
    known = held is not None and (now == held.former or is_ours(name, now, held.ours))
    return "" if known else now


def holder_of_port(look: Look, field: str, settings: AimSettings) -> str:
    """The home that is not ours and holds the machine whose port a field is of, "" for none."""
    kind, ident = split(field)
    port = (look.port(ident) if kind in PORT_FIELDS else None) or {}
    device = str(port.get("device_id") or "")
    server = look.server(device) if ID.fullmatch(device) else None
    if server is None or server.get("tenant_id") != port.get("project_id"):
        return ""
    return other_home(look, server, settings)


def carried_by(look: Look, fields: Iterable[str]) -> Iterator[Address]:
    """Every address that ports and floating IPs carry: they are taken whole, whatever is named."""
    for kind, ident in map(split, fields):
        texts: list[object] = []
        if kind in PORT_FIELDS:
            fixed = (look.port(ident) or {}).get("fixed_ips", ())
            rows = look.rows("network", f"/floatingips?port_id={ident}", "floatingips")
            texts = [*(x["ip_address"] for x in fixed), *(x["floating_ip_address"] for x in rows)]
        elif kind is FieldKind.FLOATING_IP:
            floating_ip = look.one("network", f"/floatingips/{ident}", "floatingip") or {}
            texts = [floating_ip.get("floating_ip_address")]
        yield from (ip_address(str(text)) for text in texts if text)


def _locked_by_holder(look: Look, server: dict[str, Any]) -> bool:
    """Whether its own project locked it, who could unlock it too; newest first, Nova says."""
    ident = server["id"]
    acts = look.rows("compute", f"/servers/{ident}/os-instance-actions", "instanceActions")
    locks = [act for act in acts if act.get("action") == "lock"]
    return bool(locks) and locks[0].get("project_id") == server.get("tenant_id")


def _machine(look: Look, scope: Scope) -> str:
    """The id of the machine that is meant."""
    kind, ident = named(scope.resource)
    if kind == "instance":
        return ident
    for port in _ports_at(look, scope):
        device = str(port.get("device_id") or "")  # which its holder may write
        server = look.server(device) if ID.fullmatch(device) else None
        if server is not None and server.get("tenant_id") == port.get("project_id"):
            return device
    raise DriverRefused(f"{scope.resource[:60]}: expected the port of a machine, found another")


def _ports_at(look: Look, scope: Scope) -> list[dict[str, Any]]:
    """The ports that are meant: of the machine, or at all, those with the address."""
    kind, ident = named(scope.resource)
    floating = _floating_port(look, scope)
    if kind == "port":
        port = look.port(ident)
        ports = [port] if port else []
    elif kind == "instance":
        ports = _of_machine(look, ident)
    elif floating:
        port = look.port(floating)
        ports = [port] if port else []
    else:
        path = f"/ports?fixed_ips=ip_address%3D{scope.address}"
        ports = look.rows("network", path, "ports")
    there = [port for port in ports if port["id"] == floating or _has(port, scope)]
    where = scope.network or scope.address or "none"
    if not there:
        words = f"{scope.resource[:60]}: expected a port with {where}, found none"
        raise AddressGone(words) if kind and ports else DriverRefused(words)
    if not kind and len(there) > 1:
        raise DriverRefused(f"expected one port with {where}, found {len(there)}: name the machine")
    for port in there:
        _ours_not(look, port, scope)
        if not _is_machines(port):
            raise DriverRefused(f"port {port['id']}: expected a machine's, found a router's")
    return there


def _of_machine(look: Look, ident: str) -> list[dict[str, Any]]:
    return look.rows("network", f"/ports?device_id={ident}", "ports")


def _floating_port(look: Look, scope: Scope) -> str:
    """The port behind the address where that is a floating IP, else ""."""
    if scope.address is None or scope.network is not None:
        return ""
    path = f"/floatingips?floating_ip_address={scope.address}"
    for floating_ip in look.rows("network", path, "floatingips"):
        return str(floating_ip.get("port_id") or "")
    return ""


def _has(port: dict[str, Any], scope: Scope) -> bool:
    """Whether a port has the address, or one of the assignment; any, where none is named."""
    if scope.address is None:
        return True
    addresses = [ip_address(str(fixed["ip_address"])) for fixed in port["fixed_ips"]]
    if scope.network is not None:
        return any(address in scope.network for address in addresses)
    return scope.address in addresses


def _is_machines(port: dict[str, Any]) -> bool:
    """Whether a port is no router's."""
    return not str(port.get("device_owner") or "").startswith(ROUTERS)


def _ours_not(look: Look, resource: dict[str, Any] | None, scope: Scope) -> dict[str, Any]:
    """The object, which must be there and not in the project of our own credential."""
    if resource is None:
        raise DriverRefused(f"{scope.resource[:60]}: expected it there, found it gone")
    if resource.get("tenant_id", resource.get("project_id")) == look.session.project:
        raise DriverRefused("it is in the project of our own credential, whose locks it could open")
    return resource


def _projects(look: Look, scope: Scope) -> list[str]:
    """The project that is meant and all below it, the lowest first."""
    kind, ident = named(scope.resource)
    if kind == "image":
        owner = str((look.get("image", f"/images/{ident}") or {}).get("owner") or "")
    elif kind == "floatingip":
        path = f"/floatingips/{ident}"
        owner = str(_ours_not(look, look.one("network", path, "floatingip"), scope)["project_id"])
    elif kind == "instance":
        owner = str(_ours_not(look, look.server(ident), scope)["tenant_id"])
    else:
        owner = ident or str(_ports_at(look, scope)[0]["project_id"])
    top = look.one("identity", f"/projects/{owner}", "project") if owner else None
    if top is None or top.get("is_domain"):
        raise DriverRefused(f"{scope.resource[:60]}: expected a project, found none")
    tree = list(_leaves_first(look, owner, MOST_PROJECTS))
    if look.session.project in tree:
        raise DriverRefused("the project of our own credential is in it")
    return tree


def _leaves_first(look: Look, ident: str, most: int) -> Iterator[str]:
    below = look.rows("identity", f"/projects?parent_id={ident}", "projects")
    if len(below) >= most:
        raise DriverRefused(f"project {ident}: expected fewer than {most} projects below it")
    for project in below:
        yield from _leaves_first(look, str(project["id"]), most - len(below))
    yield ident


def _private(look: Look, ident: str) -> None:
    """Raises `DriverRefused` for an image that others may use; shared with nobody is private."""
    image = look.get("image", f"/images/{ident}")
    if image is None:
        raise DriverRefused(f"image {ident}: expected it there, found it gone")
    shared = image.get("visibility") == "shared"
    members = look.rows("image", f"/images/{ident}/members", "members") if shared else []
    if members or image.get("visibility") not in ("private", "shared"):
        raise DriverRefused(f"image {ident}: expected a private one, others may use it")
    path = f"/servers/detail?all_tenants=1&image={ident}&limit={LISTED}"
    users = {str(server["tenant_id"]) for server in look.rows("compute", path, "servers")}
    if users - {str(image.get("owner"))}:
        raise DriverRefused(f"image {ident}: machines of another project were made of it")
