"""Mining pools that the operator lists: from the list to a hit, and what is said without one."""

import dataclasses
from ipaddress import ip_address

import pytest

from app.steps import follow
from app.telemetry.questions.test_baseline import rows_at
from app.telemetry.stations import Eyes, clock, station_told
from aupkeep.app.feeds.download import NetworkAccess
from aupkeep.app.feeds.listed_hosts import listed_hosts
from aupkeep.app.feeds.run_feed import run_feed
from aupkeep.app.feeds.subscriptions import switch
from aupkeep.app.telemetry.collector.housekeeping import Housekeeping
from aupkeep.app.telemetry.collector.slow_detection import SlowDetection, listed
from aupkeep.app.telemetry.questions import flows
from aupkeep.cli.flow_history import _lacking
from aupkeep.model.as_json import as_json
from aupkeep.model.feed import FeedOutcome
from aupkeep.store import cases, raws
from aupkeep.telemetry.detect.network_context import ANY_PORT, ListedContact
from aupkeep.telemetry.rows import halves
from lists import HTML, in_process

pytestmark = pytest.mark.network
MINUTE = 60_000
POOL = b"# where ours were seen\npool,port,ip\nExample,3333,198.51.100.7\nOurs,3333,203.0.113.200\n"


def bring(context, data):
    """A person brings a list; the outcome."""
    given = [("pools.csv", data)]
    hands = NetworkAccess(filter_list=in_process)
    return run_feed(context, "mining-pools", hands, worker="w", early=True, given=given).state


@pytest.fixture
def mined(opened, now_context, monkeypatch):
    """A station whose archive holds two hours of contact of .10 with 198.51.100.7, each minute."""
    monkeypatch.setattr(Eyes, "evaluate", lambda self, now_ms: [])
    service, controller_sync = opened(listed=listed_hosts)
    hi, lo = halves(ip_address("198.51.100.7"))
    for minute in range(120, 0, -1):
        at = clock() - minute * MINUTE
        rows = rows_at(at, 3, proto=6, dport=3333, flags=24)
        rows["dst_hi"], rows["dst_lo"] = hi, lo
        service.archive.append(rows, service.collector.exporters, clock())
    service.archive.flush()
    return service, controller_sync


def evaluate(service, controller_sync):
    """The desk is asked anew, and every slow detector looks; what mining-pool saw."""
    controller_sync._next_asked = 0
    controller_sync.run_once()
    service.step()
    slow_detection = SlowDetection(service)
    for _ in range(20):
        slow_detection.run_once()
    return as_json([hit for hit in service.detection.hits if hit.detector == "mining-pool"])


def test_from_a_list_to_a_hit(mined, now_context):
    """Listed by address and port, called for an hour and more: a finding, with its rows."""
    service, controller_sync = mined
    switch(now_context, "mining-pools", on=True, person="ada")
    state = bring(now_context, POOL)
    assert (state.outcome, state.seen, state.ours, state.told) == (FeedOutcome.READ, 2, 1, 0)
    assert list(raws.all()) == []  # that one of ours is a pool is nobody's fault
    (hit,) = evaluate(service, controller_sync)
    assert (hit["address"], hit["peer"], hit["port"]) == ("203.0.113.10", "198.51.100.7", 3333)
    assert hit["evidence"]["says"] == "mining-pools"
    assert service._engine.context.contacts == ()
    controller_sync.run_once()
    (raw,) = raws.all()
    (case,) = follow(now_context, raw.id)
    (claim,) = cases.claims(case.id)
    assert str(claim.finding.source) == "detector:mining-pool"


@pytest.mark.parametrize("later", [b"", HTML, b"\n# nothing any more\n"])
def test_a_list_that_vanished(mined, now_context, later):
    """The last good copy goes on counting."""
    service, controller_sync = mined
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL)
    assert bring(now_context, later).outcome in (FeedOutcome.FAILED, FeedOutcome.ODD)
    assert len(evaluate(service, controller_sync)) == 1


def test_another_port_is_no_contact(mined, now_context):
    """What else lives at a pool's address is not the pool."""
    service, controller_sync = mined
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL.replace(b"3333", b"4444"))
    assert evaluate(service, controller_sync) == []


def test_without_a_list_it_says_so(mined, now_context):
    """A detector that can see nothing is told where hits are told, and no more once it can."""
    service, controller_sync = mined
    assert evaluate(service, controller_sync) == []
    house = Housekeeping(service, list)
    station_told(service)
    house.write()
    assert flows.lacking_lists(now_context.home) == {"mining-pool": ["mining"]}
    (line,) = _lacking(flows.lacking_lists(now_context.home))
    assert line.startswith("mining-pool sees nothing: no list (mining) is on")
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL)
    evaluate(service, controller_sync)
    station_told(service)
    house.write()
    assert flows.lacking_lists(now_context.home) == {}
    told = flows.collector_report(now_context.home, now_context.settings).detectors
    assert {one["name"] for one in told if one["lacks"]} == set()


def test_a_list_that_is_only_brought(now_context):
    """Without an address to fetch it from, the worker's turn changes nothing."""
    bring(now_context, POOL)
    hands = NetworkAccess(filter_list=in_process)
    done = run_feed(now_context, "mining-pools", hands, worker="w", early=True).state
    assert done.outcome is FeedOutcome.SAME
    assert [copy.name for copy in done.copies] == ["pools.csv"]


def test_a_pool_stands_once():
    """Two lists, or a list with and without the port: each flow is counted once."""
    one = ListedContact(ip_address("198.51.100.7"), "mining", "a", 3333)
    rows = listed(
        [one, one._replace(source="b"), one._replace(label="c2"), one._replace(port=4444)],
        ("mining",),
    )
    assert sorted(row[3] for row in rows) == [3333, 4444]
    assert [row[3] for row in listed([one, one._replace(port=ANY_PORT)], ("mining",))] == [None]


def test_a_list_changes_no_window(mined, now_context):
    """The windows go on counting as they were when pools come and go."""
    service, controller_sync = mined
    service.step()
    engine = service._engine
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL)
    evaluate(service, controller_sync)
    assert service._engine is engine
    assert dataclasses.asdict(service.config.snapshot)["contacts"]
