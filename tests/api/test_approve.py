"""The second person at the API: by their own token, and by no other."""

import json
from datetime import timedelta

from app.conftest import NOON
from app.steps import guess, post
from aupkeep.app.access.tokens import add_token
from aupkeep.app.context import bound
from aupkeep.app.deciding.decide import decide_case
from aupkeep.store import decisions

JSON = "application/json"
SAID = json.dumps({"reasons": "I looked too"}).encode()


def own(person):
    """A token of this person's own."""
    made = add_token(
        bound(), f"{person}'s", trusted=False, scopes=("approve",), days=1, person=person
    )
    return made.token


def test_a_colleague_approves_by_their_own_token(call):
    """Not who asked, not a token that is nobody's, not a second time."""
    (case,) = post(bound(), guess("203.0.113.10", NOON - timedelta(minutes=5)))
    wish = {"measure": "suspend-account", "hours": 24, "reasons": "x"}
    asked = decide_case(bound(), case.reference, people=("ada",), **wish)
    there = f"decisions/{asked.decision}/approve"
    assert call("POST", there, SAID, token=None, media=JSON)[0] == 401
    assert call("POST", there, SAID, token="all", media=JSON)[0] == 403
    assert call("POST", there, SAID, token=own("ada"), media=JSON)[0] == 403
    bea = own("bea")
    status, made = call("POST", there, SAID, token=bea, media=JSON)
    assert (status, made["decision"], made["level"]) == (200, asked.decision, "L6")
    decision = decisions.get(asked.decision)
    assert [actor.id for actor in (decision.author, *decision.approvers)] == ["ada", "bea"]
    assert call("POST", there, SAID, token=bea, media=JSON)[0] == 404
    assert call("GET", "cases", token=bea)[0] == 403
