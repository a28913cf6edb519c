"""One story: an install runs, people use it, something goes wrong, all of it is judged."""

import time
from collections.abc import Callable

from daemon.processes import until
from faults.judge import Figures, judge
from faults.people import People, Told
from faults.relay import Relay
from faults.world import World


def story(world: World, people: People, relay: Relay, faults: Callable[[Told], None]) -> Figures:
    """Run it; `faults` returns when nothing is wrong any more."""
    told = people.told
    with world.running():
        with people.busy():
            until(lambda: told.mails and told.reports and told.clicks, "the first of each")
            faults(told)
            last = time.monotonic()
        return judge(world, told, relay, last)
