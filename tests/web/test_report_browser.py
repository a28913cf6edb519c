"""The notice form in Chromium: accessible, narrow, by keys alone, with and without a script."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from aupkeep.app.receiving.notice_bytes import unpack
from aupkeep.model.filing import Matter
from aupkeep.store import raws
from web.conftest import SCHEMES, Guest
from web.seeded import Seeded
from web.test_browser import check
from web.test_report import GOOD, filing_of

pytestmark = pytest.mark.browser
Open = Callable[..., Guest]
PATHS = [
    "/report",
    "/report?language=nb",
    "/report/break-in",
    "/report/copyright?language=nb",
    "/report/child",
    "/report/confirm/{confirm}/",
    "/r/{filed}/?sent",
    "/r/{nameless}/?sent&language=nb",
    "/r/{confirmed}/?confirmed",
    "/r/{decided}/?language=nb",
]


def fill(page: Page, **more: str) -> None:
    """Write a good notice into the form."""
    given = GOOD | more
    for name in ("where", "at", "why", "name", "email"):
        page.locator(f"#{name}").fill(given[name])
    page.locator("#zone").select_option(given["zone"])
    page.locator("#good_faith").check()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_forms_pages_are_accessible(scheme: str, guest: Open, seeded: Seeded):
    tab = guest(scheme)
    for path in PATHS:
        tab.go(seeded.at(path))
        check(tab)


@pytest.mark.nightly("browser")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_errors_and_the_look_before_sending_are_accessible(scheme: str, guest: Open):
    """Also with a long address in it, which must not widen the page."""
    tab = guest(scheme)
    tab.go("/report/copyright")
    tab.page.get_by_role("button", name="Look at it").click()
    check(tab)
    tab.go("/report/spam?language=en")
    fill(tab.page, where="https://example.org/" + "a" * 300)
    tab.page.locator("#lines").fill("x" * 500 + "\n\u202ered")
    tab.page.set_input_files("#upload", {"name": "a.eml", "mimeType": "x/y", "buffer": b"From: a"})
    tab.page.get_by_role("button", name="Look at it").click()
    tab.page.get_by_text("Ready to send.").wait_for(timeout=30_000)
    check(tab)


def test_focus_goes_to_what_is_wrong_and_from_there_to_the_field(guest: Open):
    tab = guest("light", (390, 844))
    tab.go("/report/phishing?language=en")
    tab.page.get_by_role("button", name="Look at it").click()
    tab.page.locator("[role=alert]:focus").wait_for()
    tab.page.get_by_role("link", name="Mail address").click()
    tab.page.locator("#email:focus").wait_for()


def test_a_notice_is_filed_with_the_keyboard_alone(guest: Open, seeded: Seeded):
    """From the list of matters to the page with the number, without a pointer."""
    tab = guest("dark", (390, 844))
    tab.go("/report?language=en")
    keys = tab.page.keyboard
    tab.page.get_by_role("link", name="Report phishing").focus()
    keys.press("Enter")
    tab.page.wait_for_url("**/report/phishing**")
    tab.page.locator("#where").focus()
    keys.type("https://login.example.org/")
    for _ in range(20):
        keys.press("Tab")
        if tab.page.evaluate("document.activeElement.id") == "why":
            break
    keys.type("It copies the sign-in page of our bank.")
    while tab.page.evaluate("document.activeElement.id") != "name":
        keys.press("Tab")
    keys.type("Kari Nordby")
    keys.press("Tab")
    keys.type("kari@example.org")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")
    tab.page.get_by_role("heading", name="Is this right?").wait_for()
    tab.page.get_by_text("Ready to send.").wait_for(timeout=30_000)
    tab.page.get_by_role("button", name="Send the notice").focus()
    keys.press("Enter")
    tab.page.wait_for_url("**/r/**sent**", timeout=30_000)
    filing = filing_of(seeded, tab.path())
    assert filing.reference in tab.page.get_by_role("status").inner_text()
    draft, _ = unpack(raws.read(raws.get(filing.raw).digest))
    assert [place.text for place in draft.places] == ["https://login.example.org/"]
    assert tab.context.cookies() == []


def send_at_once(tab: Guest, seeded: Seeded) -> None:
    """Press both buttons as soon as they are there; it is sent all the same."""
    tab.go("/report/break-in?language=en")
    fill(tab.page)
    tab.page.get_by_role("button", name="Look at it").click()
    tab.page.get_by_role("button", name="Send the notice").click()
    tab.page.wait_for_url("**/r/**sent**", timeout=60_000)
    assert filing_of(seeded, tab.path()).matter is Matter.BREAK_IN


def test_pressed_before_the_sum_is_done_it_is_sent_when_it_is(guest: Open, seeded: Seeded):
    """The script sends by itself, and says so meanwhile; it never waits for the delay."""
    seeded.set(bits=16, delay=600)
    tab = guest()
    send_at_once(tab, seeded)


def test_pressed_before_the_script_ran_it_is_sent_too(guest: Open, seeded: Seeded):
    """The first press came too soon: the page that says so sends by itself, once."""
    seeded.set(bits=8, delay=600)
    tab = guest()
    tab.page.route("**/proof*.js", lambda route: route.abort(), times=1)
    send_at_once(tab, seeded)


def test_change_works_while_the_sum_is_done(guest: Open):
    tab = guest()
    tab.go("/report/break-in?language=en")
    fill(tab.page)
    tab.page.get_by_role("button", name="Look at it").click()
    tab.page.get_by_role("button", name="Change it").click()
    assert tab.page.locator("#why").input_value() == GOOD["why"]
    assert tab.page.locator("#zone").input_value() == GOOD["zone"]


def test_another_language_keeps_what_was_typed(guest: Open):
    """On the form and on the preview."""
    tab = guest()
    tab.go("/report/break-in?language=en")
    fill(tab.page)
    tab.page.get_by_role("button", name="Les på norsk").click()
    tab.page.get_by_role("heading", name="Meld innbruddsforsøk").wait_for()
    assert tab.page.locator("#why").input_value() == GOOD["why"]
    tab.page.get_by_role("button", name="Se over før du sender").click()
    tab.page.get_by_role("button", name="Read in English").click()
    tab.page.get_by_role("heading", name="Is this right?").wait_for()
    assert GOOD["why"] in tab.page.locator("main").inner_text()


def test_without_a_script_the_wait_is_shown_and_then_it_is_sent(
    chromium: Browser, address: str, seeded: Seeded
):
    seeded.set(delay=1)
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/report/break-in")
    fill(page)
    page.get_by_role("button", name="Look at it").click()
    assert "Please take 1 second to" in page.locator("main").inner_text()
    page.get_by_role("button", name="Send the notice").click()
    assert "Nearly" in page.get_by_role("alert").inner_text()
    seeded.clock.at += timedelta(minutes=1)
    page.get_by_role("button", name="Send the notice").click()
    page.wait_for_url("**/r/**sent**")
    context.close()
    assert filing_of(seeded, urlsplit(page.url).path).matter is Matter.BREAK_IN
