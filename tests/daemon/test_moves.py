"""`aupkeep move` between SQLite and PostgreSQL: killed, twice at once, while others write.

Whatever happens, the old database holds, the new one is empty or whole, and a move after it works.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from daemon.processes import free_port
from daemon.test_rollback import Program, Sender, furnish, mail
from databases import SERVER

pytestmark = [pytest.mark.network, pytest.mark.slow, pytest.mark.nightly("kills")]
KILLS = int(os.environ.get("AUPKEEP_KILLS", "20")) // 10 + 2
SMALL = 400_000  # bytes a file may have, where the disk is full


@pytest.fixture
def database() -> Iterator[str]:
    """An empty one on PostgreSQL."""
    if not SERVER:
        pytest.fail("no server") if os.environ.get("CI") == "true" else pytest.skip("no server")
    name = f"aupkeep_moves_{os.getpid()}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        yield f"{SERVER.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["to postgresql", "to sqlite"])
def ways(request, tmp_path: Path, database: str) -> tuple[Program, Program, str, int]:
    """An install with mails, the same home where it moves to, the word for that, its port."""
    here = Program(tmp_path / "home", database if request.param == "to sqlite" else "")
    there = Program(tmp_path / "home", "" if request.param == "to sqlite" else database)
    port = free_port()
    furnish(here, port)
    begins = b"From soc@cert.example Sun Mar  1 12:00:00 2026\n"
    box = b"".join(begins + mail(n).replace(b"\r\n", b"\n") + b"\n" for n in range(1000, 1020))
    assert len(here("ingest", "-", "--later", given=box).value) == 20
    return here, there, there.database or "sqlite", port


def begun(program: Program, to: str, **options: object) -> subprocess.Popen[bytes]:
    """A move as a process."""
    words = [sys.executable, "-m", "aupkeep", "move", "--to", to, "-o", "json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(words, env=program.environment, **pipes, **options)


def count(program: Program, table: str = "store_raw") -> int:
    """Rows there; 0 where there is no such table."""
    try:
        return int(str(program.rows(f"SELECT count(*) FROM {table}")[0][0]))  # noqa: S608 - ours
    except Exception as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            return 0
        raise


def holds(program: Program, mails: int) -> None:
    """Everything is there once, and verifies."""
    assert count(program) == mails
    assert program("verify").value["ok"]


def test_killed_at_any_moment_it_leaves_nothing_or_all(ways):
    here, there, to, _ = ways
    started = time.monotonic()
    refused = begun(here, "postgresql://nobody:x@127.0.0.1:1/none")
    told = refused.communicate()
    assert refused.returncode != 0, told
    taken = time.monotonic() - started
    chance = random.Random(7)  # noqa: S311 - moments, no secret
    for _ in range(KILLS):
        process = begun(here, to)
        time.sleep(chance.uniform(0, 2.5 * taken))
        process.kill()
        process.communicate()
        arrived = count(there)
        assert arrived in {0, 20}
        holds(here, 20)
        if arrived:
            break
    if not arrived:
        assert here("move", "--to", to).value["entries"] > 0
    holds(there, 20)
    assert "found an install in it" in here("move", "--to", to, code=5).err


def test_two_at_once_make_one(ways):
    here, there, to, _ = ways
    both = [begun(here, to) for _ in range(2)]
    ended = [(process.communicate(), process.returncode) for process in both]
    assert sorted(code for _, code in ended) == [0, 5], ended
    holds(there, 20)
    holds(here, 20)


def test_what_is_written_meanwhile_refuses_it_and_leaves_it_empty(ways):
    """No false word that the journal is broken; stopped, it moves with every mail."""
    here, there, to, port = ways
    with here.running(port), Sender(port) as sender:
        sender.more(2)
        for _ in range(3):
            process = begun(here, to)
            _, err = process.communicate()
            assert process.returncode in {0, 5}, err
            if process.returncode == 0:  # nobody wrote in that second: it is whole, and left
                pytest.skip("the machine was too quick for the writer")
            assert "stop the processes" in json.loads(err)["message"]
            assert count(there) == 0
            sender.more(1)
    mails = count(here)
    assert mails >= 20 + sender.taken
    assert here("move", "--to", to).value["entries"] > 0
    holds(there, mails)


def test_wrong_words_and_a_full_disk_are_said_and_change_nothing(ways):
    here, there, to, _ = ways
    entries = count(here, "store_entry")
    wrong = {
        "postgresql://aupkeep:s3cret@127.0.0.1:1/none": 8,
        f"{SERVER.rpartition('/')[0]}/no_such_database": 8,
        f"{SERVER.replace('aupkeep@', 'nobody:s3cret@')}": 8,
        "mysql://x/y": 2,
        here.database or "sqlite": 2,
    }
    for url, code in wrong.items():
        err = here("move", "--to", url, code=code).err
        assert "s3cret" not in err
        assert "Traceback" not in err
    assert count(here, "store_entry") == entries, "no move began"
    if to == "sqlite":
        limit = (SMALL, SMALL)
        process = begun(
            here, to, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        )
        _, err = process.communicate()
        assert process.returncode == 8, err
        assert count(there) == 0
    assert here("move", "--to", to).value["entries"] > 0
    holds(there, 20)
