"""Fetches one list over HTTPS or HTTP, trusting nothing the server says; an edge of this room.

    answer = Fetcher(limits, agent=…, own=…).fetch(request, etag, modified)

Everything has a limit while it is read, not afterwards: bytes on the wire, bytes unpacked, silence
and time in all. A watchdog closes the socket when the time is over, so a server that drips one byte
a second holds nobody. Secrets stand in `request.url` and `request.headers`; messages name
`request.shown` and the host, never those.
"""

import http.client
import socket
import threading
import time
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from aupkeep.config.tls import client_context
from aupkeep.intake.feed import DAY, FeedRequest, FetchLimits
from aupkeep.intake.feed_client.egress_guard import Resolve, permitted_addresses, system_resolver
from aupkeep.intake.mail.decompress import UnpackBudget, members, packed
from aupkeep.model.errors import Forbidden, Unavailable, Unreadable
from aupkeep.model.subject import Address

CHUNK = 1 << 16
PORTS = {"https": 443, "http": 80}
MOVED = {301, 302, 303, 307, 308}
MOST_HOPS = 3
SAME, GOOD = 304, 200
LINGER = 0.5  # seconds a server has to show that it sends more than it announced
LEAST = 0.05  # seconds; a time-out of zero would mean not to wait at all


Line = list[socket.socket]
"""The one socket that lives: wrapping it in TLS replaces it."""


class FetchFailed(Unavailable):
    """A fetch brought nothing usable; `wait` is how many seconds the server asked us to stay away.

    The message is for people and holds no secret.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        """`wait` 0 = the server did not say."""
        super().__init__(message)
        self.wait = wait


class FetchAnswer(NamedTuple):
    """`data` is None when the list is the one that is kept (304); `kind` is its media type.

    `date` is the server's clock in its own words, `location` where it sends us.
    """

    data: bytes | None
    etag: str
    modified: str
    status: int = 200
    kind: str = ""
    date: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Fetches under these limits. `inside` names hosts that may lie within; `ca_file` trusts more.

    `own` are our own addresses, which no feed may lead us to; `agent` names us with a contact.
    """

    limits: FetchLimits
    agent: str
    own: Container[Address] = ()
    inside: Sequence[str] = ()
    ca_file: str = ""
    resolve: Resolve = system_resolver
    stop: threading.Event = field(default_factory=threading.Event)
    answers: Container[int] = (GOOD,)  # the statuses whose body is an answer
    bodies: bool = True  # False = the status is the whole answer
    allowed_by: str = "[feeds] inside"  # the setting that allows a host within

    def fetch(self, request: FeedRequest, etag: str = "", modified: str = "") -> FetchAnswer:
        """One list, unpacked. Raises `FetchFailed`, `Forbidden` for a place we do not go to.

        A redirect is followed only to the same host by HTTPS, at most three times.
        """
        until = time.monotonic() + self.limits.seconds
        url = request.url
        for _ in range(MOST_HOPS + 1):
            moved, answer = self._once(request, url, (etag, modified), until)
            if answer is not None:
                return answer
            url = _next(url, moved, request)
        raise FetchFailed(
            f"{_shown_url(request)}: expected a list, found more than {MOST_HOPS} redirects"
        )

    def _once(
        self, request: FeedRequest, url: str, known: tuple[str, str], until: float
    ) -> tuple[str, FetchAnswer | None]:
        """Where we are sent, or the answer."""
        parts = _parts(url, request)
        try:
            with self._connected(parts, until) as (link, line):
                link.request(
                    request.method,
                    _path(parts),
                    body=request.body or None,
                    headers=self._headers(request, *known),
                )
                return self._heard(request, link, line, until)
        except (FetchFailed, Forbidden):
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() >= until
            why = f"nothing more in {self.limits.seconds:g} s" if late else _reason(error)
            raise FetchFailed(f"{_shown_url(request)}: expected a list, found: {why}") from error

    def _heard(
        self, request: FeedRequest, link: http.client.HTTPConnection, line: Line, until: float
    ) -> tuple[str, FetchAnswer | None]:
        with link.getresponse() as response:
            if response.status in MOVED and response.status not in self.answers:
                return response.headers.get("Location", ""), None
            return "", self._answer(request, response, line, until)

    def _headers(self, request: FeedRequest, etag: str, modified: str) -> dict[str, str]:
        headers = {
            "User-Agent": self.agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        if etag:
            headers["If-None-Match"] = etag  # RFC 9110 section 13.1.2
        elif modified:
            headers["If-Modified-Since"] = modified  # RFC 9110 section 13.1.3
        return {**headers, **request.headers}

    @contextmanager
    def _connected(
        self, parts: SplitResult, until: float
    ) -> Iterator[tuple[http.client.HTTPConnection, Line]]:
        """A connection to a checked address, closed when the time is over or we are told to stop.

        Raises `Forbidden`, `Unavailable` and `OSError`.
        """
        host = parts.hostname or ""
        port = parts.port or PORTS[parts.scheme]
        inside = host in self.inside
        addresses = permitted_addresses(
            host, self.resolve, self.own, inside=inside, allowed_by=self.allowed_by
        )
        line = [self._connect(addresses, port, until)]
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(line, until, over, self.stop), daemon=True)
        watch.start()
        try:
            link = http.client.HTTPConnection(host, port)
            link.sock = self._wrapped(line, parts.scheme, host)
            yield link, line
        finally:
            over.set()
            with suppress(OSError):
                line[0].close()

    def _connect(self, addresses: Sequence[str], port: int, until: float) -> socket.socket:
        """The first of the addresses that takes us. Raises `OSError`."""
        trouble: OSError = TimeoutError("no time left")
        for address in addresses:
            left = min(self.limits.idle, until - time.monotonic())
            if left <= 0:
                break
            try:
                return socket.create_connection((address, port), timeout=left)
            except OSError as error:
                trouble = error
        raise trouble

    def _wrapped(self, line: Line, scheme: str, host: str) -> socket.socket:
        """TLS with the certificate checked, where the address says so; `line` holds what lives."""
        line[0].settimeout(self.limits.idle)
        if scheme == "http":
            return line[0]
        context = client_context()  # the machine's trust, and the operator's beside it
        if self.ca_file:
            context.load_verify_locations(self.ca_file)
        safe = context.wrap_socket(line[0], server_hostname=host, do_handshake_on_connect=False)
        line[0] = safe  # before the handshake, which a server may drip as well
        safe.do_handshake()
        return safe

    def _answer(
        self, request: FeedRequest, response: http.client.HTTPResponse, line: Line, until: float
    ) -> FetchAnswer:
        etag = response.headers.get("ETag", "")[:300]
        modified = response.headers.get("Last-Modified", "")[:100]
        if response.status == SAME:
            return FetchAnswer(None, etag, modified)
        if response.status not in self.answers:
            said = f"{response.status} {response.reason}"[:80]
            wait = _retry_after(response.headers.get("Retry-After", ""))
            raise FetchFailed(f"{_shown_url(request)}: expected 200, found {said}", wait)
        data = self._body(request, response, line, until) if self.bodies else b""
        kind = response.headers.get("Content-Type", "")[:100]
        data = self._unpacked(request, response, data) if self.bodies else data
        date, location = response.headers.get("Date", ""), response.headers.get("Location", "")
        return FetchAnswer(data, etag, modified, response.status, kind, date[:100], location)

    def _body(
        self, request: FeedRequest, response: http.client.HTTPResponse, line: Line, until: float
    ) -> bytes:
        """What comes, at most the limit; a length that was announced must be kept to the byte."""
        most = self.limits.size
        announced = response.length
        body = bytearray()
        source = response if announced is None else response.fp
        while announced is None or len(body) < announced:
            left = CHUNK if announced is None else min(CHUNK, announced - len(body))
            piece = source.read1(left)
            body += piece
            if len(body) > most or (announced or 0) > most:
                raise FetchFailed(
                    f"{_shown_url(request)}: expected at most {most} bytes, found more"
                )
            if time.monotonic() >= until:
                raise TimeoutError
            if not piece:
                break
        if time.monotonic() >= until:
            raise TimeoutError
        if announced is not None and len(body) < announced:
            raise FetchFailed(
                f"{_shown_url(request)}: expected {announced} bytes as announced, found {len(body)}"
            )
        if announced is not None and _goes_on(response, line):
            raise FetchFailed(
                f"{_shown_url(request)}: expected {announced} bytes as announced, found more"
            )
        return bytes(body)

    def _unpacked(
        self, request: FeedRequest, response: http.client.HTTPResponse, data: bytes
    ) -> bytes:
        """The list itself out of gzip or zip; of an archive its one file."""
        coding = response.headers.get("Content-Encoding", "").strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip"):
            raise FetchFailed(
                f"{_shown_url(request)}: expected gzip or nothing, found {coding[:40]!r}"
            )
        if not packed(data):
            return data
        budget = UnpackBudget(left=self.limits.unpacked, ratio=1000)
        inside = list(members(data, request.name, budget))
        wrong = next((content for _, content in inside if isinstance(content, Unreadable)), None)
        good = [content for _, content in inside if isinstance(content, bytes)]
        if wrong is not None or len(good) != 1:
            why = str(wrong) if wrong else f"{len(good)} files"
            raise FetchFailed(f"{_shown_url(request)}: expected one file packed, found: {why}")
        return good[0]


def _watch(line: Line, until: float, over: threading.Event, stop: threading.Event) -> None:
    """Shut the socket down when the time is over: whoever waits for its next byte then wakes."""
    while not over.wait(min(0.2, max(until - time.monotonic(), LEAST))):
        if time.monotonic() >= until or stop.is_set():
            with suppress(OSError):
                socket.socket.shutdown(line[0], socket.SHUT_RDWR)
            return


def _goes_on(response: http.client.HTTPResponse, line: Line) -> bool:
    """Whether the server sends more than it announced; one that keeps the line open does not."""
    try:
        line[0].settimeout(LINGER)
        return bool(response.fp.read1(1))
    except (OSError, ValueError):
        return False


def _next(url: str, moved: str, request: FeedRequest) -> str:
    """Where a redirect leads, if we follow. Raises `FetchFailed`."""
    there = urlsplit(urljoin(url, moved)) if moved else None
    here = urlsplit(url)
    if there is None or there.scheme != "https" or there.hostname != here.hostname:
        raise FetchFailed(
            f"{_shown_url(request)}: expected a list, found a redirect to another place"
        )
    return there.geturl()


def _parts(url: str, request: FeedRequest) -> SplitResult:
    """The address taken apart. Raises `Forbidden`."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in PORTS and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        sound = False
        parts = urlsplit("")
    if not sound or parts.username or not url.isascii() or any(char <= " " for char in url):
        raise Forbidden(f"{_shown_url(request)}: expected an address such as https://host/list")
    return parts


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _shown_url(request: FeedRequest) -> str:
    return request.shown or request.url.partition("?")[0]


def _reason(error: Exception) -> str:
    """Why it failed, without what the server could have put in at length."""
    if isinstance(error, TimeoutError):
        return "silence"
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return "something that is no HTTP"  # its own words may hold a header of ours
    return (str(error) or type(error).__name__)[:200]


def _retry_after(text: str) -> float:
    """Seconds to stay away, at most a day (RFC 9110 section 10.2.3); 0 where nothing is said."""
    if text.strip().isdigit() and len(text) < 10:  # noqa: PLR2004 - digits
        return float(min(int(text), DAY))
    with suppress(ValueError, TypeError):
        return float(min(max(parsedate_to_datetime(text).timestamp() - time.time(), 0), DAY))  # noqa: TID251 - the server names a moment
    return 0.0
