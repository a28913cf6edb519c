"""The notice form on a real install: processes, mail, the way from a stranger's page to an end."""

import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from app.notices_filed import solve
from aupkeep.lab.browser import post
from aupkeep.lab.scenario import find_case, mail_to, text_of
from web.conftest import Guest
from web.install import ADA, CUSTOMERS, HELD, Install
from web.test_browser import check

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]
FILER = "kari@filer.example"
JSON = {"Content-Type": "application/json"}
LIMITS = "\n[notices]\nan_hour = 3\nbits = 6\n"


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    """One install for all tests here."""
    with Install.open(tmp_path_factory.mktemp("install")) as found:
        _settle(found)
        yield found


def _settle(install: Install) -> None:
    """Customers, what they hold, and a person of the desk."""
    world, folder = install.world, install.world.folder
    moved = f"{install.ago(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    (folder / "customers.csv").write_text(CUSTOMERS, "utf-8")
    head = "address,port_from,port_to,customer,resource,from,until\n"
    (folder / "held.csv").write_text(head + HELD.format(moved=moved), "utf-8")
    world.command("customers", "import", str(folder / "customers.csv"))
    world.command("inventory", "import", str(folder / "held.csv"))
    world.command("staff", "add", ADA[0], "--name", ADA[1], "--me")


def fill(tab: Guest, address: str, **more: str) -> None:
    """Write a notice about an address into the open form."""
    page = tab.page
    page.locator("#where").fill(address)
    page.locator("#at").fill(f"{datetime.now(UTC) - timedelta(minutes=9):%Y-%m-%dT%H:%M}")
    page.locator("#zone").select_option("UTC")
    page.locator("#why").fill(more.get("why", "It guesses passwords here. <b>\u202eplease</b>"))
    page.locator("#name").fill("Kari Nordby")
    page.locator("#email").fill(more.get("email", FILER))
    page.locator("#good_faith").check()
    page.get_by_role("button", name="Look at it").click()


def link(install: Install, address: str, page: str) -> str:
    """The newest link to a page of ours in a letter to that address."""
    letter = install.world.wait(
        lambda: mail_to(install.world, address, f"/{page}/"), f"a letter with {page}"
    )
    return re.search(rf"/{page}/[\w-]+/", text_of(letter))[0]


@pytest.mark.nightly("processes")
def test_a_notice_goes_from_a_strangers_page_to_its_end(install: Install, chromium: Browser):
    """Filed, confirmed by mail, decided, and its filer told; no page names the customer."""
    tab = Guest(chromium, install.world.url, "light", (1200, 900))
    tab.go("/report/break-in?language=en")
    fill(tab, "203.0.113.201:40022")
    tab.page.get_by_role("button", name="Send the notice").click()
    tab.page.wait_for_url("**/r/**sent**", timeout=60_000)
    check(tab)
    status = tab.path().partition("?")[0]
    confirming = link(install, FILER, "report/confirm")  # while the worker still sends
    with install.still():
        before = install.digests()
        for path in ("/report", "/report/scan", status, confirming):
            tab.go(path)
        assert install.digests() == before, "looking changes nothing"
    tab.page.get_by_role("button", name=re.compile("Yes, I filed it|Ja, det var meg")).click()
    tab.page.wait_for_url("**confirmed**")
    case = install.world.wait(lambda: _case(install), "a case of the notice")
    words = ("--outcome", "not-abuse", "--as", ADA[0], "--reasons", "not so")
    install.world.command("case", "close", case["reference"], *words)
    letter = install.world.wait(lambda: mail_to(install.world, FILER, "broke no rule"), "the end")
    tab.go(f"{status}?language=en")
    assert "found no breach" in tab.page.locator("main").inner_text()
    for text in (text_of(letter), tab.page.content()):
        assert not re.search("birch|vm-99be|C-2041", text, re.IGNORECASE)
    assert (tab.strays, tab.refused, tab.context.cookies()) == ([], [], [])
    tab.context.close()


def _case(install: Install) -> dict | None:
    """The case of the notice, once its confirmed filer counts."""
    found = find_case(install.world, "C-2041")
    return found if found and found["level"] == "E1" else None


@pytest.mark.nightly("processes")
def test_two_processes_share_limits_and_used_challenges(install: Install):
    """Three notices an hour are three, whichever process takes them; a challenge is good once."""
    first, second = (_web(install) for _ in range(2))
    at = f"{datetime.now(UTC) - timedelta(minutes=9):%Y-%m-%dT%H:%M:%SZ}"
    notice = {"matter": "scan", "where": ["203.0.113.140"], "at": at, "name": "Kari",
              "why": "It tries all our ports.", "good_faith": True}  # fmt: skip

    def send(url: str, number: int, paid: dict[str, str]) -> int:
        body = notice | paid | {"email": f"k{number}@filer.example"}
        return post(f"{url}/api/v1/notices", json.dumps(body).encode(), JSON)[0]

    paid = _paid(first)
    assert send(first, 1, paid) in (202, 429)
    assert send(second, 2, paid) in (409, 429)
    hour, taken = -1, []
    while hour != datetime.now(UTC).hour:  # once more where the window ended meanwhile
        hour = datetime.now(UTC).hour
        urls = [first, second] * 3
        taken = [send(url, number, _paid(url)) for number, url in enumerate(urls, 3)]
    assert taken.count(202) <= 3
    assert taken[-2:] == [429, 429]


def _paid(url: str) -> dict[str, str]:
    """A challenge of that process, solved."""
    with urllib.request.urlopen(f"{url}/api/v1/notices/challenge", timeout=20) as answer:  # noqa: S310 - loopback
        found = json.load(answer)
    return {
        "challenge": found["challenge"],
        "solution": solve(found["challenge"], found["bits"]),
    }


def _web(install: Install) -> str:
    """Another web process on the same home, on a port of its own, with a small limit."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    file = install.world.home / "aupkeep.toml"
    text = re.sub(r"(\[web\]\nport = )\d+", rf"\g<1>{port}", file.read_text("utf-8"))
    file.write_text(text if LIMITS in text else text + LIMITS, "utf-8")
    install.world.processes.append(install.world._spawn(["web"]))
    install.world.wait(lambda: _answers(port), f"port {port}")
    return f"http://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
