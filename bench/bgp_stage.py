"""A home with one target of the driver `bgp`, its ExaBGP as `aupkeep bgp` starts it, and peers."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from aupkeep.config.home import Home
from aupkeep.config.settings import load
from aupkeep.enforcement.bgp.link import HolderLink
from aupkeep.enforcement.bgp.options import read_options
from aupkeep.enforcement.driver import CAP, DriverContext
from aupkeep.enforcement.drivers.bgp import DRIVER
from aupkeep.model.errors import AupkeepError
from bgp_routers import LOCAL_AS, PEER_AS, BgpLab, Router, until

NAME = "upstream"
OWN = ("203.0.113.0/24", "2001:db8:a::/48", "2001:db8:b::/48")
START = 120.0  # seconds for its processes to start, whatever else the machine does


def real_now() -> datetime:
    """The machine's clock, UTC."""
    return datetime.now(UTC)


class BgpStage:
    """Peers, ExaBGP and the driver. `read` says whether the peers' tables are read back.

    `through` is a reader's name and what its command begins with, in place of the peer's own.
    """

    def __init__(
        self,
        *kinds: str,
        read: bool = True,
        limit: int = 100,
        password: str = "",
        through: tuple[str, ...] = (),
    ) -> None:
        self.lab = BgpLab(*kinds, limit=limit, password=password)
        self.home = Home(Path(tempfile.mkdtemp(prefix="aupkeep-")))
        self.exabgp: subprocess.Popen[bytes] | None = None
        peers = [_peer(router, through, read=read) for router in self.lab.routers.values()]
        self.options: dict[str, Any] = {
            "own": list(OWN),
            "as": LOCAL_AS,
            "router_id": "192.0.2.1",
            "next_hop": "192.0.2.66",
            "next_hop6": "2001:db8:dead::66",
            "flows": 50,
            "probe": "203.0.113.254",
            "peers": peers,
        }
        (self.home.path / "aupkeep.toml").write_text(_toml(self.options))

    def __enter__(self) -> Self:
        self.start()
        self.up()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()
        self.lab.__exit__(*error)
        shutil.rmtree(self.home.path)

    @property
    def folder(self) -> Path:
        """The agent's own."""
        folder = self.home.agent / NAME
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def log(self) -> str:
        """What ExaBGP and its holder said."""
        return (self.home.path / "exabgp.log").read_text()

    def start(self) -> None:
        """Start ExaBGP, as its unit would; returns once its holder answers."""
        environment = {**os.environ, "AUPKEEP_HOME": str(self.home.path)}
        words = [sys.executable, "-m", "aupkeep", "bgp", NAME]
        log = self.home.path / "exabgp.log"
        self.exabgp = self.lab.ours.start(words, log, env=environment)
        until(self.answers, START)

    def answers(self) -> bool:
        """Whether the holder of routes answers."""
        try:
            return bool(self.link.view(()).peers)
        except (OSError, AupkeepError):
            return False

    def up(self) -> None:
        """Wait for every session."""
        until(lambda: all(peer.up for peer in self.link.view(()).peers.values()), START)

    def kill(self) -> None:
        """What a kill -9 of ExaBGP does."""
        if self.exabgp is not None:
            self.exabgp.kill()
            self.exabgp.wait()

    @property
    def holder(self) -> int:
        """The process that holds the routes."""
        if self.exabgp is None:
            raise RuntimeError("ExaBGP was not started")
        children = Path(f"/proc/{self.exabgp.pid}/task/{self.exabgp.pid}/children").read_text()
        (pid,) = children.split()
        return int(pid)

    @property
    def link(self) -> HolderLink:
        """As the agent asks the holder."""
        return HolderLink(read_options(self.options, self.folder))

    def driver(self, cap: int = CAP, now: Callable[[], datetime] = real_now) -> Any:  # noqa: ANN401
        """A driver as an agent that was just started opens it."""
        (target,) = load(self.home).enforcement.all_targets()
        context = DriverContext(folder=self.folder, now=now, cap=cap, options=target.open_options())
        return DRIVER.open(context)

    def clear(self) -> None:
        """Withdraw all; what a test did to the agent's folder is undone."""
        (self.folder / "protect").unlink(missing_ok=True)
        for hold in self.link.view(()).holds.values():
            self.link.release(hold.place, hold.action)

    def sent(self) -> dict[str, int]:
        """How many routes ExaBGP sends to each peer."""
        return {name: len(peer.numbers) for name, peer in self.link.view(()).peers.items()}


def _peer(router: Router, through: tuple[str, ...], *, read: bool) -> dict[str, Any]:
    reader, *before = through or (router.kind,)
    reading: dict[str, Any] = {"reader": reader, "read": [*before, *router.command]} if read else {}
    if router.password:
        reading["password"] = router.password
    return {"address": router.peer, "as": PEER_AS, "local": router.ours, **reading}


def _toml(options: dict[str, Any]) -> str:
    lines = ["[[enforcement.targets]]", f'name = "{NAME}"', 'driver = "bgp"', ""]
    lines += ["[enforcement.targets.options]"]
    lines += [f"{name} = {json.dumps(v)}" for name, v in options.items() if name != "peers"]
    for peer in options["peers"]:
        lines += ["", "[[enforcement.targets.options.peers]]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in peer.items()]
    return "\n".join([*lines, ""])
