"""The pages in Chromium: accessible, no wider than a phone, light and dark, without a script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from aupkeep.model.errors import Forbidden
from web import sample_case
from web.conftest import SCHEMES, Guest
from web.sample_desk import CASE, SampleDesk

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
RUN = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
"best-practice"]}).then(found => found.violations.map(
it => it.id + ": " + it.nodes.map(node => node.target + " " + node.failureSummary).join(" | ")))"""
OUTSIDE = [
    "/sign-in",
    "/sign-in/sent",
    "/sign-in/good-link/",
    "/c/customer/",
    "/c/customer/?language=nb",
    "/c/customer/?answered",
    "/c/quiet/",
    "/c/closed/",
    "/c/expired/",
    "/r/reporter/",
    "/r/solved/?language=nb",
    "/nothing",
]
INSIDE = [
    "/queue",
    "/queue?clause=intrusion&cursor=b2xkZXI",
    f"/case/{CASE}",
    f"/case/{CASE}?done=decided",
    "/inbox",
    "/inbox?done",
    "/inbox/0193a1",
    "/feeds",
    "/flows",
    "/sources",
    "/sources/s2",
    "/sources/s2?done=step",
    "/sources/s3",
    "/queue?view=nonsense",
]
Open = Callable[..., Guest]


def check(guest: Guest) -> None:
    """No violation on a desktop and on the narrowest phone, and nothing beyond the edge there."""
    page = guest.page
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
        page.evaluate("Promise.all(document.getAnimations().map(it => it.finished))")
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, f"{page.url}: {beyond} px beyond the edge at {width} px"
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate(RUN) == [], page.url


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_outside_are_accessible(scheme: str, guest: Open):
    one = guest(scheme)
    for path in OUTSIDE:
        one.go(path)
        check(one)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_console_is_accessible(scheme: str, guest: Open):
    one = guest(scheme)
    one.sign_in()
    for path in INSIDE:
        one.go(path)
        check(one)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_rarer_states_are_accessible(scheme: str, guest: Open, desk: SampleDesk):
    """Empty lists, both banners, an action with its undo, an unread answer, a second person."""
    one = guest(scheme)
    one.sign_in()
    desk.empty, desk.listen, desk.case = True, True, sample_case.acted
    desk.frozen()
    for path in ("/queue", "/inbox", "/feeds", "/flows", "/sources", f"/case/{CASE}"):
        one.go(path)
        check(one)


def test_a_refused_form_is_accessible(guest: Open, desk: SampleDesk):
    one = guest()
    one.sign_in()
    one.go(f"/case/{CASE}")
    one.page.get_by_label("Hours").fill("")
    one.page.get_by_label("Reasons").fill("")
    one.page.get_by_role("button", name="Decide").click()
    check(one)
    one.go("/c/customer/")
    one.page.get_by_role("button", name="Send the answer").click()
    check(one)
    assert desk.asked == [("sign-in", "good-link")]


def test_a_routine_case_is_decided_with_the_keyboard_alone(guest: Open, desk: SampleDesk):
    one = guest()
    one.sign_in()
    one.page.get_by_role("link", name=CASE).focus()
    one.page.keyboard.press("Enter")
    one.page.wait_for_url(f"**/case/{CASE}")
    one.page.get_by_role("radio", name="Close TCP 22 out").focus()
    for _ in range(5):
        one.page.keyboard.press("Tab")
    one.page.keyboard.press("Enter")
    one.page.wait_for_url("**?done=decided")
    assert [it[0] for it in desk.asked] == ["sign-in", "decide"]


def test_what_was_typed_survives_a_refusal(guest: Open, desk: SampleDesk):
    desk.refusal = Forbidden("192.0.2.7 is protected")
    one = guest()
    one.sign_in()
    one.go(f"/case/{CASE}")
    one.page.get_by_text("Something else").click()
    one.page.get_by_role("radio", name="Limit the rate").check()
    one.page.get_by_label("Reasons").fill("my careful draft")
    one.page.get_by_role("button", name="Decide").click()
    assert "192.0.2.7 is protected" in one.page.get_by_role("alert").inner_text()
    assert one.page.get_by_label("Reasons").input_value() == "my careful draft"
    assert one.page.get_by_role("radio", name="Limit the rate").is_checked()


def test_a_customer_answers_from_a_phone(guest: Open, desk: SampleDesk):
    one = guest("dark", (390, 844))
    one.go("/c/customer/?language=nb")
    one.page.get_by_label("Jeg har rettet det").check()
    one.page.get_by_label("Med dine egne ord").fill("Byttet nøkkel.")
    one.page.get_by_role("button", name="Send svaret").click()
    assert "Takk" in one.page.get_by_role("status").inner_text()
    assert one.context.cookies() == []
    assert [str(it) for it in desk.asked[0][:1]] == ["answer"]


def test_on_a_phone_the_sentence_comes_before_the_choice_before_the_evidence(guest: Open):
    one = guest("light", (390, 844))
    one.sign_in()
    one.go(f"/case/{CASE}")
    tops = [
        one.page.locator(which).first.bounding_box()["y"]
        for which in (".sentence", "#decide-heading", ".evident")
    ]
    assert tops == sorted(tops)


def test_nothing_needs_a_script(chromium: Browser, address: str, desk: SampleDesk):
    """With scripts switched off an answer is chosen and sent."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/c/customer")
    page.get_by_text("How to fix it").click()
    page.get_by_label("I need help or more time").check()
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("status").wait_for()
    context.close()
    assert desk.asked[0][0] == "answer"


def test_a_page_weighs_little(guest: Open):
    """The customer's page with its styles is at most 45 kB over the wire."""
    one = guest()
    sizes: list[int] = []
    one.page.on(
        "requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"])
    )
    one.go("/c/customer/")
    one.page.wait_for_load_state("networkidle")
    assert 20_000 < sum(sizes) <= 45_000, sizes
