"""Which hold an ended service replaces, and where a service is back when an action is gone."""

from types import SimpleNamespace

import pytest

from aupkeep.app.enforcing import service_end as room
from aupkeep.model.action import ActionState
from aupkeep.model.ladder import Measure


def action(measure=Measure.TERMINATE, state=ActionState.APPLIED, target="main", scope="vm-a"):
    """What is looked at of an action."""
    return SimpleNamespace(case="c1", measure=measure, state=state, target=target, scope=scope)


@pytest.mark.parametrize(
    ("held", "replaced"),
    [
        (action(), True),
        (action(target="other"), False),
        (action(scope="vm-b"), False),
        (action(measure=Measure.SUSPEND_ACCOUNT), False),
        (action(state=ActionState.LIFTED), False),
    ],
)
def test_the_hold_of_the_same_service_at_the_same_place_is_replaced(held, replaced):
    """No other service of the case, and none on another target."""
    assert room._replaced(held, action(measure=Measure.END_SERVICE)) is replaced


@pytest.mark.parametrize(
    ("gone", "ended", "back"),
    [
        (action(measure=Measure.END_SERVICE, state=ActionState.LIFTED), (), True),
        (action(measure=Measure.END_SERVICE, state=ActionState.EXPIRED), (), False),
        (action(state=ActionState.EXPIRED), (ActionState.APPLIED,), False),
        (action(state=ActionState.EXPIRED), (ActionState.FAILED,), True),
        (action(measure=Measure.ISOLATE), (ActionState.APPLIED,), True),
    ],
)
def test_a_service_is_back_where_nothing_ended_it(monkeypatch, gone, ended, back):
    """Its hold gone, it stays away where its end was seen."""
    there = [action(measure=Measure.END_SERVICE, state=state) for state in ended]
    monkeypatch.setattr(room, "actions", SimpleNamespace(of_case=lambda _: there))
    assert room.brings_back(gone) is back
