"""A lab with an agent on its router and a controller that signs what it shall hold."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.enforcement.agent_report import AgentReport, read_report
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, sign
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.protect import read_protect
from aupkeep.lab.namespaces import ADDRESS, ADDRESS6, ROUTER, Lab
from aupkeep.lab.scene import Scene
from aupkeep.model.action import Action
from aupkeep.model.decision import Scope, Versions
from aupkeep.model.ladder import LEVELS, Measure

SCRIPT = str(Path(__file__).with_name("router_agent.py"))
PATIENCE = 30.0
NUMBERS = count(1)
FAMILIES = pytest.mark.parametrize(
    "six",
    [
        pytest.param(False, id="ipv4"),
        pytest.param(True, id="ipv6", marks=pytest.mark.nightly("processes")),
    ],
)


@dataclass
class Stage:
    """One lab, one agent, one controller key."""

    lab: Lab
    scene: Scene
    folder: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    serial: int = 0
    agent: subprocess.Popen[bytes] | None = None

    @property
    def desired(self) -> Path:
        """Where the controller puts the signed state."""
        return self.folder / "desired.json"

    def start_agent(self) -> None:
        """Start the agent in the router."""
        public = self.key.public_key().public_bytes_raw().hex()
        argv = [
            sys.executable,
            SCRIPT,
            str(self.folder / "agent"),
            str(self.desired),
            public,
            "0.5",
        ]
        self.agent = self.scene.lab.popen(ROUTER, argv, self.scene.folder / "agent.log")

    def stop_agent(self) -> None:
        """Kill it outright: no farewell."""
        assert self.agent is not None
        self.agent.kill()
        self.agent.wait()

    def want(self, *actions: Action, protect: tuple[str, ...] = (), frozen: bool = False) -> None:
        """Sign a new desired state with exactly these actions."""
        self.serial += 1
        state = DesiredState(
            target="router",
            serial=self.serial,
            made_at=now(),
            valid_until=now() + VALID_FOR,
            actions=actions,
            protect=read_protect(protect),
            frozen=frozen,
        )
        write_durably(self.desired, sign(state, self.key), mode=0o644)

    def told(self, is_it: Callable[[AgentReport], bool], seconds: float = PATIENCE) -> AgentReport:
        """The first report for which `is_it` holds."""
        end = time.monotonic() + seconds
        report = None
        while time.monotonic() < end:
            path = self.folder / "agent" / "status.json"
            report = read_report(path.read_bytes()) if path.exists() else None
            if report is not None and is_it(report):
                return report
            time.sleep(0.01)
        log = (self.folder / "agent.log").read_text()
        raise AssertionError(f"expected another report within {seconds} s, found {report}\n{log}")

    def stands(self, action: Action) -> AgentReport:
        """Wait until an action is told as applied."""
        return self.told(lambda r: state_of(r, action) == "applied")

    def empty(self) -> None:
        """Want nothing, and wait until nothing stands."""
        self.want()
        self.told(
            lambda r: r.serial == self.serial and all(t.state != "applied" for t in r.actions)
        )

    def nft(self, *words: str) -> str:
        """Run nft in the router."""
        done = self.lab.run(ROUTER, ["nft", *words])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ruleset(self) -> str:
        """The router's whole ruleset without counters."""
        return self.nft("-s", "list", "ruleset")


def now() -> datetime:
    return datetime.now(UTC)


def state_of(report: AgentReport, action: Action) -> str | None:
    return next((str(told.state) for told in report.actions if told.id == action.id), None)


def action(measure: Measure, *, six: bool = False, seconds: float = 600, **scope: object) -> Action:
    """An automatic action on tenant A, as the controller would make it."""
    at = now()
    number = next(NUMBERS)
    fields = {"customer": "acme", "resource": "vm-a"}
    fields |= {"address": (ADDRESS6 if six else ADDRESS)["tenant-a"], **scope}
    if measure is Measure.BLOCK_PORT:
        fields = {"protocol": "tcp", "port": 22, **fields}
    if measure is Measure.BLOCK_DESTINATION:
        fields |= {"destination": (ADDRESS6 if six else ADDRESS)["internet"]}
    return Action(
        id=f"019b7c01-0400-7000-8000-{number:012d}",
        decision="decision-1",
        case="case-1",
        reference="K7QF-2M9X",
        driver="nftables",
        target="router",
        level=LEVELS[measure],
        measure=measure,
        scope=Scope(**fields),
        starts=at - timedelta(seconds=1),
        until=at + timedelta(seconds=seconds),
        versions=Versions(detector="none", rule="rule-1", policy="policy-1", attribution="1"),
        automatic=True,
    )
