"""Forged senders at a customer's port: found, planned, decided, carried out, taken back."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from app.conftest import JUST_NOW, NOON
from app.enforcing.test_reach import ADA, SHARED, assign, by_person
from app.steps import enforce, post
from aupkeep.app.case_context import load_case_context
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.proof.verify import verify_home
from aupkeep.cli import enforcement as commands
from aupkeep.model.action import ActionState
from aupkeep.model.errors import Forbidden
from aupkeep.model.ladder import Measure
from aupkeep.store import actions


def forged(address):
    """What the detector of forged senders posts."""
    kind = "connection/ddos"
    return {"kind": kind, "address": address, "at": JUST_NOW.isoformat()}


def planned(context, monkeypatch, subject):
    """What the command shows."""
    monkeypatch.setattr(commands, "open_context", lambda: context)
    words = ["plan", "--measure", "block-spoofed", "--subject", subject]
    until = (NOON + timedelta(hours=4)).isoformat()
    done = CliRunner().invoke(commands.enforcement, [*words, "--until", until, "-o", "json"])
    return json.loads(done.stdout)


def test_what_forges_is_stopped_at_its_port(furnished, monkeypatch):
    """The page offers it, the plan names who is touched, the customer is told in plain words."""
    (case,) = post(furnished, forged("203.0.113.10"))
    page = case_page(furnished, ADA, case.reference)
    assert Measure.BLOCK_SPOOFED in {choice.measure for choice in page.offers}
    plan = planned(furnished, monkeypatch, "203.0.113.10")
    assert plan["refused"] is None
    (action,) = plan["actions"]
    assert action["touches"] == ["203.0.113.10", "vm-a"]
    by_person(furnished, case, "block-spoofed")
    (action,) = actions.of_case(case.id)
    assert (action.measure, str(action.scope.address)) == (Measure.BLOCK_SPOOFED, "203.0.113.10")
    enforce(furnished)
    (action,) = actions.of_case(case.id)
    assert action.state in {ActionState.APPLIED, ActionState.RECORDED}
    undo_action(furnished, action.id, reason="mended", person="ada")
    enforce(furnished)
    assert actions.get(action.id).state is ActionState.LIFTED
    assert verify_home(furnished).ok


def test_what_others_share_is_refused(furnished, monkeypatch):
    """Behind a shared address is more than one machine: neither planned nor decided."""
    assign(furnished, SHARED)
    (case,) = post(furnished, {**forged("203.0.113.40"), "port": 30000})
    plan = planned(furnished, monkeypatch, "203.0.113.40:30000")
    assert "203.0.113.40 is shared: birch vm-t" in plan["refused"]
    with pytest.raises(Forbidden, match="Others hold"):
        by_person(furnished, case, "block-spoofed")
    assert load_case_context(furnished, case).inputs.shared_at
    assert actions.of_case(case.id) == []
