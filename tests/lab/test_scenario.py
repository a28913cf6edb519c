"""The three stories with real parts, on both databases: the demo's own code is the test."""

import os
from collections.abc import Iterator

import pytest

from aupkeep.lab.scenario import not_done, run_all
from aupkeep.lab.world import LabWorld

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.slow]
PROMISES = (
    "The case stands on Alder",
    "The rule only informs",
    "A person decides",
    "Alder answers",
    "Lifted",
    "The reporter is told",
    "Two forged mails",
    "Telemetry and a report",
    "A protected host",
    "The journal proves it",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request) -> Iterator[str]:
    """The url of an empty database of this test's own; empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    import psycopg

    url = request.getfixturevalue("postgres")
    name = f"aupkeep_story_{os.getpid()}"
    server = f"{url.rpartition('/')[0]}/postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{url.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_stories_hold(tmp_path, database):
    """Each promise of the three stories holds, and the attack is really stopped."""
    held: list[str] = []
    with LabWorld.open(tmp_path, database=database) as world:
        if world.why_recorded and os.environ.get("CI") == "true":
            pytest.fail(f"CI enforces for real; no lab here: {world.why_recorded}")
        run_all(world, lambda title, detail: held.append(title))
        enforced = world.why_recorded is None
        assert bool(not_done(world)) is not enforced
    assert [title for title in PROMISES if title not in held] == []
    assert ("The attack has stopped" in held) is enforced
