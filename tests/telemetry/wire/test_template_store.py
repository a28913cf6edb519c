"""Templates: who told them, what replaces them, what outlives a restart."""

import json
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.model.errors import Invalid
from aupkeep.telemetry.wire.template import FlowTemplate, TemplateField, TemplateKey
from aupkeep.telemetry.wire.template_store import LIFETIME_MS, Templates
from telemetry.wire.exports import FLOW, a_set, message, number, record, template
from telemetry.wire.seat import Seat

HERE, THERE = ip_address("192.0.2.1"), ip_address("2001:db8::1")
KEY = TemplateKey(HERE, 9, 0, 256)
ONE, TWO = (
    FlowTemplate((TemplateField(8, 4),)),
    FlowTemplate((TemplateField(8, 4), TemplateField(12, 4))),
)
VALUES = (1, 2, 3, 4, 6, 2, 5, 600, 7, 8)


@pytest.mark.parametrize(
    "other",
    [
        KEY._replace(exporter=THERE),
        KEY._replace(version=10),
        KEY._replace(domain=1),
        KEY._replace(id=257),
    ],
)
def test_a_template_holds_for_its_own_key_only(other):
    store = Templates()
    store.learn(KEY, ONE, 0)
    store.learn(other, TWO, 0)
    assert (store.get(KEY), store.get(other)) == (ONE, TWO)


def test_the_same_again_is_nothing_new():
    store, told = Templates(), []
    store.listeners.append(lambda key, known: told.append((key.id, known)))
    assert store.learn(KEY, ONE, 0)
    assert not store.learn(KEY, ONE, 10)
    assert store.learn(KEY, TWO, 20)
    assert store.withdraw(KEY)
    assert not store.withdraw(KEY)
    assert told == [(256, ONE), (256, TWO), (256, None)]


def test_a_template_that_is_told_no_more_expires():
    store = Templates()
    store.learn(KEY, ONE, 1000)
    assert store.expire(1000 + LIFETIME_MS) == 0
    assert store.expire(1001 + LIFETIME_MS) == 1
    assert store.get(KEY) is None


def test_a_clock_set_back_expires_nothing():
    store = Templates()
    store.learn(KEY, ONE, 10 * LIFETIME_MS)
    assert store.expire(0) == 0


def test_templates_survive_a_restart():
    store = Templates()
    store.learn(KEY, FlowTemplate((TemplateField(82, 0xFFFF, 9),), scopes=1, options=True), 5)
    store.learn(KEY._replace(exporter=None, id=300), TWO, 6)
    kept = json.loads(json.dumps(store.to_json()))
    again = Templates()
    again.restore(kept)
    assert again.to_json() == kept
    assert again.get(KEY) == store.get(KEY)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"version": 2},
        {"version": 1},
        {"version": 1, "templates": [{}]},
        {"version": 1, "templates": 5},
    ],
)
def test_what_was_not_kept_by_us_is_refused(value):
    with pytest.raises(Invalid):
        Templates().restore(value)


def test_all_templates_together_hold_so_many_fields_at_most():
    """Another exporter's give way only when nothing else is left to give."""
    store = Templates(most_fields=100)
    for one in range(256, 300):
        store.learn(KEY._replace(id=one), FlowTemplate((TemplateField(1, 1),) * 9), 0)
    assert len(store) == 11
    assert store.get(KEY._replace(id=299)) is not None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(256, 262), st.booleans())))
def test_listeners_know_what_the_store_knows(acts):
    """A table that follows the listeners ends as the store does."""
    store, mirror = Templates(most_each=4), {}
    store.listeners.append(
        lambda key, known: mirror.pop(key) if known is None else mirror.update({key: known})
    )
    for domain, one, learns in acts:
        key = KEY._replace(domain=domain, id=one)
        if learns:
            store.learn(key, ONE if one % 2 else TWO, 0)
        else:
            store.withdraw(key)
    assert mirror == {key: known.template for key, known in store}


def test_ipfix_withdraws_one_template():
    """RFC 7011 section 8.1: a field count of zero."""
    seat = Seat()
    seat.take(message(10, template(10, 256, FLOW), template(10, 257, FLOW)))
    seat.take(message(10, a_set(2, number(256, 2) + number(0, 2))))
    assert [key.id for key, _ in seat.decoder.templates] == [257]
    assert not seat.dropped


def test_ipfix_withdraws_all_data_templates():
    """The set's own number stands for all of its kind, in one domain."""
    seat = Seat()
    seat.take(message(10, template(10, 256, FLOW), template(10, 257, FLOW)))
    seat.take(message(10, template(10, 256, FLOW), domain=5))
    seat.take(message(10, a_set(2, number(2, 2) + number(0, 2))))
    assert [(key.domain, key.id) for key, _ in seat.decoder.templates] == [(5, 256)]


@pytest.mark.parametrize("version", [9, 10])
def test_data_that_came_a_datagram_too_early_is_read(version):
    """Its flow keeps the export time of its own datagram, and comes before the newer ones."""
    seat = Seat()
    flow = a_set(256, record(FLOW, VALUES))
    assert seat.take(message(version, flow)) == []
    newer = message(
        version, template(version, 256, FLOW), a_set(256, record(FLOW, (9, *VALUES[1:])))
    )
    assert [one["src"] for one in seat.take(newer)] == ["0.0.0.1", "0.0.0.9"]
    assert not seat.dropped


def test_data_waits_for_its_own_exporter():
    seat = Seat()
    seat.take(message(9, a_set(256, record(FLOW, VALUES))))
    assert seat.take(message(9, template(9, 256, FLOW)), exporter=THERE) == []
    assert len(seat.take(message(9, template(9, 256, FLOW)))) == 1


def test_a_changed_template_holds_from_its_place_on():
    """In one datagram: old data, the new template, new data."""
    seat = Seat()
    old, new = [(8, 4), (12, 4)], [(12, 4), (8, 4)]
    seat.take(message(10, template(10, 256, old)))
    pair = a_set(256, bytes([0, 0, 0, 1, 0, 0, 0, 2]))
    told = seat.take(message(10, pair, template(10, 256, new), pair))
    assert [one["src"] for one in told] == ["0.0.0.1", "0.0.0.2"]


def test_what_waited_too_long_is_counted():
    seat = Seat()
    seat.take(message(9, a_set(256, bytes(30))), at=1)
    seat.decoder.expire(3_600_002)
    assert seat.dropped == {"no_template": 1}
