"""Mining pools that the operator lists: from the list to a hit, and what is said without one."""

import dataclasses
from ipaddress import ip_address

import pytest

from app.steps import follow
from app.telemetry.questions.test_baseline import rows_at
from app.telemetry.stations import Eyes, clock, station_told
from aupkeep.app.feeds.fetch_lists import NetworkAccess
from aupkeep.app.feeds.listed_hosts import listed_hosts
from aupkeep.app.feeds.run import run_feed
from aupkeep.app.feeds.subscriptions import switch
from aupkeep.app.telemetry.collector.housekeeping import Housekeeping
from aupkeep.app.telemetry.collector.slow_detection import Slowly, listed
from aupkeep.app.telemetry.questions import flows
from aupkeep.cli.flow_history import _lacking
from aupkeep.model.feed import FeedOutcome
from aupkeep.store import cases, raws
from aupkeep.telemetry.detect.surroundings import ANY, Contact
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
    monkeypatch.setattr(Eyes, "look", lambda self, now_ms: [])
    station, errands = opened(listed=listed_hosts)
    hi, lo = halves(ip_address("198.51.100.7"))
    for minute in range(120, 0, -1):
        at = clock() - minute * MINUTE
        rows = rows_at(at, 3, proto=6, dport=3333, flags=24)
        rows["dst_hi"], rows["dst_lo"] = hi, lo
        station.archive.append(rows, station.collector.exporters, clock())
    station.archive.flush()
    return station, errands


def look(station, errands):
    """The desk is asked anew, and every slow detector looks; what mining-pool saw."""
    errands._next_asked = 0
    errands.turn()
    station.step()
    slowly = Slowly(station)
    for _ in range(20):
        slowly.turn()
    return [one for one in station.lookout.hits if one["detector"] == "mining-pool"]


def test_from_a_list_to_a_hit(mined, now_context):
    """Listed by address and port, called for an hour and more: a finding, with its rows."""
    station, errands = mined
    switch(now_context, "mining-pools", on=True, person="ada")
    state = bring(now_context, POOL)
    assert (state.outcome, state.seen, state.ours, state.told) == (FeedOutcome.READ, 2, 1, 0)
    assert list(raws.all()) == []  # that one of ours is a pool is nobody's fault
    (hit,) = look(station, errands)
    assert (hit["address"], hit["peer"], hit["port"]) == ("203.0.113.10", "198.51.100.7", 3333)
    assert hit["evidence"]["says"] == "mining-pools"
    assert station._watch.around.contacts == ()
    errands.turn()
    (raw,) = raws.all()
    (case,) = follow(now_context, raw.id)
    (claim,) = cases.claims(case.id)
    assert claim.finding.source == "detector:mining-pool"


@pytest.mark.parametrize("later", [b"", HTML, b"\n# nothing any more\n"])
def test_a_list_that_vanished(mined, now_context, later):
    """The last good copy goes on counting."""
    station, errands = mined
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL)
    assert bring(now_context, later).outcome in (FeedOutcome.FAILED, FeedOutcome.ODD)
    assert len(look(station, errands)) == 1


def test_another_port_is_no_contact(mined, now_context):
    """What else lives at a pool's address is not the pool."""
    station, errands = mined
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL.replace(b"3333", b"4444"))
    assert look(station, errands) == []


def test_without_a_list_it_says_so(mined, now_context):
    """A detector that can see nothing is told where hits are told, and no more once it can."""
    station, errands = mined
    assert look(station, errands) == []
    house = Housekeeping(station, list)
    station_told(station)
    house.write()
    assert flows.blind_of(now_context.home) == {"mining-pool": ["mining"]}
    (line,) = _lacking(flows.blind_of(now_context.home))
    assert line.startswith("mining-pool sees nothing: no list (mining) is on")
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL)
    look(station, errands)
    station_told(station)
    house.write()
    assert flows.blind_of(now_context.home) == {}
    told = flows.exporters_of(now_context.home, now_context.settings)["detectors"]
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
    one = Contact(ip_address("198.51.100.7"), "mining", "a", 3333)
    rows = listed(
        [one, one._replace(source="b"), one._replace(label="c2"), one._replace(port=4444)],
        ("mining",),
    )
    assert sorted(row[3] for row in rows) == [3333, 4444]
    assert [row[3] for row in listed([one, one._replace(port=ANY)], ("mining",))] == [None]


def test_a_list_changes_no_window(mined, now_context):
    """The windows go on counting as they were when pools come and go."""
    station, errands = mined
    station.step()
    watch = station._watch
    switch(now_context, "mining-pools", on=True, person="ada")
    bring(now_context, POOL)
    look(station, errands)
    assert station._watch is watch
    assert dataclasses.asdict(station.orders.known)["contacts"]
