"""Where an agent fetches its desired state: a file on this machine, or the server over HTTP.

A source is called without arguments and gives the signed bytes, or None when there are none yet.
What it gives is not trusted; `desired.open_signed` decides. Neither waits longer than its limits.
The server is told over HTTP too what the agent saw (`HttpServer.tell`).
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from aupkeep.config.tls import client_context
from aupkeep.enforcement.agent_key import RequestSigner
from aupkeep.enforcement.desired import MAX_BYTES
from aupkeep.enforcement.desired_patch import NAME, patched, tag_of
from aupkeep.enforcement.durable_file import read_regular
from aupkeep.enforcement.signed_request import AgentRequest
from aupkeep.model.errors import Invalid, Replayed, Unavailable, Unreadable

LONGEST = 30.0  # seconds for the whole answer
CHUNK = 1 << 16
TIMEOUT = 5.0  # seconds for each read and connect
NOT_FOUND, NOT_MODIFIED = 404, 304
DIFFERENCE = 226  # IM Used (RFC 3229 section 10.4.1)
NOTHING_MORE: Mapping[str, str] = {}
SIGNING = 10.0  # seconds in which a server signs a state over a nonce: its worker's next turn
POLL_INTERVAL = 0.5
MAX_WORDS = 2_000  # of a refusal
NUMBER = re.compile(r"[1-9][0-9]{0,15}")


def from_file(path: Path) -> Callable[[], bytes | None]:
    """A source that reads a file. The call raises `Unavailable` when the file cannot be read."""

    def fetch() -> bytes | None:
        try:
            data = read_regular(path, MAX_BYTES + 1)
            return None if data is None else _bounded(data, str(path))
        except OSError as error:
            raise Unavailable(f"{path}: expected a desired state, found {error}") from error

    return fetch


class NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token elsewhere: it ends as an HTTP error."""

    def redirect_request(self, *args: object) -> None:
        """Follow nothing."""


@cache
def no_redirects() -> OpenerDirector:
    """Opens URLs; what the machine trusts is read at the first use, which takes 10 ms."""
    return build_opener(NoRedirect, HTTPSHandler(context=client_context()))


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpServer:
    """A server that is asked with a bearer token (RFC 6750 section 2.1), each request signed.

    Each question raises `Unavailable` for no answer, an error or too long an answer.
    """

    url: str
    headers: dict[str, str]
    timeout: float
    opener: OpenerDirector
    signer: RequestSigner | None = None

    def ask(self, path: str, query: str = "") -> bytes | None:
        """The body at a path, None for 404."""
        request = AgentRequest(method="GET", path=self._path(path), query=query)
        code, body, _ = self._answer(request)
        return None if code == NOT_FOUND else body

    def ask_anew(self, path: str, known: bytes) -> bytes | None:
        """The body at a path, of which the server sends only what differs from `known`, if it can.

        A difference that does not make what the server has is left, and the whole asked for.
        """
        request = AgentRequest(method="GET", path=self._path(path))
        headers = {"If-None-Match": tag_of(known), "A-IM": NAME}
        code, body, tag = self._answer(request, headers)
        if code == NOT_MODIFIED:
            return known
        if code != DIFFERENCE:
            return None if code == NOT_FOUND else body
        with suppress(Unreadable):
            state = patched(known, body)
            if tag_of(state) == tag:
                return state
        return self.ask(path)

    def tell(self, path: str, body: bytes) -> bytes:
        """Post JSON; the answer's body."""
        request = AgentRequest(method="POST", path=self._path(path), body=body)
        code, answer, _ = self._answer(request)
        if code == NOT_FOUND:
            raise Unavailable(f"{self.url}{path}: expected to be told, found {NOT_FOUND}")
        return answer

    def _path(self, path: str) -> str:
        return f"{urlsplit(self.url).path}{path}"

    def _answer(
        self, request: AgentRequest, headers: Mapping[str, str] = NOTHING_MORE
    ) -> tuple[int, bytes, str]:
        """One exchange; once more where the server knows a higher number than we do."""
        try:
            return self._exchange(request, headers)
        except _OldNumber as error:
            if self.signer is None:
                raise
            return self._exchange(request, headers, above=error.last)

    def _exchange(
        self, request: AgentRequest, headers: Mapping[str, str], above: int = 0
    ) -> tuple[int, bytes, str]:
        """The status, the body and its entity tag."""
        base = urlsplit(self.url)
        url = urlunsplit((base.scheme, base.netloc, request.path, request.query, ""))
        signed = self.signer.headers(request, above) if self.signer else {}
        kind = {"Content-Type": "application/json"} if request.body else {}
        whole = Request(  # noqa: S310 - checked in `server_at`
            url,
            data=request.body or None,
            headers={**self.headers, **headers, **signed, **kind},
            method=request.method,
        )
        try:
            with self.opener.open(whole, timeout=self.timeout) as answer:
                tag = answer.headers.get("ETag", "")
                return answer.status, _bounded(_drained(answer), url), tag
        except HTTPError as error:
            with error:
                if error.code in (NOT_FOUND, NOT_MODIFIED):
                    return error.code, b"", ""
                raise _refusal(url, error) from error
        except (OSError, HTTPException) as error:
            raise Unavailable(f"{url}: expected an answer, found {error}") from error


class _OldNumber(Unavailable):
    """The server knows a higher number of ours than the one we sent."""

    def __init__(self, message: str, last: int) -> None:
        super().__init__(message)
        self.last = last


def _refusal(url: str, error: HTTPError) -> Unavailable:
    """What the server says of a request that it refused."""
    try:
        said = str(json.loads(error.read1(MAX_WORDS))["detail"])[:MAX_WORDS]
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        said = ""
    words = f"{url}: expected an answer, found {error.code}{': ' if said else ''}{said}"
    last = error.headers.get(Replayed.header, "")
    return _OldNumber(words, int(last)) if NUMBER.fullmatch(last) else Unavailable(words)


@dataclass(slots=True)
class HttpSource:
    """The desired state at a path of a server. 404 = nothing yet."""

    server: HttpServer
    path: str
    _last: bytes | None = None

    def __call__(self) -> bytes | None:
        """The newest state; the very bytes of the last time where it is the same."""
        last = self._last
        server, path = self.server, self.path
        self._last = server.ask(path) if last is None else server.ask_anew(path, last)
        return self._last

    def fresh(self, nonce: str) -> bytes | None:
        """The newest state, waited for until it is signed over this nonce, for 10 s at most."""
        end = monotonic() + SIGNING
        while True:
            data = self.server.ask(self.path, f"nonce={nonce}")
            if (data and nonce.encode() in data) or monotonic() > end:
                return data
            sleep(POLL_INTERVAL)


def server_at(
    url: str, token: str, signer: RequestSigner | None = None, timeout: float = TIMEOUT
) -> HttpServer:
    """The server at a URL.

    Raises `Invalid` for a URL that is not https, nor http to this machine, or a token that is not
    plain.
    """
    if not url.startswith("https://") and not _is_here(url):
        raise Invalid(f"server: expected https://, or http:// to this machine, found {url[:60]!r}")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Invalid("token: expected printable ASCII without spaces")
    headers = {"Authorization": f"Bearer {token}"}
    return HttpServer(
        url=url.rstrip("/"), headers=headers, timeout=timeout, opener=no_redirects(), signer=signer
    )


def _is_here(url: str) -> bool:
    """Whether a URL is plain HTTP that does not leave this machine, e.g. to a tunnel's near end.

    >>> [_is_here(f"http://{host}") for host in ("127.0.0.1:80", "[::1]", "localhost", "192.0.2.1")]
    [True, True, True, False]
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "http" and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


def _drained(answer: HTTPResponse) -> bytes:
    """The body up to one byte over the limit. Raises `OSError` when it comes too slowly."""
    end = monotonic() + LONGEST
    parts: list[bytes] = []
    size = 0
    while size <= MAX_BYTES and (part := answer.read1(CHUNK)):
        parts.append(part)
        size += len(part)
        if monotonic() > end:
            raise TimeoutError(f"{size} bytes in {LONGEST} s")
    return b"".join(parts)


def _bounded(data: bytes, where: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise Unavailable(f"{where}: expected at most {MAX_BYTES} bytes, found more")
    return data
