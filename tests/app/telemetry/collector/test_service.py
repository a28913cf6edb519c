"""The station: datagrams over loopback become rows, archive, hits and a case."""

import dataclasses
from ipaddress import ip_address

import pytest

from app.conftest import with_settings
from app.steps import agent_of, enforce, follow, told
from app.telemetry.exporter import datagrams, send
from app.telemetry.made import HIT
from app.telemetry.stations import (
    GUESSES,
    Eyes,
    acting,
    run,
    station_told,
    the_raw,
    throw,
)
from aupkeep.model.as_json import as_json
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Evidence, Measure
from aupkeep.store import actions, cases, raws
from aupkeep.telemetry.detect.detector import DetectorHit

pytestmark = pytest.mark.network


def test_from_datagram_to_block(opened, now_context, port):
    """What leaves our customer's address ends as a block of that one port, read back."""
    (now_context.home.path / "policy").mkdir()
    acting(now_context.home)
    service, controller_sync = opened()
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    (case,) = follow(now_context, the_raw().id)
    assert (case.customer, case.clause, case.level) == ("alder", "intrusion", Evidence.E2)
    (action,) = actions.of_case(case.id)
    assert (action.measure, action.scope.port) == (Measure.BLOCK_PORT, 22)
    assert enforce(now_context, agent_of(now_context)) == 1
    assert service.archive.stats().rows + service.detection.counts["rows"] >= 5


def test_the_rows_are_with_the_finding(opened, now_context, port):
    """The finding carries the rows that came over the wire, with times and ports."""
    service, controller_sync = opened()
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    follow(now_context, the_raw().id)
    text = raws.read(the_raw().digest).decode()
    assert '"sport":40004' in text
    assert '"exporter":"127.0.0.1"' in text


def test_unknown_sampling_only_tells(opened, now_context, port):
    """An exporter that states no rate, and has none in the settings: a case, and nothing acts."""
    (now_context.home.path / "policy").mkdir()
    acting(now_context.home)
    service, controller_sync = opened()
    send(port, GUESSES)
    run(service, controller_sync)
    (case,) = follow(now_context, the_raw().id)
    assert case.level is Evidence.E1
    assert actions.of_case(case.id) == []
    told_of = station_told(service)
    assert told_of["exporters"][0]["sampling"][0]["source"] == "unknown"
    assert told_of["exporters"][0]["acts"] is False


def test_a_static_rate_is_known(opened, now_context, port):
    """The operator's own figure makes the rate known, and says that it is the operator's."""
    service, controller_sync = opened(tables={"lo": {"address": "127.0.0.1", "sampling": 100}})
    send(port, GUESSES)
    run(service, controller_sync)
    (case,) = follow(now_context, the_raw().id)
    assert case.level is Evidence.E2
    assert station_told(service)["exporters"][0]["sampling"][0] == {
        "protocol": "netflow5",
        "domain": 0,
        "rate": 100,
        "source": "static",
    }


def test_a_stranger_is_refused_and_shown(opened, port):
    """Who is on no list is counted by address, and nothing of it becomes a row."""
    service, controller_sync = opened(tables={"core": {"address": "192.0.2.1"}})
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    assert service.detection.counts["rows"] == 0
    assert list(raws.all()) == []
    (refused,) = station_told(service)["refused"]
    assert (refused["address"], refused["datagrams"]) == ("127.0.0.1", 1)


def test_listen_mode_decides_nothing(opened, now_context, port):
    """In listen mode a detector's case is opened, and what a rule would do is only written down."""
    quiet = with_settings(now_context, provider={"listen": True})
    (now_context.home.path / "policy").mkdir()
    acting(now_context.home)
    service, controller_sync = opened()
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    (case,) = follow(quiet, the_raw().id)
    assert actions.of_case(case.id) == []
    assert any("Listen mode" in one["reason"] for one in told(case, EntryType.DECISION_REFUSED))


def test_observed_stays_here(opened, now_context, port):
    """A detector in mode observe is shown by the station and told to nobody."""
    now_context.home.policy.mkdir()
    acting(now_context.home)
    text = "detectors:\n  login-guessing: {mode: observe}\n"
    (now_context.home.policy / "detectors.yaml").write_text(text)
    service, controller_sync = opened()
    Eyes.evaluate, before = observing(Eyes.evaluate), Eyes.evaluate
    try:
        send(port, GUESSES, sampling=100)
        run(service, controller_sync)
    finally:
        Eyes.evaluate = before
    assert list(raws.all()) == []
    (shown,) = as_json(list(service.detection.hits))
    assert (shown["mode"], shown["address"]) == ("observe", "203.0.113.10")


def test_garbage_is_counted(opened, port):
    """What is no export is counted by reason, and its neighbours are read."""
    service, controller_sync = opened()
    for data in (b"", b"\0", b"\xff" * 40, next(datagrams(GUESSES, sampling=1))[:50]):
        throw(port, data)
    send(port, GUESSES, sampling=100)
    run(service, controller_sync)
    assert service.detection.counts["rows"] >= 5
    assert sum(station_told(service)["dropped"].values()) >= 3
    assert cases.of_customer("nobody") == []
    assert ip_address("203.0.113.10") == HIT.address


def observing(evaluate):
    """Windows that obey the mode of their rule."""

    def obeying(self, now_ms) -> list[DetectorHit]:
        mode = self.rules["login-guessing"].mode
        return [dataclasses.replace(hit, mode=mode) for hit in evaluate(self, now_ms)]

    return obeying
