"""The stable machine interface, command by command, as other programs use it."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.conftest import NOON, report
from aupkeep.model.roles import ROLES
from cli.conftest import ME

ASSIGNMENTS = (
    b"address,port_from,port_to,customer,resource,from,until\n"
    b"203.0.113.10,,,alder,vm-a,2026-01-01T00:00:00Z,\n"
)
EMPTY = {"customer": None, "resource": None, "assignment": None, "candidates": []}
PARSED = {
    "file",
    "outcome",
    "reason",
    "container",
    "reporter",
    "authentication",
    "findings",
    "dead",
}
FINDING = {
    "kind",
    "rsit",
    "role",
    "address",
    "port",
    "url",
    "domain",
    "account",
    "at",
    "exact",
    "confidence",
    "clause",
    "offsets",
}
PACK = """\
pack: broken
rules:
  - id: typed
    when: report.count == "many"
"""


@pytest.fixture
def stocked(aupkeep, tmp_path):
    """A home with one customer at 203.0.113.10 and a case about it; the case's reference."""
    assert aupkeep("listen", "off", "--reason", "a test").code == 0
    assert aupkeep("inventory", "own", "add", "203.0.113.0/24").code == 0
    assert aupkeep("inventory", "import", "-", "--as", "csv", given=ASSIGNMENTS).code == 0
    told = aupkeep("ingest", "-", given=report("203.0.113.10", NOON))
    assert told.code == 0
    (ingested,) = told.value
    assert aupkeep("inbox", "read", ingested["report"]).error["error"] == "conflict"  # it was whole
    (reference,) = ingested["cases"]
    return reference


@pytest.mark.slow
def test_four_first_commands_at_once(process):
    """Four commands set one empty home up together, and it verifies."""
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda n: process("inventory", "own", "add", f"10.{n}.0.0/16").code, range(4))
        )
    assert len(process("inventory", "own", "list").value) == 4
    told = process("verify").value
    assert (told["ok"], told["entries"], told["first_bad"]) == (True, 5, None)


def test_who_answers_in_one_shape(aupkeep):
    """Held, not ours, unknown and disputed have the same keys; what is absent is null."""
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("inventory", "import", "-", "--as", "csv", given=ASSIGNMENTS)
    at = ("--at", "2026-03-01T12:00:00Z")
    held = aupkeep("who", "203.0.113.10:22", *at).value
    assert {**held, "assignment": "some"} == {
        "answer": "held",
        "customer": "alder",
        "resource": "vm-a",
        "assignment": "some",
        "candidates": [],
    }
    assert held["assignment"]
    assert aupkeep("who", "[2001:db8::1]:22", *at).value == {"answer": "not-ours", **EMPTY}
    assert aupkeep("who", "203.0.113.11", *at).value == {"answer": "unknown", **EMPTY}
    disputed = aupkeep("who", "203.0.113.10", "--at", "2026-01-01T00:00:30Z").value
    assert disputed["answer"] == "disputed"
    assert {
        "customer": "alder",
        "resource": "vm-a",
        "from": "2026-01-01T00:00:00Z",
        "until": None,
    } in (disputed["candidates"])


@pytest.mark.slow
def test_parse_writes_nothing(bare, tmp_path):
    """Files of a folder and standard input each end in an outcome; no home is made."""
    folder = tmp_path / "mails"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.eml").write_bytes(report("203.0.113.10", NOON))
    (folder / "b.eml").write_bytes(b"\0\xff")
    done = subprocess.run(
        [sys.executable, "-m", "aupkeep", "parse", folder, "-", "-o", "jsonl"],
        check=False,
        capture_output=True,
        input=b"hello",
        env={"AUPKEEP_HOME": str(bare.home), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 3
    assert all(set(line) == PARSED for line in lines)
    (parsed,) = [line for line in lines if line["outcome"] == "parsed"]
    assert all(set(finding) == FINDING for finding in parsed["findings"])
    assert {line["outcome"] for line in lines} == {"parsed", "inbox"}
    assert not bare.home.exists()


def test_a_key_twice_is_named(aupkeep, tmp_path):
    """An XARF report with a key twice lands in the inbox and the key is named."""
    file = tmp_path / "x.json"
    file.write_bytes(b'{"xarf_version": "4.0.0", "category": "a", "category": "b"}')
    (line,) = aupkeep("parse", file).value
    assert line["outcome"] == "inbox"
    assert "category" in line["reason"]


def test_policy_commands(aupkeep, tmp_path):
    """A broken pack names file, line, rule and reason; facts are a table."""
    file = tmp_path / "pack.yaml"
    file.write_text(PACK)
    told = aupkeep("policy", "check", file)
    assert (told.code, told.value["ok"]) == (2, False)
    assert all(set(one) == {"file", "line", "rule", "reason"} for one in told.value["errors"])
    assert told.value["errors"][0]["line"] > 0
    facts = aupkeep("policy", "facts").value
    assert {"name", "type", "meaning"} <= set(facts[0])
    from importlib.resources import files

    pack = files("aupkeep") / "policies" / "sample"
    assert aupkeep("policy", "check", pack).value == {
        "ok": True,
        "errors": [],
        "overlaps": [],
    }
    silent = aupkeep("policy", "eval", pack, "--facts", "-", given=b"{}").value
    assert set(silent) == {"clause", "rule", "level", "measure", "scope", "trace"}
    assert silent["rule"] is None


def test_a_case_is_decided_and_undone(aupkeep, stocked):
    """List, show, decide and undo agree on references and ids; either spelling of why is taken."""
    (listed,) = aupkeep("case", "list").value
    assert listed["reference"] == stocked
    assert aupkeep("case", "show", stocked).value["customer"] == "alder"
    words = ("--measure", "block-port", "--reason", "goes on")
    decided = aupkeep("decide", stocked, *words, "--hours", 2)
    assert decided.code == 0, decided.err
    (action,) = decided.value["actions"]
    assert aupkeep("undo", action, "--reasons", "fixed").value["state"] == "lifting"
    again = aupkeep("undo", action, "--reason", "fixed")
    assert (again.code, again.error["error"]) == (5, "conflict")


def test_freeze_needs_no_database(aupkeep):
    """With the database damaged the switch still turns, and says that no entry was written.

    An emergency waits for no sentence either.
    """
    aupkeep("verify")
    for path in aupkeep.home.glob("aupkeep.sqlite3*"):
        path.unlink()
    (aupkeep.home / "aupkeep.sqlite3").write_bytes(b"garbage" * 1000)
    told = aupkeep("freeze")
    assert (told.code, told.value["frozen"]) == (0, True)
    assert told.value["reason"] == "no reason was given"
    assert told.value["journal"].startswith("not written")
    assert (aupkeep.home / "freeze").exists()
    assert aupkeep("thaw", "--reason", "y").value["was_frozen"] is True
    assert not (aupkeep.home / "freeze").exists()
    assert aupkeep("case", "list").code == 8


@pytest.mark.slow
def test_switch_turns_before_anybody_is_asked(process):
    """As a process of its own, on a home nobody used yet; who may not leaves it as it was."""
    told = process("freeze", "--reason", "x")
    assert (told.code, told.value["by"]) == (0, ME)
    words = (process.home / "freeze").read_bytes()
    assert process("freeze", "--reason", "y", "--as", "stranger").code == 6
    assert (process.home / "freeze").read_bytes() == words
    assert process("thaw", "--reason", "over").value["was_frozen"] is True
    assert process("freeze", "--reason", "y", "--as", "stranger").code == 6
    assert not (process.home / "freeze").exists()


def test_listen_mode_is_turned(aupkeep):
    """An install starts in it; on and off is a change with a reason, off twice is once."""
    off = ("listen", "off", "--reason", "it is good")
    answered = aupkeep(*off).value
    assert "all may leave until its end" in answered.pop("warning")
    trial = {name: answered.pop(name) for name in ("grant", "until", "ended")}
    assert None not in (trial["grant"], trial["until"])  # alone, for a week
    assert answered == {"listen": False, "was": True, "reason": "it is good", "by": ME}
    assert aupkeep(*off).value["was"] is False
    on = ("listen", "on", "--reason", "a new rule", "--as", ME)
    assert aupkeep(*on).value["was"] is False
    assert aupkeep("listen", "on", "--reason", " ").code == 2
    assert aupkeep("verify").value["entries"] == 4


def test_small_commands(aupkeep, tmp_path):
    """Keys, tokens, people and settings in their shapes, secrets shown once or never."""
    keys = aupkeep("keys", "list").value
    assert {one["purpose"] for one in keys} == {"journal", "desired"}
    assert aupkeep("keys", "rotate", "journal").value["purpose"] == "journal"
    made = aupkeep("token", "add", "feed", "--scope", "report").value
    assert made["token"].startswith("aupk_")
    assert aupkeep("token", "add", "feed").code == 5
    assert aupkeep("token", "add", "odd", "--scope", "everything").code == 2
    assert aupkeep("token", "revoke", "feed").value == {"name": "feed", "revoked": True}
    link = aupkeep("staff", "add", "ada@example.com", "--name", "Ada").value["link"]
    assert "/sign-in/" in link
    listed = {one["address"]: one["roles"] for one in aupkeep("staff", "list").value}
    assert listed == {"ada@example.com": ["analyst"], ME: list(ROLES)}
    sample = tmp_path / "aupkeep.toml"
    assert aupkeep("settings", "--write", sample).value["database"] == "sqlite"
    (aupkeep.home / "aupkeep.toml").write_bytes(sample.read_bytes())
    assert aupkeep("verify").value["ok"] is True


def test_settings_stand_under_their_names_as_in_the_file(process):
    """What a person reads can be written into aupkeep.toml."""
    lines = process.text("settings").out.splitlines()
    section = lines[lines.index("[web]") + 1 :]
    assert [line.split() for line in section[:4]] == [
        ["host", "127.0.0.1"],
        ["port", "8017"],
        ["workers", "1"],
        ["proxies", "none"],
    ]


def test_help_is_quick():
    """Help loads neither Django nor numpy and takes at most 150 ms of processor time."""
    probe = (
        "import sys, time\nfrom aupkeep.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit as stop: assert not stop.code\n"
        "assert not {'django', 'numpy', 'numba'} & set(sys.modules)\n"
        "assert time.process_time() < 0.15, time.process_time()\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_parse_names_what_is_no_file(aupkeep, tmp_path):
    """A typing error is an error, and a pipe nobody writes to is not waited for."""
    os.mkfifo(tmp_path / "pipe")
    for given in (tmp_path / "nowhere.eml", tmp_path / "pipe"):
        told = aupkeep("parse", str(given))
        assert told.code == 2
        assert str(given) in told.err
