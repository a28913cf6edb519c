"""A real Octavia with Keystone, as `lab.sh … balancers` starts them, with a customer's balancer.

Octavia's provider does nothing and never says that it is done: `Provider` says so in its stead, in
Octavia's own database. What a balancer would do with its policies is asked of HAProxy, with the
configuration that Octavia's own templates make of them.
"""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from daemon.processes import free_port
from enforcement.openstack import real
from enforcement.openstack.real import RealCloud

HERE = Path(__file__).parent
FOLDER = Path("/dev/shm/aupkeep-octavia")  # noqa: S108 - the lab's own
SUBNET = "11111111-1111-4111-8111-111111111111"
CONTAINER = "http://127.0.0.1/containers/22222222-2222-4222-8222-222222222222"
DONE = """
delete from l7rule where provisioning_status = 'PENDING_DELETE' or l7policy_id in
  (select id from l7policy where provisioning_status = 'PENDING_DELETE');
delete from l7policy where provisioning_status = 'PENDING_DELETE';
update l7rule set provisioning_status = 'ACTIVE'
  where provisioning_status in ('PENDING_CREATE', 'PENDING_UPDATE');
update l7policy set provisioning_status = 'ACTIVE'
  where provisioning_status in ('PENDING_CREATE', 'PENDING_UPDATE');
update listener set provisioning_status = 'ACTIVE'
  where provisioning_status in ('PENDING_CREATE', 'PENDING_UPDATE');
update load_balancer set provisioning_status = 'ACTIVE'
  where provisioning_status in ('PENDING_CREATE', 'PENDING_UPDATE');
"""
PORTS = {80: "HTTP", 8080: "HTTP", 443: "TERMINATED_HTTPS", 8443: "HTTPS"}
POLICY = "/lbaas/l7policies"


class Provider:
    """Says that what is pending is done; `slow` says nothing."""

    def __init__(self) -> None:
        self.slow = False
        words = ["mariadb", "--force", "-uroot", "-S", str(FOLDER / "my.sock"), "octavia"]
        self._process = subprocess.Popen(  # Octavia may delete between two of its sentences
            words, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        assert self._process.stdin is not None
        while not self._stop.wait(0.05):
            if not self.slow:
                self._process.stdin.write(DONE)
                self._process.stdin.flush()

    def close(self) -> None:
        """End it."""
        self._stop.set()
        self._thread.join()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


class Balancers(RealCloud):
    """A customer with one load balancer, whose TLS ends there at 443 and not at 8443; others."""

    def __init__(self) -> None:
        real.URLS.setdefault("load-balancer", "http://127.0.0.1:9876/v2.0")
        name = f"customer-{os.urandom(4).hex()}"
        self._tokens, self._users = {}, {}
        self._logins = {"billing": ("admin", "secret", "admin"), "customer": (name, "pw", name)}
        self._logins["keeper"] = ("aupkeep-balancers", "pw", "aupkeep")
        self.own, self.project = self._project("aupkeep"), self._project(name)
        self.other = self._project(f"{name}-other")
        self._person("keeper", self.own, ("aupkeep-balancers",))
        self._person("customer", self.project, ("member", "load-balancer_member"))
        self.provider = Provider()
        self.balancer, self.listeners = self._balancer(self.project)
        self.others, self.others_listeners = self._balancer(self.other)
        self.owned, _ = self._balancer(self.own)

    def lb(self, who: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """One call, again while a load balancer is busy; the answer."""
        for _ in range(200):
            status, answer = self.call(who, method, "load-balancer", path, body)
            if status != 409:
                assert status in (200, 201, 202, 204), answer
                return answer
            time.sleep(0.05)
        raise AssertionError(f"{path}: still busy")

    def _balancer(self, project: str) -> tuple[str, dict[int, str]]:
        fields = {"vip_subnet_id": SUBNET, "project_id": project}
        made = self.lb("billing", "POST", "/lbaas/loadbalancers", {"loadbalancer": fields})
        ident, listeners = str(made["loadbalancer"]["id"]), {}
        for port, protocol in PORTS.items():
            fields = {"loadbalancer_id": ident, "protocol": protocol, "protocol_port": port}
            tls = {"default_tls_container_ref": CONTAINER} if port == 443 else {}
            made = self.lb("billing", "POST", "/lbaas/listeners", {"listener": {**fields, **tls}})
            listeners[port] = str(made["listener"]["id"])
        return ident, listeners

    def policies(self, port: int = 443) -> list[dict[str, Any]]:
        """Of a listener of the customer's."""
        path = f"{POLICY}?listener_id={self.listeners[port]}"
        found: list[dict[str, Any]] = self.lb("billing", "GET", path)["l7policies"]
        return found

    def rules(self, policy: str) -> list[tuple[str, str]]:
        """Type and value."""
        found = self.lb("billing", "GET", f"{POLICY}/{policy}/rules")["rules"]
        return sorted((rule["type"], rule["value"]) for rule in found)

    def policy(self, port: int = 443, **fields: object) -> str:
        """The customer makes a policy of their own."""
        body = {"listener_id": self.listeners[port], "action": "REJECT", **fields}
        return str(self.lb("customer", "POST", POLICY, {"l7policy": body})["l7policy"]["id"])

    def reset(self) -> None:
        """No policies."""
        self.provider.slow = False
        for port in self.listeners:
            while found := self.policies(port):
                if found[0]["provisioning_status"] != "PENDING_DELETE":
                    self.lb("billing", "DELETE", f"{POLICY}/{found[0]['id']}")

    @contextmanager
    def visited(self, folder: Path, port: int = 80) -> Iterator[HTTPConnection]:
        """HAProxy with Octavia's configuration of a listener, before a site that answers 200."""
        python = Path(os.environ["AUPKEEP_OCTAVIA"]) / "venv/bin/python"
        script, env = str(HERE / "render_listener.py"), {**os.environ, "HOME": str(FOLDER)}
        words = [str(python), "-W", "ignore", script, self.listeners[port]]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
        text, door = done.stdout[done.stdout.index("\ndefaults") :], free_port()
        text = text.replace("bind 198.0.2.5:80", f"bind 127.0.0.1:{door}\n    default_backend site")
        text += "\nbackend site\n    mode http\n    http-request return status 200\n"
        (folder / "haproxy.cfg").write_text(text)
        process = subprocess.Popen(["haproxy", "-db", "-f", str(folder / "haproxy.cfg")])
        connection = HTTPConnection("127.0.0.1", door, timeout=10)
        try:
            for _ in range(100):
                try:
                    connection.connect()
                    break
                except OSError:
                    time.sleep(0.05)
            yield connection
        finally:
            connection.close()
            process.terminate()
            process.wait(10)
