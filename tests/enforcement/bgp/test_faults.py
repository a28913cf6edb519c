# ruff: noqa: S311 - a seed that can be played again
"""ExaBGP and its peer fail in every way and then answer again: what is wanted stands, no more.

Beside the faults of every driver: the session is reset, ExaBGP or its holder is killed, a route is
withdrawn by somebody else, the router is started anew, the holder stops for a while.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bgp_routers import until
from bgp_stage import BgpStage
from enforcement.test_driver_faults import SEED, House, RealClock, play

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.nightly("bgp")]


@pytest.fixture
def stage() -> Iterator[BgpStage]:
    with BgpStage("bird") as stage:
        yield stage


def test_exabgp_and_its_peer(stage: BgpStage, tmp_path: Path):
    """The driver `bgp`, read back from BIRD."""
    clock, chance = RealClock(), random.Random(SEED)
    bird = stage.lab.routers["bird"]
    kinds = ("reset", "reset", "exabgp", "holder", "withdrawn", "withdrawn", "router", "slow")

    def disturb() -> None:
        kind = chance.choice(kinds)
        if kind == "reset":
            bird.show("restart ours")
        elif kind == "exabgp":
            stage.kill()
            stage.start()
        elif kind == "holder" and time.monotonic() - killed[0] > 20:  # five in 64 s end ExaBGP
            killed[0] = time.monotonic()
            os.kill(stage.holder, signal.SIGKILL)
            until(stage.answers)
        elif kind == "withdrawn":
            for hold in list(stage.link.view(()).holds.values())[:1]:
                stage.link.release(hold.place, hold.action)
        elif kind == "router":
            bird.stop(kill=True)
            bird.start()
        else:
            os.kill(stage.holder, signal.SIGSTOP)
            time.sleep(0.05)
            os.kill(stage.holder, signal.SIGCONT)

    killed = [0.0]
    house = House("bgp", tmp_path, clock, chance, lambda: stage.driver(now=clock), disturb)
    house.standing = lambda: sorted(  # type: ignore[method-assign]
        element.action for element in house.open().observe() if element.expires is not None
    )
    plain = house.right

    def right() -> bool:
        stage.up()
        return plain()

    house.right = right  # type: ignore[method-assign]
    play(house)
