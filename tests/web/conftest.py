"""The pages over a seeded home; a browser that stays on this host."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Request

from aupkeep.app import context
from aupkeep.app.pages.sign_in import after_answer
from aupkeep.config.home import Home
from aupkeep.store import opening
from databases import make_home, use
from web.seeded import Seeded, open_seeded, seed, seed_person

CHROMIUM = Path(os.environ.get("AUPKEEP_CHROMIUM", "/usr/bin/chromium"))
SCHEMES = ["light", pytest.param("dark", marks=pytest.mark.nightly("browser"))]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def seeded_home(migrated: Path, tmp_path_factory, django_db_blocker) -> Path:
    """The seeded home, to copy."""
    home = make_home(tmp_path_factory.mktemp("seeded") / "home")
    shutil.copy(migrated, home.database)
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        opened(home.path, patch)
        seed(home)
        connections.close_all()
    return home.path


@pytest.fixture
def seeded(seeded_home: Path, tmp_path: Path, monkeypatch, django_db_blocker) -> Iterator[Seeded]:
    """A copy of the seeded home, which the pages are bound to."""
    yield from bound(seeded_home, tmp_path / "home", monkeypatch, django_db_blocker)


@pytest.fixture
def empty(migrated: Path, tmp_path: Path, monkeypatch, django_db_blocker) -> Iterator[Seeded]:
    """A home in which nothing has happened yet, but that Kari was added."""
    home = make_home(tmp_path / "fresh")
    shutil.copy(migrated, home.database)
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        opened(home.path, patch)
        seed_person(home)
        connections.close_all()
    yield from bound(home.path, tmp_path / "empty", monkeypatch, django_db_blocker)


def bound(made: Path, path: Path, monkeypatch, blocker) -> Iterator[Seeded]:
    """A copy of a home; afterwards whatever was bound before is bound again."""
    shutil.copytree(made, path)
    monkeypatch.setattr(context, "_bound", [])
    with blocker.unblock():
        opened(path, monkeypatch)
        yield open_seeded(path)
        connections.close_all()


def opened(path: Path, patch: pytest.MonkeyPatch) -> None:
    """Let this process use the home's database.

    Playwright's loop stands in the thread of a browser test; nothing in it waits for the database.
    """
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    patch.setenv("AUPKEEP_HOME", str(path))
    patch.setattr(settings, "AUPKEEP_HOME", str(path))
    patch.setattr(opening, "_opened", [path])
    use("", Home(path).database)


@contextmanager
def serving() -> Iterator[str]:
    """The pages as WSGI on a free port of loopback, over the home that is bound."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def address(seeded: Seeded) -> Iterator[str]:
    """The pages of the seeded home on a port of loopback."""
    with serving() as base:
        yield base


class QuietHandler(WSGIRequestHandler):
    """Django's, without a line per request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page leaves for after its answer is done within it."""
    monkeypatch.setattr(after_answer, "do_later", lambda work: work())


@pytest.fixture
def visitor(seeded: Seeded) -> Client:
    """Somebody without a session, whose forms need the cross-site token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def kari(seeded: Seeded) -> Client:
    """A person of the desk, signed in by a link; what is written from now on is the test's."""
    client = Client()
    assert client.post(seeded.at("/sign-in/{link}/"))["Location"] == "/queue"
    seeded.start()
    return client


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module; absent on a laptop is a skip, in CI a failure.

    Not one for the whole run: while it lives, its event loop stands in this thread, and Django
    then refuses the database to whichever test comes next.
    """
    if not CHROMIUM.exists():
        word = f"Chromium: expected {CHROMIUM}, found none (apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


class Guest:
    """A browser context that records requests to other hosts and what the policy refused."""

    def __init__(
        self, browser: Browser, base: str, scheme: str, size: tuple[int, int], link: str = ""
    ) -> None:
        self.base, self.link, self.strays, self.refused = base, link, [], []
        self.context = browser.new_context(
            color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, locale="en-GB"
        )
        self.context.set_default_timeout(15000)
        self.page = self.context.new_page()
        self.page.on("request", self._request)
        self.page.on("console", self._console)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("data:", self.base)):
            self.strays.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.refused.append(message.text)

    def go(self, path: str) -> None:
        """Open a path of ours."""
        self.page.goto(self.base + path)

    def sign_in(self) -> None:
        """Walk the real way in: the link, the button."""
        self.go(self.link)
        self.page.get_by_role("button", name="Sign in now").click()
        self.page.wait_for_url("**/queue")

    def path(self) -> str:
        """Where the browser is."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


@pytest.fixture
def guest(chromium: Browser, address: str, seeded: Seeded) -> Iterator[Callable[..., Guest]]:
    """Makes browser contexts: `guest(scheme, (width, height))`."""
    made: list[Guest] = []

    def make(scheme: str = "light", size: tuple[int, int] = (1440, 900)) -> Guest:
        made.append(Guest(chromium, address, scheme, size, seeded.at("/sign-in/{link}/")))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
        assert one.strays == [], "a page asked another host for something"
        assert one.refused == [], "a page broke its own content security policy"
