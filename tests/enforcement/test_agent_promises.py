"""What an agent keeps to itself, what outlives its memory, and which time it goes by."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent import FreshSource
from aupkeep.enforcement.agent_outcome import without_unlooked
from aupkeep.enforcement.agent_report import ActionStatus
from aupkeep.enforcement.agent_state import AgentState, InstalledAction
from aupkeep.enforcement.desired import VALID_FOR, open_signed, sign
from aupkeep.model.action import ActionState
from aupkeep.model.errors import Invalid
from aupkeep.model.ladder import Measure
from enforcement.orders import order, scope
from enforcement.test_agent import KEY, A, B, Controller, states


@pytest.fixture
def desk(tmp_path: Path) -> Controller:
    return Controller(folder=tmp_path)


def test_without_its_memory_what_was_undone_here_stays_undone(desk: Controller):
    """As the words about a damaged memory advise; a damaged file of undos stops the agent."""
    desk.want(A, B)
    desk.agent().undo(A.id, "wrong one")
    (desk.folder / "memory.json").unlink()
    report = desk.want(A, B)
    assert (desk.standing(), states(report)[A.id]) == ({B.id}, "lifted")
    (desk.folder / "undone.json").write_text("{}")
    with pytest.raises(Invalid, match=r"undone\.json: damaged .* begins again"):
        desk.step()


def test_invariant_05_without_memory_only_a_fresh_state_is_believed(desk: Controller):
    """A replay, rightly signed and in its time, says nothing to an agent that lost its memory."""
    desk.want(A)
    old = desk.data
    desk.want()
    (desk.folder / "memory.json").unlink()
    asked: list[str] = []

    def fetch(nonce: str) -> bytes | None:
        asked.append(nonce)
        return desk.data

    nonce, second = "0f" * 16, "1f" * 16
    agent = desk.agent(FreshSource(nonce=iter([nonce, second]).__next__, fetch=fetch))
    desk.data = old
    assert f"nonce {nonce}" in agent.step().controller
    assert desk.standing() == set()
    desk.serial += 1
    body = replace(open_signed(old, [KEY.public_key()], target="router", last_serial=0), nonce="a")
    desk.data = sign(body, KEY)
    assert "no state signed over" in agent.step().controller
    desk.data = sign(replace(body, nonce=nonce, serial=desk.serial), KEY)
    assert agent.step().controller == ""
    assert desk.standing() == {A.id}
    assert asked == [nonce] * 3
    replay = desk.data
    desk.want()
    agent.step()
    assert asked == [nonce] * 3, "once it has a memory, its serial guards it"
    (desk.folder / "memory.json").unlink()  # while the same process goes on
    desk.data = replay
    assert f"nonce {second}" in agent.step().controller
    assert desk.standing() == set()
    assert asked[3:] == [second]


def test_a_late_clock_is_told_when_a_state_was_made(desk: Controller):
    """Only by a state that is believed."""
    made = desk.clock() + timedelta(days=2)
    told = []
    agent = desk.agent()
    agent.not_before = told.append
    desk.serial = 1
    desk.data = sign(
        replace(desk.state(A), made_at=made, valid_until=made + VALID_FOR),
        Ed25519PrivateKey.from_private_bytes(bytes(31) + b"x"),
    )
    agent.step()
    assert told == []
    desk.data = sign(replace(desk.state(A), made_at=made, valid_until=made + VALID_FOR), KEY)
    agent.step()
    assert told == [made]


def test_how_much_was_diverted_is_told_only_where_a_look_asks():
    """Of other measures the number is told always."""
    diverted = order(number=3, measure=Measure.INTERCEPT, aim=scope(Measure.INTERCEPT))
    state = AgentState(
        standing={x.id: InstalledAction(action=x, proof="p", at=x.starts) for x in (A, diverted)}
    )
    seen = [
        ActionStatus(id=x.id, state=ActionState.APPLIED, proof="p", at=x.starts, packets=4)
        for x in (A, diverted)
    ]
    unasked = list(without_unlooked(state, (), seen))
    assert [told.packets for told in unasked] == [4, None]
    assert list(without_unlooked(state, (diverted.id,), seen)) == seen
