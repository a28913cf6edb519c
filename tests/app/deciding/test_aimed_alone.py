"""Where what waits for a second person is aimed, by what evidence, and the second one's reasons."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.deciding.parts import Desk, about
from aupkeep.app.deciding import approvals
from aupkeep.app.deciding.manual_proposal import _chosen_evidence
from aupkeep.app.deciding.second_person import aimed
from aupkeep.model.approval import Approval
from aupkeep.model.decision import Scope
from aupkeep.model.errors import Forbidden, Invalid
from aupkeep.model.ladder import Cause, Measure
from casework import scenes
from casework.scenes import CASE, KARI, NOW, OLA

PAGE = "https://www.example.net/login"
WAITS = Approval(
    id="p1", case=CASE.id, measure=Measure.INTERCEPT, hours=2, reasons="first", cause=Cause.UNKNOWN,
    by=KARI.id, at=NOW, behind=(), choice="{}",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "choice"),
    [
        ({"url": PAGE}, {"url": PAGE}),
        ({"url": PAGE, "name": "www.example.net"}, {"url": PAGE}),
        ({"name": "www.example.net"}, {"name": "www.example.net"}),
        ({}, {}),
        ({"address": scenes.ADDRESS}, {"address": scenes.ADDRESS}),
        ({"address": scenes.ADDRESS, "url": PAGE}, {"address": scenes.ADDRESS}),
        ({"address": scenes.PEER, "url": PAGE}, {}),
    ],
)
def test_where_a_proposal_aims_is_kept(changes, choice):
    """So that no later claim moves what was asked; an address without evidence is looked up."""
    scope = Scope(customer="c1", resource="vm1", **changes)
    assert aimed(about(), SimpleNamespace(scope=scope)) == choice


def test_what_is_chosen_is_in_evidence_or_named():
    with pytest.raises(Invalid) as raised:
        _chosen_evidence(about(), {"name": "x" * 99})
    assert str(raised.value) == f"name: expected one in this case's evidence, found {'x' * 80}"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A diversion that the first person decided."""
    made = Desk(approvals, monkeypatch, tmp_path)
    made.give("approvals.get", WAITS)
    for name in ("became_of", "authorise_author"):
        made.keep(name)
    made.keep("author_still", KARI)
    made.keep("load_case_context", "about")
    made.keep("manual_proposal", "proposal")
    made.keep("kept_choice", "choice")
    made.keep("judgement_beside", "beside")
    made.keep("is_named", value=False)
    made.keep("decide", "decided")
    return made


def given(desk, reasons):
    return approvals._give(desk.context, CASE, WAITS.id, OLA, reasons)


@pytest.mark.parametrize("measure", [Measure.INTERCEPT, Measure.INTERCEPT_MAIL])
def test_both_who_divert_say_what_for(desk, measure):
    desk.give("approvals.get", replace(WAITS, measure=measure))
    with pytest.raises(Forbidden) as refused:
        given(desk, " \n")
    assert str(refused.value) == (
        "refused (invariant 2): both who divert traffic or mail say what for;"
        " the second person's reasons are missing"
    )
    assert desk.calls["decide"] == []
    assert given(desk, "second") == "decided"
    asked = (desk.context, "about", measure, "first\n\nsecond", "choice")
    assert desk.calls["manual_proposal"] == [asked]


def test_of_all_else_the_first_ones_reasons_are_enough(desk):
    desk.give("approvals.get", replace(WAITS, measure=Measure.ISOLATE))
    assert given(desk, "") == "decided"
    ((*_, reasons, _),) = desk.calls["manual_proposal"]
    assert reasons == "first"
