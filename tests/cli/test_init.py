"""`aupkeep init`: all of it or nothing, asked or given, and twice is once."""

import os
import pty
import subprocess
import sys

import pytest

GIVEN = ("--name", "Fjord Hosting", "--sender", "abuse@fjord.example", "--prefix", "203.0.113.0/24")
RELAY = ("--relay", "[2001:db8::25]:587")


OWN = pytest.mark.parametrize("runner", ["here"], indirect=True)


@pytest.fixture
def new(bare, monkeypatch):
    """Commands on an empty folder; its relay is not asked."""
    monkeypatch.setattr("aupkeep.app.notifying.delivery.relay_trouble", lambda _context: "")
    return bare


def test_a_new_install_is_set_up_by_options(new):
    """The journal begins with the origin, the settings stand, the prefix is ours; what is next."""
    told = new("init", *GIVEN, *RELAY, "--language", "nb").value
    assert told["changed"] == {
        "provider.name": "Fjord Hosting",
        "provider.origin": "fjord.example/journal",
        "provider.language": "nb",
        "mail.sender": "abuse@fjord.example",
        "mail.relay_host": "2001:db8::25",
        "mail.relay_port": "587",
    }
    assert told["own"] == ["203.0.113.0/24"]
    checks = [check["check"] for check in told["next"]]
    pack = new("policy", "check", told["policy"], "--like", "en")
    assert pack.value == {"ok": True, "errors": [], "overlaps": []}
    shown = new("policy", "show").value
    assert shown["clauses"][0]["text"].startswith("Ikke bruk tjenesten")
    assert checks.index("inventory") < checks.index("listen")
    assert "own-space" not in checks
    settings = new("settings").value
    assert settings["provider"]["origin"] == "fjord.example/journal"
    assert settings["provider"]["listen"] is True
    assert settings["mail"]["relay_port"] == 587
    assert new("verify").value["ok"]


@OWN
def test_given_again_it_changes_what_differs(new):
    new("init", *GIVEN)
    size = new("verify").value["entries"]
    assert new("init", *GIVEN).value["changed"] == {}
    assert new("verify").value["entries"] == size
    told = new("init", "--language", "nb").value
    assert (told["changed"], told["policy"]) == ({"provider.language": "nb"}, None)
    refused = new("init", "--origin", "birch.example/journal", "--name", "Birch")
    assert refused.code == 2
    assert "fjord.example/journal" in refused.err
    assert new("settings").value["provider"]["name"] == "Fjord Hosting"


@OWN
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--name, --sender, --prefix"),
        ((*GIVEN, "--prefix", "203.0.113.1/24"), "without host bits"),
        ((*GIVEN, "--sender", "abuse@"), "expected"),
        ((*GIVEN, "--relay", "mail.example:smtp"), "HOST:PORT"),
        ((*GIVEN, "--relay", "mail.example:70000"), "70000"),
        ((*GIVEN, "--url", "nowhere"), "url"),
        ((*GIVEN, "--origin", "fjord example"), "origin"),
        ((*GIVEN, "--name", "a\nb"), "text that prints"),
    ],
)
def test_where_one_answer_is_wrong_nothing_is_written(new, words, said):
    refused = new("init", *words)
    assert refused.code == 2, refused
    assert said in refused.err
    assert not (new.home / "aupkeep.toml").exists()
    assert not (new.home / "aupkeep.sqlite3").exists()


@pytest.mark.slow
def test_a_person_at_a_terminal_is_asked(tmp_path):
    """Enter keeps what is shown in brackets; what has no default is asked again."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "aupkeep", "init", "--relay", "127.0.0.1:9"],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "AUPKEEP_HOME": str(tmp_path / "home"), "AUPKEEP_DATABASE": ""},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, b"Fjord\n\nabuse@fjord.example\n\n203.0.113.0/24 2001:db8::/32\n")
    said = process.communicate(timeout=60)[0].decode()
    os.close(ours)
    assert process.returncode == 0, said
    assert "Your own prefixes" in said
    assert "2001:db8::/32 is ours." in said
    assert "Next, in this order:" in said
    assert "fjord.example/journal" in (tmp_path / "home" / "aupkeep.toml").read_text()
