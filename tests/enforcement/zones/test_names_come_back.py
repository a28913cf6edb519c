"""Names come back as they were, however long their primary was away and whoever edits the zone."""

from typing import Any

import dns.opcode
import dns.rcode
import pytest

from aupkeep.enforcement.zones.primary import Primary
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, put
from enforcement.maps.resolvers import NameServer
from enforcement.orders import Clock
from enforcement.zones.test_dns_update import SHOP, aim, bench, edited, server, zone

__all__ = ["bench", "server"]  # one of this module's own
pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]


def test_a_zone_that_moved_away_keeps_no_other(
    bench: Bench, server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is taken to stand, and told; others' are lifted, and begin."""
    driver, before = bench.driver(), zone(server)
    first = bench.order(number=1, aim=aim(Measure.BLOCK_NAME, name=SHOP))
    other = bench.order(number=2, aim=aim(Measure.BLOCK_NAME, name="alias.customer.example"))
    places = put(driver, first), put(driver, other)
    plain = Primary._sent

    def moved(primary: Primary, message: Any) -> Any:  # noqa: ANN401
        away = message.question and message.question[0].name.to_text().startswith(SHOP)
        answer = plain(primary, message)
        if away and message.opcode() == dns.opcode.QUERY:
            answer.set_rcode(dns.rcode.REFUSED)
        return answer

    monkeypatch.setattr(Primary, "_sent", moved)
    assert [x.expires for x in driver.observe()] == [first.until, other.until]
    assert driver.unread == f"{SHOP}: not read, taken to stand: {SHOP}: the primary answers REFUSED"
    driver.revert(places[1], other.id)
    with pytest.raises(Unavailable, match="answers REFUSED"):
        driver.revert(places[0], first.id)
    monkeypatch.setattr(Primary, "_sent", plain)
    driver.revert(places[0], first.id)
    assert zone(server) == before


def test_a_primary_that_is_away_past_the_end_loses_nothing(
    bench: Bench, server: NameServer
) -> None:
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


def test_a_record_of_ours_that_somebody_took_away(bench: Bench, server: NameServer) -> None:
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


def test_what_never_stood_puts_nothing_back(
    bench: Bench, server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
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
