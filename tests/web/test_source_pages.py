"""The pages of who claims things: a step leaves no blank, and nobody steps on an unproven name."""

import pytest
from django.test import Client

from web.seeded import Seeded


@pytest.mark.parametrize(
    ("path", "data", "word"),
    [
        ("step", {"step": "suspend", "days": "30", "reasons": ""}, "Write the reasons"),
        ("step", {"step": "suspend", "days": "", "reasons": "x"}, "for how many days"),
        ("step", {"step": "suspend", "days": "367", "reasons": "x"}, "for how many days"),
        ("step", {"days": "30", "reasons": "x"}, "Choose a step"),
        ("judge", {"report": "0193a1", "said": "refuted", "why": ""}, "Write why"),
        ("judge", {"report": "0193a1", "said": "x", "why": "y"}, "Choose what came of it"),
    ],
)
def test_a_step_about_a_source_leaves_no_blank(
    path: str, data: dict[str, str], word: str, seeded: Seeded, kari: Client
):
    """Step, days where it lasts, and reasons are a person's to give."""
    page = kari.post(seeded.at("/sources/{slow}/") + path, data)
    assert page.status_code == 422
    assert word in page.content.decode()
    assert seeded.written() == []


def test_a_step_that_is_refused_is_told(seeded: Seeded, kari: Client):
    """The rule's own reason stands on the page, and what was typed stays."""
    data = {"step": "suspend", "days": "30", "reasons": "it went on and on"}
    page = kari.post(seeded.at("/sources/{trusted}/step"), data)
    assert page.status_code == 403
    assert "The rule asks for 2 manifestly unfounded reports" in page.content.decode()
    assert "it went on and on" in page.content.decode()
    assert seeded.written() == []


def test_nobody_steps_on_an_unproven_name(seeded: Seeded, kari: Client):
    """Where nobody is proven there is no form for a step, and the reason why."""
    page = kari.get(seeded.at("/sources/{unproven}")).content.decode()
    assert "Nobody proved this name" in page
    assert "Take the step" not in page
