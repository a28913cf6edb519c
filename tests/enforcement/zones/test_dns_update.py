# ruff: noqa: S311 - a seed that can be played again
"""The driver `dns-update` over a real BIND: a name's addresses go, and come back as they were."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.dns_update import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.zones import primary as primary_module
from aupkeep.enforcement.zones.primary import Primary
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Invalid, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.pages import no_reaches
from enforcement.maps.resolvers import SECRET, NameServer, bind
from enforcement.orders import FOUR, Clock
from enforcement.test_driver_faults import SEED, House, play

pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]
CUSTOMER = {"customer": "acme", "resource": "vm-7"}
SHOP = "shop.customer.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    """One primary for all tests here."""
    if shutil.which("named") is None:
        pytest.skip("named is not installed")
    with bind(tmp_path_factory.mktemp("dns") / "bind") as running:
        yield running


def options(running: NameServer, **changes: object) -> dict[str, object]:
    """The driver's options."""
    return {
        "server": f"127.0.0.1:{running.port}",
        "zones": ["customer.example"],
        "key_name": "aupkeep",
        "key_secret": SECRET,
        **changes,
    }


def aim(measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object) -> Scope:
    """Each address has a name of its own."""
    name = f"n{str(address).replace(':', '-').replace('.', '-')}.customer.example"
    return Scope(**{**CUSTOMER, "name": name, **changes})  # type: ignore[arg-type]


@pytest.fixture
def bench(server: NameServer, tmp_path: Path) -> Iterator[Bench]:
    """The driver over that primary; afterwards nothing of ours stands there."""
    bench = bench_over(
        DRIVER,
        tmp_path,
        options(server),
        measure=Measure.BLOCK_NAME,
        aim=aim,
        reaches=no_reaches,
    )
    yield bench
    for element in bench.open(1).observe():
        bench.open(1).revert(element.place, element.action)


class TestDnsUpdate(Contract):
    """The suite."""


def zone(server: NameServer) -> list[str]:
    """The zone as it is served, without its serial."""
    words = [
        "dig",
        "@127.0.0.1",
        "-p",
        str(server.port),
        "customer.example",
        "AXFR",
        "+noall",
        "+answer",
    ]
    rows = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    assert rows
    return sorted({" ".join(row.split()) for row in rows if "\tSOA\t" not in row})


def edited(server: NameServer, *lines: str) -> None:
    """Somebody else changes the zone."""
    said = "\n".join(
        [f"server 127.0.0.1 {server.port}", "zone customer.example", *lines, "send", ""]
    )
    key = f"hmac-sha256:aupkeep:{SECRET}"
    subprocess.run(["nsupdate", "-y", key], input=said, text=True, check=True, capture_output=True)


@pytest.mark.parametrize(
    "name", [SHOP, "alias.customer.example", "x.wild.customer.example", "customer.example"]
)
def test_withdrawn_and_put_back_exactly(bench: Bench, server: NameServer, name: str):
    """Addresses of both families, an alias, a wildcard's name, the zone's own: as they were."""
    driver, before, answered = bench.driver(), zone(server), server.asked(name)
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name=name))
    place = put(driver, action)
    assert server.asked(name) == server.asked(name, "AAAA") == []
    assert f"aupkeep {action.id}" in server.asked(name, "TXT")[0]
    assert server.asked("other.customer.example") == ["192.0.2.12"]
    assert server.asked("www.shop.customer.example") == ["192.0.2.11"]
    driver.revert(place, action.id)
    assert zone(server) == before
    assert server.asked(name) == answered


def test_an_address_given_meanwhile_is_withdrawn_and_is_what_comes_back(
    bench: Bench, server: NameServer
):
    """A holder puts an address there: told, withdrawn at the next step, theirs afterwards."""
    driver, before = bench.driver(), zone(server)
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP))
    place = put(driver, action)
    edited(server, f"update add {SHOP} 60 A 192.0.2.77")
    (element,) = driver.observe()
    assert element.expires is None
    assert "somebody gave it A" in driver.unread
    put(driver, action)
    assert server.asked(SHOP) == []
    driver.revert(place, action.id)
    assert server.asked(SHOP) == ["192.0.2.77"]
    edited(server, f"update delete {SHOP} A", f"update add {SHOP} 60 A 192.0.2.10",
           f"update add {SHOP} 60 AAAA 2001:db8:f::10")  # fmt: skip
    assert zone(server) == before


def test_what_somebody_gave_it_since_stays(bench: Bench, server: NameServer):
    """At the end their address stays as it is, and a person is told for a while."""
    driver = bench.driver()
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP))
    place = put(driver, action)
    edited(server, f"update add {SHOP} 60 A 192.0.2.77")
    driver.revert(place, action.id)
    assert (server.asked(SHOP), server.asked(SHOP, "TXT")) == (["192.0.2.77"], [])
    (said,) = driver.prepare()
    assert said == (
        f"{SHOP}: left as somebody changed it meanwhile; "
        "before it had A 192.0.2.10; AAAA 2001:db8:f::10"
    )
    bench.wait(601)
    assert driver.prepare() == ()
    edited(server, f"update delete {SHOP} A", f"update add {SHOP} 60 A 192.0.2.10",
           f"update add {SHOP} 60 AAAA 2001:db8:f::10")  # fmt: skip


def test_an_edit_between_our_look_and_our_update_is_not_lost(
    bench: Bench, server: NameServer, monkeypatch: pytest.MonkeyPatch
):
    """The prerequisites fail: told, theirs stands, and the next try takes what there is then."""
    driver, plain = bench.driver(), Primary.exchange
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name="other.customer.example"))

    def late(self: Primary, *words: object) -> None:
        monkeypatch.setattr(primary_module.Primary, "exchange", plain)
        edited(server, "update add other.customer.example 60 A 192.0.2.99")
        plain(self, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(primary_module.Primary, "exchange", late)
    with pytest.raises(Unavailable, match="changed meanwhile"):
        put(driver, action)
    both = ["192.0.2.12", "192.0.2.99"]
    assert server.asked("other.customer.example") == both
    place = put(driver, action)
    driver.revert(place, action.id)
    assert server.asked("other.customer.example") == both
    edited(server, "update delete other.customer.example A 192.0.2.99")


def test_an_answer_that_never_came_loses_nothing(
    bench: Bench, server: NameServer, monkeypatch: pytest.MonkeyPatch
):
    """The update was done and nobody heard: the next agent sees it, and what was before is kept."""
    driver, before, plain = bench.driver(), zone(server), Primary.exchange
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP))

    def unheard(self: Primary, *words: object) -> None:
        plain(self, *words)  # type: ignore[arg-type]
        raise Unavailable("the primary does not answer")

    monkeypatch.setattr(Primary, "exchange", unheard)
    with pytest.raises(Unavailable):
        put(driver, action)
    monkeypatch.setattr(Primary, "exchange", plain)
    anew = bench.open(10)
    assert [element.action for element in anew.observe()] == [action.id]
    second = replace(action, id=action.id[:-1] + "2")
    put(anew, second)
    anew.revert(SHOP, second.id)
    assert zone(server) == before


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"key_secret": "d3Jvbmcga2V5IG9mIHNvbWVib2R5IGVsc2UhISEhISE="},
            "does not answer: PeerBad",
        ),
        ({"zones": ["shop.customer.example"]}, "the primary answers NOTAUTH"),
        ({"server": "127.0.0.1:1"}, "does not answer"),
    ],
)
def test_a_primary_that_will_not(
    bench: Bench, server: NameServer, changes: dict[str, object], why: str
):
    """Told with what it said, without the key; the zone is as it was."""
    before = zone(server)
    context = DriverContext(folder=bench.folder, now=bench.now, options=options(server, **changes))
    with pytest.raises(Unavailable, match=why) as told:
        put(DRIVER.open(context), bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP)))
    assert str(changes.get("key_secret", SECRET)) not in str(told.value)
    assert zone(server) == before


def test_a_zone_that_is_none(tmp_path: Path):
    """Said when the driver is opened."""
    given = {"server": "127.0.0.1:53", "zones": ["a b"], "key_name": "k", "key_secret": "c2Vj"}
    with pytest.raises(Invalid, match="option zones: name: expected a host name"):
        DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=given))


def test_a_name_of_no_zone_of_ours(bench: Bench):
    """Refused with the next narrowest measure; a name that only ends alike is in no zone."""
    for name in ("shop.example", "notcustomer.example"):
        with pytest.raises(DriverRefused, match=r"in no zone .* next narrowest measure is isolate"):
            bench.driver().place(bench.order(aim=aim(Measure.BLOCK_NAME, name=name)))


def test_faults(server: NameServer, tmp_path: Path):
    """Nothing doubled and nothing left over; at the end the zone is as it was."""
    clock, chance, before = Clock(), random.Random(SEED), zone(server)

    def opened() -> GuardedDriver:
        return DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=options(server)))

    def disturb() -> None:
        if house.wanted:
            number = int(chance.choice(sorted(house.wanted))[-12:])
            edited(server, f"update delete f{number}.customer.example TXT")

    house = House(
        "dns-update", tmp_path, clock, chance, opened, disturb,
        Measure.BLOCK_NAME, lambda number: Scope(**CUSTOMER, name=f"f{number}.customer.example"),
    )  # fmt: skip
    play(house)
    house.wanted.clear()
    house.want()
    house.step()
    assert zone(server) == before


OURS, THEIRS = "0a0a0a0a", "0b0b0b0b"


def of_home(server: NameServer, folder: Path, owner: str) -> GuardedDriver:
    """The driver of one of two homes."""
    folder = folder / owner
    folder.mkdir(exist_ok=True)
    given = options(server)
    return DRIVER.open(
        DriverContext(folder=folder, now=Clock(), options=given, owner=f"a:{owner}", home=owner)
    )


def test_a_name_that_another_home_holds_is_refused(bench, server: NameServer, tmp_path: Path):
    """By its record, which names no target to the world; afterwards it may."""
    before = zone(server)
    ours, theirs = (of_home(server, tmp_path, owner) for owner in (OURS, THEIRS))
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP))
    other = bench.order(number=2, aim=aim(Measure.BLOCK_NAME, name=SHOP))
    place = put(theirs, other)
    assert server.asked(SHOP, "TXT") == [f'"aupkeep {other.id} 0b0b0b0b"']
    with pytest.raises(DriverRefused, match="another home holds it"):
        put(ours, action)
    assert (ours.observe(), len(theirs.observe())) == ((), 1)
    theirs.revert(place, other.id)
    assert zone(server) == before
    ours.revert(put(ours, action), action.id)
    assert zone(server) == before


def test_a_mark_that_a_holder_writes_keeps_nobody_out(bench, server: NameServer, tmp_path: Path):
    """With an address beside it the name is withdrawn; theirs stays, and is theirs afterwards."""
    before = zone(server)
    forged = f'{SHOP} 60 TXT "aupkeep nothing 0b0b0b0b"'
    edited(server, f"update add {forged}")
    ours = of_home(server, tmp_path, OURS)
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP))
    place = put(ours, action)
    assert server.asked(SHOP) == []
    ours.revert(place, action.id)
    assert "left as somebody changed it" in " ".join(ours.prepare())
    edited(server, f"update delete {SHOP} TXT", f"update add {SHOP} 60 A 192.0.2.10",
           f"update add {SHOP} 60 AAAA 2001:db8:f::10")  # fmt: skip
    assert zone(server) == before


def test_below_a_name_that_a_wildcard_answers_for_nothing_is_answered(
    bench: Bench, server: NameServer
):
    """RFC 4592: a name that is there keeps the wildcard out below it too; the plan says so."""
    driver, below = bench.driver(), "www.x.wild.customer.example"
    action = bench.order(aim=aim(Measure.BLOCK_NAME, name="x.wild.customer.example"))
    assert server.asked(below) == ["192.0.2.13"]
    assert str(driver.plan(action, {}).note).endswith("names below it have no address either")
    place = put(driver, action)
    assert server.asked(below) == []
    assert server.asked("www.y.wild.customer.example") == ["192.0.2.13"]
    driver.revert(place, action.id)
    assert server.asked(below) == ["192.0.2.13"]
