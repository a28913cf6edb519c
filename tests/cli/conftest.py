"""Commands as a program would run them: real processes on a home of their own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from databases import make_home


@dataclass(frozen=True)
class Told:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The last line of standard error as JSON."""
        return json.loads(self.err.splitlines()[-1])


@dataclass(frozen=True)
class Shell:
    """Runs `aupkeep` on one home, on SQLite."""

    home: Path

    def __call__(self, *words: object, given: bytes = b"") -> Told:
        """Run one command with JSON as its form, standard input given."""
        done = subprocess.run(
            [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"],
            check=False,
            capture_output=True,
            input=given,
            env={**os.environ, "AUPKEEP_HOME": str(self.home), "AUPKEEP_DATABASE": ""},
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return Told(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def bare(tmp_path) -> Shell:
    """Commands on a home that does not exist yet: the first one sets it up."""
    return Shell(tmp_path / "home")


@pytest.fixture
def aupkeep(migrated, bare) -> Shell:
    """Commands on an empty home that was set up already, which takes longer than most of them."""
    shutil.copy(migrated, make_home(bare.home).database)
    return bare
