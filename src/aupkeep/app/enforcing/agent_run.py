"""The agent's process: needs no database, only its folder, a source and the public key."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.app.context import clock
from aupkeep.app.process_wake_up import wake_up
from aupkeep.app.steady_clock import not_before
from aupkeep.config.home import Home
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.agent import Agent, FreshSource
from aupkeep.enforcement.agent_key import request_signer
from aupkeep.enforcement.agent_report import AgentReport, write_report
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.ender import Ender
from aupkeep.enforcement.ender import run as watch_ends
from aupkeep.enforcement.fetch import HttpServer, HttpSource, from_file, server_at
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.loop import LoopConfig, run
from aupkeep.enforcement.one_system import (
    home_of,
    is_of_home,
    owner_of,
    shared_system,
)
from aupkeep.enforcement.options import check_options
from aupkeep.enforcement.registry import driver_named, lacking
from aupkeep.model.errors import AupkeepError, Invalid, Unavailable

__all__ = [
    "AgentConfig",
    "AgentReport",
    "ends_late",
    "run_agent",
    "run_ender",
    "shared_system",
    "step_once",
    "undo_here",
    "write_report",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfig:
    """Where an agent stands: what it carries, and either a home beside it or a server.

    `switch` is the freeze switch of its machine, beside the one in its own folder; `barred` says
    why nothing new may begin on its target, "" where it may.
    """

    carries: TargetSettings
    folder: Path
    keys: Sequence[Ed25519PublicKey]
    home: Home | None = None
    switch: Path | None = None
    server: str = ""
    token: str = ""
    interval: float = 5.0
    barred: str = ""

    @property
    def target(self) -> str:
        """The name of what it carries measures out on."""
        return self.carries.name


def open_agent(config: AgentConfig, now: Callable[[], datetime] = clock) -> Agent:
    """The agent with its driver opened. Raises `Invalid` for an unknown driver, `Unavailable`."""
    driver_named(config.carries.driver)
    config.folder.mkdir(parents=True, exist_ok=True)
    source = _source(config)
    agent = Agent(
        folder=config.folder,
        driver=open_driver(config, now),
        fetch=source,
        fresh=_fresh(source) if isinstance(source, HttpSource) else None,
        keys=config.keys,
        target=config.target,
        clock=now,
        machine_switch=config.switch,
    )
    if now is clock:
        agent.not_before = not_before
    agent.barred = config.barred or wrong_options(config.carries) or ""
    agent.beside_others = True
    return agent


def open_driver(config: AgentConfig, now: Callable[[], datetime] = clock) -> GuardedDriver:
    """The driver of what it carries. Raises `Invalid`, and `Unavailable` naming what is missing."""
    plugin, carries = driver_named(config.carries.driver), config.carries
    if lacks := lacking(plugin):
        raise Unavailable(lacks)
    # else they mean nothing, and what stands is lifted all the same: see `wrong_options`
    options = carries.open_options() if plugin.options else {}
    return plugin.open(
        DriverContext(
            folder=config.folder,
            now=now,
            cap=carries.cap,
            options=options,
            owner=owner_of(config.target, config.keys[-1]) if config.keys else "",
            home=home_of(config.keys[-1]) if config.keys else "",
            of_home=partial(is_of_home, keys=config.keys) if config.keys else None,
        )
    )


def wrong_options(carries: TargetSettings) -> str | None:
    """Why nothing new begins by a driver that knows no options; another one is not even opened."""
    plugin = driver_named(carries.driver)
    try:
        check_options({} if plugin.options else carries.options, {})
    except Invalid as wrong:
        return str(wrong)
    return None


def _fresh(source: HttpSource) -> FreshSource:
    return FreshSource(nonce=lambda: os.urandom(16).hex(), fetch=source.fresh)


def _source(config: AgentConfig) -> Callable[[], bytes | None]:
    if config.home is not None:
        return from_file(config.home.desired / f"{config.target}.json")
    return HttpSource(server_of(config), f"/api/v1/desired/{config.target}")


def server_of(config: AgentConfig) -> HttpServer:
    """The agent's server, each request signed with the key in its folder. Raises `Invalid`."""
    signer = request_signer(config.folder, clock)
    return server_at(config.server, config.token, signer)


def public_key_of(folder: Path) -> str:
    """The public half, in base64, of the key in an agent's folder, made where there is none."""
    return request_signer(folder, clock).public


def run_agent(
    config: AgentConfig,
    stop: Event,
    on_report: Callable[[AgentReport], None],
    on_error: Callable[[AupkeepError], None],
) -> None:
    """Carry out the desired state until `stop`; each report reaches the worker or the server."""
    agent = open_agent(config)

    shown: AgentReport | None = None

    def tell(report: AgentReport) -> bool:
        nonlocal shown
        if report is not shown:
            on_report(report)
        shown = report
        if config.home is None:
            return _send(config, report, on_error)
        wake_up(config.home)
        return True

    watch = (config.home.desired / f"{config.target}.json",) if config.home is not None else ()
    run(
        agent,
        stop,
        LoopConfig(on_report=tell, on_error=on_error, watch=watch, interval=config.interval),
    )


def run_ender(
    config: AgentConfig,
    stop: Event,
    on_report: Callable[[AgentReport], None],
    on_error: Callable[[AupkeepError], None],
) -> None:
    """Take back what is past its end where an agent does not, until `stop` (see `Ender`).

    Raises `Invalid`, `Unavailable` for a driver that cannot be opened.
    """
    ender = Ender(open_agent(config), config.carries.driver, clock)

    def tell(report: AgentReport) -> None:
        on_report(report)
        if config.home is not None:
            wake_up(config.home)

    watch_ends(ender, stop, tell, on_error)


def ends_late(carries: TargetSettings) -> bool:
    """Whether what it carries stands on with its agent dead. Raises `Invalid`."""
    return not driver_named(carries.driver).able.ends_by_itself


def step_once(config: AgentConfig) -> AgentReport:
    """One step; the server is not told. Raises as `Agent.step`."""
    return open_agent(config).step()


def undo_here(config: AgentConfig, action: str, words: str) -> AgentReport:
    """Lift one action on this machine, with the server down or not. Raises `Missing`."""
    return open_agent(config).undo(action, words)


def _send(config: AgentConfig, report: AgentReport, failed: Callable[[AupkeepError], None]) -> bool:
    """Tell the server, and whether it was told; what it missed is told whole the next time."""
    try:
        server_of(config).tell(f"/api/v1/status/{config.target}", write_report(report))
    except AupkeepError as error:
        failed(AupkeepError(f"the server was not told: {error}"))
        return False
    return True
