"""Only what the controller signed, for this agent, and not an old one, is believed."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.enforcement.desired import (
    MAX_ACTIONS,
    DesiredState,
    open_signed,
    plain_state,
    read_plain,
    sign,
)
from aupkeep.enforcement.protect import read_protect
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Unreadable
from aupkeep.model.facts import canonical
from enforcement.orders import NOW, order, orders

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
STATE = DesiredState(
    target="router",
    serial=7,
    made_at=NOW,
    valid_until=NOW + timedelta(minutes=5),
    actions=(order(),),
    protect=read_protect(["203.0.113.99"]),
)


def opened(data: bytes, *, target: str = "router", last_serial: int = 0) -> DesiredState:
    return open_signed(data, [KEY.public_key()], target=target, last_serial=last_serial)


@given(st.lists(orders(), max_size=4, unique_by=lambda a: a.id), st.booleans())
def test_reads_what_was_signed(actions: list[Action], frozen: bool):  # noqa: FBT001 - hypothesis gives it
    """Signing and opening are inverse, for every right action."""
    state = replace(STATE, actions=tuple(actions), frozen=frozen)
    assert opened(sign(state, KEY)) == state


def test_a_state_that_nobody_signed_yet_reads_back():
    """Half of one is refused and named."""
    plain = plain_state(STATE)
    assert read_plain(canonical(plain)) == STATE
    for data, reason in (
        (b"[]", "state: expected a JSON object, found list"),
        (canonical({**plain, "more": 1}), "state: unknown or absent field 'more'"),
    ):
        with pytest.raises(Unreadable) as raised:
            read_plain(data)
        assert str(raised.value) == reason


def test_what_a_look_is_asked_for():
    """The actions whose count is told; one more than there may be actions is refused."""
    asked = replace(STATE, looked=("a", "b"))
    assert opened(sign(asked, KEY)).looked == ("a", "b")
    rows = {**plain_state(asked), "looked": [1]}
    assert read_plain(canonical(rows)).looked == ("1",)
    for odd in (7, ["a"] * (MAX_ACTIONS + 1)):
        with pytest.raises(Unreadable, match="looked"):
            read_plain(canonical({**rows, "looked": odd}))


def test_a_freeze_and_a_nonce_are_read():
    """As they were signed."""
    state = replace(STATE, frozen=True, nonce="0f" * 16)
    assert opened(sign(state, KEY)) == state


def test_an_older_key_still_opens():
    """During a rotation the agent knows several keys."""
    keys = [OTHER.public_key(), KEY.public_key()]
    assert open_signed(sign(STATE, KEY), keys, target="router", last_serial=0) == STATE


def test_refuses_another_signer():
    """A state signed by an unknown key is refused."""
    with pytest.raises(DriverRefused, match="signature by a key this agent knows"):
        opened(sign(STATE, OTHER))


def test_refuses_another_target():
    """A state for another router is refused, though rightly signed."""
    with pytest.raises(DriverRefused, match="router-2"):
        opened(sign(replace(STATE, target="router-2"), KEY))


def test_refuses_a_replay():
    """An older state is refused; the same again is not."""
    assert opened(sign(STATE, KEY), last_serial=7) == STATE
    with pytest.raises(DriverRefused, match="serial 8 or newer"):
        opened(sign(STATE, KEY), last_serial=8)


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject):
    """Whatever single byte is changed, nothing but the signed content is ever read."""
    signed = bytearray(sign(STATE, KEY))
    where = data.draw(st.integers(0, len(signed) - 1))
    signed[where] ^= data.draw(st.integers(1, 255))
    try:
        assert opened(bytes(signed)) == STATE  # white space, or the key's name, which is a hint
    except DriverRefused:
        return
    assert json.loads(bytes(signed))["state"] == json.loads(sign(STATE, KEY))["state"]


def signed(body: object) -> bytes:
    """Rightly signed, whatever it is: a controller of another version, or a stolen key."""
    signature = KEY.sign(b"aupkeep desired state 1\n" + canonical(body))
    return canonical({"key": "k", "signature": base64.b64encode(signature).decode(), "state": body})


def body(**changes: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(sign(STATE, KEY))["state"]
    return {**found, **changes}


ACTION = json.loads(sign(STATE, KEY))["state"]["actions"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        body(surprise=1),
        body(serial=-1),
        body(serial=True),
        body(serial="7"),
        body(actions={}),
        body(actions=[1]),
        body(actions=[ACTION, ACTION]),
        body(actions=[{**ACTION, "narrower": "x"}]),
        body(actions=[{k: v for k, v in ACTION.items() if k != "until"}]),
        body(actions=[{**ACTION, "until": None}]),
        body(actions=[{**ACTION, "level": "L9"}]),
        body(actions=[{**ACTION, "measure": "explode"}]),
        body(actions=[{**ACTION, "scope": {**ACTION["scope"], "address": "203.0.113.0/24"}}]),
        body(actions=[{**ACTION, "scope": {**ACTION["scope"], "port": "22"}}]),
        body(actions=[{**ACTION, "scope": None}]),
        body(protect=["nonsense"]),
        body(made_at="yesterday"),
        [],
        None,
    ],
)
def test_half_understood_is_refused(wrong: object):
    """A field too many, too few or of another kind refuses the whole state."""
    with pytest.raises(DriverRefused):
        opened(signed(wrong))


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"[]", b"null", b"\xff", b'{"key":"a","key":"b"}', b"[" * 100_000, b'{"a":NaN}'],
)
def test_junk_is_refused(junk: bytes):
    """Bytes that are no signed state raise nothing but a refusal."""
    with pytest.raises(DriverRefused):
        opened(junk)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(junk: bytes):
    """No bytes at all raise anything but a refusal."""
    with pytest.raises(DriverRefused):
        opened(junk)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[]", "desired state: expected a JSON object, found list"),
        (b'{"more": 1}', "desired state: unknown or absent field 'key'"),
        (signed(body(surprise=1)), "state: unknown or absent field 'surprise'"),
        (signed(body(serial=-1)), "state.serial: expected a whole number from 0, found -1"),
    ],
)
def test_a_refusal_names_the_part(data: bytes, reason: str):
    """The envelope, or the state in it."""
    with pytest.raises(DriverRefused) as caught:
        opened(data)
    assert str(caught.value) == f"desired state refused: {reason}"
