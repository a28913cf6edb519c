"""Which act of the table of roles a proposal is, and what a runbook covers."""

from dataclasses import replace

import pytest

from aupkeep.casework.authority import act_of, outside_runbook
from aupkeep.casework.gate_checks import GENERAL
from aupkeep.model.ladder import Measure
from aupkeep.model.roles import StaffAct
from aupkeep.model.runbook import RUNBOOKS
from casework.scenes import CASE, CLAUSE, proposal

HEAD = replace(CLAUSE, id=GENERAL)


@pytest.mark.parametrize(
    ("changes", "act"),
    [
        ({}, StaffAct.DECIDE),
        ({"measure": Measure.ISOLATE}, StaffAct.DECIDE),
        ({"measure": Measure.SUSPEND_RESOURCE}, StaffAct.PROPOSE),
        ({"measure": Measure.SUSPEND_ACCOUNT}, StaffAct.PROPOSE),
        ({"measure": Measure.SUSPEND_ACCOUNT, "break_glass": True}, StaffAct.DECIDE),
        ({"clause": HEAD}, StaffAct.PROPOSE),
        ({"clause": HEAD, "measure": Measure.INFORM_DEADLINE}, StaffAct.DECIDE),
        ({"reverses": "d0", "measure": Measure.RECORD, "judges": "d0"}, StaffAct.UNDO),
        ({"judges": "d0", "break_glass": True}, StaffAct.APPROVE),
    ],
)
def test_what_an_author_does(changes, act):
    assert act_of(proposal(**changes)) is act


def outside(measure=Measure.BLOCK_PORT, runbook="guessing", hours=24.0, kind=CASE.kind):
    case = replace(CASE, kind=kind)
    return outside_runbook(proposal(measure, runbook=runbook, hours=hours, case=case))


def test_a_runbook_covers_its_kinds_measures_and_hours():
    """Up to its last hour; also kinds by how they begin, and L4 where it has one."""
    assert outside() is None
    assert outside(Measure.LIMIT_SMTP, "spam", kind="messaging/spam") is None
    assert outside(Measure.ISOLATE, "infected", 12.0, "infrastructure/botnet") is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"runbook": None},
            "the network centre acts by a runbook: expected one of flood, guessing, spam, infected",
        ),
        (
            {"runbook": "guess"},
            "the network centre acts by a runbook: expected one of flood, guessing, spam, infected",
        ),
        ({"measure": Measure.ISOLATE}, "runbook guessing has no isolate"),
        ({"measure": Measure.INFORM}, "runbook guessing has no inform"),
        ({"measure": Measure.SUSPEND_RESOURCE}, "runbook guessing has no suspend-resource"),
        ({"kind": "messaging/spam"}, "runbook guessing is not for messaging/spam"),
        ({"hours": 24.5}, "runbook guessing lasts at most 24 hours"),
        ({"hours": None}, "runbook guessing lasts at most 24 hours"),
    ],
)
def test_why_a_runbook_does_not_cover_it(changes, why):
    assert outside(**changes) == why


def test_no_runbook_goes_beyond_one_resource():
    """Whatever its table says: L3 and L4 alone."""
    wide = replace(RUNBOOKS["guessing"], measures=frozenset(Measure))
    for measure in (Measure.INFORM_DEADLINE, Measure.SUSPEND_RESOURCE):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(RUNBOOKS, "guessing", wide)
            assert outside(measure) == f"runbook guessing has no {measure}"
            assert outside(Measure.ISOLATE) is None
