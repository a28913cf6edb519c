"""The extra driver `mail-hold` over a real Postfix: mail waits, counted, and leaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aupkeep_intercept.mail_hold import DRIVER

from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.model.ladder import Measure
from daemon.processes import until
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.mail_relay import MailRelay
from enforcement.maps.pages import no_reaches
from enforcement.maps.test_postfix import aim, arrived, relay
from enforcement.orders import Clock

__all__ = ["relay"]  # one of this module's own
pytestmark = [pytest.mark.network, pytest.mark.root, pytest.mark.nightly("content")]


@pytest.fixture
def bench(relay: MailRelay, tmp_path: Path) -> Iterator[Bench]:
    """The driver over that relay, with an empty map."""
    relay.map.write_text("")
    relay.read_map()
    yield bench_over(
        DRIVER,
        tmp_path,
        relay.options,
        measure=Measure.INTERCEPT_MAIL,
        aim=aim,
        reaches=no_reaches,
    )
    relay.run("postsuper", "-d", "ALL", "hold")


class TestMailHold(Contract):
    """The suite, with what Postfix's own driver carries and the interception."""


def waits(driver: GuardedDriver) -> list[int | None]:
    return [element.packets for element in driver.observe()]


def test_mail_waits_counted_and_leaves_at_the_end(bench: Bench, relay: MailRelay) -> None:
    """By the agent, whose machine names the account; another customer's mail flows meanwhile."""
    order = bench.order(aim=aim(bench.measure, account="acme"), seconds=60)
    (bench.folder / "bounds").write_text("account acme\n")
    agent = bench.agent(order)
    agent.step()
    for who, to in (("acme", "one@world.example"), ("acme", "two@world.example")):
        assert relay.send(who, to)[0] == 250
    assert relay.send("alder", "three@world.example")[0] == 250
    arrived(relay, "three@world.example")
    until(lambda: waits(bench.open(10)) == [2], "two that wait")
    assert not relay.sink.to("one@world.example")
    clock = bench.now
    assert isinstance(clock, Clock)
    clock.forward(61)
    agent.step()
    arrived(relay, "one@world.example", "two@world.example")
    assert (bench.open(10).observe(), relay.held()) == ((), [])


def test_what_the_machine_does_not_name_is_not_intercepted(bench: Bench, relay: MailRelay) -> None:
    """Whoever signs: without the account in `bounds` nothing is set."""
    for bounds in ("", "prefix 203.0.113.0/24\n", "account alder\n"):
        (bench.folder / "bounds").write_text(bounds)
        report = bench.agent(bench.order(aim=aim(bench.measure, account="acme"))).step()
        assert "an interception needs the account" in report.actions[0].proof
    assert bench.open(10).observe() == ()


def test_a_hold_below_goes_on_when_the_interception_ends(bench: Bench, relay: MailRelay) -> None:
    """What waits for both leaves when the last of them ends."""
    driver = bench.driver()
    held = bench.order(Measure.HOLD_MAIL, number=1, aim=aim(Measure.HOLD_MAIL, account="acme"))
    taken = bench.order(number=2, aim=aim(bench.measure, account="acme"))
    put(driver, taken)
    relay.send("acme", "four@world.example")
    until(lambda: waits(driver) == [1], "one that waits")
    place = put(driver, held)
    assert waits(driver) == [None]
    driver.prepare()
    assert relay.held() == ["four@world.example"]
    driver.revert(place, held.id)
    arrived(relay, "four@world.example")
