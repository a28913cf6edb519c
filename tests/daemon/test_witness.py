"""Two installs that witness each other, through their real doors, with things going wrong."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from daemon.installs import Install, introduce
from daemon.processes import until

pytestmark = [pytest.mark.slow, pytest.mark.network]
VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "verify.py"


@pytest.fixture
def alder(tmp_path):
    """A provider with SQLite."""
    return Install(tmp_path / "alder", "alder.example")


@pytest.fixture
def birch(home):
    """A provider on either engine."""
    return Install(home.path, "birch.example", os.environ["AUPKEEP_DATABASE"])


def cosigned(install: Install) -> int:
    """Up to which size the first witness cosigned."""
    return install.run("witness", "show")["witnesses"][0]["size"]


def size(install: Install) -> int:
    """How many entries it has."""
    return install.verify(0, "--offline")["entries"]


def independent(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What the verifier says that is not of the product."""
    command = [sys.executable, str(VERIFIER), str(file), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.nightly("processes")
def test_two_providers_witness_each_other(alder, birch, tmp_path):
    """Each worker asks the other by itself; verify, the export and the verifier show it."""
    introduce(alder, birch)
    introduce(birch, alder)
    alder.write(2)
    with alder.serving("web", "worker"), birch.serving("web", "worker"):
        until(lambda: min(cosigned(alder), cosigned(birch)) > 2, "both to be cosigned")
    verdict = alder.verify(0, "--offline")
    (witness,) = verdict["witnesses"]
    assert (verdict["ok"], witness["witness"]) == (True, "birch.example/witness")
    assert (witness["dispute"], witness["at"] is not None) == ("", True)
    assert birch.verify(0, "--offline")["witnesses"][0]["size"] > 2


@pytest.mark.nightly("processes")
def test_an_export_carries_what_witnesses_signed(alder, birch, tmp_path):
    """By the witness's key alone anybody sees how far; a changed line is found, a quorum too."""
    introduce(alder, birch)
    alder.write()
    with birch.serving("web"):
        alder.run("witness", "ask")
    until_size, key = cosigned(alder), birch.run("witness", "show")["key"]
    file = tmp_path / "export.jsonl"
    _export(alder, file)
    words = ("--witness", key, "--quorum", "1")
    verdict = alder.run("verify", file, *words)
    assert (verdict["ok"], verdict["witnesses"]) == (True, {key: until_size})
    checked = independent(file, *words)
    assert checked.returncode == 0, checked
    assert f"witness birch.example/witness cosigned {until_size} entries" in checked.stdout
    assert independent(file).returncode == 0, "who knows no witness needs none"
    stranger = alder.run("witness", "show")["key"]
    assert independent(file, "--witness", stranger, "--quorum", "1").returncode == 1
    assert alder.run("verify", file, "--witness", stranger, "--quorum", 1, code=10)["ok"] is False
    head, _, rest = file.read_text().partition("\n")
    notes = json.loads(head)
    at = next(i for i, text in enumerate(notes["checkpoints"]) if "birch.example" in text)
    line = notes["checkpoints"][at][:-6]
    notes["checkpoints"][at] = line + ("AAA=" if line[-1] != "A" else "BBB=") + "\n"
    plain = json.dumps(notes, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    file.write_text(f"{plain}\n{rest}")
    assert independent(file, *words).returncode == 1
    assert alder.run("verify", file, *words, code=10)["first_bad"] == until_size - 1


def _export(install: Install, file: Path) -> None:
    """The whole journal, by two people."""
    code = (
        "from pathlib import Path; from aupkeep.app.context import open_context; "
        "context = open_context(); from aupkeep.app.proof.export import export_journal; "
        f"export_journal(context, Path({str(file)!r}))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=install.env)


@pytest.mark.nightly("processes")
def test_a_home_put_back_to_an_old_state_shows(alder, birch):
    """Shorter than what was cosigned; then forked, once it has grown; until it is forgotten."""
    introduce(alder, birch)
    alder.write()
    with birch.serving("web"):
        alder.run("witness", "ask")
        old, before = alder.copy_of("old"), cosigned(alder)
        alder.write(3)
        alder.run("witness", "ask")
        after = cosigned(alder)
        assert after > before
        alder.put_back(old)
        assert alder.verify(0, "--offline")["ok"], "nothing in the home itself shows it"
        verdict = alder.verify(10)
        assert verdict["first_bad"] == before
        assert f"cosigned {after} entries of this journal" in verdict["reason"]
        alder.write(4)
        verdict = alder.verify(10)
        assert verdict["first_bad"] == before, "the first that is not as it was cosigned"
        assert f"do not begin with the {after} that it cosigned" in verdict["reason"]
        assert "which has" not in verdict["reason"], "what was said of the shorter one is over"
        checks = {check["check"]: check for check in alder.run("doctor", code=12)}
        assert "birch.example/witness says" in checks["witnesses"]["found"]
        assert birch.run("witness", "show")["logs"][0]["size"] == after, "and birch signed neither"
        birch.run("witness", "forget", "alder.example/journal", "--reasons", "restored, by phone")
        assert alder.verify()["ok"]
        assert cosigned(alder) > before


@pytest.mark.nightly("processes")
def test_a_witness_of_a_backup_cosigns_no_fork(alder, tmp_path):
    """It forgot what it cosigned since; its provider is shown it before it cosigns anything."""
    birch = Install(tmp_path / "birch", "birch.example")
    introduce(alder, birch)
    alder.write()
    file, keys = tmp_path / "birch.tar", tmp_path / "keys.tar"
    with birch.serving("web"):
        alder.run("witness", "ask")
        birch.run("backup", file, "--plain", "--keys", keys)
        old, before = alder.copy_of("old"), cosigned(alder)
        alder.write(2)
        alder.run("witness", "ask")
    new, after = alder.copy_of("new"), cosigned(alder)
    shown = tmp_path / "shown"
    shown.write_text(alder.run("witness", "show")["witnesses"][0]["checkpoint"], "utf-8")
    settings = (birch.path / "aupkeep.toml").read_text()
    shutil.rmtree(birch.path)
    birch.path.mkdir(mode=0o700)
    (birch.path / "aupkeep.toml").write_text(settings)
    birch.run("restore", file, "--keys", keys)
    origin, why = "alder.example/journal", ("--reasons", "by phone")
    with birch.serving("web"):
        alder.put_back(old)
        alder.write(5)
        alder.run("witness", "ask")
        assert cosigned(alder) == before, "a fork is not cosigned"
        assert birch.run("witness", "show")["logs"][0]["paused"]
        birch.run("witness", "resume", origin, "--size", after, *why, code=2)
        birch.run("witness", "resume", origin, "--checkpoint", shown, *why)
        verdict = alder.verify(10)
        assert f"do not begin with the {after} that it cosigned" in verdict["reason"]
        alder.put_back(new)
        alder.write()
        assert alder.verify()["ok"]
        assert cosigned(alder) > after


@pytest.mark.nightly("processes")
def test_a_log_that_is_rewritten_is_not_cosigned(alder, birch):
    """Whoever has the key signs a new history over the same sizes: the cosignature stands."""
    introduce(alder, birch)
    alder.write()
    old = alder.copy_of("old")
    alder.write(2)
    with birch.serving("web"):
        alder.run("witness", "ask")
        after = cosigned(alder)
        kept = json.dumps(alder.run("witness", "show")["witnesses"])
        alder.put_back(old)
        while size(alder) < after:
            alder.write()
        alder.write()
        verdict = alder.verify(10)
        assert "do not begin with" in verdict["reason"] or "forked" in verdict["reason"]
        assert json.dumps(after) in kept


@pytest.mark.nightly("processes")
def test_a_witness_that_is_away_delays_nothing(alder, birch):
    """Mail is taken, verify says how far it is cosigned; a quorum that is not met is named."""
    introduce(alder, birch)
    alder.write()
    verdict = alder.verify(0)
    assert "refused" in verdict["witnesses"][0]["why"]
    begun = time.monotonic()
    alder.verify(0)
    assert time.monotonic() - begun < 60
    alder.run("settings", "set", "witness.quorum", 1)
    assert alder.verify(0, "--offline")["ok"], "a day to be cosigned"


@pytest.mark.nightly("processes")
def test_a_witness_killed_at_any_moment_signs_one_history(alder, birch):
    """Killed with -9 while it is asked; what it signed once it extends for ever."""
    introduce(alder, birch)
    chance = random.Random(2033)  # noqa: S311 - moments, not secrets
    for _ in range(4):
        alder.write()
        with birch.serving("web") as (web,):
            asking = threading.Thread(target=alder.run, args=("witness", "ask"))
            asking.start()
            time.sleep(chance.uniform(0.5, 3))
            os.kill(web.pid, signal.SIGKILL)
            asking.join()
    with birch.serving("web"):
        verdict = alder.verify()
    assert (verdict["ok"], verdict["witnesses"][0]["dispute"]) == (True, "")
    assert verdict["witnesses"][0]["size"] == verdict["entries"]
