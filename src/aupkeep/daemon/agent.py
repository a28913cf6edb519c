"""The agent as a process: the only one with privilege, and the only one without a database."""

import base64
import dataclasses
import json
import signal
import threading
from collections.abc import Sequence
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.app.enforcing.agent_run import (
    AgentConfig,
    AgentReport,
    public_key_of,
    run_agent,
    step_once,
    undo_here,
    write_report,
)
from aupkeep.config.home import find_home
from aupkeep.config.keys import make_keys, public_keys
from aupkeep.config.settings import load
from aupkeep.model.ed25519 import key_weakness
from aupkeep.model.errors import AupkeepError, Invalid

log = structlog.get_logger("agent")


def local_config(target: str | None, driver: str | None) -> AgentConfig:
    """Where this agent stands: the home on this machine."""
    home = find_home()
    home.path.mkdir(parents=True, exist_ok=True)
    make_keys(home)
    chosen = load(home).enforcement
    name = target or chosen.target
    return AgentConfig(
        target=name,
        driver=driver or chosen.driver,
        folder=home.agent / name,
        keys=public_keys(home, "desired"),
        home=home,
        switch=home.freeze,
        interval=chosen.poll,
    )


def remote_config(config: AgentConfig, server: str, token: str, keys: Sequence[str]) -> AgentConfig:
    """The same agent far from its server: it believes these public keys (base64), no other.

    Raises `Invalid` for a key that is none.
    """
    known = [_public(key) for key in keys]
    return dataclasses.replace(
        config, home=None, server=server.rstrip("/"), token=token, keys=known
    )


def own_key(target: str | None) -> dict[str, str]:
    """The public key by which the agent of this machine is known. Raises as `request_signer`."""
    home = find_home()
    name = target or load(home).enforcement.target
    return {"target": name, "public": public_key_of(home.agent / name)}


def _public(text: str) -> Ed25519PublicKey:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Invalid(f"key: expected 32 bytes in base64, found {text[:60]!r}") from error
    if weakness := key_weakness(raw):
        raise Invalid(f"key: {weakness}")
    return Ed25519PublicKey.from_public_bytes(raw)


def once(config: AgentConfig) -> dict[str, Any]:
    """One step, as the agent's report tells it. Raises as the driver and the folder do."""
    result: dict[str, Any] = json.loads(write_report(step_once(config)))
    return result


def run(config: AgentConfig) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("carrying out", target=config.target, driver=config.driver)
    run_agent(config, stop, _told, _failed)


def undo(config: AgentConfig, action: str, words: str) -> None:
    """Lift one action on this machine. Raises `Missing`."""
    undo_here(config, action, words)


def _told(report: AgentReport) -> None:
    """One line for a step that did something."""
    deeds = {
        "applied": report.applied,
        "lifted": report.lifted,
        "expired": report.expired,
        "repaired": report.repaired,
        "refused": report.refused,
    }
    done = {name: value for name, value in deeds.items() if value}
    if done:
        log.info("step", serial=report.serial, frozen=report.frozen, **done)


def _failed(error: AupkeepError) -> None:
    log.warning("step failed", error=str(error))
