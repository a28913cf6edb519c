"""The machine's clock set two days ahead or back: no measure ends wrongly, none lasts longer.

`AUPKEEP_JUMPS` says how often. A clock that only our processes see is set by libfaketime, which
leaves alone how time passes, as a real step does.
"""

import os
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aupkeep.store import refresh
from aupkeep.store.models import ActionRow, DecisionRow
from daemon.processes import until
from faults.people import People, Told
from faults.relay import Relay
from faults.story import story
from faults.world import World

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.nightly("kills")]
JUMPS = int(os.environ.get("AUPKEEP_JUMPS", "4"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
DAYS = ("+2d", "-2d")
NEAR = timedelta(minutes=2)  # how near a moment that was written down is to the true one


class FakeClock:
    """A clock for processes: `env` makes them see it, `set` steps it."""

    def __init__(self, file: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        if not found:
            pytest.skip("a clock that is set: apt-get install libfaketime")
        self._file = file
        self.set("+0")
        self.env = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, step: str) -> None:
        """By how much it is wrong from now on."""
        part = self._file.with_name(f"{self._file.name}.part")
        part.write_text(f"{step}\n")
        part.rename(self._file)


@pytest.mark.parametrize("side", ["both", "server", "agent"])
def test_a_clock_that_is_set_ends_and_extends_nothing(sqlite_home, side, tmp_path):
    """Set and set back while all work and processes are killed; on each side, and on both."""
    chance = random.Random(f"{SEED} {side}")  # noqa: S311 - moments, not secrets
    clock, apart = FakeClock(tmp_path / "clock"), side != "both"
    begun = datetime.now(UTC)

    def jump(_: Told) -> None:
        until(stands, "a measure that stands")
        for number in range(JUMPS):
            clock.set(DAYS[number % 2])
            time.sleep(chance.uniform(1, 4))
            world.kill(chance)
            time.sleep(chance.uniform(3, 8))
            clock.set("+0")
            time.sleep(chance.uniform(1, 3))

    with Relay() as relay:
        world = World(sqlite_home, apart=apart, relay=relay.port)
        world.env = clock.env if side != "agent" else {}
        world.arrange()
        if apart:
            agent = world.parts["agent"]
            agent.env = {**agent.env, **(clock.env if side == "agent" else {"LD_PRELOAD": ""})}
        people = People(world, world.web, world.lmtp)
        seen = story(world, people, relay, jump)
    print(f"set {JUMPS} times, {side}: {seen}; refused {people.told.refused}")  # noqa: T201 - the figures
    refresh()
    for row in DecisionRow.objects.filter(reasons__startswith="click "):
        assert begun - NEAR <= row.starts <= datetime.now(UTC) + NEAR
        assert row.ends - row.starts == timedelta(hours=1)


def stands() -> bool:
    """Whether a measure stands on the machine."""
    refresh()
    return ActionRow.objects.filter(state="recorded").exists()
