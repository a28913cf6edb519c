"""A phishing page is answered with 451 while the site goes on, and comes back when it is lifted.

Reported by mail, decided and undone at the command line, carried out by the agent on a real nginx.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.conftest import furnish, with_settings
from app.reading.test_name_lookup import answering, letter
from app.steps import arrive, enforce_at
from aupkeep.app.context import bind
from aupkeep.app.proof.verify import verify_home
from aupkeep.cli import acting, enforcement
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.enforcement.maps.command import run_words
from aupkeep.model.notice import NoticeKind
from aupkeep.store import actions, notices
from enforcement.maps.nginx_server import WebServer, nginx
from enrol import enrol

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]
THEIRS = b'# what the web team wrote\n"~^http://old\\.example" "";\n'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WebServer]:
    """A real nginx, whose map the web team has edited by hand."""
    with nginx(tmp_path / "nginx") as running:
        running.map.write_bytes(THEIRS)
        yield running


@pytest.fixture
def billed(context, server, monkeypatch):
    """A desk whose one target is that nginx; the name is the one of the fixture `by`."""
    web = TargetSettings(name="web", driver="nginx", options=server.options)
    chosen = EnforcementSettings(targets=(web,))
    desk = with_settings(context, enforcement=chosen)
    furnish(desk)
    enrol(desk, "ann", roles=["analyst"])
    bind(desk)
    for module in (acting, enforcement):
        monkeypatch.setattr(module, "open_context", lambda: desk)
    return desk


def settle(desk, action: str) -> None:
    """Steps until it is lifted: after a reload an old process may answer for a moment more."""
    until = time.monotonic() + 10
    while actions.get(action).state != "lifted" and time.monotonic() < until:
        enforce_at(desk, "web")


def test_a_phishing_page_is_blocked_and_the_site_goes_on(billed, by, server):
    """From the mail to the page that is back; the map is byte for byte what it was."""
    page = f"http://shop.example:{server.port}/login"
    mail = letter("shop.example").replace(b"https://shop.example/login", page.encode())
    (case,) = arrive(billed, mail, lookup=answering(shop=["203.0.113.10"]))
    assert (case.customer, server.get("/login").status) == ("alder", 200)

    until = ("--until", "2026-03-01T18:00:00Z")
    code, plan = by(
        "ada", "enforcement", "plan", "--measure", "block-url", "--subject", page, *until
    )
    assert (code, plan["refused"]) == (0, None)
    assert plan["actions"][0]["ops"] == [
        f"add the row of {page} for block-url, until 2026-03-01T18:00:00Z"
    ]
    words = ("--measure", "block-url", "--hours", 4, "--reasons", "a copy of a bank's sign-in")
    code, said = by("ada", "decide", case.reference, *words)
    assert code == 0, said
    assert server.get("/login").status == 200, "decided, and not yet carried out"
    enforce_at(billed, "web")
    (action,) = actions.of_case(case.id)
    assert action.state == "applied"
    assert action.proof.startswith(f"nginx: {page} until 2026-03-01T16:00:00.")
    assert action.proof.endswith("Z: asked, and in force")
    answer = server.get("/login", Accept_Language="nb")
    assert (answer.status, answer.headers["Link"]) == (
        451, '<https://provider.example/>; rel="blocked-by"'
    )  # fmt: skip
    assert "Denne siden er sperret" in answer.body
    assert [server.get(target).status for target in ("/", "/login/", "/Login", "/a")] == [200] * 4
    told = [notice for notice in notices.of_case(case.id) if notice.kind is NoticeKind.CUSTOMER]
    assert page in told[-1].text

    code, rows = by("ada", "enforcement", "list")
    assert (code, rows[0]["state"], rows[0]["subject"]) == (0, "applied", page)
    row = next(x for x in server.map.read_text().splitlines(True) if f"# aupkeep {action.id}" in x)
    plain = row.partition(" # aupkeep ")[0] + "\n"
    server.map.write_text(
        server.map.read_text().replace(row, plain)
    )  # somebody takes our mark away
    code, said = by("ada", "undo", action.id, "--reason", "taken down by the customer")
    assert code == 0, said
    enforce_at(billed, "web")
    code, rows = by("ada", "enforcement", "list")
    assert (rows[0]["state"], server.get("/login").status) == ("lifting", 451)
    assert rows[0]["reason"].startswith("not gone: ")
    assert rows[0]["reason"].endswith("a person must")
    assert not [x for x in notices.of_case(case.id) if x.kind is NoticeKind.LIFTED]
    server.map.write_text(server.map.read_text().replace(plain, ""))
    enforce_at(billed, "web")
    assert actions.get(action.id).state == "lifting", "the server has not read it, and blocks"
    run_words(server.options["reload"])
    settle(billed, action.id)
    assert server.get("/login").status == 200
    assert server.map.read_bytes() == THEIRS
    assert actions.get(action.id).state == "lifted"
    assert [x for x in notices.of_case(case.id) if x.kind is NoticeKind.LIFTED]
    assert verify_home(billed).ok
