"""The page of what is in force: two signs, what needs a look, and the preview of an undo."""

import pytest

from app.conftest import JUST_NOW, NOON, furnish, report, with_settings
from app.kernel import NAME
from app.steps import arrive, block_port, enforce_at
from aupkeep.app.context import bind
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.enforcement.load import enforcement_page, undo_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.model.action import MOVING
from aupkeep.model.errors import Missing
from aupkeep.store import actions
from enrol import enrol

ADA = Person(id="ada", name="Ada")


@pytest.fixture
def edges(context):
    """A desk with two edge routers, and a block decided on both."""
    targets = tuple(TargetSettings(name=name, driver=NAME) for name in ("edge-1", "edge-2"))
    desk = with_settings(context, enforcement=EnforcementSettings(targets=targets))
    bind(desk)
    furnish(desk)
    (case,) = arrive(desk, report("203.0.113.10", JUST_NOW))
    block_port(desk, case, reasons="it goes on")
    return desk


def test_what_was_seen_and_what_was_not_are_told_apart(edges):
    enforce_at(edges, "edge-1")
    page = enforcement_page(edges, ADA)
    assert [group.title for group in page.groups] == ["edge-1", "edge-2"]
    (stands,), (waits,) = (group.rows for group in page.groups)
    assert stands.state == "applied"
    assert stands.seen == "read back"
    assert NOON < stands.seen_at < edges.now()
    assert (waits.state, waits.seen, waits.seen_at) == ("wanted", "not seen yet", None)
    assert [(one.state.value, one.count) for one in page.states] == [("wanted", 1), ("applied", 1)]
    assert [(alert.target, alert.what) for alert in page.alerts] == [
        ("edge-2", "no agent of it was ever heard")
    ]
    assert (page.total, page.targets, page.customers) == (2, 2, 1)


def test_it_is_grouped_and_narrowed_as_asked(edges):
    enforce_at(edges, "edge-1", "edge-2")
    by_customer = enforcement_page(edges, ADA, by="customer")
    (group,) = by_customer.groups
    assert len(group.rows) == 2
    assert enforcement_page(edges, ADA, by="nonsense").by == "target"
    assert enforcement_page(edges, ADA, state="wanted").groups == ()
    (one, _) = enforcement_page(edges, ADA, state="applied", by="end").groups[0].rows
    assert one.subject == "203.0.113.10 tcp/22"


def test_an_undo_is_looked_at_before_it_is_done(edges):
    """Every part of the decision, and what of the customer stays."""
    enforce_at(edges, "edge-1")
    action = actions.standing()[0]
    page = undo_page(edges, ADA, action.id)
    assert [part.target for part in page.parts] == ["edge-1", "edge-2"]
    assert page.measure.undoable
    assert page.others == ()
    assert page.reasons == "it goes on"
    assert page.barred == ""
    assert page.told
    with pytest.raises(Missing, match="action: expected a known id"):
        undo_page(edges, ADA, "nothing")


def test_of_what_limits_nobody_no_word_is_promised(context):
    """A driver that only records: who looks is not told that the customer will be."""
    bind(context)
    furnish(context)
    desk = with_settings(context, enforcement=EnforcementSettings(driver="record"))
    (case,) = arrive(desk, report("203.0.113.10", JUST_NOW))
    block_port(desk, case, reasons="it goes on")
    (action,) = actions.of_case(case.id)
    assert not undo_page(desk, ADA, action.id).told


def test_who_may_not_undo_is_told_who_may(edges):
    """On the preview and on the case, in place of a form that is refused."""
    otto, nils = enrol(edges, "otto", roles=["auditor"]) + enrol(edges, "nils", roles=["noc"])
    action = actions.in_states(MOVING)[0]
    pages = [
        (undo_page(edges, person, action.id), case_page(edges, person, action.reference))
        for person in (Person(id=actor.id, name=actor.name) for actor in (otto, nils))
    ]
    (told, told_too), (free, free_too) = pages
    assert told.barred == told_too.undo_barred
    assert told.barred == (
        "It may be undone by analyst or senior or legal or operator or noc; you are none of these."
    )
    assert (free.barred, free_too.undo_barred) == ("", "")
