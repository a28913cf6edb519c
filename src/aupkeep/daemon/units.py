"""The systemd units: a user, a folder and rights of its own for each process.

They need PostgreSQL: a database file would have to be open to all. Each unit's exposure by
`systemd-analyze security` is held by a test.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from aupkeep.model.errors import Invalid

PLACES = {
    ".service": "etc/systemd/system/{}",
    ".sysusers": "etc/sysusers.d/aupkeep.conf",
    ".tmpfiles": "etc/tmpfiles.d/aupkeep.conf",
}
PROGRAM = "@AUPKEEP@"
STEPS = (
    "Then, as root (docs/operating.md has each step with its reason):",
    "  1. systemd-sysusers && systemd-tmpfiles --create",
    "  2. a PostgreSQL database that each user reaches; its address in /etc/aupkeep/aupkeep.toml",
    "  3. export AUPKEEP_HOME=/var/lib/aupkeep/setup AUPKEEP_SIGNER=/var/lib/aupkeep/signer-own",
    "     aupkeep signer take",
    "  4. install -m 0640 -g aupkeep -t /etc/aupkeep/keys /var/lib/aupkeep/setup/keys/*",
    "  5. systemctl enable --now aupkeep-signer aupkeep-worker aupkeep-web aupkeep-mailin",
)


def write_units(root: Path, program: str) -> Iterator[Path]:
    """Write each file below `root`, with `program` to start; yields its path. Raises `Invalid`."""
    if any(letter in "%\\\"'\n" for letter in program):
        raise Invalid(f"program: expected a path that a unit can name, found {program}")
    for source in sorted(files("aupkeep.daemon").joinpath("systemd").iterdir(), key=str):
        name = source.name
        path = root / PLACES[Path(name).suffix].format(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.read_text("utf-8").replace(PROGRAM, program), "utf-8")
        yield path


def write_monitoring(folder: Path) -> Iterator[Path]:
    """Write the alert rules and the dashboard into a folder; yields each path."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(files("aupkeep.daemon").joinpath("monitoring").iterdir(), key=str):
        path = folder / source.name
        path.write_text(source.read_text("utf-8"), "utf-8")
        yield path


def exporter_source(system: str) -> str:
    """The text of the program that takes a system's history out; it needs nothing of ours."""
    return files("aupkeep.daemon.exporters").joinpath(f"{system}_export.py").read_text("utf-8")
