"""A PostgreSQL server of a test's own."""

import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from daemon.processes import free_port


class Server:
    """A PostgreSQL of this test: started, stopped at once (no goodbye to anybody), started."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda x: int(x.parent.name))
        if not found:
            pytest.skip("a PostgreSQL of the test's own needs the package postgresql")
        self._bin, self._data, self.port = found[-1], folder / "db", free_port()
        shutil.chown(folder, "postgres", "postgres")
        self._as("initdb", "-D", self._data, "-A", "trust", "-U", "aupkeep", "-E", "UTF8")
        self.url = f"postgresql://aupkeep@127.0.0.1:{self.port}/aupkeep"

    def _as(self, program: str, *words: object) -> None:
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        command = [*user, str(self._bin / program), *map(str, words)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        """Listen; returns once it answers."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self._data}"
        log = self._data.with_name("log")
        self._as("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop: `immediate` as after a crash, `fast` as an administrator does."""
        self._as("pg_ctl", "-D", self._data, "-m", how, "-w", "stop")

    def act(self, words: str, database: str = "aupkeep") -> None:
        """One statement of an administrator."""
        with psycopg.connect(f"{self.url.rpartition('/')[0]}/{database}", autocommit=True) as base:
            base.execute(words)
