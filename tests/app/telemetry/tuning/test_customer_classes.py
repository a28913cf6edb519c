"""A threshold accepted for one class of customers, from a person's word to what is seen."""

import dataclasses
import json
from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.steps import follow
from app.telemetry.made import HIT, NOON_MS, detector, effective_rule, seen
from app.telemetry.stations import Eyes, station_told
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.collector.controller_snapshot import (
    FILE,
    ControllerSnapshot,
    load_snapshot,
    save_snapshot,
    saved_snapshot,
)
from aupkeep.app.telemetry.collector.detection_config import detection_config, detector_named
from aupkeep.app.telemetry.collector.detection_loop import DetectionLoop
from aupkeep.app.telemetry.findings.hit_document import MEDIA_TYPE, write_hits
from aupkeep.app.telemetry.questions.explain import explain
from aupkeep.app.telemetry.tuning import customer_classes as room
from aupkeep.app.telemetry.tuning.customer_classes import OTHERS, ClassRegister, class_names
from aupkeep.app.telemetry.tuning.thresholds import accept, accepted, withdraw
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.raw import Channel
from aupkeep.model.threshold import Threshold
from aupkeep.telemetry.detect.customer_classes import CustomerClasses, address_number
from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.window.own_slots import OwnSlots
from telemetry.detect.test_engine import scan

WHO = {"person": "ada", "reasons": "a week of watching"}
ALDER, CLINIC, NOBODYS = (address_number(ip_address(f"203.0.113.{n}")) for n in (10, 200, 30))


@pytest.fixture
def tiered(furnished):
    """Alder is a gold customer; the others are businesses without a tier."""
    import_customers(furnished, b"customer,name,contact,tier\nalder,Alder,noc@alder.example,gold\n")
    return furnished


def test_the_classes_that_there_are(tiered):
    """Tiers, types of those without one, and what nobody holds."""
    assert class_names() == ["business", "gold", OTHERS]


def test_who_holds_what_now(tiered):
    """Only classes that are asked for have ranges; the holder of now decides."""
    found = ClassRegister().classes(tiered, ["gold", OTHERS])
    assert (found.at(ALDER), found.at(CLINIC), found.at(NOBODYS)) == ("gold", None, OTHERS)
    assert len(found) == 5
    early = dataclasses.replace(tiered, now=lambda: tiered.now() - timedelta(hours=2))
    assert ClassRegister().classes(early, ["gold"]).at(ALDER + 60) == "gold"
    assert len(ClassRegister().classes(tiered, ["gold"])) == 1


def test_the_inventory_is_read_now_and_then(tiered, monkeypatch):
    """At once for another class, and otherwise when the last answer is old."""
    read = []
    ranges = room._ranges
    monkeypatch.setattr(room, "_ranges", lambda *told: read.append(1) or ranges(*told))
    one = ClassRegister()
    assert one.classes(tiered, []) == CustomerClasses()
    for _ in range(3):
        one.classes(tiered, ["gold"])
    assert len(read) == 1
    one.classes(tiered, ["gold", "business"])
    assert len(read) == 2
    one._next = 0.0
    one.classes(tiered, ["business", "gold"])
    assert len(read) == 3


def test_a_person_accepts_for_a_class(tiered):
    """It stands beside what holds for all, and is withdrawn alone."""
    udp = detector_named("udp-flood")
    accept(tiered, udp, "per_second", 3000, **WHO)
    one = accept(tiered, udp, "per_second", 9000, of_class="gold", **WHO)
    assert one.words == "accepted by ada on 2026-03-01 for gold"
    assert {(each.of_class, each.value) for each in accepted()} == {(None, 3000), ("gold", 9000)}
    with pytest.raises(Missing):
        withdraw(tiered, "udp-flood", "per_second", of_class="business", **WHO)
    withdraw(tiered, "udp-flood", "per_second", of_class="gold", **WHO)
    assert [each.of_class for each in accepted()] == [None]


def test_a_class_that_nobody_is_of(tiered):
    """A misspelt class is refused, with those that there are."""
    with pytest.raises(Invalid, match="expected one of business, gold, not assigned"):
        accept(tiered, detector_named("udp-flood"), "per_second", 9000, of_class="glod", **WHO)


def test_what_was_accepted_before_classes(tmp_path):
    """What a file keeps without a class and an id holds for all."""
    old = {"detector": "udp-flood", "threshold": "per_second", "value": 3000.0, "words": "by ada"}
    known = {"own": [], "accepted": [list(old.values())], "contacts": []}
    (tmp_path / f"{FILE}.json").write_text(json.dumps(known))
    assert saved_snapshot(tmp_path) == ControllerSnapshot(accepted=(Threshold(id="", **old),))


def test_from_a_persons_word_to_the_case(tiered):
    """A gold customer's scan is judged by the threshold of gold, and the case says so."""
    scanner = detector_named("horizontal-scan")
    accept(tiered, scanner, "hosts", 500, **WHO)
    accept(tiered, scanner, "hosts", 40, of_class="gold", **WHO)
    known = load_snapshot(tiered, classes=ClassRegister().classes)
    assert save_snapshot(tiered.home.flows, known)
    assert saved_snapshot(tiered.home.flows) == known
    config = detection_config(tiered.home, known)
    effective = config.rules["horizontal-scan"]
    engine = DetectionEngine(OwnSlots(known.own), {"horizontal-scan": effective.rule})
    engine.classes = known.classes
    given = []
    detection = DetectionLoop(_Deaf(), None, given.append, clock=lambda: NOON_MS, evidence_rows=5)
    detection.use_engine(engine, config.rules, config.policy)
    for holder in (ALDER, CLINIC):
        when = dict.fromkeys(("start", "end", "seen"), NOON_MS)
        engine.take(scan(50, src_lo=holder & 0xFFFF_FFFF, **when), NOON_MS)
    assert detection.evaluate() == 1
    (shown,) = as_json(list(detection.hits))
    assert (shown["address"], shown["class"]) == ("203.0.113.10", "gold")
    assert shown["thresholds"]["hosts"] == 40
    told = RawEnvelope(channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender="detector:x")
    (case,) = follow(tiered, receive(tiered, given[0], told).raw)
    (why,) = as_json(explain(case.reference))
    hosts = next(threshold for threshold in why["thresholds"] if threshold["name"] == "hosts")
    assert (why["class"], hosts["value"]) == ("gold", 40)
    assert hosts["by"] == "accepted by ada on 2026-03-01 for gold"


class _Deaf:
    """Nobody exports."""

    exporters = Exporters()


def test_hits_of_two_classes_are_two_documents(tiered):
    """Each document has one rule, under which all of its hits were seen."""
    accept(tiered, detector(), "attempts", 40, of_class="gold", **WHO)
    (one,) = accepted()
    rule = dataclasses.replace(effective_rule(), classes={"gold": {"attempts": one}})
    given = []
    detection = DetectionLoop(_Deaf(), None, given.append, clock=lambda: NOON_MS, evidence_rows=5)
    detection.use_engine(None, {HIT.detector: rule}, "p1")
    gold = dataclasses.replace(HIT, of_class="gold")
    detection.report(HIT.detector, [seen(HIT), seen(gold), seen(HIT)])
    rules = [json.loads(data)["rule"] for data in given]
    assert [(rule["class"], rule["thresholds"]) for rule in rules] == [
        (None, {"attempts": 10.0}),
        ("gold", {"attempts": 40.0}),
    ]
    assert rules[1]["sources"] == {"mode": "default", "attempts": one.words}
    assert write_hits(rule, "p1", [seen(gold)]) == given[1]


@pytest.mark.network
def test_the_collector_takes_it_over(opened, now_context, monkeypatch):
    """A class's threshold reaches the windows, which go on counting as they were."""
    service, controller_sync = opened()
    service.step()
    engine = service._engine
    assert isinstance(engine, Eyes)
    one = Threshold(
        id="",
        detector="login-guessing",
        threshold="attempts",
        value=40,
        words="w",
        of_class="business",
    )
    monkeypatch.setattr("aupkeep.app.telemetry.tuning.thresholds.accepted", lambda: [one])
    controller_sync._next_asked = 0
    controller_sync.run_once()
    service.step()
    assert service._engine is engine
    assert engine.rules["login-guessing"].classes == {"business": {"attempts": 40}}
    assert engine.classes.at(ALDER) == "business"
    (row,) = [x for x in station_told(service)["detectors"] if x["name"] == "login-guessing"]
    assert row["thresholds"][0]["classes"] == [{"class": "business", "value": 40, "by": "w"}]
