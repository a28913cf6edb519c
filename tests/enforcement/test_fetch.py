"""Where a desired state comes from: the call gives bytes, nothing, or a clear error."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from aupkeep.enforcement import fetch as source
from aupkeep.enforcement.fetch import HttpSource, from_file, server_at
from aupkeep.model.errors import Invalid, Unavailable


def test_file(tmp_path: Path):
    """No file yet is nothing; then its bytes; a folder in its place is an error."""
    fetch = from_file(tmp_path / "desired")
    assert fetch() is None
    (tmp_path / "desired").write_bytes(b"signed")
    assert fetch() == b"signed"
    with pytest.raises(Unavailable, match="expected a desired state"):
        from_file(tmp_path)()


def test_file_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """More bytes than the limit are never taken in."""
    monkeypatch.setattr(source, "MAX_BYTES", 4)
    (tmp_path / "desired").write_bytes(b"12345")
    with pytest.raises(Unavailable, match="at most 4 bytes"):
        from_file(tmp_path / "desired")()


class Answers(BaseHTTPRequestHandler):
    """Answers by path; `older` states come before one with the nonce."""

    older = 0

    def do_GET(self) -> None:
        """Give bytes to who has the token."""
        path, _, nonce = self.path.partition("?nonce=")
        code = {"/none": 404, "/broken": 500, "/moved": 302}.get(path, 200)
        if self.headers["Authorization"] != "Bearer t0ken":
            code = 401
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "/state")
        self.end_headers()
        if nonce and Answers.older:
            Answers.older -= 1
            nonce = ""
        self.wfile.write(f"signed {nonce}".strip().encode())

    def log_message(self, *words: object) -> None:  # type: ignore[override]
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def at(url: str, path: str, token: str = "t0ken") -> HttpSource:  # noqa: S107 - not a secret
    """A path of a server as a source."""
    return HttpSource(server_at(url, token, timeout=1), path)


@pytest.mark.network
def test_url(url: str):
    """The token is sent; 404 is nothing yet."""
    assert at(url, "/state")() == b"signed"
    assert at(url, "/none")() is None


@pytest.mark.network
def test_url_waits_for_a_fresh_state(url: str, monkeypatch: pytest.MonkeyPatch):
    """It asks with the nonce until the state holds it, or the time is over."""
    monkeypatch.setattr(source, "POLL_INTERVAL", 0)
    monkeypatch.setattr(Answers, "older", 2)
    assert at(url, "/state").fresh("0f0f") == b"signed 0f0f"
    assert Answers.older == 0
    monkeypatch.setattr(Answers, "older", 1 << 30)
    monkeypatch.setattr(source, "SIGNING", 0.05)
    assert at(url, "/state").fresh("0f0f") == b"signed"
    assert at(url, "/none").fresh("0f0f") is None


@pytest.mark.network
@pytest.mark.parametrize(
    ("path", "token", "found"),
    [("/broken", "t0ken", "500"), ("/state", "wrong", "401"), ("/moved", "t0ken", "302")],
)
def test_url_refused(url: str, path: str, token: str, found: str):
    """An error, and a redirect that would carry the token away, is an error with its code."""
    with pytest.raises(Unavailable, match=found):
        at(url, path, token)()


@pytest.mark.network
def test_url_silent():
    """Nobody there is an error."""
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        at("http://127.0.0.1:9", "/")()


WRONG: dict[str, Callable[[], object]] = {
    "http": lambda: server_at("file:///etc/passwd", "t0ken"),
    "https": lambda: server_at("http://abuse.example.com", "t0ken"),
    "this machine": lambda: server_at("http://127.0.0.1.example.com", "t0ken"),
    "token": lambda: server_at("https://a.example/", "two\r\nlines"),
}


@pytest.mark.parametrize("word", WRONG)
def test_wrong_settings(word: str):
    """A URL that is no web address, or a token that is two lines, is refused at once."""
    with pytest.raises(Invalid, match=word):
        WRONG[word]()
