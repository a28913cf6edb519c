"""The sinkhole of the extra of interception, on the router."""

import sys
from importlib.metadata import entry_points
from pathlib import Path

from aupkeep.lab.edge.system import EdgeHarm, EdgeRun, EdgeSystem, Options
from aupkeep.lab.namespaces import ADDRESS, GATES, ROUTER, Lab
from aupkeep.lab.world import OWN, LabWorld
from aupkeep.model.ladder import Measure

SINKHOLE = f"{GATES['internet']}:8451"  # where what is diverted ends


def _redirect_lacks() -> str | None:
    there = entry_points(group="aupkeep.enforcement.drivers", name="redirect")
    return None if there else "interception is an extra (pip install ./extras/intercept)"


def _start_redirect(world: LabWorld, lab: Lab, folder: Path) -> None:
    """A sinkhole on the router, and on whose traffic the router's own operator lets it work."""
    own = world.home / "agent" / "transit"
    own.mkdir(parents=True, exist_ok=True)
    (own / "bounds").write_text(f"prefix {OWN[0]}\n", "utf-8")
    words = [sys.executable, "-m", "aupkeep_intercept.sinkhole", SINKHOLE]
    lab.popen(ROUTER, words, folder / "out")


def _redirect_targets(_: Path) -> dict[str, Options]:
    transit = {"driver": "redirect", "measures": ["intercept"], "options": {"sink4": SINKHOLE}}
    return {"transit": transit}


def _said(run: EdgeRun, host: str, source: str) -> str:
    """What the internet's SSH server, or who answers in its place, says first."""
    return run.ask(host, "banner", str(ADDRESS["internet"]), "22", source)


def _peer_unserved(run: EdgeRun) -> list[str]:
    """Both tenants' own machines, which ask the same peer."""
    asked = {host: _said(run, host, str(ADDRESS[host])) for host in ("tenant-a", "tenant-b")}
    return [host for host, said in asked.items() if not said.startswith("SSH-2.0")]


SYSTEM = EdgeSystem(
    name="redirect",
    harms=(
        EdgeHarm(
            name="intercept",
            says="a machine that reports to whoever controls it, diverted to a page of ours",
            driver="redirect",
            kind="connection/infected_host",
            measure=Measure.INTERCEPT,
            finding=lambda _: {"target": {"address": str(ADDRESS["internet"]), "port": 22}},
            goes_on=lambda run: _said(run, "tenant-a", run.address).startswith("SSH-2.0"),
            unserved=_peer_unserved,
            fields=lambda _: {"break_glass": True},
        ),
    ),
    programs={},
    write=lambda _: None,
    start=_start_redirect,
    targets=_redirect_targets,
    lacks=_redirect_lacks,
)
