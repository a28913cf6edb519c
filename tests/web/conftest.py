"""A sample desk behind the real pages; a browser that stays on this host."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings
from playwright.sync_api import Browser, ConsoleMessage, Request

from aupkeep.web import desk as seam
from web.sample_desk import KARI, SampleDesk

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


@pytest.fixture
def desk() -> Iterator[SampleDesk]:
    """The bound sample desk; sessions live in their cookie, so that no database is needed."""
    sample, before = SampleDesk(), list(seam._bound)
    seam.bind(sample)
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"):
        yield sample
    seam._bound[:] = before


@pytest.fixture
def address(desk: SampleDesk) -> Iterator[str]:
    """The pages as WSGI on a free port of loopback (`site.wsgi` would open the real desk)."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


class QuietHandler(WSGIRequestHandler):
    """Django's, without a line per request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.fixture
def visitor(desk: SampleDesk) -> Client:
    """Somebody without a session, whose forms need the cross-site token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def kari(desk: SampleDesk) -> Client:
    """A person of the desk, signed in."""
    client = Client()
    client.post("/sign-in/good-link/")
    desk.asked.clear()
    assert desk.person(KARI.id) == KARI
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

    def __init__(self, browser: Browser, base: str, scheme: str, size: tuple[int, int]) -> None:
        self.base, self.strays, self.refused = base, [], []
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
        self.go("/sign-in/good-link/")
        self.page.get_by_role("button", name="Sign in now").click()
        self.page.wait_for_url("**/queue")

    def path(self) -> str:
        """Where the browser is."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


@pytest.fixture
def guest(chromium: Browser, address: str) -> Iterator[Callable[..., Guest]]:
    """Makes browser contexts: `guest(scheme, (width, height))`."""
    made: list[Guest] = []

    def make(scheme: str = "light", size: tuple[int, int] = (1440, 900)) -> Guest:
        made.append(Guest(chromium, address, scheme, size))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
        assert one.strays == [], "a page asked another host for something"
        assert one.refused == [], "a page broke its own content security policy"
