"""Each exit code of docs/cli.md, shown once, with its error as JSON."""

import socket
import sqlite3
from contextlib import closing

import pytest

from app.conftest import NOON, report

HEAD = b"address,customer,resource,from,until\n"
GOOD = b"203.0.113.1,alder,vm-1,2026-01-01T00:00:00Z,\n"


def refused(told, code, kind):
    """The code, and an error as JSON that says what was expected."""
    assert (told.code, told.error["error"]) == (code, kind), told
    assert told.error["message"]


def test_2_for_wrong_words(bare):
    """Wrong words and wrong values are told before a home is made."""
    refused(bare("who"), 2, "usage")
    refused(bare("who", "203.0.113.1", "--at", "noon"), 2, "invalid")
    less = ("--exact", "-700")  # would eat up the tolerance and blame one of two holders
    refused(bare("who", "203.0.113.1", "--at", "2026-03-01T12:00:00Z", *less), 2, "usage")
    refused(bare("no-such-command"), 2, "usage")
    assert not bare.home.exists()


def test_2_for_broken_settings(bare):
    """A settings file with a mistake names the option."""
    bare.home.mkdir()
    (bare.home / "aupkeep.toml").write_text("[mail]\nlmtp_prot = 1\n")
    told = bare("case", "list")
    refused(told, 2, "invalid")
    assert "lmtp_prot" in told.error["message"]


def test_2_for_a_file_nobody_can_write(aupkeep):
    """A place that is not there is named, with nothing of Python around it."""
    told = aupkeep("export", "/no-such-folder/journal.jsonl")
    refused(told, 2, "invalid")
    assert "/no-such-folder/journal.jsonl" in told.error["message"]


@pytest.mark.network
@pytest.mark.parametrize(
    ("command", "kind", "settings", "named"),
    [
        ("web", socket.SOCK_STREAM, "[web]\nport = {}", "[web] 127.0.0.1 port {}"),
        pytest.param(
            "mailin",
            socket.SOCK_STREAM,
            "[mail]\nlmtp_port = {}",
            "{}",
            marks=pytest.mark.nightly("processes"),
        ),
    ],
)
def test_2_for_a_port_that_another_program_has(process, command, kind, settings, named):
    """The address is named, with what to do, and nothing of Python around it."""
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process.home.mkdir()
        (process.home / "aupkeep.toml").write_text(settings.format(port))
        told = process(command)
    refused(told, 2, "invalid")
    assert named.format(port) in told.error["message"]
    assert "another program listens there" in told.error["message"]


def test_3_for_rows_nobody_can_read(aupkeep):
    """The broken row is shown with its number, the others went in."""
    rows = HEAD + GOOD + b"203.0.113.999,alder,vm-2,2026-01-01T00:00:00Z,\n"
    told = aupkeep("inventory", "import", "-", "--as", "csv", given=rows)
    assert told.code == 3
    assert (told.value["imported"], [one["row"] for one in told.value["dead"]]) == (1, [3])
    told = aupkeep("customers", "import", "-", given=b"customer,name\nalder,Alder\n,Nobody\n")
    assert (told.code, told.value["imported"]) == (3, 1)


def test_4_for_what_is_not_there(aupkeep):
    """An unknown case, action, token and person."""
    refused(aupkeep("case", "show", "AAAA-AAAA"), 4, "missing")
    refused(aupkeep("undo", "x", "--reason", "y"), 4, "missing")
    refused(aupkeep("token", "revoke", "x"), 4, "missing")
    refused(aupkeep("staff", "link", "x@example.com"), 4, "missing")


def test_5_for_rows_that_contradict(aupkeep):
    """An assignment that intersects a live one of somebody else is refused, both are named."""
    rows = HEAD + GOOD + b"203.0.113.1,birch,vm-9,2026-02-01T00:00:00Z,\n"
    told = aupkeep("inventory", "import", "-", "--as", "csv", given=rows)
    assert (told.code, told.value["imported"], told.value["refused"]) == (5, 1, 1)
    assert "alder" in told.value["dead"][0]["reason"]
    assert "birch" in told.value["dead"][0]["reason"]


def test_6_for_what_the_gate_refuses(aupkeep):
    """What no evidence shows, and a name that is not that of who gives the command."""
    aupkeep("listen", "off", "--reason", "a test")
    aupkeep("inventory", "own", "add", "203.0.113.0/24")
    aupkeep("inventory", "import", "-", "--as", "csv", given=HEAD + GOOD)
    (told,) = aupkeep("ingest", "-", given=report("203.0.113.1", NOON)).value
    words = ("--measure", "block-url", "--reasons", "x", "--hours", 1)
    answer = aupkeep("decide", told["cases"][0], *words)
    refused(answer, 6, "forbidden")
    assert "invariant 6" in answer.error["message"]
    answer = aupkeep("decide", told["cases"][0], *words, "--as", "ghost")
    refused(answer, 6, "forbidden")
    assert "'ghost'" in answer.error["message"]


def test_8_for_a_storage_that_is_not_there(bare):
    """A home that is a file cannot take anything."""
    bare.home.write_text("")
    refused(bare("case", "list"), 8, "unavailable")


def test_9_for_an_unsigned_desired_state(aupkeep):
    """The agent believes nothing that is not signed, and applies nothing of it."""
    (aupkeep.home / "desired").mkdir(parents=True)
    (aupkeep.home / "desired" / "main.json").write_text('{"target": "main", "actions": []}')
    told = aupkeep("agent", "--once", "--driver", "record")
    assert told.code == 9
    assert told.value["controller"]
    assert told.value["applied"] == []


def test_10_for_a_database_that_holds_an_odd_value(aupkeep):
    """Whoever asks cannot be read, and the row is named all the same."""
    aupkeep("staff", "add", "ada@fjord.example", "--name", "Ada")
    with closing(sqlite3.connect(aupkeep.home / "aupkeep.sqlite3")) as database, database:
        database.execute("UPDATE store_staff SET made_at = 'noon'")
    told = aupkeep("verify")
    assert (told.code, told.value["ok"]) == (10, False)
    assert "its column made_at holds" in told.value["reason"]


def test_10_for_a_journal_that_was_changed(aupkeep):
    """One changed byte of one entry is named."""
    for number in range(3):
        aupkeep("inventory", "own", "add", f"10.{number}.0.0/16")
    with closing(sqlite3.connect(aupkeep.home / "aupkeep.sqlite3")) as base, base:
        base.execute("""UPDATE store_entry SET leaf = X'00' || substr(leaf, 2) WHERE "index" = 1""")
    told = aupkeep("verify")
    assert (told.code, told.value["ok"], told.value["first_bad"]) == (10, False, 1)


def test_a_log_keeps_the_name_it_began_with(bare):
    """Set before the first entry it is the log's; another is refused, and can be set back."""
    ours, other = "mine.example/journal", "other.example/journal"
    name = ("settings", "set", "provider.origin")
    assert bare(*name, ours).code == 0
    assert bare("verify").code == 0
    told = bare(*name, other)
    refused(told, 2, "invalid")
    assert f"expected '{ours}'" in told.error["message"]
    file = bare.home / "aupkeep.toml"
    file.write_text(file.read_text().replace(ours, other))
    refused(bare("settings", "set", "provider.name", "Example"), 2, "invalid")
    assert "expected origin" in bare("verify").value["reason"]
    assert bare(*name, ours).code == 0
    assert bare("verify").code == 0
