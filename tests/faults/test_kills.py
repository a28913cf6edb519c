"""Any process killed at random while mails, reports and clicks come in: none is lost or doubled.

`AUPKEEP_KILLS` says how often; half of them below `aupkeep up`, half with each process apart.
"""

import os
import random
import time

import pytest

from daemon.processes import until
from faults.people import People, Told
from faults.relay import Relay
from faults.story import story
from faults.world import World

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.nightly("kills")]
KILLS = int(os.environ.get("AUPKEEP_KILLS", "20"))
SEED = int(os.environ.get("AUPKEEP_SEED", "2033"))
BURST = 5  # kills at most before something must have been acknowledged
PAUSE = 0.7  # seconds between two kills, on average


@pytest.mark.parametrize("apart", [False, True], ids=["up", "units"])
def test_any_process_killed_at_any_moment(vendor, home, apart):
    """Pages, worker, sandbox, mailin, flowd, agent, signer and supervisor, each kind as often."""
    chance = random.Random(f"{SEED} {vendor} {apart}")  # noqa: S311 - moments, not secrets

    def kill(told: Told) -> None:
        while sum(world.killed.values()) < KILLS // 4:
            before = told.count()
            for _ in range(chance.randint(1, BURST)):
                time.sleep(chance.expovariate(1 / PAUSE))
                world.kill(chance)
            until(lambda: told.count() > before, "work between kills")  # noqa: B023 - asked now

    with Relay() as relay:
        world = World(home, apart=apart, relay=relay.port)
        world.arrange()
        people = People(world, world.web, world.lmtp)
        seen = story(world, people, relay, kill)
    print(f"killed {world.killed}: {seen}; refused {people.told.refused}")  # noqa: T201 - the figures
