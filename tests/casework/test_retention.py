"""What keeps a case whose period is over; each reason alone, and none."""

import dataclasses
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from aupkeep.casework.retention import CaseSurroundings, Keep, kept_by, last_kept
from aupkeep.model.action import ActionState
from aupkeep.model.case import Answer, AnswerKind, Case, CaseState
from aupkeep.model.hold import Hold, HoldScope
from aupkeep.model.ladder import Evidence
from aupkeep.model.permission import Permission
from aupkeep.model.retention import RetentionKind, RetentionPeriod

NOW = datetime(2029, 6, 1, tzinfo=UTC)
CASE = Case(
    id="c1", reference="K7QF-2M9X", customer="alder", resource="vm-a", clause="spam",
    kind="messaging/spam", state=CaseState.CLOSED, level=Evidence.E1, opened_at=NOW, changed_at=NOW,
)  # fmt: skip
HOLD = Hold(
    id="h", scope=HoldScope.CASE, key="c1", reasons="court", by="ada", at=NOW,
    until=NOW + timedelta(days=1),
)  # fmt: skip
PERMISSION = Permission(
    id="p", customer="alder", resource="vm-a", kind="connection/ddos", by="ada", reasons="so",
    until=NOW + timedelta(days=1),
)  # fmt: skip
APPEAL = Answer(id="a", case="c1", kind=AnswerKind.APPEAL, text="no", at=NOW)


def action(state):
    """An action as far as it is looked at."""
    return SimpleNamespace(state=state)


def around(**more) -> CaseSurroundings:
    """What stands around the case."""
    return CaseSurroundings(**more)


@pytest.mark.parametrize(
    ("more", "keeps"),
    [
        ({}, ()),
        ({"holds": [HOLD]}, (Keep.HOLD,)),
        ({"holds": [dataclasses.replace(HOLD, until=NOW)]}, ()),
        ({"holds": [dataclasses.replace(HOLD, ended_at=NOW)]}, ()),
        ({"holds": [dataclasses.replace(HOLD, key="c2")]}, ()),
        ({"holds": [dataclasses.replace(HOLD, key="alder")]}, ()),
        (
            {"holds": [dataclasses.replace(HOLD, scope=HoldScope.CUSTOMER, key="alder")]},
            (Keep.HOLD,),
        ),
        ({"actions": [action(ActionState.LIFTED), action(ActionState.EXPIRED)]}, ()),
        ({"actions": [action(ActionState.APPLIED)]}, (Keep.MEASURE,)),
        ({"actions": [action(ActionState.LIFTING)]}, (Keep.MEASURE,)),
        ({"answers": [APPEAL]}, (Keep.APPEAL,)),
        ({"answers": [dataclasses.replace(APPEAL, read_at=NOW)]}, ()),
        ({"permissions": [PERMISSION]}, (Keep.PERMISSION,)),
        ({"permissions": [dataclasses.replace(PERMISSION, resource="vm-b")]}, ()),
        ({"permissions": [dataclasses.replace(PERMISSION, until=NOW)]}, ()),
        ({"waiting": True, "holds": [HOLD]}, (Keep.HOLD, Keep.WORK)),
    ],
)
def test_what_keeps_a_closed_case(more, keeps):
    assert kept_by(CASE, around(**more), NOW) == keeps


@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.CLOSED])
def test_a_case_at_work_is_kept(state):
    assert kept_by(dataclasses.replace(CASE, state=state), around(), NOW) == (Keep.OPEN,)


def test_a_period_is_whole_days():
    period = RetentionPeriod(kind=RetentionKind.CASE, days=1096)
    assert NOW - last_kept(period, NOW) == timedelta(days=1096)
