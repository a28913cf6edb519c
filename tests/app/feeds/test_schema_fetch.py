"""The schema of report types, fetched from a server that may send anything."""

import json
from datetime import timedelta

import pytest

from app.conftest import with_settings
from aupkeep.app.feeds.download import NetworkAccess
from aupkeep.app.feeds.schema_fetch import fetch_schema, fetch_schema_due
from aupkeep.app.reading.shadowserver_schema import fetched_file, schema_file
from aupkeep.config.settings import FeedSettings, IntakeSettings
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import AupkeepError, Forbidden
from aupkeep.store import log
from lists import HTML, at_home, serving

pytestmark = pytest.mark.network
SCHEMA = {"scan_toaster": {"fields": ["timestamp", "ip", "asn", "geo", "toast_level"]}}
GOOD = json.dumps(SCHEMA).encode()
HANDS = NetworkAccess(resolve=at_home)


@pytest.fixture
def server():
    with serving() as found:
        found.bodies["/schema.json"] = GOOD
        yield found


def watching(context, server, **more: object):
    """A desk whose schema is on this server."""
    intake = IntakeSettings(shadowserver_schema_url=f"{server.url}/schema.json")
    feeds = FeedSettings(**{"inside": ("lists.example",), **more})
    return with_settings(context, intake=intake, feeds=feeds)


def test_a_fetched_schema_teaches_the_boxes(context, server):
    """The file stands in the home, and boxes are given it."""
    context = watching(context, server)
    assert fetch_schema(context, HANDS) == 1
    table = b"timestamp,ip,asn,geo,toast_level\n2026-03-01 12:00:00,192.0.2.7,64512,ZZ,dark\n"
    with SandboxPool(size=1, schema=schema_file(context.home, context.settings)) as box:
        [(_, reading)] = box.read(table, "2026-03-01-scan_toaster-asn.csv")
    assert reading.reason is None
    assert len(reading.findings) == 1


def test_a_change_is_in_the_journal_and_no_change_is_not(context, server):
    """One entry for each schema that replaced another."""
    context = watching(context, server)
    fetch_schema(context, HANDS)
    fetch_schema(context, HANDS)
    now = context.now()
    found = log.between(EntryType.FEED_FETCHED, now - timedelta(1), now + timedelta(1))
    assert [one.entry.payload["types"] for one in found] == [1]


def test_it_is_fetched_once_a_day(context, now, server):
    """The worker asks at every turn; the server hears of it daily."""
    context = watching(context, server)
    assert fetch_schema_due(context, HANDS)
    assert not fetch_schema_due(context, HANDS)
    now.at += timedelta(days=1, minutes=1)
    assert fetch_schema_due(context, HANDS)
    assert len(server.asked) == 2


@pytest.mark.parametrize("body", [HTML, b"", b"[]", b"\xff\xfe", b'{"x": 7}'])
def test_what_is_no_schema_never_replaces_one(context, now, server, body):
    """The good one stays, and the next try is in an hour."""
    context = watching(context, server)
    fetch_schema(context, HANDS)
    server.bodies["/schema.json"] = body
    now.at += timedelta(days=2)
    assert not fetch_schema_due(context, HANDS)
    assert fetched_file(context.home).read_bytes() == GOOD
    with pytest.raises(AupkeepError):
        fetch_schema(context, HANDS)
    asked = len(server.asked)
    assert not fetch_schema_due(context, HANDS)
    assert len(server.asked) == asked, "it waits"
    server.bodies["/schema.json"] = GOOD
    now.at += timedelta(hours=1, minutes=1)
    assert fetch_schema_due(context, HANDS)


def test_an_address_without_tls_is_refused(context, server):
    """Unless the operator declared its host as inside."""
    context = watching(context, server, inside=())
    with pytest.raises(Forbidden):
        fetch_schema(context, HANDS)
    assert server.asked == []


def test_without_an_address_nothing_is_asked(context, server):
    """The default."""
    assert not fetch_schema_due(context, HANDS)
    assert schema_file(context.home, context.settings) is None
