"""Several targets: each carries its part, one that is away is shown, and all must be seen."""

import dataclasses
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, furnish, report, with_settings
from app.kernel import NAME
from app.steps import agent_for, arrive, enforce_at, told
from aupkeep.app.context import bind
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.undo import undo_action
from aupkeep.app.enforcing import agent_reports
from aupkeep.app.enforcing.agent_reports import take_reports
from aupkeep.app.enforcing.agent_run import AgentConfig, open_agent
from aupkeep.app.enforcing.agent_words import SETTLED
from aupkeep.app.enforcing.desired_state import write_desired
from aupkeep.app.enforcing.plan import plan_measure
from aupkeep.app.enforcing.standing import AWAY, list_measures, list_targets, whole_state
from aupkeep.app.enforcing.why import why, why_lines
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.app.pages.enforcement.load import enforcement_page
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.metrics.load import metric_families
from aupkeep.app.proof.verify import verify_home
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.enforcement.agent_report import UNANSWERED, read_report, write_report
from aupkeep.enforcement.ender import SAID
from aupkeep.model.action import ActionState
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Forbidden, Invalid, Missing
from aupkeep.model.ladder import Measure
from aupkeep.model.notice import Party
from aupkeep.store import actions, notices

ADA = Person(id="ada", name="Ada")
EDGES = (
    TargetSettings(name="edge-1", driver=NAME, prefixes=("203.0.113.0/24", "2001:db8::/32")),
    TargetSettings(name="edge-2", driver=NAME),
    TargetSettings(name="core", driver=NAME, order=1),
)


def desk(context, *targets: TargetSettings):
    """A desk with these targets."""
    made = with_settings(context, enforcement=EnforcementSettings(targets=targets))
    bind(made)
    return furnish(made)


@pytest.fixture
def edges(context):
    return desk(context, *EDGES)


def block(context, measure="block-port"):
    (case,) = arrive(context, report("203.0.113.10", JUST_NOW))
    decide_case(
        context, case.reference, people=("ada",), reasons="it goes on", measure=measure, hours=4
    )
    return case


def states(case):
    return {action.target: action.state for action in actions.of_case(case.id)}


def letters(case):
    """How many letters the customer was written."""
    return sum(note.party is Party.CUSTOMER for note in notices.of_case(case.id))


def test_two_routers_one_away(edges):
    """It is in force where it was seen, and wanted where nobody has seen it; then on both."""
    case = block(edges)
    assert states(case) == dict.fromkeys(["edge-1", "edge-2"], ActionState.WANTED)
    before = letters(case)
    enforce_at(edges, "edge-1")
    assert states(case) == {"edge-1": ActionState.APPLIED, "edge-2": ActionState.WANTED}
    assert whole_state(actions.of_case(case.id)) is ActionState.WANTED
    assert letters(case) == before + 1  # it limits them on one way already, and they are told
    rows = {row.target: row for row in list_targets(edges)}
    assert rows["edge-1"].trouble is None
    assert NOON < rows["edge-1"].heard < edges.now()
    assert rows["edge-2"].trouble == "no agent of it was ever heard"
    assert (rows["core"].standing, rows["core"].trouble) == (0, None)

    enforce_at(edges, "edge-1", "edge-2")
    assert set(states(case).values()) == {ActionState.APPLIED}
    assert whole_state(actions.of_case(case.id)) is ActionState.APPLIED
    assert letters(case) == before + 1
    assert {row.target: row.trouble for row in list_targets(edges)} == {
        "edge-1": None,
        "edge-2": None,
        "core": None,
    }


def test_an_undo_lifts_it_on_every_target(edges):
    """One undo lifts the decision everywhere; an agent that is away lifts it when it is back."""
    case = block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    first = actions.of_case(case.id)[0]
    undo_action(edges, first.id, reason="mended", person="ada")
    enforce_at(edges, "edge-2")
    assert states(case) == {"edge-1": ActionState.LIFTING, "edge-2": ActionState.LIFTED}
    enforce_at(edges, "edge-1")
    assert set(states(case).values()) == {ActionState.LIFTED}
    assert verify_home(edges).ok


def test_an_agent_that_falls_silent_is_shown(edges, monkeypatch):
    case = block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    later = dataclasses.replace(edges, now=lambda: NOON + timedelta(minutes=10))
    bind(later)
    (row,) = [row for row in list_targets(later) if row.target == "edge-2"]
    assert row.trouble.startswith("its agent was last heard at 2026-03-01 12:00 UTC")
    assert states(case)["edge-2"] is ActionState.APPLIED  # silence ends nothing


def test_an_agent_that_hangs_is_heard_by_no_file_of_its_past(edges, now, monkeypatch):
    """What is decided meanwhile, or a new worker, makes its last report no younger."""
    case = block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    now.at += AWAY + timedelta(seconds=1)
    words = {"people": ("ada",), "reasons": "so", "measure": "isolate", "hours": 4}
    decide_case(edges, case.reference, **words)
    for name in ("_taken", "_seen", "_heard"):
        monkeypatch.setattr(agent_reports, name, {})
    enforce_at(edges, "edge-2")
    rows = {row.target: row for row in list_targets(edges)}
    assert rows["edge-2"].trouble is None
    assert "its agent was last heard at 2026-03-01 12:00 UTC" in rows["edge-1"].trouble
    assert [it for it in enforcement_page(edges, ADA).alerts if it.target == "edge-1"]
    family = next(x for x in metric_families(edges) if x.name == "aupkeep_target_trouble")
    assert {x.labels[0][1]: x.value for x in family.samples}["edge-1"] == 1
    (check,) = [row for row in doctor(edges, lambda _: "") if row.check == "agents"]
    assert not check.ok
    assert "edge-1: its agent was last heard at" in check.found
    assert check.remedy == "aupkeep agent --target edge-1 --once"
    assert "agents" in {row.check for row in page_hindrances(edges)}
    file = edges.home.agent / "edge-1" / "status.json"
    hangs = f"{SAID}; process 7 holds its lock and takes no step"
    report = dataclasses.replace(
        read_report(file.read_bytes()), at=now.at, controller=hangs, actions=()
    )
    file.write_bytes(write_report(report))  # as the ender does, which is not the agent
    take_reports(edges)
    row = next(row for row in list_targets(edges) if row.target == "edge-1")
    assert row.trouble == f"its agent was last heard at {row.heard:%Y-%m-%d %H:%M} UTC; {hangs}"
    assert row.heard < now.at - AWAY
    assert not next(row for row in doctor(edges, lambda _: "") if row.check == "agents").ok


def test_what_no_target_serves_is_refused_before_it_is_decided(context):
    """The refusal names each target and why; it is in the journal; nothing is half-done."""
    context = desk(context, TargetSettings(name="west", driver=NAME, sites=("bergen",)))
    with pytest.raises(Forbidden, match=r"no target serves 203\.0\.113\.10 for block-port"):
        block(context)
    (case,) = arrive(context, report("203.0.113.10", JUST_NOW))
    assert actions.of_case(case.id) == []
    (refused,) = told(case, EntryType.DECISION_REFUSED)
    assert "west: serves bergen, not site main" in refused["reason"]


def test_a_full_target_refuses_the_next_one(context):
    context = desk(context, TargetSettings(name="edge", driver=NAME, cap=1))
    block(context)
    (other,) = arrive(context, report("203.0.113.10", JUST_NOW + timedelta(seconds=1)))
    with pytest.raises(Forbidden, match="target edge is full: 1 of 1 measures stand"):
        decide_case(
            context, other.reference, people=("ada",), reasons="it goes on", measure="isolate",
            hours=4,
        )  # fmt: skip


def test_a_plan_shows_every_target_or_the_one_that_was_named(edges):
    until = NOON + timedelta(hours=1)
    words = {"port": 22, "protocol": "tcp"}
    plan = plan_measure(edges, Measure.BLOCK_PORT, "203.0.113.10", until, words=words)
    assert [action.target for action in plan.actions] == ["edge-1", "edge-2"]
    one = plan_measure(edges, Measure.BLOCK_PORT, "203.0.113.10", until, target="core", words=words)
    assert [action.target for action in one.actions] == ["core"]
    with pytest.raises(Invalid, match="expected one of edge-1, edge-2, core, found 'nope'"):
        plan_measure(edges, Measure.BLOCK_PORT, "203.0.113.10", until, target="nope")


def test_why_tells_all_of_it(edges):
    """From an address, a case or an action: what, since when, by whom, where, how to undo."""
    case = block(edges)
    enforce_at(edges, "edge-1")
    answers = [
        why(edges, subject)
        for subject in ("203.0.113.10", case.reference, actions.of_case(case.id)[1].id)
    ]
    (of_address, of_case, of_action) = [answer.measures for answer in answers]
    assert of_address == of_case == of_action
    (measure,) = of_address
    assert measure.state is ActionState.WANTED
    assert [part.target for part in measure.parts] == ["edge-1", "edge-2"]
    assert measure.parts[0].seen is not None
    assert measure.parts[1].seen is None
    lines = list(why_lines(answers[0]))
    assert lines[0].startswith("203.0.113.10: held by ")
    assert any(line.startswith("  undo    aupkeep undo ") for line in lines)
    assert list(why_lines(why(edges, "203.0.113.99")))[-1].startswith("Nothing limits it")
    with pytest.raises(Missing, match="expected an address, a case's reference or an action's id"):
        why(edges, "nothing at all")


def test_a_list_by_target_state_and_case(edges):
    case = block(edges)
    enforce_at(edges, "edge-1")
    assert [row.target for row in list_measures(edges, target="edge-2")] == ["edge-2"]
    (stands,) = list_measures(edges, state="applied")
    assert (stands.target, stands.subject, stands.case) == (
        "edge-1",
        "203.0.113.10",
        case.reference,
    )
    assert stands.seen
    assert list_measures(edges, state="lifted") == []
    assert len(list_measures(edges, case=case.reference, customer=stands.customer)) == 2
    with pytest.raises(Invalid, match="state: expected wanted, pending"):
        list_measures(edges, state="gone")


def test_a_target_that_left_the_settings_is_shown_while_measures_stand_there(edges):
    block(edges)
    fewer = with_settings(edges, enforcement=EnforcementSettings(targets=EDGES[:1]))
    bind(fewer)
    left = [row for row in list_targets(fewer) if row.target == "edge-2"]
    (trouble,) = [row.trouble for row in left]
    assert "what stands is lifted by its agent alone" in trouble
    assert trouble.endswith("aupkeep agent --target edge-2 --driver kernel")


def test_an_agent_with_another_driver_ends_nothing(edges, now):
    """It cannot see what another one carried: shown to a person, and never said to be lifted."""
    case = block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    write_desired(edges, "edge-2")
    agent_for(edges, TargetSettings(name="edge-2", driver="record")).step()
    take_reports(edges)
    assert states(case)["edge-2"] is ActionState.APPLIED
    (part,) = list_measures(edges, target="edge-2")
    assert "carried by the driver kernel, and this agent has record" in part.reason
    now.at += SETTLED
    enforce_at(edges, "edge-2")
    (part,) = list_measures(edges, target="edge-2")
    assert "carried by the driver" not in part.seen


def test_what_was_refused_is_shown_while_its_time_runs(edges):
    """In the list, by `why`, and by the doctor, with the reason; not as something in force."""
    case = block(edges)
    write_desired(edges, "edge-1")
    (edges.home.agent / "edge-1").mkdir(parents=True)
    (edges.home.agent / "edge-1" / "bounds").write_text("prefix 198.51.100.0/24\n")
    enforce_at(edges, "edge-1")
    (part,) = list_measures(edges, target="edge-1")
    assert (part.state, part.seen) == (ActionState.FAILED, None)
    assert "203.0.113.10" in part.reason
    (measure,) = why(edges, "203.0.113.10").measures
    assert measure.state is ActionState.FAILED
    assert case.reference == measure.case
    (check,) = [x for x in doctor(edges, lambda _: "") if x.check == "refused-measures"]
    assert not check.ok
    assert check.remedy == f"aupkeep why {case.reference}"


def test_targets_that_nothing_may_begin_on_are_told_alike(context, tmp_path):
    """By the plan, the list of targets and the agent, in the same words."""
    kernels = [TargetSettings(name=name, driver="nftables") for name in ("r1", "r2")]
    wrong = TargetSettings(name="r3", driver="record", options={"tabel": "x"})
    both = desk(context, *kernels, wrong)
    words = "expected one target for each system, found several on one: r1, r2"
    option = "option: expected none, found 'tabel'"
    assert [row.trouble for row in list_targets(both)] == [words, words, option]
    planned = plan_measure(
        both, Measure.ISOLATE, "203.0.113.10", NOON + timedelta(hours=1), target="r3"
    )
    assert planned.refused == f"target r3: {option}"
    agent = open_agent(AgentConfig(carries=wrong, folder=tmp_path, keys=(), home=both.home))
    assert agent.barred == option


def test_a_system_that_does_not_answer_is_told_wherever_its_measures_are(edges, now):
    """The agent is heard, and sees nothing: what was read back before is no word of now."""
    case = block(edges)
    enforce_at(edges, "edge-1", "edge-2")
    (check,) = [row for row in doctor(edges, lambda _: "") if row.check == "agents"]
    assert check.ok
    now.at += timedelta(seconds=10)
    file, words = edges.home.agent / "edge-1" / "status.json", f"{UNANSWERED}: it is dead"
    report = dataclasses.replace(
        read_report(file.read_bytes()), at=now.at, controller=words, actions=()
    )
    file.write_bytes(write_report(report))
    take_reports(edges)
    (check,) = [row for row in doctor(edges, lambda _: "") if row.check == "agents"]
    assert (check.ok, check.found) == (False, f"edge-1: {words}")
    assert "agents" in {row.check for row in page_hindrances(edges)}
    told = {row.target: (row.state, row.reason) for row in list_measures(edges)}
    assert told["edge-1"] == (ActionState.APPLIED, words)
    assert told["edge-2"] == (ActionState.APPLIED, None)
    assert states(case)["edge-1"] is ActionState.APPLIED  # silence ends nothing
    (answer,) = [line for line in why_lines(why(edges, case.reference)) if "by now" in line]
    assert answer.strip() == f"by now: {words}"
