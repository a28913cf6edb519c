"""What tests of a backup share: a home that has lived, and commands on another home."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.conftest import Ended, Shell

OWN = pytest.mark.parametrize("runner", ["here"], indirect=True)


def state(shell):
    """What must come back."""
    cases = shell("case", "list").value
    shown = shell("case", "show", cases[0]["reference"]).value
    settings = shell("settings").value
    return cases, shown["customer"], shell("token", "list").value, settings["mail"]["sender"]


def process_on(home, database=""):
    """Commands as processes on a home and a database."""

    def run(home: Path, words: Sequence[str], given: bytes) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "aupkeep", *words],
            check=False, capture_output=True, input=given,
            env={**os.environ, "AUPKEEP_HOME": str(home), "AUPKEEP_DATABASE": database},
        )  # fmt: skip
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return Shell(home, run)
