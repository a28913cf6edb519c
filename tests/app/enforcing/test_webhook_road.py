"""A suspension that billing carries out: decided, told, acknowledged, read back, taken back."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, enforce_at
from aupkeep.app.context import bind
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.expiry import end_measures
from aupkeep.app.enforcing.plan import plan_measure
from aupkeep.app.enforcing.standing import list_measures
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.targets import EnforcementSettings
from aupkeep.model.ladder import Measure
from aupkeep.store import actions
from enforcement.receiver import SECRET

pytestmark = pytest.mark.network


def test_a_suspension_is_told_seen_and_taken_back(billed, receiver):
    """Under its clause; another hold on the same account stays when ours goes."""
    (case,) = arrive(billed, report("203.0.113.10", JUST_NOW))
    limits = {
        "measure": "suspend-resource",
        "hours": 48,
        "reasons": "it goes on",
    }
    decide_case(billed, case.reference, people=("ada",), **limits)
    (action,) = actions.of_case(case.id)
    assert (action.target, action.driver, action.clause) == ("billing", "webhook", case.clause)
    enforce_at(billed, "billing", "edge")
    (event,) = receiver.events.values()
    assert event["data"]["clause"] == case.clause
    assert event["data"]["case"] == case.reference
    (row,) = list_measures(billed)
    assert (row.state, row.subject) == ("applied", "203.0.113.10")
    receiver.holds["unpaid-3"] = "held"
    undo_action(billed, action.id, reason="they mended it", person="ada")
    enforce_at(billed, "billing")
    assert receiver.holds == {"unpaid-3": "held"}
    assert actions.get(action.id).state == "lifted"
    assert verify_home(billed).ok


def test_a_receiver_that_has_only_begun_is_waited_for(billed, receiver):
    (case,) = arrive(billed, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "suspend-resource", "hours": 48, "reasons": "it goes on"}
    decide_case(billed, case.reference, people=("ada",), **limits)
    receiver.answers = 202
    enforce_at(billed, "billing")
    (row,) = list_measures(billed)
    assert (row.state, row.seen) == ("pending", None)
    receiver.holds = dict.fromkeys(receiver.holds, "held")
    enforce_at(billed, "billing")
    (row,) = list_measures(billed)
    assert row.state == "applied"


def test_a_plan_holds_the_reference_of_a_secret_and_not_the_secret(billed, receiver):
    until = NOON + timedelta(hours=4)
    plan = plan_measure(billed, Measure.SUSPEND_RESOURCE, "203.0.113.10", until)
    (action,) = plan.actions
    assert (action.target, plan.refused) == ("billing", None)
    assert SECRET not in repr(plan)
    assert receiver.times == 0


@pytest.mark.parametrize("unread", [True, False])
def test_what_was_asked_for_is_over_only_when_released(billed, receiver, *, unread: bool):
    """Its agent died, and billing may hold on: over is only what was seen, or said, to be gone.

    Nobody can read the hold back, or billing has only begun with it.
    """
    desk = billed
    if unread:
        edge, billing = billed.settings.enforcement.targets
        options = {k: v for k, v in billing.options.items() if not k.startswith("read")}
        targets = (edge, dataclasses.replace(billing, options=options))
        chosen = EnforcementSettings(targets=targets)
        settings = dataclasses.replace(billed.settings, enforcement=chosen)
        desk = dataclasses.replace(billed, settings=settings)
        bind(desk)
    else:
        receiver.answers = 202
    (case,) = arrive(desk, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "suspend-resource", "hours": 48, "reasons": "it goes on"}
    decide_case(desk, case.reference, people=("ada",), **limits)
    enforce_at(desk, "billing")
    assert actions.of_case(case.id)[0].state == ("announced" if unread else "pending")
    later = dataclasses.replace(desk, now=lambda: NOON + timedelta(hours=49))
    bind(later)
    end_measures(later)
    (action,) = actions.of_case(case.id)
    assert (action.state, len(receiver.holds)) == ("lifting", 1)
    enforce_at(later, "billing")
    (action,) = actions.of_case(case.id)
    assert (action.state, receiver.holds) == ("expired", {})
    assert verify_home(later).ok


def test_the_end_is_told_by_the_agent(billed, receiver):
    """Billing does not know our end: the agent releases when it is over."""
    (case,) = arrive(billed, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "suspend-resource", "hours": 48, "reasons": "it goes on"}
    decide_case(billed, case.reference, people=("ada",), **limits)
    enforce_at(billed, "billing")
    assert len(receiver.holds) == 1
    late = NOON + timedelta(hours=49)
    later = dataclasses.replace(billed, now=lambda: late)
    bind(later)
    enforce_at(later, "billing")
    assert receiver.holds == {}
    (action,) = actions.of_case(case.id)
    assert action.state == "expired"


def test_an_end_that_no_agent_told_of_is_not_said_to_be_one(billed, receiver):
    """Billing ends nothing by itself: until its agent is back it is being lifted, and told."""
    (case,) = arrive(billed, report("203.0.113.10", JUST_NOW))
    limits = {"measure": "suspend-resource", "hours": 48, "reasons": "it goes on"}
    decide_case(billed, case.reference, people=("ada",), **limits)
    enforce_at(billed, "billing")
    later = dataclasses.replace(billed, now=lambda: NOON + timedelta(hours=49))
    bind(later)
    end_measures(later)
    (action,) = actions.of_case(case.id)
    assert action.state == "lifting"
    assert len(receiver.holds) == 1
    enforce_at(later, "billing")
    (action,) = actions.of_case(case.id)
    assert (action.state, receiver.holds) == ("expired", {})
