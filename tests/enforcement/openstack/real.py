"""A real OpenStack, as `lab.sh` starts it with the roles of `roles/`; for the nightly stage.

The tests run in the lab's network namespace. A cloud is one new customer: a project with another
below it, a network, a router, three machines with an address of each version.
"""

import json
import os
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from enforcement.openstack.cloud import ADDRESSES, SIXES, SPARE, Cloud, Machine

URLS = {
    "identity": "http://127.0.0.1:5000/v3",
    "compute": "http://127.0.0.1:8774/v2.1",
    "network": "http://127.0.0.1:9696/v2.0",
    "image": "http://127.0.0.1:9292/v2",
}
ROLES = {
    "actor": ("aupkeep-actor",),
    "reader": ("aupkeep-reader",),
    "keeper": (
        "aupkeep-actor",
        "aupkeep-reader",
        "aupkeep-accounts",
        "aupkeep-addresses",
        "aupkeep-images",
    ),
}
PATHS = {"network": "network", "subnet": "network", "port": "network", "router": "network",
         "floatingip": "network", "server": "compute", "flavor": "compute",
         "project": "identity", "user": "identity", "role": "identity"}  # fmt: skip
DOMAIN = {"id": "default"}
LASTS = 1800  # seconds a token is used
UP = ("unpause", "resume", "os-start", "unrescue", "unshelve")


class RealCloud(Cloud):
    """One customer of a real cloud."""

    url = URLS["identity"]

    def __init__(self) -> None:
        name = f"customer-{os.urandom(4).hex()}"
        self._tokens: dict[str, tuple[str, float]] = {}
        self._logins = {"billing": ("admin", "secret", "admin"), "customer": (name, "pw", name)}
        self._users: dict[str, str] = {}
        self.own = self._project("aupkeep")
        self.project = self._project(name)
        self.below = self._project(f"{name}-below", parent_id=self.project)
        for who, roles in ROLES.items():
            self._logins[who] = (f"aupkeep-{who}", "pw", "aupkeep")
            self._person(who, self.own, roles)
        self._person("customer", self.project, ("member",))
        self._net, self._out = self._networks()
        self.disk = self._upload("customer", "machines")
        self.flavor = self._find("compute", "flavor", "m1") or self.make(
            "billing", "flavor", name="m1", ram=64, vcpus=1, disk=1
        )
        self.machines = [self._machine(index) for index in range(SPARE)]
        self._groups = {m.id: self._port(m)["security_groups"] for m in self.machines}
        self._floating: list[str] = []
        self._ports: list[str] = []

    def call(
        self, who: str, method: str, service: str, path: str, body: object = None
    ) -> tuple[int, Any]:
        """One call as somebody."""
        status, answer, _ = _http(method, URLS[service] + path, self._token(who), body)
        return status, answer

    def _token(self, who: str) -> str:
        token, at = self._tokens.get(who, ("", 0.0))
        if not token or time.monotonic() - at > LASTS:
            user, secret, project = self._logins[who]
            login = {"user": {"name": user, "domain": DOMAIN, "password": secret}}
            identity = {"methods": ["password"], "password": login}
            scope = {"project": {"name": project, "domain": DOMAIN}}
            body = {"auth": {"identity": identity, "scope": scope}}
            status, answer, headers = _http("POST", f"{self.url}/auth/tokens", "", body)
            if status != 201:
                return "refused"
            token = headers["X-Subject-Token"]
            self._users[who] = answer["token"]["user"]["id"]
            self._tokens[who] = token, time.monotonic()
        return token

    def make(self, who: str, kind: str, **fields: object) -> str:
        """Make something; its id."""
        status, made = self.call(who, "POST", PATHS[kind], f"/{kind}s", {kind: fields})
        assert status in (200, 201, 202), made
        return str(made[kind]["id"])

    def _find(self, service: str, kind: str, name: str) -> str:
        _, found = self.call("billing", "GET", service, f"/{kind}s?name={name}")
        return next((str(x["id"]) for x in found[f"{kind}s"] if x["name"] == name), "")

    def _project(self, name: str, **more: str) -> str:
        found = self._find("identity", "project", name)
        return found or self.make("billing", "project", name=name, domain_id="default", **more)

    def _person(self, who: str, project: str, roles: tuple[str, ...]) -> None:
        name, secret, _ = self._logins[who]
        user = self._find("identity", "user", name) or self.make(
            "billing", "user", name=name, password=secret, domain_id="default"
        )
        for name in roles:
            role = self._find("identity", "role", name) or self.make("billing", "role", name=name)
            path = f"/projects/{project}/users/{user}/roles/{role}"
            assert self.call("billing", "PUT", "identity", path)[0] == 204

    def _networks(self) -> tuple[str, str]:
        """The customer's network and the one outside, with a router between."""
        out = self._find("network", "network", "outside")
        if not out:
            fields = {"router:external": True, "provider:network_type": "flat"}
            fields["provider:physical_network"] = "outside"
            out = self.make("billing", "network", name="outside", **fields)
            self._subnet("billing", out, 4, "198.51.100.0/24")
        net = self.make("customer", "network", name="inside")
        four = self._subnet("customer", net, 4, "203.0.113.0/24")
        self._subnet("customer", net, 6, "2001:db8:a::/64")
        router = self.make("customer", "router", external_gateway_info={"network_id": out})
        path = f"/routers/{router}/add_router_interface"
        assert self.call("customer", "PUT", "network", path, {"subnet_id": four})[0] == 200
        return net, out

    def _subnet(self, who: str, network: str, version: int, cidr: str) -> str:
        fields = {"network_id": network, "ip_version": version, "cidr": cidr}
        return self.make(who, "subnet", enable_dhcp=False, **fields)

    def _machine(self, index: int) -> Machine:
        four, six = ADDRESSES[index], SIXES[index]
        fixed = [{"ip_address": four}, {"ip_address": six}]
        port = self.make("customer", "port", network_id=self._net, fixed_ips=fixed)
        fields = {"imageRef": self.disk, "flavorRef": self.flavor, "networks": [{"port": port}]}
        server = self.make("customer", "server", name=f"machine-{index}", **fields)
        machine = Machine(id=server, port=port, address=four, six=six)
        while (server := self._server(machine))["status"] == "BUILD":
            time.sleep(0.5)
        assert server["status"] == "ACTIVE", server.get("fault")
        return machine

    def _server(self, machine: Machine) -> dict[str, Any]:
        return self.get("compute", f"/servers/{machine.id}", "server")

    def _port(self, machine: Machine) -> dict[str, Any]:
        return self.get("network", f"/ports/{machine.port}", "port")

    def _upload(self, who: str, name: str) -> str:
        fields = {"name": name, "disk_format": "raw", "container_format": "bare"}
        status, made = self.call(who, "POST", "image", "/images", fields)
        assert status == 201, made
        url = f"{URLS['image']}/images/{made['id']}/file"
        assert _http("PUT", url, self._token(who), b"x" * 1024)[0] == 204
        return str(made["id"])

    def credential(self, who: str) -> tuple[str, str]:
        """A new application credential."""
        self._token(who)
        secret = os.urandom(16).hex()
        one = {"name": secret[:8], "secret": secret}
        path = f"/users/{self._users[who]}/application_credentials"
        status, made = self.call(who, "POST", "identity", path, {"application_credential": one})
        assert status == 201, made
        return str(made["application_credential"]["id"]), secret

    def floating_ip(self, port: str | None) -> str:
        """Of the network outside."""
        made = self.make("customer", "floatingip", floating_network_id=self._out)
        self._floating.append(made)
        if port:
            path = f"/floatingips/{made}"
            body = {"floatingip": {"port_id": port, "fixed_ip_address": self._four(port)}}
            assert self.call("customer", "PUT", "network", path, body)[0] == 200
        return made

    def _four(self, port: str) -> str:
        return next(machine.address for machine in self.machines if machine.port == port)

    def free_port(self) -> str:
        """On the customer's network."""
        made = self.make("customer", "port", network_id=self._net)
        self._ports.append(made)
        return made

    def spare(self) -> Machine:
        """A machine more; its port goes with it, or by `reset`."""
        machine = self._machine(SPARE)
        self._ports.append(machine.port)
        return machine

    def image(self) -> str:
        """A kilobyte."""
        return self._upload("customer", "private")

    def policy(self) -> str:
        """Of our own project, with a limit of one kilobit a second."""
        body = {"policy": {"name": "aupkeep", "project_id": self.own}}
        status, made = self.call("billing", "POST", "network", "/qos/policies", body)
        assert status == 201, made
        ident = str(made["policy"]["id"])
        path = f"/qos/policies/{ident}/bandwidth_limit_rules"
        for direction in ("egress", "ingress"):
            rule = {"bandwidth_limit_rule": {"max_kbps": 1, "direction": direction}}
            assert self.call("billing", "POST", "network", path, rule)[0] == 201
        return ident

    def reset(self) -> None:
        """As it was before the first test."""
        for project in (self.project, self.below):
            change = {"project": {"enabled": True}}
            self.call("billing", "PATCH", "identity", f"/projects/{project}", change)
        self._tokens.pop("customer", None)
        while self._floating:
            path = f"/floatingips/{self._floating.pop()}"
            self.call("billing", "DELETE", "network", path)
        while self._ports:
            self.call("billing", "DELETE", "network", f"/ports/{self._ports.pop()}")
        for machine in self.machines:
            self.act("billing", machine, "unlock")
            for verb in UP:
                if self._server(machine)["status"] != "ACTIVE":
                    self.act("billing", machine, verb)
            groups = self._groups[machine.id]
            state = {"admin_state_up": True, "qos_policy_id": None, "security_groups": groups}
            assert self.change("billing", machine, **state) == 200


def _http(
    method: str, url: str, token: str = "", body: object = None
) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON or text, headers."""
    raw = isinstance(body, bytes)
    kind = "application/octet-stream" if raw else "application/json"
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
    headers = {"Content-Type": kind, "OpenStack-API-Version": "compute 2.73"}
    request = Request(url, data=data, method=method, headers={**headers, "X-Auth-Token": token})  # noqa: S310 - of the lab
    try:
        with urlopen(request, timeout=120) as answer:  # noqa: S310 - of the lab
            text = answer.read()
            return answer.status, json.loads(text) if text else {}, dict(answer.headers)
    except HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace"), {}
