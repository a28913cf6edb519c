"""What a quick command may not load; its processor time depends on the machine, this does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NEVER = (  # with each, what it costs beside the whole command
    "aupkeep.app.case_context",  # all that a decision looks at: a sixth
    "aupkeep.intake",  # the parsers: half as much again
    "aupkeep.telemetry",  # numpy
    "aupkeep.notify",
    "aupkeep.policy",
    "aupkeep.web.urls",
    "aupkeep.enforcement.fetch",  # cryptography: a fifth
    "aupkeep.enforcement.zones",  # the DNS: a third
    "cryptography",
    "dns",
    "importlib.metadata",
    "jinja2",
    "numba",
    "numpy",
)
DRIVER = "aupkeep.enforcement.drivers"
PROBE = """
import json, sys
from aupkeep.cli import main
try:
    main([*sys.argv[1:], "-o", "json"])
except SystemExit as stop:
    assert not stop.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def loads(home: Path, *command: str) -> tuple[list[object], list[str]]:
    """What the command prints, and the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *command],
        check=True,
        capture_output=True,
        env={**os.environ, "AUPKEEP_HOME": str(home), "AUPKEEP_DATABASE": ""},
    )
    return json.loads(done.stdout), json.loads(done.stderr.decode().splitlines()[-1])


def test_a_list_of_cases_loads_what_it_shows(lived):
    """Also with a case in it: of the drivers only the one of the settings, and no reader."""
    rows, modules = loads(lived.home, "case", "list")
    assert len(rows) == 1
    drivers = [name for name in modules if name.startswith(f"{DRIVER}.")]
    assert drivers == [f"{DRIVER}.nftables"]
    loaded = [name for name in modules for never in NEVER if f"{name}.".startswith(f"{never}.")]
    assert loaded == []
    assert len(modules) < 750


@pytest.mark.parametrize(
    "command", ["notice list", "inquiry list", "grant list", "staff list", "journal list"]
)
def test_a_list_asks_no_doctor(lived, command):
    """The bar of the pages does, with all that it examines: as much again as the list itself."""
    _, modules = loads(lived.home, *command.split())
    assert "aupkeep.app.pages.layout.load" in modules
    assert "aupkeep.app.pages.doctor.load" not in modules
