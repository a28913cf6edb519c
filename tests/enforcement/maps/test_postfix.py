"""The driver `postfix` over a real one: one account's mail waits or is refused, others' flows."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext
from aupkeep.enforcement.drivers.postfix import DRIVER
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from daemon.processes import until
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.mail_relay import MailRelay, mail_relay
from enforcement.maps.pages import no_reaches
from enforcement.maps.test_map_faults import hand_edits
from enforcement.orders import FOUR, Clock
from enforcement.test_driver_faults import SEED, House, play

pytestmark = [pytest.mark.network, pytest.mark.root, pytest.mark.nightly("content")]
CUSTOMER = {"customer": "acme", "resource": "vm-7"}


@pytest.fixture(scope="module")
def relay() -> Iterator[MailRelay]:
    """One Postfix for all tests here."""
    if shutil.which("postfix") is None:
        pytest.skip("postfix is not installed")
    with mail_relay() as running:
        rows = [f"a-{FOUR} acme", "a-2001-db8-a--10 acme"]
        rows += [f"a-203.0.113.{number} acme" for number in range(10, 30)]
        with (running.folder / "etc" / "accounts").open("a") as accounts:
            accounts.write("\n".join([*rows, *(f"f-{n} acme" for n in range(600)), ""]))
        yield running


def aim(measure: Measure, address: IPv4Address | IPv6Address = FOUR, **changes: object) -> Scope:
    """Each address has an account of its own; each measure too."""
    account = f"a-{str(address).replace(':', '-')}"
    return Scope(**{**CUSTOMER, "account": account, **changes})  # type: ignore[arg-type]


@pytest.fixture
def bench(relay: MailRelay, tmp_path: Path) -> Bench:
    """The driver over that relay, with an empty map."""
    relay.map.write_text("")
    relay.read_map()
    return bench_over(
        DRIVER,
        tmp_path,
        relay.options,
        measure=Measure.HOLD_MAIL,
        aim=aim,
        reaches=no_reaches,
    )


class TestPostfix(Contract):
    """The suite, over the module's relay."""


def arrived(relay: MailRelay, *to: str) -> None:
    """Wait until the world has got a mail for each."""
    until(lambda: all(relay.sink.to(address) for address in to), f"mail to {to}")


def test_one_account_waits_and_others_flow(bench: Bench, relay: MailRelay):
    """Held until it is lifted, then it leaves; what was held by somebody else before stays held."""
    driver, acme = bench.driver(), bench.order(aim=aim(Measure.HOLD_MAIL, account="acme"))
    relay.map.write_text("acme HOLD for another reason\n")
    relay.read_map()
    until(lambda: relay.send("acme", "earlier@world.example") and relay.held(), "a held mail")
    relay.map.write_text("")
    relay.read_map()
    already = len(relay.held())
    place = put(driver, acme)
    assert relay.send("acme", "one@world.example")[0] == 250
    assert relay.send("ACME", "two@world.example")[0] == 250
    assert relay.send("alder", "three@world.example")[0] == 250
    arrived(relay, "three@world.example")
    until(lambda: len(relay.held()) == already + 2, "two more held")
    assert not relay.sink.to("one@world.example")
    receipt = driver.revert(place, acme.id)
    assert receipt.after is None
    arrived(relay, "one@world.example", "two@world.example")
    assert set(relay.held()) == {"earlier@world.example"}
    relay.run("postsuper", "-d", "ALL", "hold")


def test_a_refused_account_is_told_its_case(bench: Bench, relay: MailRelay):
    """Refused while it stands, with the case; free again at once."""
    driver = bench.driver()
    order = bench.order(Measure.BLOCK_MAIL, aim=aim(Measure.BLOCK_MAIL, account="acme"))
    place = put(driver, order)
    code, words = relay.send("acme", "four@world.example")
    assert code == 554
    assert order.reference.encode() in words
    assert relay.send("alder", "five@world.example")[0] == 250
    driver.revert(place, order.id)  # maybe within the same second: Postfix sees it all the same
    assert relay.send("acme", "six@world.example")[0] == 250


def test_a_killed_agent_lets_nothing_lie(bench: Bench, relay: MailRelay):
    """Killed after the row went and before the mail did: the next one lets it go."""
    driver, acme = bench.driver(), bench.order(aim=aim(Measure.HOLD_MAIL, account="acme"))
    place = put(driver, acme)
    relay.send("acme", "seven@world.example")
    until(relay.held, "a held mail")
    options = {**relay.options, "release": ["false"]}
    dying = DRIVER.open(DriverContext(folder=bench.folder, now=bench.now, options=options))
    with pytest.raises(Unavailable, match="mails of acme are held on"):
        dying.revert(place, acme.id)
    assert bench.open(10).prepare() == ()
    arrived(relay, "seven@world.example")


def test_the_next_hold_takes_over_what_waits(bench: Bench, relay: MailRelay):
    """A second decision about the account: what the first held leaves when the second ends."""
    driver = bench.driver()
    first = bench.order(number=1, aim=aim(Measure.HOLD_MAIL, account="acme"))
    second = replace(first, id=first.id[:-1] + "2")
    put(driver, first)
    relay.send("acme", "eight@world.example")
    until(relay.held, "a held mail")
    place = put(driver, second)
    assert driver.prepare() == ()
    assert relay.held() == ["eight@world.example"]
    driver.revert(place, second.id)
    arrived(relay, "eight@world.example")


@pytest.mark.parametrize(
    ("account", "why"),
    [
        ("alder", "expected acme's, found alder's"),
        ("nobody", "expected acme's, found nobody's"),
        ("acme\nalder REJECT", "expected the login of an account"),
        ("acme HOLD", "expected the login of an account"),
        ("#acme", "expected the login of an account"),
    ],
)
def test_invariant_04_an_account_that_is_not_the_customers(
    bench: Bench, relay: MailRelay, account: str, why: str
):
    """Refused by the machine's own table, and nothing is written."""
    with pytest.raises(DriverRefused, match=why):
        put(bench.driver(), bench.order(aim=aim(Measure.HOLD_MAIL, account=account)))
    assert relay.map.read_text() == ""


def test_a_queue_that_answers_nonsense(bench: Bench, relay: MailRelay, tmp_path: Path):
    """Told; the map is as it was, and nothing of a mail's name becomes a word of a command."""
    for said in (
        "not json",
        '{"queue_id": "-d ALL", "queue_name": "hold"}',
        '{"queue_name": "hold"}',
        "[]",
    ):
        options = {**relay.options, "queue": ["echo", said]}
        driver = DRIVER.open(DriverContext(folder=tmp_path, now=Clock(), options=options))
        with pytest.raises(Unavailable, match="queue: expected"):
            put(driver, bench.order(aim=aim(Measure.HOLD_MAIL, account="acme")))
    assert relay.map.read_text() == ""


def test_faults(relay: MailRelay, tmp_path: Path):
    """Nothing doubled and nothing left over, and no mail lies in the queue afterwards."""
    clock, chance = Clock(), random.Random(SEED)  # noqa: S311 - can be played again
    relay.map.write_text("")

    def opened() -> GuardedDriver:
        return DRIVER.open(DriverContext(folder=tmp_path, now=clock, options=relay.options))

    house = House(
        "postfix", tmp_path, clock, chance, opened, hand_edits(relay.map, chance, "#"),
        Measure.HOLD_MAIL, lambda number: Scope(**CUSTOMER, account=f"f-{number % 600}"),
    )  # fmt: skip
    plain = house.standing
    house.standing = lambda: [action for action in plain() if action]  # type: ignore[method-assign]
    play(house)
    house.wanted.clear()
    house.want()
    house.step()
    assert relay.held() == []
