"""A double of Keystone, Nova, Neutron and Glance on loopback: their rights, locks and refusals.

It knows what `real.RealCloud` was seen to do, and no more: the same tests run on both. A caller
that `stops_after` so many calls sees its connection end, as an agent that is killed does.
"""

import itertools
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from enforcement.openstack.cloud import ADDRESSES, SIXES, SPARE, Cloud, Machine
from enforcement.openstack.double_http import ROUTES, SERVICES, Answering, Refusal
from enforcement.openstack.double_rights import ACTIONS, MEMBERS, NOBODYS, ROLES, UNLOCKED


@dataclass(frozen=True, slots=True)
class Asked:
    """A call: who asks, the body, the query."""

    who: str
    body: Any
    query: dict[str, list[str]]


class DoubleCloud(Cloud, ThreadingHTTPServer):
    """One customer of the double; `serve_forever` is the caller's."""

    daemon_threads = True

    def __init__(self) -> None:
        ThreadingHTTPServer.__init__(self, ("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server_port}/v3"
        self.lock = threading.Lock()
        self._numbers = itertools.count(1)
        self.things: dict[str, dict[str, dict[str, Any]]] = {
            name: {}
            for name in (
                *("servers", "ports", "floatingips", "projects", "images", "policies", "groups"),
            )
        }
        self.own = self._project("aupkeep", None)
        self.project = self._project("customer", None)
        self.below = self._project("customer-below", self.project)
        self.other = self._project("other", None)
        self.secrets: dict[str, tuple[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.calls: list[str] = []  # of our driver, that is by credential
        self.logins = 0
        self.stops_after: int | None = None
        self.slow: str | None = None  # the task that machines stay in
        self.paged = False  # a list of several values is cut, with a link to the rest
        self.fault: int | None = None  # what every call is answered
        self.broken: set[str] = set()  # things at which it fails
        self.page: int | None = None  # rows of a list at most; then there is a next page
        self.truncated = False  # whether Keystone's lists are cut
        self.base = self.url.removesuffix("/v3")  # of the addresses in the catalogue
        self.machines = [self._machine(index) for index in range(SPARE)]
        self.disk, self.flavor = "disk", "flavor"

    def _new(self, kind: str, **fields: object) -> dict[str, Any]:
        ident = f"{kind[:4]}-{next(self._numbers):04d}"
        self.things[kind][ident] = {"id": ident, **fields}
        return self.things[kind][ident]

    def _project(self, name: str, parent: str | None) -> str:
        made = self._new("projects", name=name, parent_id=parent, enabled=True, is_domain=False)
        return str(made["id"])

    def _machine(self, index: int) -> Machine:
        server = self._new(
            "servers",
            tenant_id=self.project,
            status="ACTIVE",
            locked=False,
            locked_reason=None,
            by=None,
            acts=[],
            image="",
        )
        fixed = [{"ip_address": ADDRESSES[index]}, {"ip_address": SIXES[index]}]
        port = self._port(server["id"], fixed, "compute:nova")
        return Machine(id=server["id"], port=port, address=ADDRESSES[index], six=SIXES[index])

    def _port(self, device: str, fixed: list[dict[str, str]], owner: str) -> str:
        made = self._new(
            "ports",
            project_id=self.project,
            tenant_id=self.project,
            device_id=device,
            device_owner=owner,
            admin_state_up=True,
            security_groups=["default"],
            qos_policy_id=None,
            fixed_ips=fixed,
        )
        return str(made["id"])

    def floating_ip(self, port: str | None) -> str:
        """At the port's first address."""
        fixed = self.things["ports"][port]["fixed_ips"][0]["ip_address"] if port else None
        made = self._new(
            "floatingips",
            project_id=self.project,
            floating_ip_address=f"198.51.100.{next(self._numbers)}",
            port_id=port,
            fixed_ip_address=fixed,
        )
        return str(made["id"])

    def free_port(self) -> str:
        """With an address of its own."""
        return self._port("", [{"ip_address": f"203.0.113.{100 + next(self._numbers)}"}], "")

    def spare(self) -> Machine:
        """The fourth."""
        return self._machine(SPARE)

    def reset(self) -> None:
        """Each test has one of its own."""

    def image(self) -> str:
        """Shared, which is how Glance calls it, with nobody."""
        made = self._new(
            "images", owner=self.project, visibility="shared", status="active", members=[]
        )
        return str(made["id"])

    def policy(self) -> str:
        """Of our own project."""
        return str(self._new("policies", project_id=self.own)["id"])

    def credential(self, who: str) -> tuple[str, str]:
        """One more."""
        ident = f"credential-{who}-{len(self.secrets)}"
        self.secrets[ident] = (f"secret-{ident}", who)
        return ident, self.secrets[ident][0]

    def call(
        self, who: str, method: str, service: str, path: str, body: object = None
    ) -> tuple[int, Any]:
        """Asked within the process."""
        try:
            with self.lock:
                return self.answer(who, method, SERVICES[service] + path, body)
        except Refusal as error:
            return error.status, str(error)

    def answer(self, who: str, method: str, url: str, body: object) -> tuple[int, object]:
        """Status and answer. Raises `Refusal`."""
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        if who == "customer" and not self.things["projects"][self.project]["enabled"]:
            raise Refusal(401)
        for pattern, verb, handler in ROUTES:
            if method == verb and (match := re.fullmatch(pattern, parts.path)):
                return 200, getattr(self, handler)(Asked(who, body, query), *match.groups())
        raise Refusal(403 if who not in ("customer", "billing") else 404, f"{method} {parts.path}")

    def seen(self, who: str, kind: str, ident: str) -> dict[str, Any]:
        """A thing that somebody may read."""
        found = self.things[kind].get(ident)
        roles = ROLES[who]
        if ident in self.broken:
            raise Refusal(500)
        mine = found and found.get("project_id", found.get("tenant_id", found.get("owner")))
        if found is None or (who == "customer" and mine != self.project):
            raise Refusal(404)
        if kind == "projects" and not roles & {"admin", "aupkeep-accounts"}:
            raise Refusal(403)
        if kind == "images" and not roles & {"admin", "member", "aupkeep-images"}:
            raise Refusal(403)
        return found

    def one(self, asked: Asked, kind: str, ident: str) -> object:
        """GET of one thing."""
        found = dict(self.seen(asked.who, kind, ident))
        if kind == "servers":
            found["OS-EXT-STS:task_state"] = self.slow if found.get("doing") else None
        return found if kind == "images" else {kind.rstrip("s"): found}

    def rows(self, asked: Asked, kind: str) -> object:
        """GET of a list by one filter."""
        around = ("all_tenants", "limit", "marker")
        query = {k: v for k, v in asked.query.items() if k not in around}
        query = {k: ["True"] if v == ["true"] else v for k, v in query.items()}
        key, values = next(iter(query.items()))
        rows = list(self.things[kind].values())
        if key == "fixed_ips":
            wanted = {"ip_address": values[0].removeprefix("ip_address=")}
            found = [row for row in rows if wanted in row["fixed_ips"]]
        else:
            found = [row for row in rows if str(row.get(key)) in values]
        if kind == "projects" and not ROLES[asked.who] & {"admin", "aupkeep-accounts"}:
            raise Refusal(403)
        if self.paged and len(values) > 1:
            return {kind: found[:1], f"{kind}_links": [{"rel": "next"}]}
        if kind == "projects":
            return {kind: found[:0], "truncated": True} if self.truncated else {kind: found}
        return self._paged(kind, found, asked.query.get("marker", [""])[0])

    def _paged(self, kind: str, found: list[dict[str, Any]], marker: str) -> object:
        """The rows behind the marker, and where there are more, a link to them."""
        names = [row["id"] for row in found]
        start = names.index(marker) + 1 if marker else 0
        end = start + (self.page or len(found))
        links = [{"rel": "next", "href": "elsewhere"}] if end < len(found) else []
        return {kind: found[start:end], **({f"{kind}_links": links} if links else {})}

    def acts(self, asked: Asked, ident: str) -> object:
        """What was done to a machine, newest first."""
        return {"instanceActions": self.seen(asked.who, "servers", ident)["acts"][::-1]}

    def server_action(self, asked: Asked, ident: str) -> object:
        """What Nova lets whom do to a machine in which state."""
        server = self.seen(asked.who, "servers", ident)
        ((verb, more),) = asked.body.items()
        owner = asked.who == "customer"
        if verb in ("lock", "unlock"):
            return self._lock(asked.who, server, verb, more)
        if verb not in ACTIONS and verb not in UNLOCKED:
            raise Refusal(400 if owner else 403, verb)
        if asked.who in ("actor", "keeper", "reader") and not (
            "aupkeep-actor" in ROLES[asked.who] and ACTIONS.get(verb, ((), "", False))[2]
        ):
            raise Refusal(403, verb)
        if verb in UNLOCKED:
            return {}
        states, after, _ = ACTIONS[verb]
        if owner and server["locked"]:
            raise Refusal(409, f"Instance {ident} is locked")
        if server["status"] not in states:
            raise Refusal(409, f"Cannot '{verb}' instance {ident} while it is {server['status']}")
        server["doing"] = True
        if not self.slow:
            server["status"] = after
        server["acts"].append({"action": verb, "project_id": self.project_of(asked.who)})
        return {}

    def _lock(
        self, who: str, server: dict[str, Any], verb: str, more: dict[str, str] | None
    ) -> object:
        owner = self.project_of(who) == server["tenant_id"]
        if who == "reader":
            raise Refusal(403)
        if verb == "lock":
            if owner and server["locked"]:
                return {}
            server |= {"locked": True, "by": "owner" if owner else "admin"}
            server["locked_reason"] = (more or {}).get("locked_reason")
        elif owner and server["by"] == "admin":
            raise Refusal(403, "unlock_override")
        else:
            server |= {"locked": False, "by": None, "locked_reason": None}
        server["acts"].append({"action": verb, "project_id": self.project_of(who)})
        return {}

    def project_of(self, who: str) -> str:
        """Where somebody's token is from."""
        return {"customer": self.project, "billing": "admin-project"}.get(who, self.own)

    def put_port(self, asked: Asked, ident: str) -> object:
        """A port's owner may change it, and the actor; a QoS policy that one does not see stays."""
        port = self.seen(asked.who, "ports", ident)
        if asked.who == "reader":
            raise Refusal(403)
        closed = NOBODYS if asked.who == "customer" else NOBODYS | MEMBERS
        if asked.who != "billing" and closed & asked.body["port"].keys():
            raise Refusal(403)
        policy = self.things["policies"].get(port["qos_policy_id"] or "")
        if "qos_policy_id" in asked.body["port"] and policy and asked.who == "customer":
            raise Refusal(403, "not authorized to remove the policy")
        self._known("groups", asked.body["port"].get("security_groups") or ())
        self._known("policies", filter(None, [asked.body["port"].get("qos_policy_id")]))
        port |= asked.body["port"]
        return {"port": port}

    def _known(self, kind: str, wanted: Iterable[str]) -> None:
        """Of those that a test made: one that it took away since is not found."""
        gone = [each for each in wanted if self.things[kind] and each not in self.things[kind]]
        if gone:
            raise Refusal(404, f"{kind} {gone[0]} could not be found")

    def state_of(self, machine: Machine) -> tuple[Any, ...]:
        """Power and lock of one machine, whatever the others say."""
        server = self.things["servers"][machine.id]
        return server["status"], server["locked"]

    def put_floating_ip(self, asked: Asked, ident: str) -> object:
        """Associate, or with no port disassociate."""
        floating = self.seen(asked.who, "floatingips", ident)
        if not ROLES[asked.who] & {"admin", "member", "aupkeep-addresses"}:
            raise Refusal(403)
        port = asked.body["floatingip"]["port_id"]
        if port and port not in self.things["ports"]:
            raise Refusal(404, f"Port {port} could not be found")
        others = [x for x in self.things["floatingips"].values() if x["id"] != ident]
        if port and any(x["port_id"] == port for x in others):
            raise Refusal(409, "that fixed IP already has a floating IP")
        fixed = self.things["ports"][port]["fixed_ips"][0]["ip_address"] if port else None
        floating |= {"port_id": port, "fixed_ip_address": fixed}
        return {"floatingip": floating}

    def patch_project(self, asked: Asked, ident: str) -> object:
        """Below an enabled one only enabled ones are disabled, and the other way round."""
        if not ROLES[asked.who] & {"admin", "aupkeep-accounts"}:
            raise Refusal(403)
        project, wanted = self.things["projects"][ident], asked.body["project"]["enabled"]
        below = [x for x in self.things["projects"].values() if x["parent_id"] == ident]
        above = self.things["projects"].get(project["parent_id"] or "")
        if (not wanted and any(x["enabled"] for x in below)) or (
            wanted and above and not above["enabled"]
        ):
            raise Refusal(403, "its subtree contains enabled projects")
        project |= asked.body["project"]  # Keystone keeps what it does not know
        return {"project": project}

    def members(self, asked: Asked, ident: str) -> object:
        """With whom an image is shared."""
        return {"members": self.seen(asked.who, "images", ident)["members"]}

    def image_status(self, asked: Asked, ident: str, verb: str) -> object:
        """By the policy that is shipped members may not."""
        image = self.seen(asked.who, "images", ident)
        if not ROLES[asked.who] & {"admin", "aupkeep-images"}:
            raise Refusal(403)
        image["status"] = "active" if verb == "reactivate" else "deactivated"
        return {}

    def delete(self, asked: Asked, kind: str, ident: str) -> object:
        """Of one's own, unless it is locked; a machine takes its ports with it."""
        found = self.seen(asked.who, kind, ident)
        if asked.who not in ("customer", "billing"):
            raise Refusal(403)
        if kind == "servers" and found["locked"] and asked.who == "customer":
            raise Refusal(409, "locked")
        if kind == "servers":
            ports = self.things["ports"]
            for port in [x["id"] for x in ports.values() if x["device_id"] == ident]:
                self._gone(port)
        if kind == "ports":
            self._gone(ident)
        else:
            del self.things[kind][ident]
        return {}

    def _gone(self, port: str) -> None:
        for floating in self.things["floatingips"].values():
            if floating["port_id"] == port:
                floating |= {"port_id": None, "fixed_ip_address": None}
        del self.things["ports"][port]

    def post_port(self, asked: Asked) -> object:
        """A new port of the customer's, at a machine where one is named (no such call is real)."""
        if asked.who != "customer":
            raise Refusal(403)
        wanted = asked.body["port"]
        ident = self._port(wanted.get("device_id", ""), wanted["fixed_ips"], "")
        return {"port": self.things["ports"][ident]}

    def attach(self, asked: Asked, ident: str) -> object:
        """Put a port at a machine, unless that is locked."""
        server = self.seen(asked.who, "servers", ident)
        if asked.who != "customer":
            raise Refusal(403)
        if server["locked"]:
            raise Refusal(409, "locked")
        port = self.things["ports"][asked.body["interfaceAttachment"]["port_id"]]
        port |= {"device_id": ident, "device_owner": "compute:nova"}
        return {"interfaceAttachment": {}}

    def log_in(self, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """By an application credential: the token's data and the token. Raises `Refusal`."""
        self.logins += 1
        one = body["auth"]["identity"]["application_credential"]
        secret, who = self.secrets.get(one["id"], ("", ""))
        if not who or secret != one["secret"]:
            raise Refusal(401, "The request you have made requires authentication.")
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = who
        base = self.base
        catalogue = [
            {
                "type": name,
                "endpoints": [{"interface": "public", "region": "one", "url": base + at}],
            }
            for name, at in SERVICES.items()
        ]
        return {"token": {"project": {"id": self.project_of(who)}, "catalog": catalogue}}, token
