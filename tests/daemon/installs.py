"""Two installs of ours on one machine, each with its own home, keys, database and processes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from daemon.processes import free_port, listens, until


class Install:
    """A home with its own settings; every act is a process of its own."""

    def __init__(self, path: Path, name: str, database: str = "") -> None:
        self.path, self.name, self.port = path, name, free_port()
        self.env = {**os.environ, "AUPKEEP_HOME": str(path), "AUPKEEP_DATABASE": database}
        path.mkdir(mode=0o700, exist_ok=True)
        self.settings("")

    def settings(self, more: str) -> None:
        """The settings of a small install, and more."""
        (self.path / "aupkeep.toml").write_text(
            f'[provider]\norigin = "{self.name}/journal"\nurl = "http://127.0.0.1:{self.port}"\n'
            f'[web]\nport = {self.port}\n[mail]\nnameservers = ["none"]\n{more}'
        )

    def run(self, *words: object, code: int = 0, given: bytes = b"") -> dict:
        """A command's JSON."""
        command = [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"]
        done = subprocess.run(
            command, check=False, capture_output=True, input=given, env=self.env, timeout=600
        )
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr[-2000:])
        return json.loads(done.stdout) if done.stdout else json.loads(done.stderr)

    def write(self, number: int = 1) -> None:
        """Some entries, each in a transaction of its own."""
        code = (
            "from aupkeep.app.context import open_context; context = open_context(); "
            "from aupkeep.app.journal import entry, record; "
            "from aupkeep.model.actor import SYSTEM; from aupkeep.model.entry import EntryType; "
            "[record(context, entry(context, EntryType.MODE_CHANGED, SYSTEM, {'place': place})) "
            f"for place in range({number})]"
        )
        subprocess.run([sys.executable, "-c", code], check=True, env=self.env)

    def verify(self, code: int = 0, *words: str) -> dict:
        """What `aupkeep verify` says."""
        return self.run("verify", *words, code=code)

    @contextmanager
    def serving(self, *parts: str) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Its processes, ended with the block."""
        with (self.path / "log").open("ab") as log:
            started = [
                subprocess.Popen(
                    [sys.executable, "-m", "aupkeep", *part.split()],
                    env=self.env, stdout=log, stderr=log,
                )
                for part in parts
            ]  # fmt: skip
            try:
                if "web" in parts:
                    until(lambda: listens(self.port), f"the pages of {self.name}")
                yield started
            finally:
                for process in started:
                    process.terminate()
                for process in started:
                    process.wait(60)

    def post(self, body: bytes) -> tuple[int, str, bytes]:
        """What its witness answers: status, media type, body."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=60)
        link.request("POST", "/witness/add-checkpoint", body)
        answer = link.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read()

    def copy_of(self, name: str) -> Path:
        """A copy of the home as it stands, as a snapshot of a disk is one."""
        kept = self.path.with_name(name)
        shutil.copytree(self.path, kept)
        return kept

    def put_back(self, kept: Path) -> None:
        """The home as the copy has it."""
        shutil.rmtree(self.path)
        shutil.copytree(kept, self.path)


def introduce(log: Install, witness: Install) -> None:
    """Both providers type what the other one's `aupkeep witness show` says."""
    ours, theirs = log.run("witness", "show"), witness.run("witness", "show")
    witness.run("witness", "add-log", ours["origin"], ours["log_key"])
    log.run("witness", "add", theirs["url"], theirs["key"])
