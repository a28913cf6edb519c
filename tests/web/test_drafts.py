"""What is typed on a case is there again after a reload or a sign-out, for who typed it alone."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

import aupkeep.web
from aupkeep.app.pages.case.typed import KEPT_FOR
from aupkeep.model.roles import StaffRole
from aupkeep.store import log, typed_texts
from aupkeep.store.models import TypedRow
from enrol import signed_in
from web.conftest import Guest
from web.seed_cases import KARI
from web.seeded import Seeded, text_of
from web.test_search import guest as colleague

WORDS = "the same kit as in June & <before>"
SHOWN = "the same kit as in June &amp; &lt;before&gt;"
FORMS = [
    ("note", "note", "/case/{case}"),
    ("decide", "reasons", "/case/{case}"),
    ("close", "closing", "/case/{case}"),
    ("write", "text", "/case/{case}/write"),
]


def keep(client: Client, seeded: Seeded, form: str, **texts: str) -> object:
    return client.post(seeded.at("/account/drafts/{case}"), {"form": form, **texts})


@pytest.mark.parametrize(("form", "field", "place"), FORMS)
def test_a_draft_is_there_again(form: str, field: str, place: str, seeded: Seeded, kari: Client):
    """Kept by the button and without an entry; after a sign-out it is there, for no colleague."""
    path = seeded.at(place)
    kept = keep(kari, seeded, form, **{field: WORDS})
    assert (kept.status_code, kept["Location"]) == (303, f"{path}?done=kept")
    assert log.size() == seeded.size
    kari.post("/sign-out")
    again = signed_in(seeded.context, KARI.id)
    text = text_of(again, path)
    assert re.search(rf'name="{field}"[^>]*>{re.escape(SHOWN)}</textarea>', text)
    assert "Draft kept <time" in text
    lena = colleague(seeded, "lena@desk.example", StaffRole.ANALYST)
    assert SHOWN not in text_of(lena, path)


def test_a_draft_goes_with_what_was_sent(seeded: Seeded, kari: Client):
    """A refused act keeps it, the act itself drops it, and only its own form's."""
    path = seeded.at("/case/{case}")
    keep(kari, seeded, "note", note=WORDS)
    keep(kari, seeded, "close", closing="it is quiet")
    assert kari.post(f"{path}/note", {"note": " "}).status_code == 422
    assert TypedRow.objects.count() == 2
    assert kari.post(f"{path}/note", {"note": WORDS}).status_code == 303
    assert list(TypedRow.objects.values_list("form", flat=True)) == ["close"]
    keep(kari, seeded, "close", closing="")
    assert not TypedRow.objects.exists()


def test_what_is_no_draft_is_refused(seeded: Seeded, kari: Client):
    assert keep(kari, seeded, "nothing", note="x").status_code == 422
    assert keep(kari, seeded, "note", note="x" * 10_001).status_code == 422
    nowhere = kari.post("/account/drafts/AAAA-0000", {"form": "note", "note": "x"})
    assert nowhere.status_code == 404
    assert Client().post(seeded.at("/account/drafts/{case}")).status_code == 302
    assert not TypedRow.objects.exists()


def test_old_drafts_go_and_those_of_cases_that_are_gone(seeded: Seeded, kari: Client):
    keep(kari, seeded, "note", note=WORDS)
    now = seeded.context.now()
    typed_texts.keep(KARI.id, "a case that was erased", "note", {"note": "x"}, now)
    assert typed_texts.sweep(now - KEPT_FOR) == 1
    assert typed_texts.sweep(now + timedelta(seconds=1)) == 1


def test_the_script_sends_a_form_to_its_own_button_alone():
    text = (Path(aupkeep.web.__path__[0]) / "static/aupkeep/draft.js").read_text("utf-8")
    assert re.findall(r"fetch\((.*?),", text) == ["keep.formAction"]
    for word in ("innerHTML", "outerHTML", "eval(", "Storage", "cookie", "document.write"):
        assert word not in text, word


@pytest.mark.browser
def test_what_is_typed_keeps_itself(seeded: Seeded, guest: Callable[..., Guest]):
    """At a pause its line says when; after a reload the words are there; sent, they are gone."""
    tab = guest()
    tab.sign_in()
    tab.go(seeded.at("/case/{case}"))
    page = tab.page
    page.get_by_text("Note for colleagues").click()
    page.locator("#work-note").fill("half a sentence")
    line = page.locator("[data-kept]").filter(has_text="Draft kept")
    line.wait_for()
    page.locator("#work-note").press_sequentially(" and more")
    tab.go("/queue")  # leaves before the pause is over
    tab.go(seeded.at("/case/{case}"))
    page.wait_for_function("document.querySelector('#work-note').value !== ''")
    assert page.locator("#work-note").input_value() == "half a sentence and more"
    page.get_by_role("button", name="Note it").click()
    page.wait_for_url("**done=noted")
    page.wait_for_timeout(2000)
    assert not TypedRow.objects.exists()


@pytest.mark.browser
def test_the_key_leads_to_the_next_case(seeded: Seeded, guest: Callable[..., Guest]):
    tab = guest()
    tab.sign_in()
    tab.go(seeded.at("/case/{case}"))
    following = tab.page.locator('a[rel="next"]').get_attribute("href")
    tab.page.keyboard.press("n")
    tab.page.wait_for_url(f"**{following}")
