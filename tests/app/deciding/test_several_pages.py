"""A case with several pages and names: what a person chose stays what it is on."""

from datetime import timedelta

import pytest

from app.conftest import NOON
from app.steps import enforce, post
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.extend import extend_action
from aupkeep.model.errors import Invalid
from aupkeep.store import actions

ADDRESS, LATER = "203.0.113.70", "http://shop.example/later"
PAGES = ("http://shop.example/first", "http://shop.example/second")
WORDS = {"people": ("ada",), "reasons": "It deceives.", "hours": 2}


def finding(minutes: int, **subject: str) -> dict[str, str]:
    """What our own watch says of a page or a name."""
    at = (NOON - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"kind": "content/phishing", "address": ADDRESS, "at": at, **subject}


@pytest.fixture
def case(furnished):
    """Two pages of one resource, the second one seen last; no rule has looked at it."""
    rows = (finding(20, url=PAGES[0]), finding(10, url=PAGES[1]))
    (found, *_) = post(furnished, *rows, weigh=False)
    return found


def pages(case):
    return [x.scope.url for x in actions.of_case(case.id)]


def test_one_of_several_pages_is_chosen(furnished, case):
    """By its URL in evidence; without one it is the newest claim's."""
    decide_case(furnished, case.reference, measure="block-url", url=PAGES[0], **WORDS)
    decide_case(furnished, case.reference, measure="block-url", **WORDS)
    assert pages(case) == list(PAGES)


def test_one_of_several_names_is_chosen(furnished, case):
    """As a page is."""
    rows = (finding(9, domain="first.example"), finding(8, domain="second.example"))
    post(furnished, *rows, weigh=False)
    wish = {"measure": "block-name", "name": "first.example", **WORDS}
    decide_case(furnished, case.reference, **wish)
    assert [x.scope.name for x in actions.of_case(case.id)] == ["first.example"]


@pytest.mark.parametrize(
    "choice", [{"url": "http://shop.example/"}, {"name": "shop.example"}], ids=("url", "name")
)
def test_a_page_or_name_without_evidence_is_refused(furnished, case, choice):
    """No claim names it."""
    (word,) = choice
    with pytest.raises(Invalid, match=f"{word}: expected one in this case's evidence"):
        decide_case(furnished, case.reference, measure=f"block-{word}", **choice, **WORDS)
    assert pages(case) == []


def test_a_longer_end_is_of_the_page_that_stands(furnished, case):
    """A page that was claimed since is not blocked by it."""
    made = decide_case(furnished, case.reference, measure="block-url", url=PAGES[1], **WORDS)
    enforce(furnished)
    post(furnished, finding(5, url=LATER), weigh=False)
    extend_action(furnished, made.actions[0], hours=9, reasons="It goes on.", person="ada")
    assert pages(case) == [PAGES[1], PAGES[1]]


def test_what_waits_for_a_second_person_is_on_what_was_asked(furnished, case, monkeypatch):
    """A page that is claimed between the two is not what they decided on."""
    monkeypatch.setattr("aupkeep.app.deciding.decide.people_needed", lambda *_: 2)
    asked = decide_case(furnished, case.reference, measure="block-url", **WORDS)
    post(furnished, finding(5, url=LATER), weigh=False)
    approve(furnished, asked.decision, person="bea", reasons="I looked too.")
    assert pages(case) == [PAGES[1]]
