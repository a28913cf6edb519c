"""Nothing stops the station: a full disk, an absent desk, a restart; what is new is taken over."""

import dataclasses
import shutil
from ipaddress import ip_address

import pytest

from app.steps import follow
from app.telemetry.exporter import send
from app.telemetry.made import HIT
from app.telemetry.stations import (
    GUESSES,
    Eyes,
    clock,
    data_set,
    run,
    station_told,
    the_raw,
    throw,
)
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.telemetry.collector import service as room
from aupkeep.app.telemetry.collector import slow_detection as slowly_room
from aupkeep.app.telemetry.collector.controller_snapshot import saved_snapshot
from aupkeep.app.telemetry.collector.controller_sync import ControllerConnection
from aupkeep.app.telemetry.collector.housekeeping import Housekeeping
from aupkeep.app.telemetry.collector.slow_detection import SlowDetection
from aupkeep.app.telemetry.collector.state_files import read
from aupkeep.intake.feed import ListedItem
from aupkeep.intake.feed_client.subscription import subscribe
from aupkeep.model.errors import Invalid, TooMany, Unavailable
from aupkeep.model.feed import FeedCopy, FeedState
from aupkeep.store import cases, raws
from aupkeep.telemetry.slow.detector import slow_detectors
from aupkeep.telemetry.slow.run import SlowResult

pytestmark = pytest.mark.network


def troubles(told):
    """What is told of troubles but that the sample's rules name detectors that stand aside here."""
    return [one for one in told["trouble"] if not one.startswith("detectors.yaml")]


def test_a_full_disk_stops_no_window(opened, now_context, port, monkeypatch):
    """The archive counts what it could not keep and says so; the finding comes all the same."""
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=0))
    service, controller_sync = opened()
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    service.archive.flush()
    assert service.archive.stats().lost == {"full": 5}
    told = station_told(service)["archive"]["trouble"]
    assert told == f"{service.archive.root}: expected 1,024 MiB that are free, found 0"
    assert len(follow(now_context, the_raw().id)) == 1


def test_the_desk_is_away(opened, now_context, port):
    """While the database is gone findings are spooled; a later process delivers them."""

    def away() -> object:
        raise Unavailable("database: expected one, found none")

    service, controller_sync = opened()  # it has learnt what is ours
    service.close()
    service, controller_sync = opened(ControllerConnection(away))
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    assert list(raws.all()) == []
    told = station_told(service)
    assert told["desk"]["waiting"] == 1
    assert troubles(told) == ["the desk: database: expected one, found none"]
    service.close()
    _, controller_sync = opened()
    controller_sync.run_once()
    assert len(follow(now_context, the_raw().id)) == 1


def test_a_restart_keeps_templates(opened, port):
    """Data that comes before its template after a restart is read at once."""
    from telemetry.wire.exports import FLOW, netflow9, record, template

    service, controller_sync = opened()
    values = [0xCB00710A, 0xC6336409, 40_000, 22, 6, 2, 1, 60, 1000, 1000]
    one = netflow9(template(9, 300, FLOW), sequence=1)
    two = netflow9(data_set(300, record(FLOW, values)), sequence=2)
    throw(port, one)
    run(service, controller_sync)
    house = Housekeeping(service, list)
    station_told(service)
    house.write()
    service.close()
    again, controller_sync = opened()
    throw(port, two)
    run(again, controller_sync)
    assert again.detection.counts["rows"] == 1
    assert station_told(again)["exporters"][0]["templates"] == 1


def test_own_space_is_asked_for(opened, now_context, port):
    """A prefix declared later is watched without a restart; the last answer is remembered."""
    service, controller_sync = opened()
    assert [str(one) for one in service.config.snapshot.own] == ["203.0.113.0/24"]
    declare_space(now_context, "2001:db8::/32", "main")
    controller_sync._next_asked = 0
    controller_sync.run_once()
    service.step()
    service.step()
    assert "2001:db8::/32" in station_told(service)["windows"]["own"]
    assert read(service.folder, "known")["own"] == ["2001:db8::/32", "203.0.113.0/24"]


def test_what_feeds_and_operator_know(opened, now_context, port, monkeypatch):
    """Controllers that feeds list, customers' interfaces and own services reach the windows."""
    from aupkeep.app.feeds import listed_hosts as contacts_room
    from aupkeep.intake.feed_client.filter import FilteredList
    from aupkeep.intake.feed_client.filter import ListHit as Listed

    items = [
        ListedItem(row=1, where="198.51.100.66", kind="infrastructure/botnet", port="8080"),
        ListedItem(row=2, where="198.51.100.67", kind="connection/login_attack"),
    ]
    hits = [Listed(item, address=ip_address(item.where), host=None) for item in items]
    copy = FeedCopy(name="list", digest="d", size=1, items=2, at=now_context.now())
    monkeypatch.setattr(
        contacts_room.feeds, "state", lambda name: FeedState(name=name, copies=(copy,))
    )
    monkeypatch.setattr(contacts_room.raws, "read", lambda digest: b"")
    monkeypatch.setattr(contacts_room, "active", lambda context: {"feodo": subscribe("feodo", {})})
    monkeypatch.setattr(contacts_room, "filter_in_worker", lambda *_, **__: FilteredList(ours=hits))
    behind = {"address": "127.0.0.1", "customer_interfaces": {"7": "203.0.113.10"}}
    service, _ = opened(
        listed=contacts_room.listed_hosts, tables={"lo": behind}, services=("203.0.113.53/32",)
    )
    assert service.troubles == {}
    service.step()
    context = service._engine.context
    (contact,) = context.contacts
    assert (str(contact.address), contact.label, contact.source, contact.port) == (
        "198.51.100.66",
        "c2",
        "feodo",
        8080,
    )
    assert [
        (str(one.exporter), one.number, str(who)) for one, who in context.interfaces.items()
    ] == [("127.0.0.1", 7, "203.0.113.10")]
    assert [str(service) for service in context.services] == ["203.0.113.53/32"]
    assert saved_snapshot(service.folder) == service.config.snapshot


def test_a_slow_detector_tells_once(opened, now_context, port, monkeypatch):
    """What the history shows is told with rows of the archive, and not again after a restart."""
    service, controller_sync = opened()
    monkeypatch.setattr(Eyes, "evaluate", lambda self, now_ms: [])
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    service.archive.flush()
    asked = []

    def evaluate(history, slow, now_ms, own, *, rule, **_more) -> SlowResult:
        asked.append(slow.name)
        hit = dataclasses.replace(
            HIT, detector=slow.name, kind=slow.kind, at=now_ms - 5000, until=now_ms, mode=rule.mode
        )
        return SlowResult(hits=[hit] if slow.name == "slow-scan" else [], skipped=0)

    monkeypatch.setattr(slowly_room, "run_detector", evaluate)
    for _ in range(2):
        slow_detection = SlowDetection(service)
        for _ in range(20):
            slow_detection.run_once()
    seeing = [name for name, one in slow_detectors().items() if not one.lists]
    assert sorted(asked) == sorted([*seeing, *seeing])
    controller_sync.run_once()
    (case,) = follow(now_context, the_raw().id)
    (claim,) = cases.claims(case.id)
    assert str(claim.finding.source) == "detector:slow-scan"
    assert '"sport":40004' in raws.read(the_raw().digest).decode()


def test_a_history_too_large_is_told_by_detector(opened, now_context, port, monkeypatch):
    """Who could not look is named, until it could; the others look."""
    service, _ = opened()
    large = {"slow-scan"}

    def evaluate(history, slow, now_ms, own, **_more) -> SlowResult:
        if slow.name in large:
            raise TooMany("the history: expected an answer in 60 s, found none", wait=60)
        return SlowResult(hits=[], skipped=0)

    monkeypatch.setattr(slowly_room, "run_detector", evaluate)
    for expected in (["slow-scan: the history: expected an answer in 60 s, found none"], []):
        slow_detection = SlowDetection(service)
        for _ in range(20):
            slow_detection.run_once()
        assert troubles(station_told(service)) == expected
        large.clear()


def test_nothing_to_hear_is_refused(now_context):
    """Without an address to listen at there is no collector."""
    with pytest.raises(Invalid, match="listen"):
        room.CollectorService(
            now_context.home, now_context.settings, lambda _: None, clock=clock, seed=1
        )
