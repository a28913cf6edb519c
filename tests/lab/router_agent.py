"""The agent as the router runs it in these tests: FOLDER DESIRED KEY (hex) INTERVAL."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from aupkeep.enforcement.agent import Agent
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.nftables import DRIVER
from aupkeep.enforcement.fetch import from_file
from aupkeep.enforcement.loop import LoopConfig, run
from aupkeep.model.errors import AupkeepError


def now() -> datetime:
    return datetime.now(UTC)


def failed(error: AupkeepError) -> None:
    sys.stderr.write(f"{error}\n")
    sys.stderr.flush()


def print_refusals(report: AgentReport) -> None:
    for one in report.refused:
        sys.stderr.write(f"{one}\n")


def main(folder: Path, desired: Path, key: str, interval: float) -> None:
    agent = Agent(
        folder=folder,
        driver=DRIVER.open(DriverContext(folder=folder, now=now)),
        fetch=from_file(desired),
        keys=[Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))],
        target="router",
        clock=now,
    )
    run(
        agent,
        Event(),
        LoopConfig(on_report=print_refusals, on_error=failed, watch=[desired], interval=interval),
    )


main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], float(sys.argv[4]))
