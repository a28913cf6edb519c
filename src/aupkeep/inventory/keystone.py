"""An OpenStack cloud's lists: a token of Keystone v3, endpoints of its catalogue, page by page.

A token that is refused is replaced once a look; refused again, the look ends and says so. A login
that is refused is not tried again before the next look.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from aupkeep.inventory.http_client import HttpAnswer, HttpClient
from aupkeep.model.errors import Forbidden, Invalid, Unavailable, Unreadable

PAGE = 1000  # rows asked for at once; a cloud may give fewer
MOST_ROWS = 2_000_000
MADE, GOOD, UNAUTHORIZED, FORBIDDEN = 201, 200, 401, 403
TEXTS = (
    *("username", "password", "user_domain", "project", "project_domain"),
    *("application_credential_id", "application_credential_secret"),
    *("interface", "region", "network_url", "compute_url"),
)


class CloudApi:
    """Asks Keystone, Neutron and Nova; keeps its token from look to look."""

    def __init__(self, options: Mapping[str, Any], client: HttpClient) -> None:
        """Raises `Invalid` for options with which nobody can log in."""
        for name in TEXTS:
            if not isinstance(options.get(name, ""), str):
                raise Invalid(f"option {name}: expected text, found another type")
        self._texts = {name: str(options.get(name, "")) for name in TEXTS}
        self._keystone = client
        self._login = self._credential()
        self._token = ""
        self._clients: dict[str, HttpClient] = {}
        self._logins = 0

    def begin(self) -> None:
        """Begin a look: it may log in once, and once more."""
        self._logins = 0

    def rows(self, service: str, path: str, key: str, **query: object) -> Iterator[dict[str, Any]]:
        """Each object of a list, of every page.

        Raises `Unavailable`, `Unreadable`, `Forbidden`; then nothing that came before counts.
        """
        marker, seen = "", set[str]()
        while True:
            more = {"marker": marker} if marker else {}
            page = self._page(service, f"{path}?{urlencode({**query, 'limit': PAGE, **more})}")
            items = page.get(key)
            if not isinstance(items, list) or not all(isinstance(row, dict) for row in items):
                raise Unreadable(f"{path}: expected a list of objects at {key!r}, found none")
            yield from items
            if not _goes_on(page.get(f"{key}_links"), items):
                return
            marker = str(items[-1].get("id", ""))
            if not marker or marker in seen or len(seen) * PAGE > MOST_ROWS:
                raise Unreadable(f"{path}: expected other pages, found one twice or too many")
            seen.add(marker)

    def projects(self) -> Iterator[dict[str, Any]]:
        """Every project, with its domain and tags: Keystone has no pages."""
        answer = self._asked("identity", "/projects")
        items = answer.value.get("projects") if isinstance(answer.value, dict) else None
        if not isinstance(items, list) or not all(isinstance(row, dict) for row in items):
            raise Unreadable("/projects: expected a list of objects at 'projects', found none")
        if answer.value.get("truncated"):
            raise Unreadable("/projects: expected all of them, found the list cut by Keystone")
        yield from items

    def _page(self, service: str, path: str) -> dict[str, Any]:
        answer = self._asked(service, path)
        if not isinstance(answer.value, dict):
            raise Unreadable(f"{path.partition('?')[0]}: expected an object, found none")
        return answer.value

    def _asked(self, service: str, path: str) -> HttpAnswer:
        """The answer of a service, with a new token where the one we have is over."""
        shown = path.partition("?")[0]
        while True:
            if not self._token:
                self._log_in()
            client = self._clients[service]
            answer = client.get(client.url + path, {"X-Auth-Token": self._token})
            if answer.status == UNAUTHORIZED:
                self._token = ""
                continue
            if answer.status == FORBIDDEN:
                raise Forbidden(
                    f"{service} {shown}: expected a role that may list it, found HTTP 403"
                )
            if answer.status != GOOD:
                raise Unreadable(f"{service} {shown}: expected HTTP 200, found {answer.status}")
            return answer

    def _log_in(self) -> None:
        if self._logins == 2:  # noqa: PLR2004 - once, and once more
            raise Forbidden("expected a token that is taken, found two refused (HTTP 401)")
        self._logins += 1
        base = self._keystone.url.rstrip("/")
        answer = self._keystone.ask("POST", f"{base}/auth/tokens", {}, self._login)
        if answer.status in (UNAUTHORIZED, FORBIDDEN):
            self._logins = 2
            raise Forbidden(f"Keystone: expected a login, found HTTP {answer.status}")
        token = answer.headers.get("x-subject-token", "")
        body = answer.value.get("token") if isinstance(answer.value, dict) else None
        if answer.status != MADE or not token.isascii() or not token or not isinstance(body, dict):
            raise Unreadable(f"Keystone: expected a token, found HTTP {answer.status}")
        self._clients = {
            "identity": self._keystone.beside(base),
            "network": self._keystone.beside(self._endpoint(body, "network", "/v2.0")),
            "compute": self._keystone.beside(self._endpoint(body, "compute", "")),
        }
        self._token = token

    def _endpoint(self, token: Mapping[str, Any], service: str, version: str) -> str:
        """The URL of a service: of the options, else of the catalogue."""
        url = self._texts[f"{service}_url"] or self._of_catalogue(token.get("catalog"), service)
        url = url.rstrip("/")
        return url if not version or urlsplit(url).path.endswith(version) else url + version

    def _of_catalogue(self, catalogue: object, service: str) -> str:
        interface, region = self._texts["interface"] or "public", self._texts["region"]
        for point in _endpoints(catalogue, service):
            if point.get("interface") == interface and region in ("", point.get("region")):
                return str(point.get("url"))
        raise Unavailable(f"catalogue: expected {service} ({interface}, {region or 'any region'})")

    def _credential(self) -> dict[str, object]:
        """The body of a login."""
        texts = self._texts
        if texts["application_credential_id"]:
            secret = texts["application_credential_secret"]
            credential = {"id": texts["application_credential_id"], "secret": secret}
            method = "application_credential"
            return {"auth": {"identity": {"methods": [method], method: credential}}}
        for name in ("username", "password", "project"):
            if not texts[name]:
                raise Invalid(f"option {name}: expected it, or an application credential")
        user = {
            "name": texts["username"],
            "password": texts["password"],
            "domain": {"id": texts["user_domain"] or "default"},
        }
        scope = {"name": texts["project"], "domain": {"id": texts["project_domain"] or "default"}}
        identity = {"methods": ["password"], "password": {"user": user}}
        return {"auth": {"identity": identity, "scope": {"project": scope}}}


def _endpoints(catalogue: object, service: str) -> Iterator[dict[str, Any]]:
    """The endpoints of a service that a token's catalogue names."""
    for entry in catalogue if isinstance(catalogue, list) else ():
        points = entry.get("endpoints") if isinstance(entry, dict) else None
        if isinstance(points, list) and entry.get("type") == service:
            yield from (point for point in points if isinstance(point, dict))


def _goes_on(links: object, items: list[Any]) -> bool:
    """Whether a further page follows: the answer says so, or it is full."""
    named = links if isinstance(links, list) else []
    following = any(isinstance(link, dict) and link.get("rel") == "next" for link in named)
    return bool(items) and (following or (links is None and len(items) == PAGE))
