"""HTTP of the double: which call is which method of it, tokens, and answers that are errors."""

import json
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enforcement.openstack.double import DoubleCloud

SERVICES = {"compute": "/v2.1", "network": "/v2.0", "image": "/v2", "identity": "/v3"}
ROUTES: list[tuple[str, str, str]] = [
    (r"/v2\.1/(servers)/detail", "GET", "rows"),
    (r"/v2\.1/(servers)/([^/]+)", "GET", "one"),
    (r"/v2\.1/servers/([^/]+)/os-instance-actions", "GET", "acts"),
    (r"/v2\.1/servers/([^/]+)/action", "POST", "server_action"),
    (r"/v2\.1/servers/([^/]+)/os-interface", "POST", "attach"),
    (r"/v2\.1/(servers)/([^/]+)", "DELETE", "delete"),
    (r"/v2\.0/(ports|floatingips)/([^/]+)", "GET", "one"),
    (r"/v2\.0/(ports|floatingips)", "GET", "rows"),
    (r"/v2\.0/security-(groups)/([^/]+)", "GET", "one"),
    (r"/v2\.0/qos/(policies)/([^/]+)", "GET", "one"),
    (r"/v2\.0/ports/([^/]+)", "PUT", "put_port"),
    (r"/v2\.0/ports", "POST", "post_port"),
    (r"/v2\.0/floatingips/([^/]+)", "PUT", "put_floating_ip"),
    (r"/v2\.0/(ports|floatingips)/([^/]+)", "DELETE", "delete"),
    (r"/v3/(projects)/([^/]+)", "GET", "one"),
    (r"/v3/(projects)", "GET", "rows"),
    (r"/v3/projects/([^/]+)", "PATCH", "patch_project"),
    (r"/v2/(images)/([^/]+)", "GET", "one"),
    (r"/v2/images/([^/]+)/members", "GET", "members"),
    (r"/v2/images/([^/]+)/actions/(deactivate|reactivate)", "POST", "image_status"),
]


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(words)
        self.status = status


class Answering(BaseHTTPRequestHandler):
    """What the driver asks, by token."""

    server: "DoubleCloud"

    def _any(self) -> None:
        cloud = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"null")
        with cloud.lock:
            if self.path == "/v3/auth/tokens":
                return self._token(body)
            who = cloud.tokens.get(self.headers["X-Auth-Token"] or "")
            if who is None:
                return self._say(401, {"error": {"message": "no such token"}})
            if cloud.fault is not None:
                return self._say(cloud.fault, {"error": {"message": "no"}})
            if cloud.stops_after is not None and self.command != "GET":
                if cloud.stops_after == 0:
                    self.close_connection = True
                    return None
                cloud.stops_after -= 1
            cloud.calls.append(f"{self.command} {self.path} {json.dumps(body)}")
            try:
                status, answer = cloud.answer(who, self.command, self.path, body)
            except Refusal as error:
                return self._say(error.status, {"forbidden": {"message": str(error)}})
        return self._say(status, answer)

    def _token(self, body: dict[str, Any]) -> None:
        try:
            answer, token = self.server.log_in(body)
        except Refusal as error:
            return self._say(error.status, {"error": {"message": str(error)}})
        return self._say(201, answer, {"X-Subject-Token": token})

    def _say(self, status: int, answer: object, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def __getattr__(self, name: str) -> object:
        """Every method is answered alike."""
        if name.startswith("do_"):
            return self._any
        raise AttributeError(name)

    def log_message(self, *words: object) -> None:
        """Say nothing."""
