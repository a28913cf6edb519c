"""The pages in Chromium: accessible, no wider than a phone, light and dark, without a script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.enforcing.freeze import freeze
from aupkeep.app.enforcing.listen import set_listening
from aupkeep.model.case import AnswerKind
from aupkeep.model.ladder import Measure
from aupkeep.store import cases, decisions
from web.conftest import SCHEMES, Guest, serving
from web.seed_cases import KARI
from web.seeded import Seeded

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
RUN = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
"best-practice"]}).then(found => found.violations.map(
it => it.id + ": " + it.nodes.map(node => node.target + " " + node.failureSummary).join(" | ")))"""
OUTSIDE = [
    "/sign-in",
    "/sign-in/sent",
    "/sign-in/{link}/",
    "/c/{customer}/",
    "/c/{customer}/?language=nb",
    "/c/{customer}/?answered",
    "/c/{quiet}/",
    "/c/{closed}/",
    "/c/{expired}/",
    "/r/{reporter}/",
    "/r/{solved}/?language=nb",
    "/nothing",
]
INSIDE = [
    "/queue",
    "/queue?view=all&clause=intrusion",
    "/queue/views",
    "/case/{case}",
    "/case/{case}?done=decided",
    "/case/{case}/write",
    "/search?q=203.0.113.70",
    "/search?q=nothing-like-it",
    "/customers",
    "/customers/birch",
    "/addresses/203.0.113.70",
    "/enforcement",
    "/enforcement?by=customer",
    "/enforcement/{action}/undo",
    "/inbox",
    "/inbox?done",
    "/inbox/{rows}",
    "/feeds",
    "/flows",
    "/sources",
    "/sources/{slow}",
    "/sources/{slow}?done=step",
    "/sources/{unproven}",
    "/queue?view=nonsense",
    "/inbox/{odd}",
    "/c/{attacked}/",
    "/case/{attacked_case}",
    "/inquiries",
    "/inquiries/{inquiry}",
    "/notices",
    "/grants",
    "/permissions",
    "/people",
    "/policy",
    "/settings",
    "/journal",
    "/statistics",
]
NARROW = ["/case/{case}/write", "/case/{case}", "/customers/birch", "/inbox", "/grants"]
Open = Callable[..., Guest]


def fits(guest: Guest, width: int) -> None:
    """Nothing stands beyond the edge of a screen so wide, with everything open."""
    page = guest.page
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    page.evaluate("Promise.all(document.getAnimations().map(it => it.finished))")
    beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert beyond <= 0, f"{page.url}: {beyond} px beyond the edge at {width} px"


def check(guest: Guest) -> None:
    """No violation on a desktop and on the narrowest phone, and nothing beyond any edge."""
    page = guest.page
    for width in (1440, 640, 390, 320):
        fits(guest, width)
        if width in (640, 390):
            continue
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate(RUN) == [], page.url


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_outside_are_accessible(scheme: str, guest: Open, seeded: Seeded):
    tab = guest(scheme)
    for path in OUTSIDE:
        tab.go(seeded.at(path))
        check(tab)


def test_long_words_fit_the_narrowest_phone(guest: Open, seeded: Seeded):
    """Headings and choices in either language, on what is written most on; at night every page."""
    tab = guest()
    tab.sign_in()
    for language in ("en", "nb"):
        if language == "nb":
            tab.go("/account")
            tab.page.get_by_role("button", name="Les på norsk").click()
        for path in [*NARROW, f"/c/{{customer}}/?language={language}"]:
            tab.go(seeded.at(path))
            fits(tab, 320)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", ["en", "nb"])
@pytest.mark.nightly("browser")
def test_the_console_is_accessible(scheme: str, language: str, guest: Open, seeded: Seeded):
    tab = guest(scheme)
    tab.sign_in()
    if language == "nb":
        tab.go("/account")
        tab.page.get_by_role("button", name="Les på norsk").click()
    for path in [*INSIDE, "/account"]:
        tab.go(seeded.at(path))
        check(tab)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_rarer_states_are_accessible(scheme: str, guest: Open, seeded: Seeded):
    """Both banners, an action with its undo, an unread answer, a second person."""
    freeze("a feed reports our own monitoring", KARI.id, seeded.context.home)
    set_listening(seeded.context, wanted=True, reason="a drill", person=KARI.id)
    tab = guest(scheme)
    tab.sign_in()
    for path in ("/queue", "/case/{acted}"):
        tab.go(seeded.at(path))
        assert "Frozen since" in tab.page.locator("body").inner_text()
        check(tab)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_empty_lists_are_accessible(scheme: str, empty: Seeded, chromium: Browser):
    """On the first day nothing has come in, and each list says so."""
    with serving() as address:
        tab = Guest(chromium, address, scheme, (1440, 900), empty.at("/sign-in/{link}/"))
        tab.sign_in()
        for path in ("/queue", "/inbox", "/feeds", "/flows", "/sources"):
            tab.go(path)
            check(tab)
        tab.context.close()


def test_a_refused_form_is_accessible(guest: Open, seeded: Seeded):
    tab = guest()
    tab.sign_in()
    tab.go(seeded.at("/case/{case}"))
    tab.page.get_by_label("Hours").fill("")
    tab.page.get_by_label("Reasons").fill("")
    tab.page.get_by_role("button", name="Decide").click()
    check(tab)
    tab.go(seeded.at("/c/{customer}/?language=en"))
    tab.page.get_by_role("button", name="Send the answer").click()
    check(tab)
    assert seeded.written() == ["signed-in"]


def test_a_routine_case_is_decided_with_the_keyboard_alone(guest: Open, seeded: Seeded):
    case = seeded.keys["case"]
    tab = guest()
    tab.sign_in()
    tab.go("/queue?view=all")
    tab.page.get_by_role("link", name=case).focus()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"**/case/{case}")
    tab.page.get_by_role("radio", name="Close one port out").focus()
    for _ in ("something else", "hours", "cause", "reasons", "note", "decide"):
        tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**?done=decided")
    made = decisions.of_case(find_case(case).id)[-1]
    assert (made.measure, made.author.id) == (Measure.BLOCK_PORT, KARI.id)


def test_what_was_typed_survives_a_refusal(guest: Open, seeded: Seeded):
    tab = guest()
    tab.sign_in()
    tab.go(seeded.at("/case/{case}"))
    tab.page.get_by_text("Something else").click()
    tab.page.get_by_role("radio", name="Limit the rate").check()
    tab.page.get_by_label("Hours").fill("700")
    tab.page.get_by_label("Reasons").fill("my careful draft")
    tab.page.get_by_role("button", name="Decide").click()
    assert "at most 168 hours" in tab.page.get_by_role("alert").inner_text()
    assert tab.page.get_by_label("Reasons").input_value() == "my careful draft"
    assert tab.page.get_by_role("radio", name="Limit the rate").is_checked()


def answers_of(seeded: Seeded) -> list[tuple[AnswerKind, str]]:
    """What the customer of the open case has answered."""
    found = cases.answers(find_case(seeded.keys["case"]).id)
    return [(answer.kind, answer.text) for answer in found]


def test_a_customer_answers_from_a_phone(guest: Open, seeded: Seeded):
    tab = guest("dark", (390, 844))
    tab.go(seeded.at("/c/{quiet}/?language=nb"))
    tab.page.get_by_label("Jeg har rettet det").check()
    tab.page.get_by_label("Med dine egne ord").fill("Byttet nøkkel.")
    tab.page.get_by_role("button", name="Send svaret").click()
    assert "Takk" in tab.page.get_by_role("status").inner_text()
    assert tab.context.cookies() == []
    assert answers_of(seeded) == [(AnswerKind.FIXED, "Byttet nøkkel.")]


def test_on_a_phone_the_sentence_comes_before_the_choice_before_the_evidence(
    guest: Open, seeded: Seeded
):
    tab = guest("light", (390, 844))
    tab.sign_in()
    tab.go(seeded.at("/case/{case}"))
    tops = [
        tab.page.locator(which).first.bounding_box()["y"]
        for which in (".sentence", "#decide-heading", ".evident")
    ]
    assert tops == sorted(tops)


def test_nothing_needs_a_script(chromium: Browser, address: str, seeded: Seeded):
    """With scripts switched off an answer is chosen and sent."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + seeded.at("/c/{quiet}?language=en"))
    page.get_by_text("How to fix it").click()
    page.get_by_label("I need help or more time").check()
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("status").wait_for()
    context.close()
    assert answers_of(seeded) == [(AnswerKind.NEED_HELP, "")]


def test_a_page_weighs_little(guest: Open, seeded: Seeded):
    """The customer's page with its styles is at most 45 kB over the wire."""
    tab = guest()
    sizes: list[int] = []
    tab.page.on(
        "requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"])
    )
    tab.go(seeded.at("/c/{customer}/"))
    tab.page.wait_for_load_state("networkidle")
    assert 20_000 < sum(sizes) <= 45_000, sizes
