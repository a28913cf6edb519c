"""What an agent reports, remembers and is sent comes back whole, or is refused and named."""

import json
from dataclasses import replace
from typing import Any

import pytest

from aupkeep.enforcement import agent_state
from aupkeep.enforcement.agent_report import (
    ActionStatus,
    AgentReport,
    read_report,
    write_report,
)
from aupkeep.enforcement.agent_state import (
    AgentMemory,
    AgentState,
    EndedAction,
    InstalledAction,
    UndoneAction,
    read_state,
    state_bytes,
)
from aupkeep.enforcement.desired import DesiredState, key_id, open_signed, sign
from aupkeep.enforcement.protect import read_protect
from aupkeep.model.action import ActionState
from aupkeep.model.errors import AupkeepError, DriverRefused, Invalid
from enforcement.orders import NOW, Clock, order
from enforcement.test_action_json import TEXT, WHOLE
from enforcement.test_desired import KEY, OTHER, STATE

REPORT = AgentReport(
    at=NOW,
    target="router",
    driver="record",
    serial=7,
    frozen=True,
    controller="silent",
    applied=("1",),
    lifted=("2",),
    expired=("3",),
    repaired=("4",),
    refused=(("5", "why"), ("6", "why not")),
    drift=("d",),
    foreign=("f", "g"),
    actions=(
        ActionStatus(id="1", state=ActionState.APPLIED, proof="p", at=NOW, packets=5),
        ActionStatus(id="2", state=ActionState.LIFTED, proof="q", at=NOW),
    ),
)


def test_report_returns():
    """Every field of a report comes back; its JSON is canonical."""
    assert read_report(write_report(REPORT)) == REPORT
    plain = json.loads(write_report(REPORT))
    assert plain["refused"] == [["5", "why"], ["6", "why not"]]
    assert plain["actions"][1] == {
        "id": "2",
        "state": "lifted",
        "proof": "q",
        "at": "2026-03-01T12:00:00Z",
        "packets": None,
    }
    odd = {**plain, "refused": [["5", "why"], ["6"], "x", ["7", "a", "b"]]}
    assert read_report(json.dumps(odd).encode()).refused == (("5", "why"),)


def test_what_a_system_says_has_any_length():
    """A page of HTML as an error is cut: else its target would not be heard for as long."""
    page = "x" * 9_000
    told = ActionStatus(id="1", state=ActionState.FAILED, proof=page, at=NOW, doubt=page)
    long = replace(REPORT, controller=page, drift=(page,), refused=(("5", page),), actions=(told,))
    seen = read_report(write_report(long))
    said = (seen.controller, *seen.drift, seen.refused[0][1], seen.actions[0].proof)
    assert {len(words) for words in said} == {2_000}
    file = json.dumps({**json.loads(write_report(REPORT)), "foreign": [page]}).encode()
    assert len(read_report(file).foreign[0]) == 2_000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"more": 1}, "status: unknown or absent field 'more'"),
        ({"serial": "7"}, "status.serial: expected a whole number from 0, found '7'"),
        ({"applied": 1}, "status.applied: expected a list of at most 1000000, found 1"),
        ({"refused": 1}, "status.refused: expected a list of at most 1000000, found 1"),
        ({"actions": 1}, "status.actions: expected a list of at most 1000000, found 1"),
        ({"actions": [1]}, "actions: expected an object, found int"),
        ({"at": "x"}, "status.at: expected RFC 3339 such as"),
        ({"frozen": 1}, "status.frozen: expected true or false, found 1"),
        *(({name: 1}, f"status.{name}: expected {TEXT}, found 1")
          for name in ("target", "driver", "controller")),
    ],
)  # fmt: skip
def test_no_report(changes: dict[str, object], reason: str):
    """A report that is half understood names the field."""
    data = json.dumps({**json.loads(write_report(REPORT)), **changes}).encode()
    with pytest.raises(AupkeepError) as raised:
        read_report(data)
    assert str(raised.value).startswith(reason)


def test_what_is_no_object_names_the_file():
    """A status and a memory that hold no object say which of the two it was."""
    with pytest.raises(AupkeepError, match=r"^status: expected"):
        read_report(b"[]")


MEMORY = AgentState(
    serial=7,
    digest="d",
    protect=read_protect(["203.0.113.0/24", "customer:acme"]),
    frozen=True,
    standing={WHOLE.id: InstalledAction(action=WHOLE, proof="seen", at=NOW)},
    undone={"u": UndoneAction(id="u", words="kari", until=NOW, at=NOW)},
    ended={"e": EndedAction(id="e", state=ActionState.EXPIRED, proof="gone", at=NOW)},
)


def test_state_returns(tmp_path: Any):  # noqa: ANN401 - pathlib's
    """All that an agent remembers comes back after a restart; a new one remembers nothing."""
    assert read_state(tmp_path) == AgentState()
    AgentMemory(tmp_path).write(MEMORY)
    assert read_state(tmp_path) == MEMORY
    assert (tmp_path / "memory.json").read_bytes() == state_bytes(MEMORY)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"more": 1}, "memory: unknown or absent field 'more'"),
        ({"serial": None}, "memory.serial: expected a whole number from 0, found None"),
        ({"digest": 1}, f"memory.digest: expected {TEXT}, found 1"),
        ({"frozen": 1}, "memory.frozen: expected true or false, found 1"),
        ({"protect": 1}, "memory.protect: expected a list of at most 1000000, found 1"),
        ({"protect": ["x"]}, "protect list line 1: expected an address, a prefix"),
        ({"standing": 1}, "memory.standing: expected a list of at most 1000000, found 1"),
        ({"undone": 1}, "memory.undone: expected a list of at most 1000000, found 1"),
        ({"ended": 1}, "memory.ended: expected a list of at most 1000000, found 1"),
        ({"standing": [{}]}, "standing: unknown or absent field 'action'"),
        ({"undone": [{}]}, "undone: unknown or absent field 'at'"),
        ({"ended": [{}]}, "ended: unknown or absent field 'at'"),
    ],
)
def test_a_damaged_state(changes: dict[str, object], reason: str, tmp_path: Any):  # noqa: ANN401 - pathlib's
    """A damaged file is named with what is wrong; nothing is guessed."""
    path = tmp_path / "memory.json"
    path.write_text(json.dumps({**json.loads(state_bytes(MEMORY)), **changes}))
    with pytest.raises(Invalid) as raised:
        read_state(tmp_path)
    assert str(raised.value).startswith(f"{path}: damaged ({reason}")
    assert str(raised.value).endswith("); remove it to start from the next desired state")


def test_a_state_that_is_no_object(tmp_path: Any):  # noqa: ANN401 - pathlib's
    """The reason names the file too."""
    path = tmp_path / "memory.json"
    path.write_text("[]")
    with pytest.raises(Invalid) as raised:
        read_state(tmp_path)
    reason = f"{path}: expected a JSON object, found list"
    assert str(raised.value).startswith(f"{path}: damaged ({reason})")


def test_a_state_that_is_no_file(tmp_path: Any):  # noqa: ANN401 - pathlib's
    """What cannot be read at all is said so."""
    (tmp_path / "memory.json").mkdir()
    with pytest.raises(Invalid, match=r"memory\.json: expected a readable file, found "):
        read_state(tmp_path)


def test_what_ended_is_forgotten_last_in_first(monkeypatch: pytest.MonkeyPatch):
    """Only the newest endings are kept; one that ends again is the newest."""
    monkeypatch.setattr("aupkeep.enforcement.agent_state.MAX_ENDED_ACTIONS", 2)
    state = AgentState(standing=dict(MEMORY.standing))
    for name in ("a", "b", "a", WHOLE.id):
        state.end(EndedAction(id=name, state=ActionState.LIFTED, proof="", at=NOW))
    assert (list(state.ended), state.standing) == (["a", WHOLE.id], {})


def test_what_was_undone_is_forgotten_a_day_later():
    """An undone action is remembered for a day past its own end."""
    clock = Clock()
    state = MEMORY.copy()
    clock.forward(86_400)
    state.forget(clock())
    assert state == MEMORY
    clock.forward(1)
    state.forget(clock())
    assert (state.undone, len(MEMORY.undone)) == ({}, 1)


def test_a_copy_is_its_own():
    """What is changed in a copy is not changed in the state."""
    copy = MEMORY.copy()
    copy.standing.clear()
    copy.undone.clear()
    copy.ended.clear()
    assert len(MEMORY.standing) == len(MEMORY.undone) == len(MEMORY.ended) == 1


REFUSED = "desired state refused: "
STATES: list[tuple[dict[str, Any], str]] = [
    ({"target": "router-2"}, "expected one for router, found one for 'router-2'"),
    ({"target": "x" * 61}, f"expected one for router, found one for {'x' * 60!r}"),
    ({"serial": 6}, "expected serial 7 or newer, found 6"),
    (
        {"actions": (WHOLE, order(number=2), WHOLE)},
        f"state.actions: expected each id once, found {WHOLE.id!r} twice",
    ),
    ({"actions": (replace(WHOLE, id="x" * 61),) * 2},
     f"state.actions: expected each id once, found {'x' * 60!r} twice"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "reason"), STATES)
def test_a_refused_state(changes: dict[str, Any], reason: str):
    """A state that is not for this agent and this moment says why."""
    data = sign(replace(STATE, **changes), KEY)
    with pytest.raises(DriverRefused) as raised:
        open_signed(data, [KEY.public_key()], target="router", last_serial=7)
    assert str(raised.value) == REFUSED + reason


def test_an_unsigned_state():
    """Who signed it, and whether it is base64 at all, is said."""
    unknown = "expected a signature by a key this agent knows, found none"
    data = sign(STATE, OTHER)
    with pytest.raises(DriverRefused, match=f"^{REFUSED}{unknown}$"):
        open_signed(data, [KEY.public_key()], target="router", last_serial=0)
    plain = json.loads(data)
    for signature in ("%", plain["signature"][:-2]):
        junk = json.dumps({**plain, "signature": signature}).encode()
        with pytest.raises(DriverRefused, match="expected a signature in base64 over plain JSON: "):
            open_signed(junk, [KEY.public_key()], target="router", last_serial=0)


def test_the_envelope():
    """The key's short name, the signature, and the state as it is read."""
    plain = json.loads(sign(STATE, KEY))
    assert plain["key"] == key_id(KEY.public_key()) == key_id(KEY.public_key())[:8]
    assert key_id(KEY.public_key()) != key_id(OTHER.public_key())
    assert plain["state"].keys() == {
        *("target", "serial", "made_at", "valid_until", "actions", "protect", "frozen"),
    }
    least = DesiredState(target="router", serial=0, made_at=NOW)
    assert json.loads(sign(least, KEY))["state"]["valid_until"] is None
    assert (
        open_signed(sign(least, KEY), [KEY.public_key()], target="router", last_serial=0) == least
    )


@pytest.mark.parametrize(
    ("text", "taken"),
    [(r'"\ud800"', False), (r'"a\\\uDFFF"', False), (r'"\\ud800"', True), ('"\U0001f600"', True)],
)
def test_half_a_character_is_refused(text: str, taken: bool):  # noqa: FBT001 - a table
    """A report with a lone surrogate could be shown to nobody; a backslash in words is none."""
    report = AgentReport(at=NOW, target="r", driver="d", serial=1, frozen=False, drift=("X",))
    data = write_report(report).replace(b'"X"', text.encode())
    if taken:
        assert read_report(data).drift == (json.loads(text),)
    else:
        with pytest.raises(
            AupkeepError, match=r"^status: expected text, found an escape of half a character$"
        ):
            read_report(data)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "undone.json: expected a JSON object, found list"),
        ("{}", "undone: "),
        ('{"undone": 7}', "undone.undone: expected a list of at most 1000000, found 7"),
        ('{"undone": [7]}', "undone: expected an object, found int"),
    ],
)
def test_a_damaged_list_of_undos(text: str, reason: str, tmp_path: Any):  # noqa: ANN401 - pathlib's
    """It is told what to do first: what was undone here would begin again."""
    path = tmp_path / "undone.json"
    path.write_text(text)
    with pytest.raises(Invalid) as raised:
        read_state(tmp_path)
    said = str(raised.value)
    assert said.startswith(f"{path}: damaged ({reason}")
    assert said.endswith(
        "; without it what was undone on this machine begins again: lift that at the server "
        "before you remove it"
    )


def test_a_memory_has_an_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Any):  # noqa: ANN401 - pathlib's
    """One of as many bytes as there may be is read, one byte more is told."""
    data = state_bytes(AgentState())
    (tmp_path / "memory.json").write_bytes(data)
    monkeypatch.setattr(agent_state, "MAX_BYTES", len(data))
    assert read_state(tmp_path) == AgentState()
    (tmp_path / "memory.json").write_bytes(data + b" ")
    with pytest.raises(Invalid, match=f"expected at most {len(data)} bytes, found {len(data) + 1}"):
        read_state(tmp_path)
    (tmp_path / "memory.json").write_bytes(data + b" " * 99)
    with pytest.raises(Invalid, match=f"expected at most {len(data)} bytes, found {len(data) + 1}"):
        read_state(tmp_path)
