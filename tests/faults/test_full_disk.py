"""A disk that is full at random moments: what was acknowledged is kept, the rest is for later.

`AUPKEEP_FULL` says how often. The home lies on a small file system of its own, logs beside it.
"""

import json
import os
import random
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from aupkeep.enforcement.freeze import frozen
from databases import _opened
from faults.people import People, Told
from faults.relay import Relay
from faults.story import story
from faults.world import World

pytestmark = [
    pytest.mark.slow, pytest.mark.network, pytest.mark.root, pytest.mark.nightly("kills")
]  # fmt: skip
FULL = int(os.environ.get("AUPKEEP_FULL", "10"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
SIZE = "160m"
LEFT = 60_000  # bytes that are free at most while it is called full
TEMPORARY = re.compile(
    r"report: 503$|_send: .*(\(4\d\d|Disconnect|Timeout)|decide: (503|409|412)|_decide: .*: 503"
)


@pytest.fixture
def small(tmp_path):
    """A file system that a test can fill."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.fixture
def full_home(small, migrated, monkeypatch, django_db_blocker):
    """A home there, on SQLite."""
    yield from _opened("", migrated, small / "home", monkeypatch, django_db_blocker)


class Ballast:
    """What fills the file system up to a few bytes."""

    def __init__(self, place: Path) -> None:
        self._file = place / "ballast"

    def fill(self, left: int) -> None:
        """Leave `left` bytes, as far as others do not write meanwhile."""
        with self._file.open("wb", buffering=0) as file:
            with suppress(OSError):
                while True:
                    file.write(bytes(1 << 16))
            with suppress(OSError):
                while True:
                    file.write(bytes(4096))
            file.truncate(max(0, file.tell() - left))

    def free(self) -> None:
        """Give the room back."""
        self._file.unlink(missing_ok=True)


@pytest.mark.parametrize("apart", [False, True], ids=["up", "units"])
def test_a_full_disk_loses_nothing_that_was_acknowledged(full_home, small, apart):
    """Filled and freed while all work; the freeze switch works meanwhile."""
    chance = random.Random(f"{SEED} {apart}")  # noqa: S311 - moments, not secrets
    ballast = Ballast(small)

    def fill(_: Told) -> None:
        for number in range(max(FULL // 2, 1)):
            ballast.fill(chance.randint(0, LEFT))
            if number == 0:
                switch(full_home, "freeze")
            time.sleep(chance.uniform(0.1, 1.2))
            ballast.free()
            if number == 0:
                switch(full_home, "thaw")
            time.sleep(chance.uniform(0.1, 0.6))

    with Relay() as relay:
        world = World(full_home, apart=apart, relay=relay.port)
        world.arrange()
        people = People(world, world.web, world.lmtp, pace=0.1)
        seen = story(world, people, relay, fill)
    told = people.told
    print(f"full {FULL // 2} times: {seen}; refused {told.refused}")  # noqa: T201 - the figures
    assert list(full_home.raw.rglob("*.part")) == []
    assert told.refused, "the disk was never full for anybody"
    final = [words for words in told.refused if not TEMPORARY.search(words)]
    assert not final, told.refused


def switch(home, word: str) -> None:
    """The freeze switch is set or taken back."""
    told = subprocess.run(
        [sys.executable, "-m", "aupkeep", word, "--reason", "a full disk", "-o", "json"],
        check=False, capture_output=True,
    )  # fmt: skip
    assert frozen(home.freeze) is (word == "freeze"), (word, told.stdout, told.stderr)
    assert json.loads(told.stdout)["frozen"] is (word == "freeze")
