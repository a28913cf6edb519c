"""JSON from one system over HTTPS, believing nothing it says; an edge of this room.

    client = HttpClient("https://ipam.example/", seconds=300)
    answer = client.get("/api/ipam/ip-addresses/", {"Authorization": "Token …"})

Everything has a limit while it is read: bytes of an answer and of all answers of a look, and time:
a watchdog closes the connection when that is over, so a server that drips holds nobody. Nothing is
followed anywhere: a redirect, or a page at another host, is an error. Messages name the host and
the path, never a header or a query.
"""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aupkeep.config.tls import client_context
from aupkeep.model.errors import Invalid, Unavailable, Unreadable

CHUNK = 1 << 16
MOST_OF_ONE = 32 << 20  # bytes of an answer
MOST_OF_ALL = 512 << 20  # bytes of all answers of one look
QUIET = 20.0  # seconds without a byte
PORTS = {"https": 443, "http": 80}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LEAST_WORD = 8  # characters of a header's word that may be a secret: `Bearer` is none
NO_ANSWERS = (429, 500, 502, 503, 504)


class HttpAnswer(NamedTuple):
    """Status, headers with names in small letters, and the JSON of the body; None without one."""

    status: int
    headers: Mapping[str, str]
    value: Any


@dataclass(slots=True)
class _Spent:
    """Until when a look may last, and what it has read so far."""

    until: float = 0.0
    read: int = 0
    sent: set[str] = field(default_factory=set)  # words of headers that may be secrets


@dataclass(slots=True)
class HttpClient:
    """Asks one origin. `plain` lets a name other than loopback be asked without TLS."""

    url: str
    seconds: float = 300.0  # of one look
    ca_file: str = ""
    plain: bool = False
    most_of_one: int = MOST_OF_ONE
    most_of_all: int = MOST_OF_ALL
    agent: str = "aupkeep"
    _spent: "_Spent" = field(default_factory=_Spent)

    def __post_init__(self) -> None:
        """Raises `Invalid` for an address that is none, or that is not safe to send a secret to."""
        self._checked(self.url)

    def begin(self) -> None:
        """Begin a look: the limits of time and bytes count from here."""
        self._spent.until, self._spent.read = time.monotonic() + self.seconds, 0
        self._spent.sent.clear()

    def beside(self, url: str) -> "HttpClient":
        """Another origin of the same system, within the same limits. Raises `Invalid`."""
        return replace(self, url=url)

    def get(self, place: str, headers: Mapping[str, str]) -> HttpAnswer:
        """GET a path below the origin, or a whole URL of it. Raises `Unavailable`, `Unreadable`."""
        return self.ask("GET", place, headers)

    def ask(
        self, method: str, place: str, headers: Mapping[str, str], body: object = None
    ) -> HttpAnswer:
        """Ask once; `body` is sent as JSON.

        Any status is an answer except those that say "later"; those, a line that breaks and the
        limits are `Unavailable`, a redirect and what is no JSON `Unreadable`.
        """
        if not self._spent.until:
            self.begin()
        for value in headers.values():
            self._spent.sent.update(word for word in value.split() if len(word) >= LEAST_WORD)
        url = place if "://" in place else self.origin + place
        scheme, host, port, path = self._checked(url)
        shown = f"{method} {host}{path.partition('?')[0]}"
        data = None if body is None else json.dumps(body).encode()
        more = {"Accept": "application/json", "User-Agent": self.agent, "Connection": "close"}
        if data is not None:
            more["Content-Type"] = "application/json"
        try:
            with self._connected(scheme, host, port) as link:
                link.request(method, path, data, {**more, **headers})
                with link.getresponse() as response:
                    return self._answer(response, shown)
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() >= self._spent.until
            why = f"nothing more in {self.seconds:g} s" if late else _why(error)
            raise Unavailable(f"{shown}: expected an answer, found: {why[:200]}") from error

    @property
    def sent(self) -> frozenset[str]:
        """The words of the headers that were sent in the last look: tokens among them."""
        return frozenset(self._spent.sent)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def _answer(self, response: http.client.HTTPResponse, shown: str) -> HttpAnswer:
        status = response.status
        if status in NO_ANSWERS:
            raise Unavailable(f"{shown}: expected an answer, found HTTP {status}")
        if 300 <= status < 400:  # noqa: PLR2004 - redirects, RFC 9110 section 15.4
            raise Unreadable(f"{shown}: expected an answer, found a redirect (HTTP {status})")
        data = self._body(response, shown)
        headers = {name.lower(): value for name, value in response.getheaders()}
        try:
            value = json.loads(data) if data.strip() else None
        except (ValueError, RecursionError) as error:
            if status >= 400:  # noqa: PLR2004 - an error whose page is for people
                return HttpAnswer(status, headers, None)
            raise Unreadable(f"{shown}: expected JSON, found: {str(error)[:120]}") from error
        return HttpAnswer(status, headers, value)

    def _body(self, response: http.client.HTTPResponse, shown: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := response.read1(CHUNK):
            parts.append(part)
            size += len(part)
            self._spent.read += len(part)
            if size > self.most_of_one:
                raise Unreadable(f"{shown}: expected at most {self.most_of_one} bytes, found more")
            if self._spent.read > self.most_of_all:
                raise Unreadable(
                    f"{shown}: expected at most {self.most_of_all} bytes in all, found more"
                )
            if time.monotonic() >= self._spent.until:
                raise TimeoutError
        if time.monotonic() >= self._spent.until:  # cut by the watchdog, perhaps within the headers
            raise TimeoutError
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(parts)

    @contextmanager
    def _connected(self, scheme: str, host: str, port: int) -> Iterator[http.client.HTTPConnection]:
        """A connection that is closed when the look's time is over."""
        left = self._spent.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        wait = min(QUIET, left)
        if scheme == "https":
            trust = client_context(self.ca_file)
            link: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=wait, context=trust
            )
        else:
            link = http.client.HTTPConnection(host, port, timeout=wait)
        watchdog = threading.Timer(left, _cut, (link,))
        watchdog.daemon = True
        watchdog.start()
        try:
            yield link
        finally:
            watchdog.cancel()
            link.close()

    def _checked(self, url: str) -> tuple[str, str, int, str]:
        """Scheme, host, port and path of a URL of this origin."""
        try:
            parts, own = urlsplit(url), urlsplit(self.url)
            port = parts.port or PORTS.get(parts.scheme, 0)
            own_port = own.port or PORTS.get(own.scheme, 0)
        except ValueError as error:
            raise Invalid("url: expected https://HOST/, found another form") from error
        host = parts.hostname or ""
        if parts.scheme not in PORTS or not host or parts.username is not None:
            raise Invalid("url: expected https://HOST/ without a user, found another form")
        if (parts.scheme, host, port) != (own.scheme, own.hostname, own_port):
            raise Unreadable(f"expected a page of {own.hostname}, found one of {host[:80]}")
        if parts.scheme == "http" and not (self.plain or host in LOOPBACK):
            raise Invalid(f"url: expected https, or loopback, found http to {host[:80]}")
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        if not path.isascii() or not path.isprintable() or " " in path:
            raise Unreadable(f"expected a path of {host}, found {parts.path[:80]!r}")
        return parts.scheme, host, port, path


def _why(error: Exception) -> str:
    """What broke; the words of other errors than those of a line may hold a header or a URL."""
    return (str(error) if isinstance(error, OSError) else "") or type(error).__name__


def _cut(link: http.client.HTTPConnection) -> None:
    """End a connection that another thread waits on."""
    line = link.sock
    if isinstance(line, socket.socket):
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            line.close()
