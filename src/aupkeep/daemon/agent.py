"""The agent as a process: the only one with privilege, and the only one without a database."""

import base64
import dataclasses
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.app.enforcing.agent_run import (
    AgentConfig,
    AgentReport,
    ends_late,
    public_key_of,
    run_agent,
    run_ender,
    shared_system,
    step_once,
    undo_here,
    write_report,
)
from aupkeep.config.home import find_home
from aupkeep.config.keys import make_keys, public_keys
from aupkeep.config.settings import load
from aupkeep.config.targets import TargetSettings
from aupkeep.daemon.side_threads import stop_on_signals
from aupkeep.model.ed25519 import key_weakness
from aupkeep.model.errors import AupkeepError, Invalid

log = structlog.get_logger("agent")
PAUSE = 5.0  # seconds before a target is begun again that failed as nobody thought of


def local_configs(target: str | None, driver: str | None, name: str) -> list[AgentConfig]:
    """Where this agent stands, for each target that it carries: the home on this machine.

    A `target` named on a machine whose settings do not know it is carried with `driver`, since the
    settings that name all targets are the server's. Raises `Invalid`.
    """
    home = find_home()
    home.path.mkdir(parents=True, exist_ok=True)
    make_keys(home)
    settings = load(home).enforcement
    known = {carried.name: carried for carried in settings.all_targets()}
    if target is None:
        carries = settings.targets_of_agent(name)
    else:
        carries = (known.get(target) or TargetSettings(name=target, driver=settings.driver),)
    return [
        AgentConfig(
            carries=dataclasses.replace(carried, driver=driver or carried.driver),
            folder=home.agent / carried.name,
            keys=public_keys(home, "desired"),
            home=home,
            switch=home.freeze,
            interval=settings.poll,
            barred=shared_system(carried, known.values()) or "",
        )
        for carried in carries
    ]


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
    name = target or load(home).enforcement.target_named(None).name
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


def run(configs: Sequence[AgentConfig]) -> None:
    """Carry out each until SIGTERM or SIGINT."""
    alone = len(configs) == 1
    for config in configs:
        log.info("carrying out", target=config.target, driver=config.carries.driver)
    _side_by_side(configs, lambda x, stop: _until_stopped(x, stop, _carry, alone=alone))


def run_ends(configs: Sequence[AgentConfig], keys: Sequence[str] = ()) -> None:
    """Take back what is past its end where the agent does not, until SIGTERM or SIGINT.

    `keys` (base64) are those that a far agent believes: whose a row is follows from them. Returns
    at once where every system ends measures by itself. Raises `Invalid`.
    """
    known = [_public(key) for key in keys]
    late = [
        dataclasses.replace(config, keys=known or config.keys)
        for config in configs
        if ends_late(config.carries)
    ]
    log.info("looking after ends", targets=[config.target for config in late])
    if late:
        _side_by_side(late, lambda config, stop: _until_stopped(config, stop, _end, alone=False))


def _side_by_side(
    configs: Sequence[AgentConfig], carry: Callable[[AgentConfig, threading.Event], None]
) -> None:
    """Each in a thread of its own, until SIGTERM or SIGINT, or until one ends."""
    stop = stop_on_signals()
    with ThreadPoolExecutor(len(configs), thread_name_prefix="target") as pool:
        running = [pool.submit(carry, config, stop) for config in configs]
        for done in as_completed(running):
            stop.set()
            done.result()


def needs_ender() -> bool:
    """Whether a target beside this home has a system that ends nothing by itself."""
    targets = load(find_home()).enforcement.all_targets()
    return any(ends_late(target) for target in targets if not target.agent)


def _until_stopped(
    config: AgentConfig,
    stop: threading.Event,
    carry: Callable[[AgentConfig, threading.Event], None],
    *,
    alone: bool,
) -> None:
    """Carry one target until `stop`; what ends it ends the process only where it is `alone`."""
    while not stop.is_set():
        try:
            carry(config, stop)
        except AupkeepError as error:
            if alone:
                raise
            log.warning("cannot be carried out", target=config.target, error=str(error))
            stop.wait(PAUSE)
        except Exception:  # of one target, which must cost the others nothing
            log.exception("failed, beginning again", target=config.target)
            stop.wait(PAUSE)
        else:
            return


def _carry(config: AgentConfig, stop: threading.Event) -> None:
    run_agent(config, stop, partial(_told, config.target), partial(_failed, config.target))


def _end(config: AgentConfig, stop: threading.Event) -> None:
    run_ender(config, stop, _lifted, partial(_late, config.target))


def _lifted(report: AgentReport) -> None:
    if gone := (*report.expired, *report.lifted):
        log.warning("lifted for the agent", target=report.target, actions=gone)


def _late(target: str, error: AupkeepError) -> None:
    log.warning("an end is late", target=target, error=str(error))


def undo(config: AgentConfig, action: str, words: str) -> None:
    """Lift one action on this machine. Raises `Missing`."""
    undo_here(config, action, words)


def _told(target: str, report: AgentReport) -> None:
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
        log.info("step", target=target, serial=report.serial, frozen=report.frozen, **done)


def _failed(target: str, error: AupkeepError) -> None:
    log.warning("step failed", target=target, error=str(error))
