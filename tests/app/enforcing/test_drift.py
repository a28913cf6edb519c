"""Where a target may differ from what was decided: `enforcement drift`, `verify` and the doctor."""

import json
from datetime import timedelta

import pytest

from app.conftest import with_settings
from app.enforcing.test_targets import EDGES, block, desk, states
from app.steps import enforce_at
from aupkeep.app.context import bind
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing.agent_reports import LATELY
from aupkeep.app.enforcing.standing import list_drift, list_measures
from aupkeep.app.enforcing.verify import apply_now, verify_measures
from aupkeep.app.pages.doctor.load import doctor
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.model.action import ActionState
from aupkeep.model.errors import Invalid, Unavailable
from aupkeep.store import actions


@pytest.fixture
def edges(context):
    return desk(context, *EDGES)


def drift_of(context):
    return {row.target: row for row in list_drift(context)}


def file_of(context, target):
    return context.home.agent / target / "record.json"


def check(context, name):
    (row,) = [row for row in doctor(context, lambda _: "") if row.check == name]
    return row


def elsewhere(context):
    """The same targets, each with its agent on another machine."""
    targets = (TargetSettings(name=x.name, driver=x.driver, agent=x.name) for x in EDGES)
    return with_settings(context, enforcement=EnforcementSettings(targets=tuple(targets)))


def test_what_was_put_back_is_told_for_ten_minutes(edges, now):
    """Whoever looks five minutes after the agent mended it sees that it was gone."""
    block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    assert drift_of(edges) == {}
    file_of(edges, "edge-1").unlink()
    enforce_at(edges, "edge-1", "edge-2")
    (line,) = drift_of(edges)["edge-1"].drift
    assert "found none" in line
    for _ in range(5):
        now.at += timedelta(minutes=1)
        enforce_at(edges, "edge-1", "edge-2")
    assert drift_of(edges)["edge-1"].drift == (line,)
    now.at += LATELY
    enforce_at(edges, "edge-1", "edge-2")
    assert drift_of(edges) == {}


def test_an_agent_that_is_away_is_no_target_without_drift(edges):
    """Nobody can tell what is there: said, in place of nothing."""
    block(edges)
    enforce_at(edges, "edge-1")
    assert drift_of(edges)["edge-2"].trouble == "no agent of it was ever heard"


def test_a_target_that_was_renamed_is_told_until_nothing_is_lifted_there(edges):
    """What stands there, and what is lifted there and not gone yet, is somebody's to look after."""
    case = block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    renamed = TargetSettings(name="oslo-2", driver="kernel")
    after = with_settings(edges, enforcement=EnforcementSettings(targets=(EDGES[0], renamed)))
    bind(after)
    assert "in aupkeep.toml no more" in drift_of(after)["edge-2"].trouble
    assert "edge-2: in aupkeep.toml no more" in check(after, "agents").found
    undo_action(after, actions.of_case(case.id)[0].id, reason="mended", person="ada")
    assert drift_of(after)["edge-2"].standing == 0
    assert [row.target for row in verify_measures(after, "edge-2")] == ["edge-2"]
    bind(edges)
    enforce_at(edges, "edge-1", "edge-2")
    bind(after)
    assert "edge-2" not in drift_of(after)


def refused_at(context, target):
    """A bound of the target's machine, out of which everything lies."""
    folder = context.home.agent / target
    folder.mkdir(parents=True)
    (folder / "bounds").write_text("prefix 198.51.100.0/24\n")


def test_a_part_that_one_router_refused_does_not_hold(edges):
    """The other parts are seen; the whole is not as it should be, until it is undone."""
    case = block(edges)
    refused_at(edges, "edge-2")
    enforce_at(edges, "edge-1", "edge-2")
    assert states(case) == {"edge-1": ActionState.APPLIED, "edge-2": ActionState.FAILED}
    rows = {row.target: row for row in verify_measures(edges)}
    assert rows["edge-1"].holds
    assert (rows["edge-2"].seen, rows["edge-2"].holds) == (False, False)
    assert "203.0.113.10" in rows["edge-2"].proof
    (stands,) = [x for x in actions.of_case(case.id) if x.state is ActionState.APPLIED]
    undo_action(edges, stands.id, reason="mended", person="ada")
    enforce_at(edges, "edge-1", "edge-2")
    assert (verify_measures(edges), list_measures(edges)) == ([], [])
    assert check(edges, "refused-measures").ok


def test_what_an_agent_elsewhere_does_not_see_any_more_does_not_hold(edges, now):
    """By its last word; the doctor names it after a minute."""
    block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    file = file_of(edges, "edge-1")
    rows = json.loads(file.read_bytes())
    rows["lines"][0] |= {"action": "", "reference": ""}  # somebody else's stands in its place
    file.write_text(json.dumps(rows))
    enforce_at(edges, "edge-1", "edge-2")
    place = "block-port 203.0.113.10 tcp 22"
    assert drift_of(edges)["edge-1"].foreign == (place,)
    assert "found another's" in drift_of(edges)["edge-1"].drift[0]
    shown = {row.target: row for row in verify_measures(elsewhere(edges))}
    assert {name: (row.seen, row.holds) for name, row in shown.items()} == {
        "edge-1": (False, False),
        "edge-2": (True, True),
    }
    assert check(edges, "measures").ok
    now.at += timedelta(minutes=2)
    assert "not seen any more" in check(edges, "measures").found


def test_what_is_lifted_elsewhere_holds_once_it_was_seen_gone(edges):
    """While no agent has said so nobody knows."""
    case = block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    undo_action(edges, actions.of_case(case.id)[0].id, reason="mended", person="ada")
    shown = verify_measures(elsewhere(edges))
    assert [(row.state, row.seen, row.holds) for row in shown] == [
        (ActionState.LIFTING, None, False)
    ] * 2


def test_apply_goes_on_where_one_target_cannot(edges, monkeypatch):
    """A secret that is not there keeps its own target from acting, and no other."""
    hook = TargetSettings(
        name="billing", driver="webhook", order=2, options={"secret": "env:AUPKEEP_NO_SUCH_SECRET"}
    )
    more = with_settings(edges, enforcement=EnforcementSettings(targets=(hook, *EDGES)))
    bind(more)
    case = block(more)
    with pytest.raises(Unavailable, match=r"target billing: option secret: .*is carried out"):
        apply_now(more, "ada")
    assert set(states(case).values()) == {ActionState.APPLIED}


def test_unknown_names_are_refused_with_those_that_are_known(edges):
    """A typing error is never answered with "nothing is in force"."""
    known = "expected one of edge-1, edge-2, core, found 'edge-3'"
    for look in (verify_measures, lambda desk, name: apply_now(desk, "ada", name)):
        with pytest.raises(Invalid, match=known):
            look(edges, "edge-3")
    with pytest.raises(Invalid, match=known):
        list_measures(edges, target="edge-3")
