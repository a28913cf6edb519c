"""A request as WSGI asks for it (PEP 3333), and what WSGI answers.

Each header that stands twice becomes one, joined by a comma. A header whose name has an underscore
is left out: as a variable it could not be told from the one with a hyphen, such as X-Forwarded-For.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import unquote_to_bytes, urlsplit

import structlog

from aupkeep.model.link_tokens import without_tokens

log = structlog.get_logger("web")
Headers = list[tuple[bytes, bytes]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
REFUSED = "aupkeep.refused"  # the status of a request that the server refuses itself
OWN_HEADERS = (  # of the server's own words; those of the application are `web.headers`
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """A whole answer."""

    status: int
    reason: bytes
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """What the first lines of a request say, and who sent them."""

    method: str
    path: str  # percent-encoded, as it came
    query: str
    headers: Headers
    peer: str
    host: str
    port: int

    @property
    def forwarded(self) -> str:
        """X-Forwarded-For, of several all."""
        values = (value for name, value in self.headers if name == b"x-forwarded-for")
        return ", ".join(value.decode("latin-1") for value in values)

    @property
    def caller(self) -> str:
        """The digest of the token that it names, "" for none; that token need not live."""
        named = (value for name, value in self.headers if name == b"authorization")
        return next((sha256(value).hexdigest() for value in named), "")


def split_target(target: bytes) -> tuple[str, str, str] | None:
    """Path, query and authority of a request's target (RFC 9112 section 3.2); None: not served.

    The authority is "" where the target has none. One with a user's name is refused (RFC 9110
    section 4.2.4).

    >>> split_target(b"/a%20b?c=d"), split_target(b"http://h/x"), split_target(b"host:443")
    (('/a%20b', 'c=d', ''), ('/x', '', 'h'), None)
    """
    text = target.decode("latin-1")
    if text.lower().startswith(("http://", "https://")):
        try:
            parts = urlsplit(text)
        except ValueError:
            return None
        if not parts.netloc or "@" in parts.netloc:
            return None
        return parts.path or "/", parts.query, parts.netloc
    if not text.startswith("/"):
        return None
    path, _, query = text.partition("?")
    return path, query, ""


def variables(head: Head, body: IO[bytes], size: int) -> dict[str, Any]:
    """The WSGI environment of a request whose body is there as a whole."""
    fields: dict[str, list[str]] = {}
    for name, value in head.headers:
        word = name.decode("latin-1").lower()
        if "_" not in word:
            fields.setdefault(word, []).append(value.decode("latin-1"))
    environ: dict[str, Any] = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(head.path).decode("latin-1"),
        "QUERY_STRING": head.query,
        "SERVER_NAME": head.host,
        "SERVER_PORT": str(head.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": head.peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for word, values in fields.items():
        variable = PLAIN.get(word) or "HTTP_" + word.upper().replace("-", "_")
        environ[variable] = ("; " if word == "cookie" else ",").join(values)
    environ["CONTENT_LENGTH"] = str(size)
    return environ


def call(application: Application, environ: dict[str, Any]) -> WholeAnswer:
    """What the application answers; 500 where it raises."""
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        said.append((status, headers))

    try:
        parts = application(environ, start)
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = said[-1]
    except Exception:
        log.exception("a request failed", path=without_tokens(environ["PATH_INFO"]))
        return plain(500)
    code, _, reason = status.partition(" ")
    raw = [(name.encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
    return WholeAnswer(int(code), reason.encode("latin-1"), raw, body)


def plain(status: int) -> WholeAnswer:
    """The server's own words for a status, where no application can be asked."""
    reason = HTTPStatus(status).phrase
    body = f"{status} {reason}\n".encode()
    return WholeAnswer(status, reason.encode(), list(OWN_HEADERS), body)
