"""The fields of OpenStack that a measure changes: how each is read, compared and set, as text.

    port-state:ID    up, down                    floating-ip:ID   its port and fixed address, or ""
    port-groups:ID   its security groups         project:ID       enabled, disabled
    port-policy:ID   its QoS policy, or ""       image:ID         active, deactivated
    power:ID         ACTIVE, PAUSED, SHUTOFF …   lock:ID          "locked: REASON", or ""

A lock and a project that is disabled by us say so in words that their holder cannot write: the
reason of the lock, and an entry of the project's that Keystone keeps with it.

A machine that is between two states has both in its text, `ACTIVE/pausing`: nothing is compared
with it and nothing asked of it before it is done.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from urllib.parse import quote

from aupkeep.enforcement.asking import PartAway
from aupkeep.enforcement.openstack.session import OpenStackSession
from aupkeep.model.errors import Pending

LOCKED, DISABLED = "locked: ", "disabled: "
WORD = "aupkeep case "  # what a mark begins with
MARK, PROJECT_MARK = f"{LOCKED}{WORD}", f"{DISABLED}{WORD}"
ENTRY = "aupkeep"  # of a project
HOME = re.compile(r" target (\S{1,80})$")  # how a mark ends that names its home
STILL = frozenset({"PAUSED", "SHUTOFF", "SUSPENDED", "SHELVED", "SHELVED_OFFLOADED"})
DOING = "/"  # stands between a state and what is being done to it
MOST_REASON = 200  # of a lock, told to people
ACTIONS = {  # how a machine comes from one state to another; Nova takes no other ways
    ("ACTIVE", "PAUSED"): "pause",
    ("ACTIVE", "SHUTOFF"): "os-stop",
    ("PAUSED", "ACTIVE"): "unpause",
    ("SHUTOFF", "ACTIVE"): "os-start",
}


class FieldKind(StrEnum):
    """What of an object is changed; the name of a field begins with it."""

    PORT_STATE = "port-state"
    PORT_GROUPS = "port-groups"
    PORT_POLICY = "port-policy"
    FLOATING_IP = "floating-ip"
    POWER = "power"
    LOCK = "lock"
    PROJECT = "project"
    IMAGE = "image"

    def of(self, ident: str) -> str:
        """The name of this field of one object."""
        return f"{self}:{ident}"


def split(field: str) -> tuple[FieldKind, str]:
    """Kind and id of a field's name."""
    kind, _, ident = field.partition(":")
    return FieldKind(kind), ident


class Look:
    """One look at the cloud: what is asked twice is read once. Raises `Unavailable`."""

    def __init__(self, session: OpenStackSession) -> None:
        self.session = session
        self._seen: dict[tuple[str, str], dict[str, Any] | None] = {}

    def get(self, service: str, path: str) -> dict[str, Any] | None:
        """The JSON there, None where there is none."""
        key = (service, path)
        if key not in self._seen:
            self._seen[key] = self.session.read(service, path)
        return self._seen[key]

    def know(self, service: str, path: str, answer: dict[str, Any]) -> None:
        """Take an answer from a list, so that it is not asked for alone."""
        self._seen.setdefault((service, path), answer)

    def knows(self, service: str, path: str) -> bool:
        """Whether there is an answer already."""
        return (service, path) in self._seen

    def one(self, service: str, path: str, name: str) -> dict[str, Any] | None:
        """The object under a name in the JSON there."""
        return cast("dict[str, Any] | None", _under(self.get(service, path), name, dict, path))

    def rows(self, service: str, path: str, name: str) -> list[dict[str, Any]]:
        """The list under a name in the JSON there, all pages. Raises `PartAway` for half of it."""
        rows: list[dict[str, Any]] = []
        markers, where = set[str](), path
        while True:
            answer = self.get(service, where) or {}
            page = cast("list[dict[str, Any]]", _under(answer, name, list, path))
            rows += page
            links = answer.get(f"{name}_links") or ()
            more = any(not isinstance(x, dict) or x.get("rel") == "next" for x in links)
            marker = str(page[-1].get("id", "")) if page else ""
            if answer.get("truncated") or (more and marker in {"", *markers}):
                raise PartAway(f"{path}: expected the whole list, found it cut")
            if not more:
                return rows
            markers.add(marker)
            where = f"{path}{'&' if '?' in path else '?'}marker={quote(marker, safe='')}"

    def server(self, ident: str) -> dict[str, Any] | None:
        """A machine."""
        return self.one("compute", f"/servers/{ident}", "server")

    def port(self, ident: str) -> dict[str, Any] | None:
        """A port."""
        return self.one("network", f"/ports/{ident}", "port")

    def value(self, field: str) -> str | None:
        """How a field stands, None where its object is gone."""
        kind, ident = split(field)
        access = FIELDS[kind]
        path = f"{access.path}/{ident}"
        if access.name:
            resource = self.one(access.service, path, access.name)
        else:
            resource = self.get(access.service, path)
        if resource is None:
            return None
        try:
            return access.text(resource)
        except (LookupError, TypeError, AttributeError) as error:
            raise PartAway(f"{field}: expected an answer with it, found no {error}") from error


def _under(body: dict[str, Any] | None, name: str, kind: type, path: str) -> object:
    if body is None:
        return None
    if not isinstance(body.get(name), kind):
        raise PartAway(f"{path}: expected {name}, found none")
    return body[name]


def holds(field: str, value: str | None, want: str) -> bool:
    """Whether a field is as wanted: still is still, whoever stopped it; a lock of ours is ours."""
    if split(field)[0] is FieldKind.POWER:
        return value in STILL
    return value is not None and is_ours(field, value, want)


def is_ours(field: str, value: str, ours: str) -> bool:
    """Whether a field is as we set it: two measures of one home may have marked one object."""
    begin = {FieldKind.LOCK: MARK, FieldKind.PROJECT: PROJECT_MARK}.get(split(field)[0])
    marks = begin is not None and ours.startswith(begin) and value.startswith(begin)
    return value == ours or (marks and home_of(value) in ("", home_of(ours)))


def home_of(value: str) -> str:
    """The home that a mark names; "" where it names none, or the value is no mark of Aupkeep."""
    match = HOME.search(value) if value.startswith((MARK, PROJECT_MARK)) else None
    return match[1] if match else ""


def put(session: OpenStackSession, field: str, value: str, want: str) -> bool:
    """Ask for a change from one value to another; False where the object is gone.

    Raises `DriverRefused`, `Pending` where it is busy, `Unavailable`.
    """
    kind, ident = split(field)
    access = FIELDS[kind]
    if kind is FieldKind.POWER and (value, want) not in ACTIONS:
        raise Pending(f"{field}: it is {value}, from which it cannot be {want}")
    where = f"{access.path}/{ident}{access.verb(want)}"
    return session.write(access.method, access.service, where, access.change(value, want))


def without_gone(field: str, want: str, said: str) -> str:
    """What is left of a value where the answer to it names parts of it that are gone since."""
    if split(field)[0] is FieldKind.PORT_GROUPS:
        return ",".join(group for group in want.split(",") if group not in said)
    return "" if want and want.partition(" ")[0] in said else want


def other_floating_ip(look: Look, field: str, want: str) -> str:
    """The floating IP that the port of a former one has by now, "" for none."""
    kind, ident = split(field)
    port, _, fixed = want.partition(" ")
    if kind is not FieldKind.FLOATING_IP or not port:
        return ""
    rows = look.rows("network", f"/floatingips?port_id={port}", "floatingips")
    taken = [x for x in rows if x["id"] != ident and x.get("fixed_ip_address") == fixed]
    return str(taken[0].get("floating_ip_address")) if taken else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAccess:
    """How one kind of field is read, as text, and changed from one text to another."""

    service: str
    path: str
    name: str  # of the object in an answer; "" where the answer is the object
    text: Callable[[dict[str, Any]], str]
    change: Callable[[str, str], Any]
    method: str = "PUT"
    verb: Callable[[str], str] = lambda _: ""  # what comes behind the id


def _port(text: Callable[[Any], str], attribute: str, value: Callable[[str], Any]) -> FieldAccess:
    return FieldAccess(
        service="network",
        path="/ports",
        name="port",
        text=lambda port: text(port[attribute]),
        change=lambda _, want: {"port": {attribute: value(want)}},
    )


def _server(text: Callable[[Any], str], change: Callable[[str, str], Any]) -> FieldAccess:
    return FieldAccess(
        service="compute",
        path="/servers",
        name="server",
        text=text,
        change=change,
        method="POST",
        verb=lambda _: "/action",
    )


def _power(server: Any) -> str:  # noqa: ANN401 - JSON
    doing = server.get("OS-EXT-STS:task_state")
    return f"{server['status']}{DOING}{doing}" if doing else str(server["status"])


def _lock(server: Any) -> str:  # noqa: ANN401 - JSON
    reason = str(server.get("locked_reason") or "")[:MOST_REASON]
    return f"{LOCKED}{reason}" if server["locked"] else ""


def _locking(_: str, want: str) -> dict[str, Any]:
    return {"lock": {"locked_reason": want.removeprefix(LOCKED)}} if want else {"unlock": None}


def _project(project: Any) -> str:  # noqa: ANN401 - JSON
    if project["enabled"]:
        return "enabled"
    mark = str(project.get(ENTRY) or "")[:MOST_REASON]
    return f"{DISABLED}{mark}" if mark.startswith(WORD) else "disabled"


def _enabling(value: str, want: str) -> dict[str, Any]:
    """With our entry where there is one by now, or is to be."""
    entry = {ENTRY: want.partition(DISABLED)[2]} if DISABLED in f"{value} {want}" else {}
    return {"project": {"enabled": want == "enabled", **entry}}


def _attached(floating: Any) -> str:  # noqa: ANN401 - JSON
    port = floating["port_id"]
    return f"{port} {floating['fixed_ip_address']}" if port else ""


def _attaching(_: str, want: str) -> dict[str, Any]:
    port, _, fixed = want.partition(" ")
    where = {"port_id": port, "fixed_ip_address": fixed} if want else {"port_id": None}
    return {"floatingip": where}


FIELDS = {
    FieldKind.PORT_STATE: _port(
        lambda up: "up" if up else "down", "admin_state_up", lambda want: want == "up"
    ),
    FieldKind.PORT_GROUPS: _port(
        lambda groups: ",".join(sorted(map(str, groups))),
        "security_groups",
        lambda want: want.split(",") if want else [],
    ),
    FieldKind.PORT_POLICY: _port(
        lambda policy: str(policy or ""), "qos_policy_id", lambda want: want or None
    ),
    FieldKind.FLOATING_IP: FieldAccess(
        service="network",
        path="/floatingips",
        name="floatingip",
        text=_attached,
        change=_attaching,
    ),
    FieldKind.POWER: _server(_power, lambda value, want: {ACTIONS[value, want]: None}),
    FieldKind.LOCK: _server(_lock, _locking),
    FieldKind.PROJECT: FieldAccess(
        service="identity",
        path="/projects",
        name="project",
        text=_project,
        change=_enabling,
        method="PATCH",
    ),
    FieldKind.IMAGE: FieldAccess(
        service="image",
        path="/images",
        name="",
        text=lambda image: str(image["status"]),
        change=lambda *_: None,
        method="POST",
        verb=lambda want: f"/actions/{'reactivate' if want == 'active' else 'deactivate'}",
    ),
}
