"""The notice form in Chromium: accessible, narrow, by keys alone, with and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from web.conftest import SCHEMES, Guest
from web.sample_desk import SampleDesk
from web.test_browser import check
from web.test_report import GOOD

pytestmark = pytest.mark.browser
Open = Callable[..., Guest]
PATHS = [
    "/report",
    "/report?language=nb",
    "/report/break-in",
    "/report/copyright?language=nb",
    "/report/child",
    "/report/confirm/good/",
    "/r/filed/?sent",
    "/r/nameless/?sent&language=nb",
    "/r/confirmed/?confirmed",
    "/r/decided/?language=nb",
]


def fill(page: Page, **more: str) -> None:
    """Write a good notice into the form."""
    given = GOOD | more
    for name in ("where", "at", "why", "name", "email"):
        page.locator(f"#{name}").fill(given[name])
    page.locator("#zone").select_option(given["zone"])
    page.locator("#good_faith").check()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_forms_pages_are_accessible(scheme: str, guest: Open):
    one = guest(scheme)
    for path in PATHS:
        one.go(path)
        check(one)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_errors_and_the_look_before_sending_are_accessible(scheme: str, guest: Open):
    """Also with a long address in it, which must not widen the page."""
    one = guest(scheme)
    one.go("/report/copyright")
    one.page.get_by_role("button", name="Look at it").click()
    check(one)
    one.go("/report/spam?language=en")
    fill(one.page, where="https://example.org/" + "a" * 300)
    one.page.locator("#lines").fill("x" * 500 + "\n\u202ered")
    one.page.set_input_files("#upload", {"name": "a.eml", "mimeType": "x/y", "buffer": b"From: a"})
    one.page.get_by_role("button", name="Look at it").click()
    one.page.get_by_text("Ready to send.").wait_for(timeout=30_000)
    check(one)


def test_focus_goes_to_what_is_wrong_and_from_there_to_the_field(guest: Open):
    one = guest("light", (390, 844))
    one.go("/report/phishing?language=en")
    one.page.get_by_role("button", name="Look at it").click()
    one.page.locator("[role=alert]:focus").wait_for()
    one.page.get_by_role("link", name="Mail address").click()
    one.page.locator("#email:focus").wait_for()


def test_a_notice_is_filed_with_the_keyboard_alone(guest: Open, desk: SampleDesk):
    """From the list of matters to the page with the number, without a pointer."""
    one = guest("dark", (390, 844))
    one.go("/report?language=en")
    keys = one.page.keyboard
    one.page.get_by_role("link", name="Report phishing").focus()
    keys.press("Enter")
    one.page.wait_for_url("**/report/phishing**")
    one.page.locator("#where").focus()
    keys.type("https://login.example.org/")
    for _ in range(20):
        keys.press("Tab")
        if one.page.evaluate("document.activeElement.id") == "why":
            break
    keys.type("It copies the sign-in page of our bank.")
    while one.page.evaluate("document.activeElement.id") != "name":
        keys.press("Tab")
    keys.type("Kari Nordby")
    keys.press("Tab")
    keys.type("kari@example.org")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")
    one.page.get_by_role("heading", name="Is this right?").wait_for()
    one.page.get_by_role("button", name="Send the notice").focus()
    keys.press("Enter")
    one.page.wait_for_url("**/r/filed/**", timeout=30_000)
    assert "N-K7QF-2M9X" in one.page.get_by_role("status").inner_text()
    assert [it[0].places[0].text for it in desk.filed] == ["https://login.example.org/"]
    assert one.context.cookies() == []


def test_pressed_before_the_sum_is_done_it_is_sent_when_it_is(guest: Open, desk: SampleDesk):
    """The script sends by itself, and says so meanwhile; it never waits for the delay."""
    desk.bits, desk.wait = 16, 3600
    one = guest()
    one.go("/report/break-in?language=en")
    fill(one.page)
    one.page.get_by_role("button", name="Look at it").click()
    one.page.get_by_role("button", name="Send the notice").click()
    one.page.wait_for_url("**/r/filed/**", timeout=60_000)
    assert len(desk.filed) == 1


def test_change_works_while_the_sum_is_done(guest: Open):
    one = guest()
    one.go("/report/break-in?language=en")
    fill(one.page)
    one.page.get_by_role("button", name="Look at it").click()
    one.page.get_by_role("button", name="Change it").click()
    assert one.page.locator("#why").input_value() == GOOD["why"]
    assert one.page.locator("#zone").input_value() == GOOD["zone"]


def test_another_language_keeps_what_was_typed(guest: Open):
    """On the form and on the look before sending."""
    one = guest()
    one.go("/report/break-in?language=en")
    fill(one.page)
    one.page.get_by_role("button", name="Les på norsk").click()
    one.page.get_by_role("heading", name="Meld innbruddsforsøk").wait_for()
    assert one.page.locator("#why").input_value() == GOOD["why"]
    one.page.get_by_role("button", name="Se over før du sender").click()
    one.page.get_by_role("button", name="Read in English").click()
    one.page.get_by_role("heading", name="Is this right?").wait_for()
    assert GOOD["why"] in one.page.locator("main").inner_text()


def test_without_a_script_the_wait_is_shown_and_then_it_is_sent(
    chromium: Browser, address: str, desk: SampleDesk
):
    desk.wait = 1
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/report/break-in")
    fill(page)
    page.get_by_role("button", name="Look at it").click()
    assert "Please take 1 seconds" in page.locator("main").inner_text()
    page.get_by_role("button", name="Send the notice").click()
    assert "Nearly" in page.get_by_role("alert").inner_text()
    desk.clock = desk.clock.replace(minute=desk.clock.minute + 1)
    page.get_by_role("button", name="Send the notice").click()
    page.wait_for_url("**/r/filed/**")
    context.close()
    assert len(desk.filed) == 1
