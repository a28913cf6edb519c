# ruff: noqa: S311 - a seed that can be played again
"""The driver `rpz` over a real unbound and a real BIND: one name without an address, no other."""

import random
import shutil
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.rpz import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.pages import no_reaches
from enforcement.maps.resolvers import HEAD, NameServer, bind, unbound
from enforcement.maps.test_map_faults import hand_edits
from enforcement.orders import FOUR, Clock, order
from enforcement.test_driver_faults import SEED, House, play

pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]
SERVERS = {"unbound": (unbound, "unbound"), "bind": (bind, "named")}
CUSTOMER = {"customer": "acme", "resource": "vm-7"}


@pytest.fixture(scope="module", params=list(SERVERS))
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NameServer]:
    """One resolver of each kind for all tests here."""
    make, command = SERVERS[request.param]
    if shutil.which(command) is None:
        pytest.skip(f"{command} is not installed")
    with make(tmp_path_factory.mktemp("dns") / request.param) as running:
        yield running


def aim(measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object) -> Scope:
    """Each address has a name of its own."""
    name = f"n{str(address).replace(':', '-').replace('.', '-')}.customer.example"
    return Scope(**{**CUSTOMER, "name": name, **changes})  # type: ignore[arg-type]


@pytest.fixture
def bench(server: NameServer, tmp_path: Path) -> Bench:
    """The driver over that resolver; the zone goes on with the serial that it has."""
    server.map.write_text(HEAD.replace(" 1 3600", f" {serial(server)} 3600"))
    return bench_over(
        DRIVER,
        tmp_path,
        server.options,
        measure=Measure.BLOCK_NAME,
        aim=aim,
        reaches=no_reaches,
    )


class TestRpz(Contract):
    """The suite, over each resolver."""


def named(bench: Bench, name: str) -> str:
    """Block a name; the place."""
    return put(bench.driver(), bench.order(aim=aim(Measure.BLOCK_NAME, name=name)))


def serial(server: NameServer) -> int:
    """The zone's serial in the file."""
    return int(server.map.read_text().split(" SOA ")[1].split()[2])


def test_one_name_has_no_address_and_the_others_have(bench: Bench, server: NameServer):
    """Neither A nor AAAA; names below and beside it are answered; lifted, it is as before."""
    former, place = server.map.read_text(), named(bench, "Shop.Customer.example.")
    before = serial(server)
    for kind in ("A", "AAAA"):
        assert server.asked("shop.customer.example", kind) == []
    assert server.asked("www.shop.customer.example") == ["192.0.2.11"]
    assert server.asked("other.customer.example") == ["192.0.2.12"]
    bench.driver().revert(place, bench.order().id)
    assert server.asked("shop.customer.example") == ["192.0.2.10"]
    assert server.asked("shop.customer.example", "AAAA") == ["2001:db8:f::10"]
    assert serial(server) == before + 1
    assert server.map.read_text().replace(f" {before + 1} ", " N ") == former.replace(
        f" {before - 1} ", " N "
    )


def test_a_zone_with_another_serial_and_names_of_others(bench: Bench, server: NameServer):
    """Somebody else's serial is gone on from, and their rows stay; their name is refused."""
    theirs = "theirs.example CNAME .\n"
    origin = "$ORIGIN rpz.aupkeep.\n"
    server.map.write_text(origin + HEAD.replace(" 1 3600", " 4000000 3600") + theirs)
    named(bench, "shop.customer.example")
    assert serial(server) == 4_000_001
    assert server.map.read_text().endswith(theirs)
    with pytest.raises(DriverRefused, match="not ours"):
        named(bench, "theirs.example")


@pytest.mark.parametrize("zone", ["shop CNAME .\n", "@ IN SOA localhost. root. (\n 1 2 3 4 5 )\n"])
def test_a_zone_whose_serial_cannot_be_found(bench: Bench, server: NameServer, zone: str):
    """Told; the file is as it was."""
    driver, former = bench.driver(), server.map.read_text()
    server.map.write_text(zone)
    with pytest.raises(Unavailable, match="expected one SOA"):
        put(driver, bench.order(aim=aim(Measure.BLOCK_NAME)))
    assert server.map.read_text() == zone
    server.map.write_text(former)


def test_faults(server: NameServer, tmp_path: Path):
    """What the resolver answers is what is wanted, within a minute after the faults."""
    clock, chance = Clock(), random.Random(SEED)
    edit = hand_edits(server.map, chance, ";")

    def disturb() -> None:
        lines = server.map.read_text().splitlines(keepends=True)
        edit()
        if not server.map.read_text().startswith("".join(lines[:3])):
            server.map.write_text("".join(lines))  # without an SOA there is no zone to keep

    def opened() -> GuardedDriver:
        context = DriverContext(folder=tmp_path, now=clock, options=server.options)
        return DRIVER.open(context)

    def answered() -> list[str]:
        numbers = {int(name[-12:]) for name in house.wanted}
        numbers |= set(range(max(1, house.made - 40), house.made + 1))
        texts = [server.asked(f"f{number}.customer.example", "TXT") for number in sorted(numbers)]
        return [text[0].strip('"').removeprefix("aupkeep ") for text in texts if text]

    house = House(
        "rpz", tmp_path, clock, chance, opened, disturb,
        Measure.BLOCK_NAME, lambda number: Scope(**CUSTOMER, name=f"f{number}.customer.example"),
    )  # fmt: skip
    house.standing = answered  # type: ignore[method-assign]
    play(house)


@pytest.mark.parametrize(
    "name", ["", "example", "a..example", "a b.example", "*.example", "a.example;", "192.0.2.1",
             "bücher.example", "$TTL.example", f"{'a' * 64}.example", "a.example\n@ NS x."]
)  # fmt: skip
def test_what_is_no_host_name(tmp_path: Path, name: str):
    """Refused before anything is written: nothing of a name is syntax of a zone."""
    options = {"map": str(tmp_path / "zone")}
    driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=options))
    wanted = order(Measure.BLOCK_NAME, driver="rpz", aim=Scope(**CUSTOMER, name=name))
    with pytest.raises(DriverRefused, match=r"host name|expected a scope|two labels|usual form"):
        driver.plan(wanted, {}, NOTHING)
