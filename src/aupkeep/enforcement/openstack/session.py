"""A session with OpenStack: a token by an application credential, the catalogue, JSON over HTTP.

Keystone's API v3, Nova's with microversion 2.73 (which gives a lock its reason), Neutron's v2.0,
Glance's v2, Octavia's v2.0. Plain HTTP: the few calls need no library
(`docs/decisions/039-openstack.md`).

A login that Keystone refuses is not tried again for an hour, unless the credential changes: others
may be locked out by tries, and a person has to look anyway.
"""

import hmac
import json
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPSHandler, Request, build_opener

from aupkeep.config.tls import client_context
from aupkeep.enforcement.action_json import read_object
from aupkeep.enforcement.asking import PartAway
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.fetch import NoRedirect
from aupkeep.enforcement.options import BEGINS, TEXT, URL
from aupkeep.model.errors import AupkeepError, DriverRefused, Pending, Unavailable
from aupkeep.model.facts import canonical
from aupkeep.model.moments import parse_moment, show_moment

FILE = "openstack-login.json"
MAX_BYTES = 1 << 12
MAX_ANSWER = 16 << 20
CHUNK = 1 << 16
TIMEOUT = 10.0  # seconds for each connect and read
LONGEST = 30.0  # seconds for a whole answer
MOST_WORDS = 200  # of what a service says
REST = timedelta(hours=1)  # Keystone's own lock-out lasts half an hour by default
MICROVERSION = "compute 2.73"
VERSIONS = {
    "compute": "",
    "network": "/v2.0",
    "image": "/v2",
    "identity": "/v3",
    "load-balancer": "/v2.0",
}
SESSION_OPTIONS = {
    "auth_url": URL.needed,
    "credential_id": TEXT.needed,
    "credential_secret": TEXT.needed,
    "region": TEXT,
    "interface": TEXT,
    "ca_file": TEXT,
}
UNAUTHORIZED, FORBIDDEN, MISSING, CONFLICT, MANY, FAULT = 401, 403, 404, 409, 429, 500


class OpenStackSession:
    """Calls to the services of one region; a token is asked for when there is none."""

    def __init__(
        self, options: Mapping[str, Any], folder: Path, now: Callable[[], datetime]
    ) -> None:
        self._options = options
        self._path = folder / FILE
        self._now = now
        self._token = ""
        self._urls: dict[str, str] = {}
        self.project = ""  # of the token; known after the first call
        self.missing = ""  # what a service said of what was not there, at the last such call
        self._opener = build_opener(NoRedirect, HTTPSHandler(context=self._tls()))

    def _tls(self) -> ssl.SSLContext:
        try:
            return client_context(self._options.get("ca_file", ""))
        except (OSError, ssl.SSLError) as error:
            raise Unavailable(f"option ca_file: expected certificates, found {error}") from error

    def read(self, service: str, path: str) -> dict[str, Any] | None:
        """The JSON at a path, None for what is not there. Raises `Unavailable`."""
        try:
            return self._call("GET", service, path, None)
        except DriverRefused as error:  # reading is no order: a person gives the role for it
            raise PartAway(str(error)) from error

    def write(self, method: str, service: str, path: str, body: object) -> bool:
        """Change something; False for what is not there, of which `missing` then says more.

        Raises `DriverRefused` where the service refuses it, `Pending` where it is busy (409),
        `Unavailable` for no answer.
        """
        return self._call(method, service, path, body) is not None

    def _call(self, method: str, service: str, path: str, body: object) -> dict[str, Any] | None:
        fresh = not self._token
        if fresh:
            self._log_in()
        try:
            return self._ask(method, service, path, body)
        except _NotKnown:
            if fresh:
                raise
        self._log_in()  # the token ended
        return self._ask(method, service, path, body)

    def _ask(self, method: str, service: str, path: str, body: object) -> dict[str, Any] | None:
        url = self._urls.get(service)
        if url is None:
            raise Unavailable(f"catalogue: expected an address of {service}, found none")
        if not url.startswith(BEGINS):
            raise Unavailable(f"catalogue: expected {BEGINS[0]} for {service}, found another")
        headers = {"X-Auth-Token": self._token, "OpenStack-API-Version": MICROVERSION}
        return self._exchange(method, url + path, body, headers)[0]

    def _exchange(
        self, method: str, url: str, body: object, headers: Mapping[str, str]
    ) -> tuple[dict[str, Any] | None, Mapping[str, str]]:
        """The answer's JSON, None for 404, and its headers."""
        whole = Request(  # noqa: S310 - its scheme was checked
            url,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={**headers, "Content-Type": "application/json", "Accept": "application/json"},
        )
        where = f"{method} {urlsplit(url).path}"
        try:
            with self._opener.open(whole, timeout=TIMEOUT) as answer:
                data = _drained(answer)
                return (read_object(data, MAX_ANSWER, where) if data else {}), answer.headers
        except HTTPError as error:
            with error:
                if error.code == MISSING:
                    self.missing = _said(error)
                    return None, {}
                raise _refusal(where, error) from error
        except AupkeepError as error:
            raise Unavailable(str(error)) from error
        except (OSError, HTTPException) as error:
            raise Unavailable(f"{where}: expected an answer, found {error}") from error

    def _log_in(self) -> None:
        """A token and the catalogue. Raises `Unavailable`."""
        self._token = ""
        secret = self._options["credential_secret"]
        mark = hmac.digest(secret.encode(), b"aupkeep openstack login", "sha256").hex()
        self._rest(mark)
        base = self._options["auth_url"].rstrip("/").removesuffix("/v3")
        credential = {"id": self._options["credential_id"], "secret": secret}
        identity = {"methods": ["application_credential"], "application_credential": credential}
        try:
            answer, headers = self._exchange(
                "POST", f"{base}/v3/auth/tokens", {"auth": {"identity": identity}}, {}
            )
        except (_NotKnown, DriverRefused) as error:
            seen = {"credential": mark, "at": show_moment(self._now())}
            write_durably(self._path, canonical(seen))
            raise Unavailable(f"Keystone refuses our credential: {error}") from error
        if answer is None or not headers.get("X-Subject-Token"):
            raise Unavailable("POST /v3/auth/tokens: expected a token, found none")
        self._path.unlink(missing_ok=True)
        self._urls = {**self._catalogue(answer), "identity": f"{base}/v3"}
        self.project = str(answer["token"].get("project", {}).get("id", ""))
        self._token = headers["X-Subject-Token"]

    def _rest(self, mark: str) -> None:
        """Raises `Unavailable` for a credential that was refused within the hour."""
        try:
            seen = read_object(self._path.read_bytes(), MAX_BYTES, FILE)
            at = parse_moment(str(seen["at"]), FILE)
        except (OSError, AupkeepError, LookupError):
            return
        if seen.get("credential") == mark and at <= self._now() < at + REST:
            raise Unavailable(
                f"Keystone refused our credential at {show_moment(at)}: not tried again before "
                f"{show_moment(at + REST)}, or once it is another one"
            )

    def _catalogue(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """Service type → address in our region, of the wanted interface."""
        kind = str(self._options.get("interface", "public"))
        region = self._options.get("region")
        try:
            points = [
                (str(service["type"]), str(point["url"]).rstrip("/"))
                for service in answer["token"]["catalog"]
                for point in service["endpoints"]
                if point["interface"] == kind and region in (None, point["region"])
            ]
        except (LookupError, TypeError) as error:
            raise Unavailable(f"catalogue: expected services, found {error}") from error
        urls = dict(reversed(points))  # of two of a type the first
        return {
            name: url if url.endswith(version) else url + version
            for name, version in VERSIONS.items()
            if (url := urls.get(name, ""))
        }


class _NotKnown(Unavailable):
    """401: the token or the credential is not taken."""


def _refusal(where: str, error: HTTPError) -> AupkeepError:
    """What a caller does about an answer that is an error."""
    words = f"{where}: the answer is {error.code}{_said(error)}"
    if error.code == UNAUTHORIZED:
        return _NotKnown(words)
    if error.code == CONFLICT:
        return Pending(words)
    if error.code == MANY:
        return Unavailable(words)
    if error.code >= FAULT:  # perhaps at this one thing alone
        return PartAway(words)
    return DriverRefused(words)


def _said(error: HTTPError) -> str:
    """The message within an error's JSON, in plain letters and short."""
    try:
        value = json.loads(error.read1(CHUNK))
        rows = value if isinstance(value, dict) else {"": ""}
        inner = rows.get("faultstring") or next(iter(rows.values()))  # the first is Octavia's
        text = inner.get("message", "") if isinstance(inner, dict) else inner
        plain = str(text)[:MOST_WORDS].encode("ascii", "backslashreplace").decode()
    except (OSError, HTTPException, ValueError, StopIteration):
        return ""
    return f": {plain}" if plain else ""


def _drained(answer: HTTPResponse) -> bytes:
    """The body up to one byte over the limit. Raises `OSError` when it comes too slowly."""
    end = monotonic() + LONGEST
    parts: list[bytes] = []
    size = 0
    while size <= MAX_ANSWER and (part := answer.read1(CHUNK)):
        parts.append(part)
        size += len(part)
        if monotonic() > end:
            raise TimeoutError(f"{size} bytes in {LONGEST} s")
    return b"".join(parts)
