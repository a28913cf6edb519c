"""What a step leads to: what is remembered of it and how each action is reported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from aupkeep.enforcement import agent_state
from aupkeep.enforcement.agent_outcome import (
    remember,
    remembered_state,
    statuses,
    without_unlooked,
)
from aupkeep.enforcement.agent_report import ActionStatus
from aupkeep.enforcement.agent_state import (
    AgentMemory,
    AgentState,
    EndedAction,
    InstalledAction,
    UndoneAction,
)
from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.execute import StepExecution
from aupkeep.enforcement.protect import NOTHING
from aupkeep.enforcement.reconcile import (
    ReconcileInputs,
    ReconcileResult,
    RememberedState,
    may_stand,
)
from aupkeep.model.action import Action, ActionState
from aupkeep.model.ladder import Measure
from enforcement.orders import NOW, order

A, B, C, D = (order(number=number) for number in (1, 2, 3, 4))
BEFORE = NOW - timedelta(minutes=5)
SECOND = timedelta(seconds=1)


@dataclass
class Guard:
    """What of an action still has force, and what speaks against its effect, by its id."""

    lingering: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    asked: list[object] = field(default_factory=list)
    able: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(enforces=True))

    def remains(self, action: Action, standing: Mapping[str, InstalledElement]) -> str:
        """Where it has."""
        self.asked.append((action, standing))
        return self.lingering.get(action.id, "")

    def doubt(self, action: Action) -> str | None:
        """Why it may have none."""
        return self.doubts.get(action.id)


def element(of: Action, place="p", **changes: object):
    given = {"place": place, "action": of.id, "reference": "R", "expires": of.until}
    return InstalledElement(**(given | changes))


def step(*elements: InstalledElement, guard=None, **more: object) -> StepExecution:
    """A step after which these elements stand."""
    return StepExecution(
        driver=guard or Guard(), switches=(), protect=NOTHING, state=AgentState(),
        elements={x.place: x for x in elements}, drift=[], **more,
    )  # fmt: skip


def installed(action: Action, proof="seen", at=BEFORE):
    return InstalledAction(action=action, proof=proof, at=at)


def state(*actions: Action, **more: object) -> AgentState:
    return AgentState(standing={x.id: installed(x) for x in actions}, **more)


def kept(*actions: Action, **more: object) -> ReconcileResult:
    """A result that keeps these, each at `p`, or where `places` says."""
    places = {x.id: "p" for x in actions} | more.pop("places", {})
    return ReconcileResult(kept={x.id: x for x in actions}, places=places, **more)


def test_what_stands_is_remembered_though_nobody_wrote_it_down():
    """What is wanted and there, besides what is remembered, which counts where both say it."""
    longer = replace(A, until=A.until + SECOND)
    memory = state(A, undone={"u": UndoneAction(id="u", words="", until=NOW, at=NOW)})
    found = remembered_state(memory, [longer, B, C], [element(longer), element(B, "q")])
    assert found.standing == {A.id: A, B.id: B}
    assert found.undone == {"u"}


def test_what_was_read_back_is_remembered():
    """With the proof of this step, or where another one carries it."""
    memory = AgentState()
    remember(memory, kept(A, B), step(element(B), proofs={B.id: "read"}), NOW, "record")
    assert memory.standing == {
        A.id: installed(A, f"carried at p by action {B.id}", NOW),
        B.id: installed(B, "read", NOW),
    }


@pytest.mark.parametrize(
    "execution",
    [
        step(),
        step(element(A), waiting={A.id: "busy"}),
        step(element(A), failed={A.id: "refused"}),
        step(element(C)),
        step(element(A, action="")),
        step(element(A, "elsewhere")),
    ],
)
def test_what_was_not_read_back_is_not(execution):
    """Nothing there, a trouble of this step, or somebody else's element."""
    memory = AgentState()
    remember(memory, kept(A), execution, NOW, "record")
    assert memory.standing == {}


def test_what_goes_on_keeps_its_proof():
    """Until it is another action, or was set again in this step."""
    memory = state(A)
    remember(memory, kept(A), step(element(A)), NOW, "record")
    assert memory.standing == {A.id: installed(A)}
    remember(memory, kept(A), step(element(A), proofs={A.id: "again"}), NOW, "record")
    assert memory.standing == {A.id: installed(A, "again", NOW)}
    longer = replace(A, until=A.until + SECOND)
    remember(memory, kept(longer), step(element(longer)), NOW + SECOND, "record")
    proof = f"carried at p by action {A.id}"
    assert memory.standing == {A.id: installed(longer, proof, NOW + SECOND)}


def test_one_that_was_not_read_back_hides_no_other():
    memory = AgentState()
    result = kept(A, B, places={A.id: "gone", B.id: "p"})
    remember(memory, result, step(element(B)), NOW, "record")
    assert memory.standing.keys() == {B.id}


ENDED = {B.id: (ActionState.EXPIRED, "its time is over")}


@pytest.mark.parametrize(
    ("result", "ending", "proof"),
    [
        (kept(), ActionState.LIFTED, "no longer wanted; read back: gone"),
        (kept(refused={B.id: "protected"}), ActionState.LIFTED, "protected; read back: gone"),
        (kept(ended=ENDED), ActionState.EXPIRED, "its time is over; read back: gone"),
    ],
)
def test_what_is_gone_has_ended(result, ending, proof):
    """As the comparison says, else because it is wanted no more; with what stays as before us."""
    memory, execution = state(B), step(left={B.id: "a port stays down", A.id: "x"})
    remember(memory, result, execution, NOW, "record")
    proof = f"{proof}; a port stays down"
    gone = EndedAction(id=B.id, state=ending, proof=proof, at=NOW)
    assert (memory.standing, memory.ended, execution.ended) == ({}, {B.id: gone}, [gone])
    assert execution.waiting == {}


def test_what_another_driver_carried_is_remembered_on():
    """This one cannot see whether it is gone; the others are looked at all the same."""
    other = replace(A, driver="nftables")
    memory, execution = state(other, B), step()
    remember(memory, kept(), execution, NOW, "record")
    assert memory.standing.keys() == {A.id}
    assert memory.ended.keys() == {B.id}
    assert execution.waiting == {
        A.id: "it was carried by the driver nftables, and this agent has record: "
        "only that one can lift it"
    }


def test_what_still_stands_is_remembered():
    """Wherever it does."""
    memory = state(A)
    remember(memory, kept(), step(element(A, "elsewhere")), NOW, "record")
    assert memory.standing.keys() == {A.id}


def test_what_somebody_changed_is_remembered_on():
    """It is not ours to take away: where its element says so, or its system."""
    changed = element(A, "q", action="", was=A.id)
    must = "not ours to take away: a person must"
    by_hand = f"q: somebody changed it there, so that it is {must}"
    there = "q: it has force there, and is not ours to take away any more: a person must"
    for execution, words in ((step(changed), by_hand), (step(guard=Guard({A.id: "q"})), there)):
        memory = state(A, B)
        remember(memory, kept(), execution, NOW, "record")
        assert (memory.standing.keys(), memory.ended.keys()) == ({A.id}, {B.id})
        assert execution.waiting == {A.id: words}
    guard = Guard({A.id: "q"})
    execution = step(element(C, "r"), guard=guard, taken={A.id})
    memory = state(A, B)
    remember(memory, kept(), execution, NOW, "record")
    assert memory.standing == {}
    assert guard.asked == [(B, execution.elements)]


def test_what_was_taken_away_before_it_was_remembered():
    """It has ended, once, in the order of ids; what is kept at another place has not."""
    memory = AgentState(
        ended={C.id: EndedAction(id=C.id, state=ActionState.LIFTED, proof="", at=NOW)}
    )
    result = kept(D, ended={x.id: (ActionState.EXPIRED, "over") for x in (C, B, A)})
    execution = step(taken={C.id, B.id, A.id, D.id})
    remember(memory, result, execution, NOW, "record")
    assert execution.ended == [
        EndedAction(id=x.id, state=ActionState.EXPIRED, proof="over; read back: gone", at=NOW)
        for x in (A, B)
    ]
    assert memory.ended.keys() == {C.id, A.id, B.id}


def test_what_nothing_remembered_and_nobody_wants_is_told_as_lifted():
    """An agent that lost its memory took an element of ours away: it says that it is gone."""
    memory = AgentState()
    execution = step(taken={A.id, B.id})
    remember(memory, kept(refused={B.id: "protected"}), execution, NOW, "record")
    assert [(x.id, x.state, x.proof) for x in execution.ended] == [
        (A.id, ActionState.LIFTED, "no longer wanted; read back: gone"),
        (B.id, ActionState.LIFTED, "protected; read back: gone"),
    ]


def test_what_was_only_recorded_was_never_there_to_be_gone():
    """A driver that changes nothing read nothing back: its lift says that nothing was in force."""
    execution = step(guard=Guard(able=SimpleNamespace(enforces=False)))
    memory = state(A)
    remember(memory, kept(), execution, NOW, A.driver)
    assert memory.ended[A.id].proof == "no longer wanted; it was only recorded, never in force"


def told(memory: AgentState, result: ReconcileResult, execution: StepExecution):
    return list(statuses(memory, result, execution, NOW, ActionState.APPLIED))


def status(action: Action, how=ActionState.APPLIED, proof="seen", at=BEFORE, **more: object):
    return ActionStatus(id=action.id, state=how, proof=proof, at=at, **more)


def test_what_stands_is_reported():
    """With what it stopped, and why it may have no effect; seen it stands, whatever troubles."""
    guard = Guard(doubts={A.id: "the packets go another way"})
    execution = step(element(A, packets=7), guard=guard, waiting={A.id: "busy"})
    assert told(state(A), kept(A), execution) == [
        status(A, packets=7, doubt="the packets go another way")
    ]


def test_what_is_there_without_force_is_in_doubt():
    """Its system does not go by it, and it could not be set anew; the driver's own words first."""
    execution = step(element(A, expires=None), waiting={A.id: "the zone is not read"})
    assert told(state(A), kept(A), execution) == [status(A, doubt="the zone is not read")]
    execution.driver.doubts = {A.id: "it said so"}
    assert told(state(A), kept(A), execution) == [status(A, doubt="it said so")]


def test_what_is_lost_is_reported_as_failed():
    """It was to stand, and is not there; the proof says why, and its effect is no question."""
    guard = Guard(doubts={A.id: "x"})
    lost = step(guard=guard, failed={A.id: "refused"})
    assert told(state(A), kept(A), lost) == [status(A, ActionState.FAILED, "refused", NOW)]
    assert told(state(A), kept(A), step()) == [status(A)]


def test_what_ended_is_reported_once():
    """As it was remembered, unless it stands again; what never stood never began."""
    gone = EndedAction(id=A.id, state=ActionState.LIFTED, proof="gone", at=BEFORE)
    memory = AgentState(ended={A.id: gone})
    ended = {A.id: (ActionState.EXPIRED, "over"), B.id: (ActionState.EXPIRED, "over")}
    assert told(memory, kept(ended=ended), step()) == [
        status(A, ActionState.LIFTED, "gone"),
        status(B, ActionState.EXPIRED, "never stood here: over", NOW),
    ]
    memory.standing[A.id] = installed(A)
    assert told(memory, kept(), step()) == [status(A)]


def test_what_is_refused_or_waits_is_reported():
    """A refusal is a failure; what has begun is pending, the rest still wanted."""
    result = kept(refused={A.id: "protected"})
    execution = step(failed={B.id: "no"}, waiting={C.id: "busy", "x": "away"}, pending={C.id})
    assert told(AgentState(), result, execution) == [
        status(A, ActionState.FAILED, "protected", NOW),
        status(B, ActionState.FAILED, "no", NOW),
        status(C, ActionState.PENDING, "busy", NOW),
        ActionStatus(id="x", state=ActionState.WANTED, proof="away", at=NOW),
    ]


def test_nothing_is_reported_twice():
    """What stands or ended is not refused besides, and what is refused does not wait."""
    gone = EndedAction(id=B.id, state=ActionState.LIFTED, proof="gone", at=BEFORE)
    memory = state(A, ended={B.id: gone})
    ended = {C.id: (ActionState.EXPIRED, "over")}
    refused = {x.id: "protected" for x in (A, B, C)}
    waiting = {x.id: "busy" for x in (A, B, C)}
    execution = step(element(A), waiting=waiting)
    found = told(memory, kept(ended=ended, refused=refused), execution)
    assert [x.id for x in found] == [A.id, B.id, C.id]
    only = told(AgentState(), kept(refused={A.id: "protected"}), step(waiting={A.id: "busy"}))
    assert [x.proof for x in only] == ["protected"]


def test_how_much_an_interception_diverted():
    """Is told where a look asks for it, and of other measures always."""
    intercepts = replace(A, measure=Measure.INTERCEPT)
    memory = state(intercepts, B)
    rows = [status(x, packets=5, counted_since=NOW) for x in (A, B, C)]
    shown = [(x.packets, x.counted_since) for x in without_unlooked(memory, [], rows)]
    assert shown == [(None, None), (5, NOW), (5, NOW)]
    assert list(without_unlooked(memory, [A.id], rows)) == rows


INPUTS = ReconcileInputs(
    now=NOW, frozen=False, holding=False, judge=lambda _: None, place=lambda _: "p"
)


@pytest.mark.parametrize(
    ("changes", "inputs", "stands"),
    [
        ({}, {}, True),
        ({"until": NOW}, {}, False),
        ({"until": NOW + SECOND}, {}, True),
        ({"state": ActionState.LIFTED}, {}, False),
        ({"starts": NOW + SECOND}, {}, False),
        ({"starts": NOW}, {}, True),
        ({"automatic": True}, {"frozen": True}, False),
        ({"automatic": False}, {"frozen": True}, True),
        ({"automatic": True}, {}, True),
    ],
)
def test_what_may_stand(changes, inputs, stands):
    """In its time, not undone here; what stands already is not kept from going on."""
    action, world = replace(A, **changes), replace(INPUTS, **inputs)
    nothing = RememberedState(standing={}, undone=frozenset())
    assert may_stand(action, nothing, world) is stands
    known = RememberedState(standing={A.id: A}, undone=frozenset())
    over = action.until <= NOW or action.state is ActionState.LIFTED
    assert may_stand(action, known, world) is not over
    undone = RememberedState(standing={A.id: A}, undone=frozenset({A.id}))
    assert not may_stand(action, undone, world)


def test_a_memory_reads_its_file_once_and_makes_its_json_once(tmp_path, monkeypatch):
    """Until another process wrote; and what nobody undid is not written again."""
    memory, read, made, written = AgentMemory(tmp_path), [], [], []

    def keeping(kept: list[object], real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **more: object) -> object:
            kept.append(given[0])
            return real(*given, **more)

        return call

    for name, kept in (("read_state", read), ("to_json", made), ("write_durably", written)):
        monkeypatch.setattr(agent_state, name, keeping(kept, getattr(agent_state, name)))
    known = state(A)
    memory.write(known)
    assert [path.name for path in written] == ["undone.json", "memory.json"]
    assert memory.read() == known
    assert read == []
    known.standing[B.id] = installed(B)
    memory.write(known)
    assert made == [known.standing[A.id], known.standing[B.id]]
    assert [path.name for path in written[2:]] == ["memory.json"]
    AgentMemory(tmp_path).write(state(B))
    assert memory.read().standing.keys() == {B.id}
    assert memory.read().standing.keys() == {B.id}
    assert len(read) == 1
