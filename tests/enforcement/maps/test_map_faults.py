# ruff: noqa: S311 - a seed that can be played again
"""Systems that read our map file fail in every way, and somebody edits the file by hand."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers import haproxy as haproxy_driver
from aupkeep.enforcement.drivers import nginx as nginx_driver
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import Measure
from enforcement.maps.haproxy_server import haproxy
from enforcement.maps.nginx_server import WebServer, nginx
from enforcement.test_driver_faults import SEED, House, RealClock, play

pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]
REMEMBERED = 40  # pages that are asked for besides those wanted


def hand_edits(path: Path, chance: random.Random, comment: str) -> Callable[[], None]:
    """Somebody takes a line away, changes one, or writes one of their own."""

    def disturb() -> None:
        lines = path.read_text().splitlines(keepends=True)
        kind = chance.choice(("less", "other", "more"))
        if kind == "more" or not lines:
            lines.append(f"{comment} by hand {chance.random()}\n")
        elif kind == "less":
            lines.pop(chance.randrange(len(lines)))
        else:
            number = chance.randrange(len(lines))
            lines[number] = f"{comment} {lines[number]}"
        path.write_text("".join(lines))

    return disturb


@pytest.mark.parametrize("kind", ["nginx", "haproxy"])
def test_a_web_server(kind: str, tmp_path: Path):
    """What visitors are answered is what is wanted, within a minute after the faults."""
    if shutil.which(kind) is None:
        pytest.skip(f"{kind} is not installed")
    plugin = {"nginx": nginx_driver.DRIVER, "haproxy": haproxy_driver.DRIVER}[kind]
    clock, chance, folder = RealClock(), random.Random(SEED), tmp_path / "agent"
    folder.mkdir()
    with {"nginx": nginx, "haproxy": haproxy}[kind](tmp_path / kind) as server:

        def opened() -> GuardedDriver:
            return plugin.open(DriverContext(folder=folder, now=clock, options=server.options))

        house = House(
            kind, folder, clock, chance, opened, hand_edits(server.map, chance, "#"),
            Measure.BLOCK_URL, lambda number: _page(server, number),
        )  # fmt: skip
        house.standing = lambda: _blocked(server, house)  # type: ignore[method-assign]
        play(house)


def _page(server: WebServer, number: int) -> Scope:
    url = f"http://shop.example:{server.port}/page/{number}"
    return Scope(customer="acme", resource="vm-7", url=url)


def _blocked(server: WebServer, house: House) -> list[str]:
    """The actions by which the server itself answers 451."""
    numbers = {int(name[-12:]) for name in house.wanted}
    numbers |= set(range(max(1, house.made - REMEMBERED), house.made + 1))
    answers = [server.get(f"/page/{number}") for number in sorted(numbers)]
    return [answer.headers["Aupkeep-Action"] for answer in answers if answer.status == 451]
