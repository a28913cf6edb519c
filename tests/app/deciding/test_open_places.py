"""Reasons with a place still open are refused, whoever writes them."""

import pytest

from app.deciding.test_refusals_in_words import allow, words
from aupkeep.app.deciding import appeals, close, manual_proposal, undo
from aupkeep.model.case import Judgement, Outcome
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Measure
from aupkeep.model.made_by import MadeBy
from casework.scenes import CASE, KARI

OPEN = "Since {date}, it goes on."


@pytest.mark.parametrize(
    ("field", "act", "given", "more"),
    [
        ("reasons", appeals.judge_appeal, ("R", Judgement.GRANTED), {"reasons": OPEN}),
        ("reasons", close.close_case, (CASE, KARI, Outcome.FIXED, OPEN), {}),
        ("reasons", manual_proposal.manual_proposal, (CASE, Measure.INFORM, OPEN, {}), {}),
        ("reason", undo.undo_action, ("a1",), {"reason": OPEN}),
        ("reason", undo.undo_made, (MadeBy(rule="r"),), {"reason": OPEN}),
    ],
)
def test_words_with_an_open_place_go_to_nobody(monkeypatch, field, act, given, more):
    """Whoever decides, closes, judges or undoes; the place is named."""
    allow(monkeypatch, appeals, undo)
    monkeypatch.setattr(close, "require", lambda *_: None)
    monkeypatch.setattr(appeals, "find_case", lambda _: CASE)
    if field in more:
        more = more | {"person": "kari"}
    assert words(Invalid, act, None, *given, **more) == (
        f"{field}: expected no open place, found {{date}}"
    )
