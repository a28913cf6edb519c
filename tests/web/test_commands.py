"""Commands in the search box: a page or a form by its name, of a case by its reference too."""

import re

import pytest
from django.test import Client
from django.urls import resolve

from aupkeep.app.pages.search.commands import OF_A_CASE, PLACES
from aupkeep.model.roles import StaffRole
from web.seeded import Seeded, text_of
from web.test_search import guest


@pytest.mark.parametrize(
    ("typed", "place"),
    [("> people", "/people"), (">inbo", "/inbox"), ("> FREEZE", "/settings/freeze"),
     ("> close {case}", "/case/{case}#closing"), ("> {case} note", "/case/{case}#work-note"),
     ("> borte", "/people#away")],
)  # fmt: skip
def test_one_command_opens_at_once(typed: str, place: str, seeded: Seeded, kari: Client):
    """Nothing is done: what it opens has the button."""
    answer = kari.get("/search", {"q": seeded.at(typed)})
    assert (answer.status_code, answer["Location"]) == (302, seeded.at(place))
    assert kari.get(answer["Location"].partition("#")[0]).status_code == 200
    assert seeded.written() == []


def test_several_are_a_list_and_none_is_said(seeded: Seeded, kari: Client):
    listed = re.findall(r'<li><a class="ds-link" href="(/[^"]*)"', text_of(kari, "/search?q=%3E"))
    assert len(listed) == len(PLACES)
    for place in listed:
        resolve(place.partition("#")[0].partition("?")[0])
    of_case = text_of(kari, seeded.at("/search?q=%3E+{case}"))
    assert of_case.count(seeded.at('href="/case/{case}')) >= len(OF_A_CASE) - 1


def test_a_word_that_is_a_command_too_finds_what_it_finds(seeded: Seeded, kari: Client):
    page = text_of(kari, "/search?q=customers")
    assert 'href="/customers"' in page.partition("Commands</h2>")[2].partition("</section>")[0]
    case = text_of(kari, seeded.at("/search?q={case}"))
    assert "Commands</h2>" not in case
    assert "Commands</h2>" not in text_of(kari, "/search?q=cu")


def test_a_command_that_one_may_not_give_is_not_there(seeded: Seeded):
    noc = guest(seeded, "noc@desk.example", StaffRole.NOC)
    assert noc.get("/search?q=%3E+inbox").status_code == 200
    assert 'href="/inbox"' not in text_of(noc, "/search?q=%3E")
    assert "#closing" not in text_of(noc, seeded.at("/search?q=%3E+close+{case}"))


def test_hostile_words_stay_words(seeded: Seeded, kari: Client):
    for typed in ("> //evil.example", "> <script>alert(1)</script>", "> " + "x" * 400):
        answer = kari.get("/search", {"q": typed})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
