"""What a receiver is told of a measure, field by field."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest

from aupkeep.enforcement.webhook_events import event_data, kind_of
from aupkeep.model.decision import Scope
from aupkeep.model.ladder import CONFIRM, Measure
from aupkeep.model.moments import show_moment
from enforcement.orders import NOW, order

AIM = Scope(customer="acme", resource="vm-7")
HELD = order(Measure.SUSPEND_RESOURCE, aim=AIM, driver="webhook", clause="4.2")


def test_all_that_is_said():
    """No name of a person, whom it is about, the clause, the times, and what must not be done."""
    assert event_data(HELD) == {
        "id": HELD.id,
        "case": "K7QF-2M9X",
        "customer": "acme",
        "resource": "vm-7",
        "subject": "",
        "measure": "suspend-resource",
        "level": "L5",
        "covers": ["resource"],
        "clause": "4.2",
        "since": "2026-03-01T11:59:59Z",
        "until": "2026-03-01T13:00:00Z",
        "hold_until": None,
        "sla_exclusion": True,
        "delete_nothing": True,
    }


@pytest.mark.parametrize(
    ("measure", "covers", "event"),
    [
        (Measure.SUSPEND_RESOURCE, ["resource"], "service.held"),
        (Measure.SUSPEND_ACCOUNT, ["account", "api-credentials"], "service.held"),
        (Measure.TERMINATE, ["resource", "api-credentials"], "service.held"),
        (Measure.END_SERVICE, ["resource", "api-credentials"], "service.terminated"),
        (Measure.ISOLATE, [], "service.held"),
    ],
)
def test_what_is_covered_and_asked_for(measure, covers, event):
    """The last day of an announced end is that of its hold."""
    until = NOW + timedelta(days=40)
    told = event_data(order(measure, aim=AIM, until=until))
    last = show_moment(until - CONFIRM) if measure is Measure.TERMINATE else None
    assert (told["covers"], kind_of(measure), told["hold_until"]) == (covers, event, last)


@pytest.mark.parametrize(
    ("fields", "subject"),
    [
        ({"address": ip_address("2001:db8::7"), "prefix_length": 56}, "2001:db8::/56"),
        ({"address": ip_address("2001:db8::7"), "url": "https://a.example/"}, "2001:db8::7"),
        ({"url": "https://a.example/x", "name": "a.example"}, "https://a.example/x"),
        ({"name": "a.example", "account": "acme-2"}, "a.example"),
        ({"account": "acme-2"}, "acme-2"),
    ],
)
def test_what_it_is_about(fields, subject):
    """The narrowest that is named."""
    assert event_data(replace(HELD, scope=replace(AIM, **fields)))["subject"] == subject
