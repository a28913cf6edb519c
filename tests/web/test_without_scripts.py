"""Every page without a script: each form has its button, and the desk and a customer act."""

from html.parser import HTMLParser

import pytest
from django.test import Client
from playwright.sync_api import Browser

from aupkeep.app.deciding.case_records import find_case
from aupkeep.model.case import AnswerKind
from aupkeep.store import cases, decisions
from web.seeded import Seeded
from web.test_pages import PUBLIC, STAFF

MORE = ["/report", "/report/break-in", "/c/{quiet}/", "/case/{acted}", "/case/{attacked_case}",
        "/account", "/inbox/{odd}", "/customers/birch", "/sources/{slow}"]  # fmt: skip
DEVICE = "data-options"  # a passkey is made and asked by a script; a mailed link needs none


class Forms(HTMLParser):
    """The forms of a page: where each leads, and what it lacks to work by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.lacking: list[str] = []
        self.outside: list[str] = []
        self._form: dict[str, str | None] | None = None
        self._has: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        its = dict(attrs)
        if tag == "form":
            self._form, self._has = its, set()
        elif tag in ("button", "input"):
            kind = its.get("type") or ("submit" if tag == "button" else "text")
            if kind == "submit" and self._form is None and "form" not in its:
                self.outside.append(str(its))
            self._has.add(kind if kind == "submit" else its.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag != "form" or self._form is None:
            return
        its, self._form = self._form, None
        if its.get("method") == "dialog" or DEVICE in its:
            return
        where = its.get("action") or "here"
        if "submit" not in self._has and its.get("role") != "search":  # Enter sends one field
            self.lacking.append(f"{where}: no button")
        if "hidden" in its:
            self.lacking.append(f"{where}: hidden")


def test_each_form_of_each_page_works_by_itself(seeded: Seeded, kari: Client):
    """A button that sends it, and none that a script must show."""
    for path in [*STAFF, *PUBLIC, *MORE]:
        forms = Forms(kari.get(seeded.at(path)).content.decode())
        assert (path, forms.lacking, forms.outside) == (path, [], [])


@pytest.mark.browser
def test_the_desk_acts_without_a_script(chromium: Browser, address: str, seeded: Seeded):
    """In, a case decided, an inbox item taken out, the language changed, out; then a customer."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + seeded.at("/sign-in/{link}/"))
    page.get_by_role("button", name="Sign in now").click()
    page.goto(address + seeded.at("/case/{case}"))
    page.locator("details.more").first.locator("summary").click()
    page.locator("input[name=measure][value=block-port]").check()
    page.locator("#hours").fill("4")
    page.locator("#reasons").fill("212 failed logins")
    page.get_by_role("button", name="Decide", exact=True).click()
    (made,) = [x for x in decisions.of_case(find_case(seeded.keys["case"]).id) if x.ends]
    assert made.reasons == "212 failed logins"
    page.goto(address + seeded.at("/inbox/{odd}"))
    page.locator("form[action$='/done'] textarea").fill("asked the sender")
    page.locator("form[action$='/done'] button[type=submit]").click()
    assert page.get_by_role("status").count() == 1
    page.goto(address + "/account")
    page.get_by_role("button", name="Les på norsk").click()
    page.get_by_role("button", name="Logg ut").click()
    page.goto(address + seeded.at("/c/{quiet}/?language=nb"))
    page.get_by_label("Jeg har rettet det").check()
    page.get_by_role("button", name="Send svaret").click()
    page.get_by_role("status").wait_for()
    context.close()
    answers = cases.answers(find_case(seeded.keys["case"]).id)
    assert [answer.kind for answer in answers] == [AnswerKind.FIXED]
