"""What the signer signs when it is asked, and whom it hears."""

import dataclasses
import json
import socket
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, enforce, guess, post
from aupkeep.app.enforcing.desired_state import last_state, write_desired
from aupkeep.app.signing.client import StateRefused, signed_state, signer_status
from aupkeep.app.signing.grammar import SOCKET
from aupkeep.daemon import signer as daemon
from aupkeep.enforcement.desired import VALID_FOR, DesiredState
from aupkeep.model.action import Action, ActionState
from aupkeep.model.errors import AupkeepError
from aupkeep.store import actions, checkpoints, log


def blocked(context):
    """A case whose measure is wanted; the action."""
    arrive(context, report("203.0.113.10", JUST_NOW))
    post(context, guess("203.0.113.10", JUST_NOW))
    (action,) = actions.wanted("main")
    return action


def test_strangers_keep_no_client_waiting(furnished, signing, monkeypatch):
    """More connections than there is room for, each held open without a word."""
    own_peer, strangers = daemon.peer, iter([4_000_000] * 30)
    monkeypatch.setattr(daemon, "peer", lambda it: next(strangers, None) or own_peer(it))
    held = []
    for _ in range(30):
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(furnished.home.signer / SOCKET))
        held.append(client)
    status = signer_status(furnished.home)
    assert status.trouble == ""
    for client in held:
        client.close()


def test_a_state_is_signed_for_a_decision_of_the_signed_log(furnished, signing):
    """The whole road: decided, signed in the journal, the state signed, applied, read back."""
    action = blocked(furnished)
    enforce(furnished)
    assert actions.get(action.id).state is ActionState.APPLIED
    status = signer_status(furnished.home)
    assert status.trouble == ""
    assert 0 < status.signed <= checkpoints.newest_size() <= log.size()


def test_what_the_signer_refuses_keeps_nothing_else_back(furnished, own, signing):
    """An action outside its own bounds fails with its reason; the others are carried out."""
    action = blocked(furnished)
    (own.path / "bounds").write_text("prefix 198.51.100.0/24\n")
    assert write_desired(furnished, "main")
    failed = actions.get(action.id)
    assert failed.state is ActionState.FAILED
    assert "outside this machine's own prefixes" in failed.proof
    state = last_state(furnished, "main")
    assert state.actions == ()


def state_of(context, *held: Action, serial=0, made_at=None):
    """A state as the worker makes it."""
    at = made_at or context.now()
    number = serial or int(at.timestamp() * 1000)
    until = at + VALID_FOR
    return DesiredState(target="main", serial=number, made_at=at, valid_until=until, actions=held)


def test_invariant_05_a_state_the_worker_made_up_is_not_signed(furnished, signing):
    """Not for what the log lacks, above its level, of another time, under a number used before."""
    action = blocked(furnished)
    made_up = dataclasses.replace(action, decision="0190-none")
    with pytest.raises(StateRefused, match="in the signed journal") as refused:
        signed_state(furnished.home, state_of(furnished, made_up))
    assert set(refused.value.actions) == {action.id}
    long = dataclasses.replace(action, until=action.starts + timedelta(days=400))
    with pytest.raises(StateRefused):
        signed_state(furnished.home, state_of(furnished, long))
    old = state_of(furnished, made_at=NOON - timedelta(hours=1), serial=7)
    with pytest.raises(StateRefused, match="within a minute"):
        signed_state(furnished.home, old)
    for until in (None, furnished.now() + timedelta(hours=2)):
        endless = dataclasses.replace(state_of(furnished, action), valid_until=until)
        with pytest.raises(StateRefused, match="valid_until"):
            signed_state(furnished.home, endless)
    state = state_of(furnished, action)
    assert signed_state(furnished.home, state)
    for serial in (state.serial, 7):
        with pytest.raises(StateRefused, match="serial"):
            signed_state(furnished.home, state_of(furnished, action, serial=serial))
    with pytest.raises(StateRefused, match="serial"):
        signed_state(furnished.home, state_of(furnished, action, serial=1 << 60))


def ask(context, data):
    """Bytes to the socket, and what comes back."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(20)
        client.connect(str(context.home.signer / SOCKET))
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return client.makefile("rb").read()


def test_the_signer_hears_a_fixed_grammar_from_known_users(furnished, signing, monkeypatch):
    """Anything else is refused with a word, and it goes on."""
    for data in (
        b"",
        b"\n",
        b"sign 3\nabc",
        b"desired 99999999999\n",
        b"desired 5\nabc",
        b"ok 0\n",
    ):
        assert ask(furnished, data).startswith(b"refused "), data
    assert ask(furnished, b"desired 2\n{}").startswith(b"refused ")
    monkeypatch.setattr(daemon, "peer", lambda _: 4_000_000)
    assert b"may not ask" in ask(furnished, b"status 0\n")
    with pytest.raises(AupkeepError):
        signer_status(furnished.home)
    monkeypatch.undo()
    body = ask(furnished, b"status 0\n").partition(b"\n")[2]
    assert json.loads(body)["trouble"] == ""
