"""An agent far from its server: believes only the key it was given, tells what it saw."""

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from aupkeep.store import agent_keys, refresh
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


@pytest.mark.nightly("processes")
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
        server = f"http://127.0.0.1:{port}"
        away = ("agent", "--once", "--driver", "record", "--server", server, "--token-file", token)
        code, told = command(*away, "--key", keys["journal"])
        assert (code, told["serial"]) == (9, 0)
        code, told = command(*away, "--key", keys["desired"])
        assert (code, told["controller"]) == (0, "")
        assert told["serial"] > 0
        assert command(*away, "--key", "short")[0] == 2
        assert command("agent", "--server", "http://127.0.0.1", "--once")[0] == 2


LATE = """
import sys
from datetime import timedelta
from aupkeep.app import context
from aupkeep.app.enforcing import agent_run
true = agent_run.clock
agent_run.clock = lambda: true() + timedelta(days={days})
from aupkeep.cli.group import main
main(sys.argv[1:])
"""


@contextmanager
def reporting(router, *words: object, days=0):
    """An agent on its own machine, with a clock of its own, that runs until the block ends."""
    program = ["-c", LATE.format(days=days)] if days else ["-m", "aupkeep"]
    words = ("--driver", "record", *words)
    with (router.parent / f"{router.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *program, "agent", *map(str, words)],
            env={**os.environ, "AUPKEEP_HOME": str(router)},
            stderr=log,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def known():
    """How the server knows the agent of `main`."""
    return next(iter(command("agent", "key", "list")[1]), {})


def number(home):
    """The number of the newest report."""
    refresh()
    contact = agent_keys.contact("main")
    return contact.number if contact else 0


@pytest.mark.nightly("processes")
@pytest.mark.slow
def test_an_agent_is_known_by_its_key_through_every_accident(home, tmp_path):
    """Pinned at its first report; a stolen token, a lost key, a clock days off, a restored server.

    Each through real processes: the server, its worker, the agents and the commands.
    """
    port, token = free_port(), tmp_path / "token"
    home.settings.write_text(f"[web]\nport = {port}\n")
    secret = command("token", "add", "router", "--scope", "agent")[1]["token"]
    token.write_text(secret)
    (desired,) = [
        one["public"] for one in command("keys", "list")[1] if one["purpose"] == "desired"
    ]
    away = ("--server", f"http://127.0.0.1:{port}", "--token-file", token, "--key", desired)
    router, thief = tmp_path / "router", tmp_path / "thief"
    with running("web", log=tmp_path / "web.log"), running("worker", log=tmp_path / "worker.log"):
        until(lambda: listens(port), "the server")
        with reporting(router, *away, days=2):
            until(lambda: known().get("state") == "pinned", "the first report")
        ahead = number(home)
        with reporting(router, *away):  # its clock was set right: two days back
            until(lambda: number(home) > ahead, "a report by the same key")
        url = f"http://127.0.0.1:{port}/api/v1/status/main"
        assert posted(url, secret, b"{}") == 403
        with reporting(thief, *away):
            until(lambda: known()["refused"], "the thief's report")
        log = (tmp_path / "thief.log").read_text()
        assert "a target has one agent" in log
        (router / "agent/main/sent").unlink()
        last = number(home)
        with reporting(router, *away):
            until(lambda: number(home) > last, "a report after its numbers were lost")
        (router / "agent/main/key").unlink()
        shown = subprocess.run(
            [sys.executable, "-m", "aupkeep", "agent", "key", "show", "-o", "json"],
            env={**os.environ, "AUPKEEP_HOME": str(router)}, check=True, capture_output=True,
        )  # fmt: skip
        public = json.loads(shown.stdout)["public"]
        code, _ = command("agent", "key", "add", "main", public, "--reason", "a new disk")
        assert code == 5
        replaced = ("agent", "key", "add", "main", public, "--replace", "--reason", "a new disk")
        assert command(*replaced)[0] == 0
        with reporting(router, *away):
            until(lambda: number(home) and known()["public"] == public, "the new key")
        assert known()["forked"] is None
        copy = shutil.copytree(router, tmp_path / "copy")
        with reporting(router, *away), reporting(copy, *away):
            until(lambda: known()["forked"], "two that have one key")
    assert command("verify")[1]["ok"]


def posted(url, secret, body):
    """The status of a report that only has the token."""
    request = urllib.request.Request(  # noqa: S310 - http, as given
        url, data=body, headers={"Authorization": f"Bearer {secret}"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.nightly("processes")
@pytest.mark.slow
def test_a_server_restored_from_a_backup_knows_the_key_of_then(sqlite_home, tmp_path, monkeypatch):
    """The agent goes on; one set up anew meanwhile is refused until a person says so again."""
    port, token = free_port(), tmp_path / "token"
    sqlite_home.settings.write_text(f"[web]\nport = {port}\n")
    token.write_text(command("token", "add", "router", "--scope", "agent")[1]["token"])
    keys = {one["purpose"]: one["public"] for one in command("keys", "list")[1]}
    server = f"http://127.0.0.1:{port}"
    away = ("--server", server, "--token-file", token, "--key", keys["desired"])
    first, second = tmp_path / "first", tmp_path / "second"
    saved = tmp_path / "backup", "--keys", tmp_path / "saved-keys"
    with running("web", log=tmp_path / "web.log"), reporting(first, *away):
        until(lambda: known().get("state") == "pinned", "the first report")
        assert command("backup", *saved, "--plain")[0] == 0
        then = known()["public"]
        assert command("agent", "key", "forget", "main", "--reason", "a new machine")[0] == 0
    with monkeypatch.context() as there:
        there.setenv("AUPKEEP_HOME", str(second))
        public = command("agent", "key", "show", "--target", "main")[1]["public"]
    words = ("agent", "key", "add", "main", public, "--reason", "the second machine")
    assert command(*words)[0] == 0
    with running("web", log=tmp_path / "web.log"), reporting(second, *away):
        until(lambda: known()["state"] == "pinned", "the second machine")
    restored = tmp_path / "restored"
    monkeypatch.setenv("AUPKEEP_HOME", str(restored))
    assert command("restore", *saved)[0] == 0
    assert known()["public"] == then
    with running("web", log=tmp_path / "web.log"), reporting(second, *away):
        until(lambda: known()["refused"], "the refusal")
    with running("web", log=tmp_path / "web.log"), reporting(first, *away):
        before = (first / "agent/main/sent").read_text()
        until(lambda: (first / "agent/main/sent").read_text() > before, "the first machine")
    assert "found 403" not in (tmp_path / "first.log").read_text().rpartition("carrying out")[2]
