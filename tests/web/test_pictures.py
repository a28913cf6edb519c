"""Takes the pictures of docs/pages.md of a real install.

`AUPKEEP_PICTURES=1 pytest tests/web/test_pictures.py` keeps them.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from web.conftest import Guest
from web.install import ADA, Install, furnish
from web.test_report_browser import fill

pytestmark = [
    pytest.mark.browser,
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.nightly("browser"),
]
PICTURES = Path(__file__).parents[2] / "docs/pictures"
KEPT = os.environ.get("AUPKEEP_PICTURES") == "1"
PHONE, DESKTOP = (390, 844), (1440, 900)
SHOTS = [
    ("queue-desktop", "queue", "light", DESKTOP),
    ("queue-phone", "queue", "light", PHONE),
    ("queue-dark", "queue", "dark", DESKTOP),
    ("case-desktop", "case", "light", DESKTOP),
    ("case-phone", "case", "light", PHONE),
    ("case-dark", "case", "dark", DESKTOP),
    ("customer-desktop", "customer-en", "light", DESKTOP),
    ("customer-phone", "customer-en", "light", PHONE),
    ("customer-dark", "customer", "dark", PHONE),
    ("inbox-desktop", "inbox", "light", DESKTOP),
    ("inbox-phone", "item", "light", PHONE),
    ("reporter-phone", "reporter", "light", PHONE),
    ("reporter-desktop", "reporter", "light", DESKTOP),
]
TRAFFIC = [
    ("traffic-desktop", "light", DESKTOP),
    ("traffic-phone", "light", PHONE),
    ("traffic-dark", "dark", DESKTOP),
]
ATTACKED = 1000  # pixels of the case of who is attacked, down to its traffic
MOST_BYTES = 150_000
LONGEST = 2400  # pixels of a phone's page


def test_every_page_has_its_picture(chromium: Browser, tmp_path: Path):
    """Each picture can be taken and is small; they are kept only when asked for."""
    with Install.open(tmp_path / "install") as install:
        furnish(install)
        reference = install.case_of("C-1007")["reference"]
        console = [it for it in SHOTS if it[1] in ("queue", "case", "inbox", "item")]
        paths = {"queue": "/queue?view=all", "case": f"/case/{reference}", "inbox": "/inbox"}
        _take(chromium, install, console, paths, tmp_path)
        reasons = "Two networks report it, and it goes on; the narrowest measure that stops it."
        words = ("decide", reference, "--measure", "block-port", "--hours", "24", "--as", ADA[0])
        install.world.command(*words, "--reasons", reasons)
        install.action(reference, "recorded")
        customer = install.link_to("drift@nordlys.example", "c")
        paths = {
            "customer": customer,
            "customer-en": f"{customer}?language=en",
            "reporter": install.link_to("soc@cert.example", "r"),
        }
        _take(chromium, install, [it for it in SHOTS if it not in console], paths, tmp_path)


def _take(
    browser: Browser, install: Install, shots: list, paths: dict[str, str], folder: Path
) -> None:
    """Those pictures, of pages whose path is known; the first inbox item's is looked up."""
    one = Guest(browser, install.world.url, "light", DESKTOP)
    one.page.goto(install.world.command("staff", "link", ADA[0])["link"])
    one.page.get_by_role("button", name="Sign in now").click()
    one.page.wait_for_url("**/queue")
    for name, page, scheme, (width, height) in shots:
        if page == "item":
            one.go("/inbox")
            paths["item"] = one.page.locator(".items a").first.get_attribute("href")
        one.page.set_viewport_size({"width": width, "height": height})
        one.page.emulate_media(color_scheme=scheme)
        one.go(paths[page])
        _shoot(one, folder / f"{name}.png", (width, height))
    one.context.close()


def _shoot(one: Guest, file: Path, size: tuple[int, int]) -> None:
    """What the window shows; of a phone's page all of it, up to a length."""
    width, height = size
    one.page.set_viewport_size({"width": width, "height": height})
    whole = one.page.evaluate("document.documentElement.scrollHeight")
    longest = min(whole, LONGEST) if size == PHONE else height
    one.page.set_viewport_size({"width": width, "height": longest})
    one.page.screenshot(path=file)
    _keep(file)


def test_a_flood_has_its_picture(chromium: Browser, tmp_path: Path):
    """The traffic of a case that a detector saw, from the flow records of a real install."""
    with Install.open(tmp_path / "install") as install:
        furnish(install)
        reference = install.flood()
        link = install.world.command("staff", "link", ADA[0])["link"]
        one = Guest(chromium, install.world.url, "light", DESKTOP)
        one.page.goto(link)
        one.page.get_by_role("button", name="Sign in now").click()
        one.page.wait_for_url("**/queue")
        for name, scheme, (width, height) in TRAFFIC:
            one.page.set_viewport_size({"width": width, "height": height})
            one.page.emulate_media(color_scheme=scheme)
            one.go(f"/case/{reference}")
            file = tmp_path / f"{name}.png"
            one.page.locator("section[aria-labelledby=traffic-heading]").screenshot(path=file)
            _keep(file)
        one.page.set_viewport_size({"width": 1280, "height": ATTACKED})
        one.go(f"/case/{install.flood(into=True)}")
        one.page.screenshot(path=tmp_path / "protection-dark.png")
        _keep(tmp_path / "protection-dark.png")
        one.context.close()


def test_every_page_of_the_notice_form_has_its_picture(chromium: Browser, tmp_path: Path):
    """From the list of matters to the page with the number, light and dark."""
    with Install.open(tmp_path / "install") as install:
        for name, scheme, size in (
            ("phone", "light", PHONE),
            ("desktop", "light", DESKTOP),
            ("dark", "dark", PHONE),
        ):
            one = Guest(chromium, install.world.url, scheme, size)
            _walk(one, lambda page, one=one, name=name, size=size: _shoot(
                one, tmp_path / f"report-{page}-{name}.png", size
            ))  # fmt: skip
            one.context.close()


def _walk(one: Guest, shoot: Callable[[str], None]) -> None:
    """Through the form as its visitors do, a picture at each step."""
    one.go("/report?language=en")
    shoot("matters")
    one.go("/report/break-in?language=en")
    shoot("form")
    one.page.get_by_role("button", name="Look at it").click()
    one.page.locator("[role=alert]:focus").wait_for()
    shoot("errors")
    fill(one.page, at=f"{datetime.now(UTC) - timedelta(minutes=20):%Y-%m-%dT%H:%M}", zone="UTC")
    one.page.get_by_role("button", name="Look at it").click()
    one.page.get_by_text("Ready to send.").wait_for(timeout=60_000)
    shoot("check")
    one.page.get_by_role("button", name="Send the notice").click()
    one.page.wait_for_url("**/r/**sent**")
    shoot("sent")


def _keep(file: Path) -> None:
    """Make it small, check that it is, and keep it when asked."""
    if shutil.which("pngquant"):
        words = ["pngquant", "--force", "--skip-if-larger", "--output", file, "64", file]
        subprocess.run(words, check=False)
        assert file.stat().st_size <= MOST_BYTES, file.name
    if KEPT:
        PICTURES.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, PICTURES / file.name)
