"""Where an agent fetches its desired state: a file on this machine, or the server over HTTP.

A source is called without arguments and gives the signed bytes, or None when there are none yet.
What it gives is not trusted; `desired.open_signed` decides. Neither waits longer than its limits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from aupkeep.enforcement.desired import MAX_BYTES
from aupkeep.model.errors import Invalid, Unavailable

LONGEST = 30.0  # seconds for the whole answer
CHUNK = 1 << 16
TIMEOUT = 5.0  # seconds for each read and connect
NOT_FOUND = 404
SIGNING = 10.0  # seconds in which a server signs a state over a nonce: its worker's next turn
POLL_INTERVAL = 0.5


def from_file(path: Path) -> Callable[[], bytes | None]:
    """A source that reads a file. The call raises `Unavailable` when the file cannot be read."""

    def fetch() -> bytes | None:
        try:
            with path.open("rb") as file:
                return _bounded(file.read(MAX_BYTES + 1), str(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{path}: expected a desired state, found {error}") from error

    return fetch


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token elsewhere: it ends as an HTTP error."""

    def redirect_request(self, *args: object) -> None:
        """Follow nothing."""


NO_REDIRECTS = build_opener(_NoRedirect)  # TLS below it checks the server's certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSource:
    """A server that is asked with a bearer token (RFC 6750 section 2.1).

    Each question raises `Unavailable` for no answer, an error or too long an answer. 404 = nothing
    yet.
    """

    url: str
    headers: dict[str, str]
    timeout: float
    opener: OpenerDirector

    def __call__(self) -> bytes | None:
        """The newest state."""
        return self._get(self.url)

    def fresh(self, nonce: str) -> bytes | None:
        """The newest state, waited for until it is signed over this nonce, for 10 s at most."""
        end = monotonic() + SIGNING
        while True:
            data = self._get(f"{self.url}?nonce={nonce}")
            if (data and nonce.encode() in data) or monotonic() > end:
                return data
            sleep(POLL_INTERVAL)

    def _get(self, url: str) -> bytes | None:
        request = Request(url, headers=self.headers)  # noqa: S310 - checked in `from_url`
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                return _bounded(_drained(answer), self.url)
        except HTTPError as error:
            error.close()
            if error.code == NOT_FOUND:
                return None
            raise self._none(error.code) from error
        except (OSError, HTTPException) as error:
            raise self._none(error) from error

    def _none(self, found: object) -> Unavailable:
        return Unavailable(f"{self.url}: expected a desired state, found {found}")


def from_url(url: str, token: str, timeout: float = TIMEOUT) -> HttpSource:
    """A server as a source.

    Raises `Invalid` for a URL that is not http or https, or a token that is not plain.
    """
    if not url.startswith(("https://", "http://")):
        raise Invalid(f"desired state URL: expected http:// or https://, found {url[:60]!r}")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Invalid("token: expected printable ASCII without spaces")
    headers = {"Authorization": f"Bearer {token}"}
    return HttpSource(url=url, headers=headers, timeout=timeout, opener=NO_REDIRECTS)


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
