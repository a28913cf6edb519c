"""A cloud for tests: what Keystone v3, Neutron and Nova answer, in their form.

It is asked over HTTP (`answer` of a `JsonServer`) or in the same process (`client`). Between two of
its answers its clock moves on, so that no two lists are of one moment.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aupkeep.inventory.http_client import HttpAnswer
from aupkeep.model.errors import Unavailable
from inventory.json_server import Asked

BASE = "http://127.0.0.1:5000/v3"


@dataclass
class Cloud:
    """Lists by name; `now` is the cloud's own clock, `page` how many rows it gives at once."""

    now: Callable[[], datetime] = lambda: datetime(2026, 3, 1, 12, tzinfo=UTC)
    origin: str = "http://127.0.0.1:5000"
    page: int = 1000
    lists: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {
            name: {}
            for name in (
                "floatingips",
                "ports",
                "routers",
                "networks",
                "subnets",
                "servers",
                "projects",
            )
        }
    )
    asked: list[str] = field(default_factory=list)
    logins: int = 0
    tokens: set[str] = field(default_factory=set)
    password: str = "pw"
    between: Callable[[str], None] = lambda _: None

    def put(self, kind: str, name: str, **row: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Make or change a row; its times follow."""
        stamp = f"{self.now():%Y-%m-%dT%H:%M:%SZ}"
        old = self.lists[kind].get(name, {"id": name, "created_at": stamp, "revision_number": 0})
        self.lists[kind][name] = {**old, **row, "updated_at": stamp}
        return self.lists[kind][name]

    def drop(self, kind: str, name: str) -> None:
        """Delete a row."""
        del self.lists[kind][name]

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """The answer over HTTP."""
        status, headers, value = self.respond(asked.method, asked.path, asked.headers, asked.body)
        return status, headers, json.dumps(value).encode()

    def respond(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: Any,  # noqa: ANN401 - JSON
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON."""
        parts = urlsplit(path)
        self.asked.append(path)
        if method == "POST" and parts.path.endswith("/auth/tokens"):
            return self._login(body)
        if headers.get("x-auth-token") not in self.tokens:
            return 401, {}, {"error": {"code": 401}}
        kind = parts.path.rsplit("/", 2)[1] if parts.path.endswith("/detail") else ""
        kind = kind or parts.path.rsplit("/", 1)[1]
        self.between(kind)
        return 200, {}, self._page(kind, {k: v[0] for k, v in parse_qs(parts.query).items()})

    def _login(self, body: Any) -> tuple[int, dict[str, str], Any]:  # noqa: ANN401 - JSON
        self.logins += 1
        if self.password not in json.dumps(body):
            return 401, {}, {"error": {"code": 401}}
        token = f"token-{self.logins}"
        self.tokens.add(token)
        urls = {"network": self.origin, "compute": f"{self.origin}/v2.1"}
        catalogue = [
            {
                "type": kind,
                "endpoints": [
                    {"interface": "admin", "region": "RegionOne", "url": "http://192.0.2.9/"},
                    {"interface": "public", "region": "RegionOne", "url": url},
                ],
            }
            for kind, url in urls.items()
        ]
        return 201, {"X-Subject-Token": token}, {"token": {"catalog": catalogue}}

    def _page(self, kind: str, query: dict[str, str]) -> dict[str, Any]:
        rows = [row for _, row in sorted(self.lists[kind].items())]
        if kind == "networks" and query.get("router:external"):
            rows = [row for row in rows if row.get("router:external")]
        if "changes-since" in query:
            rows = [row for row in rows if row["updated_at"] >= query["changes-since"]]
        if kind == "projects":
            return {"projects": rows}
        rows = [row for row in rows if row["id"] > query.get("marker", "")]
        size = min(self.page, int(query.get("limit", self.page)))
        links = [{"rel": "next", "href": "http://192.0.2.9/"}] if len(rows) > size else []
        return {kind: rows[:size], f"{kind}_links": links}

    def client(self) -> "CloudClient":
        """A client in this process; it has what the source uses of the real one."""
        return CloudClient(self, BASE)


@dataclass
class CloudClient:
    """Asks a `Cloud` without a socket."""

    cloud: Cloud
    url: str
    fails: list[str] = field(default_factory=list)  # kinds that are not answered

    def begin(self) -> None:
        """No limits here."""

    def beside(self, url: str) -> "CloudClient":
        """Another endpoint."""
        return CloudClient(self.cloud, url, self.fails)

    def get(self, place: str, headers: dict[str, str]) -> HttpAnswer:
        """As the real one."""
        return self.ask("GET", place, headers)

    def ask(
        self, method: str, place: str, headers: dict[str, str], body: object = None
    ) -> HttpAnswer:
        """As the real one."""
        parts = urlsplit(place)
        if any(kind in parts.path for kind in self.fails):
            raise Unavailable(f"{parts.path}: expected an answer, found: cut")
        small = {name.lower(): value for name, value in headers.items()}
        path = f"{parts.path}?{parts.query}"
        status, more, value = self.cloud.respond(method, path, small, body)
        return HttpAnswer(status, {name.lower(): text for name, text in more.items()}, value)


def later(at: datetime, seconds: float) -> datetime:
    """A moment later."""
    return at + timedelta(seconds=seconds)
