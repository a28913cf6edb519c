"""The database server stopped, started and its connections broken: work goes on by itself.

`AUPKEEP_OUTAGES` says how often. The server is one of the test's own.
"""

import os
import random
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from databases import _opened
from faults.people import People, Told
from faults.relay import Relay
from faults.server import Server
from faults.story import story
from faults.world import World

pytestmark = [
    pytest.mark.slow, pytest.mark.network, pytest.mark.root, pytest.mark.nightly("kills")
]  # fmt: skip
OUTAGES = int(os.environ.get("AUPKEEP_OUTAGES", "4"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
BROKEN = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = 'aupkeep' AND pid <> pg_backend_pid()"""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with an empty database."""
    with tempfile.TemporaryDirectory(prefix="aupkeep-pg-") as folder:
        one = Server(Path(folder))
        one.start()
        try:
            one.act("CREATE DATABASE aupkeep", "postgres")
            yield one
        finally:
            with suppress(subprocess.CalledProcessError):
                one.stop()


@pytest.fixture
def own_home(server, tmp_path, monkeypatch, django_db_blocker):
    """A home on that server."""
    from aupkeep.store import opening
    from databases import make_home, use

    first = make_home(tmp_path / "first")
    with django_db_blocker.unblock():
        use(server.url, first.database)
        opening.open_database(first)
    yield from _opened(server.url, None, tmp_path / "home", monkeypatch, django_db_blocker)


def test_work_resumes_when_the_database_is_back(own_home, server):
    """Stopped like a crash, stopped in order, connections broken within a transaction."""
    chance = random.Random(SEED)  # noqa: S311 - moments, not secrets
    done = {"crash": 0, "stop": 0, "broken": 0}

    def go(_: Told) -> None:
        for number in range(OUTAGES):
            time.sleep(chance.uniform(0.5, 4))
            how = ("broken", "crash", "stop")[number % 3]
            if how == "broken":
                server.act(BROKEN)
            else:
                server.stop("immediate" if how == "crash" else "fast")
                time.sleep(chance.uniform(0, 5))
                server.start()
            done[how] += 1

    with Relay() as relay:
        world = World(own_home, apart=True, relay=relay.port)
        world.arrange()
        people = People(world, world.web, world.lmtp, pace=0.1)
        seen = story(world, people, relay, go)
    told = people.told
    print(f"database {done}: {seen}; refused {told.refused}")  # noqa: T201 - the figures
    untrue = re.compile("report: 500|decide: 403")
    assert not [words for words in told.refused if untrue.match(words)], told.refused
    logs = "".join(
        own_home.path.with_name(f"{name}.log").read_text() for name in ("mailin", "worker")
    )
    assert "not accepted" in logs
