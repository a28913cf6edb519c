"""What is said of a measure that somebody wants to change and that stands no more."""

from dataclasses import replace

import pytest

from app.deciding.parts import action, decision
from aupkeep.app.deciding import what_ended as room
from aupkeep.model.action import ActionState
from aupkeep.model.decision import Scope
from aupkeep.model.moments import show_minute
from casework.scenes import ADDRESS, CASE, KARI, NOW

HEAD = f"case {CASE.reference}: the measure at"
SINCE = f" since {show_minute(NOW)}"
URL = "https://shop.example/x"


def at_place(**place: object):
    scope = Scope(customer="c1", resource="vm1", **place)
    return action(state=ActionState.APPLIED, scope=scope)


@pytest.mark.parametrize(
    ("ended", "place", "more"),
    [
        (action(state=ActionState.APPLIED), f"{ADDRESS} is in force", ""),
        (action(state=ActionState.LIFTED, proof="gone"), f"{ADDRESS} is lifted", "; gone"),
        (action(state=ActionState.APPLIED, changed_at=NOW), f"{ADDRESS} is in force", SINCE),
        (
            action(state=ActionState.EXPIRED, changed_at=NOW, proof="gone"),
            f"{ADDRESS} is over",
            f"{SINCE}; gone",
        ),
        (at_place(), "vm1 is in force", ""),
        (at_place(account="shop"), "shop is in force", ""),
        (at_place(name="shop.example"), "shop.example is in force", ""),
        (at_place(name="shop.example", account="shop"), "shop.example is in force", ""),
        (at_place(url=URL), f"{URL} is in force", ""),
        (at_place(url=URL, name="shop.example"), f"{URL} is in force", ""),
    ],
)
def test_what_became_of_it(monkeypatch, ended, place, more):
    """Where it was, how it stands, since when, what was read back; or who lifted it, and why."""
    made = {"case1": [decision()]}
    monkeypatch.setattr(room.decisions, "of_case", made.__getitem__)
    assert room.what_ended(ended) == f"{HEAD} {place}{more}"
    made["case1"].append(decision(id="d9", reverses="d1", author=KARI, reasons="so", starts=NOW))
    lifted = f"{HEAD} {place}; kari undid it at {show_minute(NOW)}: so"
    assert room.what_ended(ended) == lifted
    made["case1"][-1] = replace(made["case1"][-1], author=replace(KARI, name="Kari Nordby"))
    assert room.what_ended(ended) == lifted.replace("kari", "Kari Nordby")
