"""What a name had comes back, whatever its primary or others did meanwhile."""

import pytest

from aupkeep.enforcement.zones.primary import Primary
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, put
from enforcement.maps.resolvers import NameServer
from enforcement.orders import Clock
from enforcement.zones import test_dns_update
from enforcement.zones.test_dns_update import SHOP, aim, edited, zone

pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]
server, bench = test_dns_update.server, test_dns_update.bench  # one primary, one home


def test_a_primary_that_is_away_past_the_end_loses_nothing(bench: Bench, server: NameServer):
    """For days, while other names begin: what the name had comes back all the same."""
    driver, before = bench.driver(), zone(server)
    first = bench.order(number=1, seconds=60, aim=aim(Measure.BLOCK_NAME, name=SHOP))
    place = put(driver, first)
    clock = bench.now
    assert isinstance(clock, Clock)
    clock.forward(3 * 86_400)
    other = bench.order(number=2, aim=aim(Measure.BLOCK_NAME, name="alias.customer.example"))
    second = put(driver, other)
    assert {x.action for x in driver.observe()} == {first.id, other.id}
    driver.revert(second, other.id)
    driver.revert(place, first.id)
    assert zone(server) == before
    assert driver.observe() == ()


def test_a_record_of_ours_that_somebody_took_away(bench: Bench, server: NameServer):
    """The name has no address still: it stands, is set anew, and is put back at the end."""
    before = zone(server)
    order = bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP))
    bench.agent(order).step()
    for again in (True, False):
        edited(server, f"update delete {SHOP} TXT")
        (element,) = bench.open(10).observe()
        assert (element.action, element.expires) == (order.id, None)
        if again:
            assert bench.agent(order).step().repaired == (order.id,)
    bench.agent(order).undo(order.id, "a mistake")
    assert zone(server) == before


def test_what_never_stood_puts_nothing_back(bench: Bench, server: NameServer, monkeypatch):
    """Its holder took the name away meanwhile: theirs wins; and in a day it is forgotten."""
    driver, order = bench.driver(), bench.order(aim=aim(Measure.BLOCK_NAME, name=SHOP))
    plain = Primary.exchange
    before = zone(server)

    def refused(*_: object, **__: object) -> None:
        raise Unavailable("the primary answers REFUSED")

    monkeypatch.setattr(Primary, "exchange", refused)
    with pytest.raises(Unavailable):
        put(driver, order)
    monkeypatch.setattr(Primary, "exchange", plain)
    rows = [row for row in before if row.startswith(f"{SHOP}.")]
    edited(server, f"update delete {SHOP}")
    assert driver.observe() == ()
    clock = bench.now
    assert isinstance(clock, Clock)
    clock.forward(3 * 86_400)
    other = bench.order(number=2, aim=aim(Measure.BLOCK_NAME, name="alias.customer.example"))
    second = put(driver, other)
    assert "shop" not in (bench.folder / "dns-update.json").read_text()
    driver.revert(second, other.id)
    edited(server, *(f"update add {row}" for row in rows))
    assert zone(server) == before
