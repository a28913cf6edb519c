"""Asks the signer process of this home: a desired state signed, and how it stands."""

import json
import os
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from aupkeep.app.signing.grammar import SOCKET, SignerMessage, receive, send
from aupkeep.config.home import Home
from aupkeep.enforcement.desired import DesiredState, plain_state
from aupkeep.evidence.witness import WitnessRefusal
from aupkeep.model.errors import AupkeepError, DriverRefused, Unavailable
from aupkeep.model.facts import canonical

PATIENCE = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class SignerStatus:
    """How the signer stands: entries it signed, and why it signs no more, or ""."""

    signed: int
    trouble: str


class StateRefused(DriverRefused):
    """The signer will not sign a state; `actions` says why by action where single ones are it."""

    def __init__(self, reason: str, actions: Mapping[str, str]) -> None:
        super().__init__(f"the signer refused: {reason}")
        self.actions = actions


def signed_state(home: Home, state: DesiredState) -> bytes:
    """The state as the signer signed it. Raises `StateRefused`, `Unavailable` where it is away."""
    word, body = _ask(home, SignerMessage("desired", canonical(plain_state(state))))
    if word == "ok":
        return body
    answer = json.loads(body)
    if answer.get("away"):
        raise Unavailable(f"the signer cannot now: {answer['reason']}")
    raise StateRefused(str(answer["reason"]), dict(answer.get("actions") or {}))


def cosigned_by_signer(home: Home, request: bytes) -> str:
    """The line that cosigns the checkpoint of an `add-checkpoint`.

    Raises `WitnessRefusal`, and `Unavailable` where the signer is away or we may not ask.
    """
    word, body = _ask(home, SignerMessage("cosign", request))
    if word == "ok":
        return body.decode()
    answer = json.loads(body)
    if "status" not in answer:
        raise Unavailable(f"the signer refused: {answer.get('reason')}")
    raise WitnessRefusal(
        int(answer["status"]),
        str(answer["reason"]),
        size=answer["size"],
        signed=bool(answer["signed"]),
        forked=bool(answer["forked"]),
    )


def signer_status(home: Home) -> SignerStatus:
    """How the signer stands. Raises `Unavailable` where it is away or will not say."""
    word, body = _ask(home, SignerMessage("status", b""))
    answer = json.loads(body)
    if word != "ok":
        raise Unavailable(f"signer: {answer.get('reason')}")
    return SignerStatus(signed=int(answer["signed"]), trouble=str(answer["trouble"]))


def _ask(home: Home, message: SignerMessage) -> SignerMessage:
    """One request and its answer. Raises `Unavailable`."""
    try:
        folder = os.open(home.signer, os.O_PATH | os.O_DIRECTORY)
        try:
            with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as connection:
                connection.settimeout(PATIENCE)
                connection.connect(f"/proc/self/fd/{folder}/{SOCKET}")  # its own path may be long
                send(connection, message)
                return receive(connection)
        finally:
            os.close(folder)
    except (OSError, AupkeepError) as error:
        raise Unavailable(
            f"signer: expected an answer at {home.signer / SOCKET}, found: {error}; "
            "its own user starts it: aupkeep signer"
        ) from error
