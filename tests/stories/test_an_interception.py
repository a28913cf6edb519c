"""Traffic is diverted by two people, for a purpose and a time; it ends alone; looks are kept."""

import dataclasses
from datetime import timedelta

import pytest

from app import kernel
from app.conftest import NOON, furnish, with_settings
from app.steps import enforce, guess, look_at_clocks, post, told
from aupkeep.app.access.staff import change_roles
from aupkeep.app.deciding.approvals import approve
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.enforcing.agent_reports import take_status
from aupkeep.app.enforcing.desired_state import last_state
from aupkeep.app.enforcing.interceptions import list_interceptions, look
from aupkeep.app.enforcing.plan import EnforcementPlan, plan_measure
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.interception import InterceptionSettings
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.enforcement.agent_report import read_report, write_report
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.store import actions, agent_heard, decisions

PEER = "192.0.2.10"
WANTED = {"measure": "intercept", "hours": 2, "reasons": "Its users meet a warning, not the page."}


CARRIED = EnforcementSettings(
    driver=kernel.NAME,
    targets=(TargetSettings(name="main", driver=kernel.NAME, measures=("intercept",)),),
)


def allowing(context, **enforcement):
    """The same desk, which may intercept, as the machine's own bounds allow too."""
    folder = context.home.agent / "main"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bounds").write_text("prefix 203.0.113.0/24\n")
    return with_settings(context, interception=InterceptionSettings(allowed=True), **enforcement)


def seen(context):
    """A case that names the peer."""
    target = {"address": PEER, "port": 80, "protocol": "tcp"}
    (case,) = post(context, guess("203.0.113.10", NOON - timedelta(minutes=5), target=target))
    return case


def test_two_people_divert_it_ends_by_itself_and_looks_are_kept(context, now):
    """Purpose, scope, end and who looked stand in the journal, which holds."""
    desk = allowing(furnish(context), enforcement=CARRIED)
    case = seen(desk)
    asked = decide_case(desk, case.reference, people=("ada",), **WANTED)
    assert not [x for x in decisions.of_case(case.id) if x.measure == "intercept"]
    with pytest.raises(Forbidden):
        approve(desk, asked.decision, person="ada", reasons="twice myself")
    with pytest.raises(Forbidden, match="the second person's reasons are missing"):
        approve(desk, asked.decision, person="bea", reasons=" ")
    approve(desk, asked.decision, person="bea", reasons="I looked too")
    enforce(desk)
    (diverted,) = list_interceptions(desk, "ada")
    assert (diverted.address, diverted.destination) == ("203.0.113.10", PEER)
    assert (diverted.state, diverted.purpose) == (
        ActionState.APPLIED,
        f"{WANTED['reasons']}\n\nI looked too",
    )
    assert (diverted.people, diverted.looks) == (("ada", "bea"), ())
    assert diverted.until - diverted.since == timedelta(hours=2)

    with pytest.raises(Invalid, match="reason"):
        look(desk, diverted.action, person="ada", reason=" ")
    change_roles(desk, "bo", ["analyst"])
    with pytest.raises(Forbidden):
        look(desk, diverted.action, person="bo", reason="curious")
    with pytest.raises(Missing):
        look(desk, "x", person="ada", reason="which?")
    looked = look(desk, diverted.action, person="bea", reason="does anybody still go there?")
    assert [(one.by, one.reason) for one in looked.looks] == [
        ("bea", "does anybody still go there?")
    ]

    now.at += timedelta(hours=2, minutes=2)
    enforce(desk)
    look_at_clocks(desk)
    (ended,) = list_interceptions(desk, "ada")
    assert (ended.state, len(ended.looks)) == (ActionState.EXPIRED, 1)
    (viewed,) = told(case, EntryType.INTERCEPTION_VIEWED)
    assert viewed["actor"]["id"] == "bea"
    assert verify_home(desk).ok


def test_an_install_intercepts_nothing_unless_told(context):
    """Nobody can decide it, whatever drivers there are; the refusal says why."""
    desk = furnish(context)
    case = seen(desk)
    with pytest.raises(Forbidden, match="intercepts nothing"):
        decide_case(desk, case.reference, people=("ada",), **WANTED)
    assert [x for x in actions.of_case(case.id) if x.measure == "intercept"] == []


def test_without_the_extra_nobody_does_it_by_hand(context):
    """A setting alone is not enough: a driver of the extra must be there."""
    desk = allowing(furnish(context))  # its one target carries what routers do
    case = seen(desk)
    with pytest.raises(Forbidden, match="Nothing here can carry it out"):
        decide_case(desk, case.reference, people=("ada",), **WANTED)
    assert [x for x in actions.of_case(case.id) if x.measure == "intercept"] == []


def counted(desk, action, packets):
    """The router's agent reports a number, whether it was asked or not."""
    path = desk.home.agent / "main" / "status.json"
    report = read_report(path.read_bytes())
    rows = tuple(dataclasses.replace(x, packets=packets) for x in report.actions)
    take_status(desk, "main", write_report(dataclasses.replace(report, actions=rows)))
    return next(x.effect for x in list_measures(desk) if x.action == action)


def test_no_number_travels_or_shows_before_a_look(context, now):
    """The first look has the router asked, the next tells the number; then it is over."""
    desk = allowing(furnish(context), enforcement=CARRIED)
    case = seen(desk)
    asked = decide_case(desk, case.reference, people=("ada",), **WANTED)
    approve(desk, asked.decision, person="bea", reasons="I looked too")
    enforce(desk)
    (diverted,) = list_interceptions(desk, "ada")
    assert counted(desk, diverted.action, 4) is None
    assert diverted.action not in agent_heard.by_target()["main"].packets
    assert diverted.action not in str(told(case, EntryType.ACTION_EFFECT))
    assert last_state(desk, "main").looked == ()

    now.at += timedelta(seconds=1)
    (first,) = look(desk, diverted.action, person="bea", reason="does anybody go there?").looks
    enforce(desk)
    assert last_state(desk, "main").looked == (diverted.action,)
    now.at += timedelta(seconds=1)
    assert counted(desk, diverted.action, 5) is None
    *_, second = look(desk, diverted.action, person="bea", reason="how many?").looks
    assert (first.connections, second.connections) == (None, 5)
    assert diverted.action not in str(told(case, EntryType.ACTION_EFFECT))
    (listed,) = list_interceptions(desk, "ada")
    assert [one.connections for one in listed.looks] == [None, None]

    now.at += timedelta(minutes=11)
    enforce(desk)
    assert last_state(desk, "main").looked == ()
    *_, third = look(desk, diverted.action, person="bea", reason="and now?").looks
    assert third.connections is None


def test_a_plan_says_what_the_gate_would(context, now):
    """Off, too long, and where nothing carries it: never done by hand."""
    desk = furnish(context)

    def planned(desk, measure=Measure.INTERCEPT, **lasts) -> EnforcementPlan:
        words = {"destination": PEER} if measure is Measure.INTERCEPT else {}
        return plan_measure(desk, measure, "203.0.113.10", now.at + timedelta(**lasts), words=words)

    assert "intercepts nothing" in planned(desk, hours=2).refused
    assert planned(allowing(desk), hours=2).refused.startswith("Nothing here can carry it out")
    carried = allowing(desk, enforcement=CARRIED)
    assert planned(carried, hours=2).refused is None
    assert "at most 24 hours, not 504" in planned(carried, days=21).refused
    assert "at most 72 hours" in planned(carried, Measure.ISOLATE, days=21).refused
