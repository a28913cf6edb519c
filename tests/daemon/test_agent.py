"""An agent far from its server: believes only the key it was given, tells what it saw."""

import json
import subprocess
import sys

import pytest

from daemon.processes import free_port, listens, running, until

pytestmark = pytest.mark.network


def command(*words: object, env: dict[str, str] | None = None) -> tuple[int, object]:
    """A command's exit code and its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", *map(str, words), "-o", "json"],
        check=False,
        capture_output=True,
        env=env,
    )
    return done.returncode, json.loads(done.stdout or "null")


def test_a_distant_agent_believes_its_key_only(sqlite_home, tmp_path, monkeypatch):
    """Over HTTP: with the server's key it carries the state out, with another it holds."""
    port = free_port()
    sqlite_home.settings.write_text(f"[web]\nport = {port}\n")
    token = tmp_path / "token"
    token.write_text(command("token", "add", "router", "--scope", "agent")[1]["token"])
    keys = {one["purpose"]: one["public"] for one in command("keys", "list")[1]}
    with running("web", log=sqlite_home.path / "log"), running("worker", log=tmp_path / "log"):
        until(lambda: listens(port), "the server")
        until((sqlite_home.desired / "main.json").exists, "the desired state")
        monkeypatch.setenv("AUPKEEP_HOME", str(tmp_path / "router"))
        away = ("agent", "--once", "--server", f"http://127.0.0.1:{port}", "--token-file", token)
        code, told = command(*away, "--key", keys["journal"])
        assert (code, told["serial"]) == (9, 0)
        code, told = command(*away, "--key", keys["desired"])
        assert (code, told["controller"]) == (0, "")
        assert told["serial"] > 0
        assert command(*away, "--key", "short")[0] == 2
        assert command("agent", "--server", "http://127.0.0.1", "--once")[0] == 2
