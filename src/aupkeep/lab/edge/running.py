"""The systems at the edge that this machine has, prepared and started; each is found by itself."""

import json
import os
import shutil
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from aupkeep.lab.edge.system import EdgeHarm, EdgeSystem, Options
from aupkeep.lab.namespaces import ROUTER, Lab
from aupkeep.lab.world import LabWorld
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import NETWORK
from aupkeep.plugins import plugins

BEGINS = 0.2  # seconds in which a system that cannot begin ends
SYSTEMS: dict[str, EdgeSystem] = plugins("aupkeep.lab.edge.systems", "SYSTEM")
SYSTEM_OF = {harm.name: system for system in SYSTEMS.values() for harm in system.harms}
HARMS: dict[str, EdgeHarm] = {x.name: x for system in SYSTEMS.values() for x in system.harms}


def place(folder: Path, system: EdgeSystem) -> Path:
    """Where a system has its files; some need a place apart."""
    if not system.apart:
        return folder / system.name
    number = sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"aupkeep-lab-{system.name}-{number}"


def remove(folder: Path) -> None:
    """Remove what lies outside the folder itself."""
    for system in SYSTEMS.values():
        if system.apart:
            shutil.rmtree(place(folder, system), ignore_errors=True)


def prepare(folder: Path) -> str:
    """Write the files of each system that is here; the targets' lines for the settings."""
    tables: dict[str, Options] = {
        ROUTER: {"driver": "nftables", "measures": sorted(map(str, NETWORK))}
    }
    for system in SYSTEMS.values():
        if system.missing() is None:
            own = place(folder, system)
            own.mkdir(parents=True)
            system.write(own)
            tables |= system.targets(own)
    allowed = "\n[interception]\nallowed = true\n" if "transit" in tables else ""
    return "".join(_table(name, table) for name, table in tables.items()) + allowed


def _table(name: str, table: Options) -> str:
    lines = ["", "[[enforcement.targets]]", f'name = "{name}"']
    lines += [f"{key} = {_value(value)}" for key, value in table.items()]
    return "\n".join([*lines, ""])


def _value(value: object) -> str:
    """A value of TOML on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(x)}" for key, x in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)


def start(world: LabWorld, lab: Lab, folder: Path) -> dict[str, str]:
    """Start each system that was prepared; why one ended at its start, by name."""
    failed = {}
    for system in SYSTEMS.values():
        own = place(folder, system)
        if not own.exists():
            continue
        before = len(lab.started)
        try:
            system.start(world, lab, own)
            time.sleep(BEGINS)
        except Unavailable as error:
            failed[system.name] = str(error)
        if any(process.poll() is not None for process in lab.started[before:]):
            said = (own / "out").read_text("utf-8", "replace").strip()[-200:]
            failed[system.name] = f"{system.name} ended at its start: {said}"
    return failed
