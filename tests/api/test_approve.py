"""The second person at the API: by their own token, and by no other."""

import json
from datetime import timedelta

from app.conftest import NOON
from app.steps import guess, post
from aupkeep.api.router import api
from aupkeep.app.access.authority import authorised
from aupkeep.app.access.tokens import add_token
from aupkeep.app.context import bound
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.outside_approver import name_outside_approver
from aupkeep.model.roles import StaffAct
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
    (waits,) = call("GET", f"cases/{case.reference}", token="all")[1]["waiting"]
    assert (waits["decision"], waits["by"], waits["level"]) == (asked.decision, "ada", "L6")
    bea = own("bea")
    status, made = call("POST", there, SAID, token=bea, media=JSON)
    assert (status, made["decision"], made["level"]) == (200, asked.decision, "L6")
    decision = decisions.get(asked.decision)
    assert [actor.id for actor in (decision.author, *decision.approvers)] == ["ada", "bea"]
    status, gone = call("POST", there, SAID, token=bea, media=JSON)
    assert (status, "bea approved it at" in str(gone)) == (409, True)
    assert call("GET", "cases", token=bea)[0] == 403


def test_invariant_15_an_outside_approvers_token_opens_nothing_else(call):
    """Every other door of the API is shut to it, before and after its one decision."""
    (case,) = post(bound(), guess("203.0.113.10", NOON - timedelta(minutes=5)))
    wish = {"measure": "suspend-account", "hours": 24, "reasons": "x"}
    number = decide_case(bound(), case.reference, people=("ada",), **wish).decision
    bea = authorised("bea", StaffAct.SETTINGS)
    named = name_outside_approver(bound(), number, "law@firm.example", "Kari Lov", days=3, by=bea)
    doors = [
        (method.upper(), path.replace("/api/v1/", ""))
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, door in methods.items()
        if not path.startswith("/api/v1/notices") and "approve" not in path
    ]
    assert len(doors) > 10

    def opened() -> list[tuple[str, str]]:
        shut = (401, 403)
        return [d for d in doors if call(*d, b"x", token=named.token, media=JSON)[0] not in shut]

    assert opened() == []
    there = "decisions/{}/approve"
    assert call("POST", there.format("x"), SAID, token=named.token, media=JSON)[0] == 403
    status, made = call("POST", there.format(number), SAID, token=named.token, media=JSON)
    assert (status, made["decision"]) == (200, number)
    assert decisions.get(number).approvers[0].name == "Kari Lov (outside approver)"
    assert call("POST", there.format(number), SAID, token=named.token, media=JSON)[0] == 401
    assert opened() == []
