"""Who is attacked reads that nothing is held against them, and so does the desk."""

import pytest
from django.test import Client

from web.seeded import Seeded


def test_the_case_page_says_protection(seeded: Seeded, kari: Client):
    """No fault is found, and nobody is asked whose doing it was."""
    before = kari.get(seeded.at("/case/{case}")).content.decode()
    shown = kari.get(seeded.at("/case/{attacked_case}")).content.decode()
    assert "No fault is found" not in before
    assert ('<blockquote class="clause">' in before, "Filed under" in before) == (True, False)
    assert ('<blockquote class="clause">' in shown, "Filed under" in shown) == (False, True)
    assert 'data-color="danger" type="submit">Decide' not in shown
    assert "No fault is found, and nothing here counts against it." in shown
    assert '<select class="ds-input" id="cause"' in before
    assert '<select class="ds-input" id="cause"' not in shown
    assert '<input type="hidden" name="cause" value="unknown">' in shown


@pytest.mark.parametrize(
    ("language", "says", "rule", "fixed", "undo"),
    [
        (
            "en",
            "You are the one who is attacked",
            "Which rule",
            "I have fixed it",
            "Please undo the protection",
        ),
        (
            "nb",
            "Det er du som blir angrepet",
            "Hvilken regel",
            "Jeg har rettet det",
            "Jeg vil ha beskyttelsen gjort om",
        ),
    ],
)
def test_the_customers_page_accuses_nobody(
    seeded: Seeded,
    visitor: Client,
    *,
    language: str,
    says: str,
    rule: str,
    fixed: str,
    undo: str,
):
    """It says who is attacked, names no rule that was broken, and does not ask what was mended."""
    before, shown = (
        visitor.get(f"{seeded.at(path)}?language={language}").content.decode()
        for path in ("/c/{quiet}/", "/c/{attacked}/")
    )
    assert (says in before, rule in before) == (False, True)
    assert (says in shown, rule in shown) == (True, False)
    assert (fixed in before, undo in before) == (True, False)
    assert (fixed in shown, undo in shown) == (False, True)
