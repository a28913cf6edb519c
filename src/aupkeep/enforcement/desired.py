"""The signed desired state: everything one agent shall hold, whole, never a difference.

    {"key": "1f0a…", "signature": "base64", "state": {"target": "router-1", "serial": 7, …}}

The signature is Ed25519 (RFC 8032) over a fixed first line and the canonical JSON of `state`. The
first line keeps the signature from meaning anything elsewhere. `serial` only grows: an older state
is a replay. A state is whole, so an agent that missed ten of them is right after the eleventh.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aupkeep.enforcement.action_json import ActionReader, FieldReader, read_object, to_json
from aupkeep.enforcement.protect import NOTHING, ProtectList, read_protect, write_protect
from aupkeep.model.action import Action
from aupkeep.model.errors import DriverRefused, Invalid, Unreadable
from aupkeep.model.facts import canonical
from aupkeep.model.moments import show_moment

FIRST_LINE = b"aupkeep desired state 1\n"
MAX_BYTES = 64 << 20
MAX_ACTIONS = 100_000
MAX_PROTECT = 1_000_000
VALID_FOR = timedelta(hours=1)  # from when it was made; a server that answers makes new ones


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredState:
    """What the controller wants of one agent.

    Past `valid_until` the agent holds and starts nothing new; None, as before there was one, is
    past. `protect` adds to the agent's own list; `frozen` is the controller's half of the freeze
    switch. `nonce` is what an agent without memory asked with: the state was made after that.
    `looked` are the interceptions whose counts somebody asked for just now, with a reason.
    """

    target: str
    serial: int
    made_at: datetime
    valid_until: datetime | None = None
    actions: tuple[Action, ...] = ()
    protect: ProtectList = NOTHING
    frozen: bool = False
    nonce: str = field(default="", metadata={"added": True})
    looked: tuple[str, ...] = field(default=(), metadata={"added": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    key: str
    signature: str
    state: object


def key_id(key: Ed25519PublicKey) -> str:
    """A short public name of a key: 8 hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:8]


def sign(state: DesiredState, private_key: Ed25519PrivateKey) -> bytes:
    """The state as signed bytes for one agent."""
    body = plain_state(state)
    signature = private_key.sign(FIRST_LINE + canonical(body))
    return canonical(
        {
            "key": key_id(private_key.public_key()),
            "signature": base64.b64encode(signature).decode(),
            "state": body,
        }
    )


def plain_state(state: DesiredState) -> dict[str, object]:
    """A state as the JSON object that is signed."""
    return {
        "target": state.target,
        "serial": state.serial,
        "made_at": show_moment(state.made_at),
        "valid_until": show_moment(state.valid_until) if state.valid_until else None,
        "actions": [to_json(action) for action in state.actions],
        "protect": list(write_protect(state.protect)),
        "frozen": state.frozen,
        **({"nonce": state.nonce} if state.nonce else {}),
        **({"looked": list(state.looked)} if state.looked else {}),
    }


def read_plain(data: bytes) -> DesiredState:
    """Read a state that nobody has signed yet. Raises `Unreadable` and `Invalid`."""
    return _state(FieldReader(read_object(data, MAX_BYTES, "state"), DesiredState, "state"))


def open_signed(
    data: bytes,
    keys: Sequence[Ed25519PublicKey],
    *,
    target: str,
    last_serial: int,
    reader: ActionReader | None = None,
) -> DesiredState:
    """Verify and read a desired state; nothing of it is believed before its signature holds.

    Raises `DriverRefused`: not readable, not signed by one of `keys`, for another target, or older
    than `last_serial` (a replay). The same serial again is the same state fetched again. A `reader`
    that read the state before reads only what changed.
    """
    try:
        envelope = FieldReader(
            read_object(data, MAX_BYTES, "desired state"), _Envelope, "desired state"
        )
        _verify(envelope, keys)
        state = _state(FieldReader(envelope.get("state"), DesiredState, "state"), reader)
    except (Unreadable, Invalid) as error:
        raise DriverRefused(f"desired state refused: {error}") from error
    if state.target != target:
        raise DriverRefused(
            f"desired state refused: expected one for {target}, found one for {state.target[:60]!r}"
        )
    if state.serial < last_serial:
        raise DriverRefused(
            f"desired state refused: expected serial {last_serial} or newer, found {state.serial}"
        )
    return state


def _verify(envelope: FieldReader, keys: Sequence[Ed25519PublicKey]) -> None:
    try:
        signature = base64.b64decode(envelope.text("signature"), validate=True)
        message = FIRST_LINE + canonical(envelope.get("state"))
    except ValueError as error:
        raise Unreadable(f"expected a signature in base64 over plain JSON: {error}") from error
    for key in keys:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        return
    raise Unreadable("expected a signature by a key this agent knows, found none")


def _state(it: FieldReader, reader: ActionReader | None = None) -> DesiredState:
    actions = (reader or ActionReader()).read(it.rows("actions", MAX_ACTIONS))
    return DesiredState(
        target=it.text("target"),
        serial=it.number("serial"),
        made_at=it.moment("made_at"),
        valid_until=None if it.get("valid_until") is None else it.moment("valid_until"),
        actions=_distinct(actions),
        protect=read_protect(str(row) for row in it.rows("protect", MAX_PROTECT)),
        frozen=it.flag("frozen"),
        nonce=it.text("nonce") if it.has("nonce") else "",
        looked=_looked(it) if it.has("looked") else (),
    )


def _looked(it: FieldReader) -> tuple[str, ...]:
    return tuple(str(row) for row in it.rows("looked", MAX_ACTIONS))


def _distinct(actions: list[Action]) -> tuple[Action, ...]:
    seen: set[str] = set()
    for action in actions:
        if action.id in seen:
            raise Unreadable(
                f"state.actions: expected each id once, found {action.id[:60]!r} twice"
            )
        seen.add(action.id)
    return tuple(actions)
