"""A threshold accepted for one class of customers, from a person's word to what is seen."""

import dataclasses
import json
from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.steps import follow
from app.telemetry.made import HIT, NOON_MS, detector, seen, stands
from app.telemetry.stations import Eyes, station_told
from aupkeep.app.inventory.imports import import_customers
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.collector.controller_snapshot import (
    FILE,
    Known,
    ask,
    remember,
    remembered,
)
from aupkeep.app.telemetry.collector.detection_config import named, orders_of
from aupkeep.app.telemetry.collector.detection_loop import Lookout
from aupkeep.app.telemetry.findings.hit_document import MEDIA_TYPE, write_hits
from aupkeep.app.telemetry.questions.explain import explain
from aupkeep.app.telemetry.tuning import customer_classes as room
from aupkeep.app.telemetry.tuning.customer_classes import OTHERS, Register, class_names
from aupkeep.app.telemetry.tuning.thresholds import accept, accepted, withdraw
from aupkeep.model.errors import Invalid, Missing
from aupkeep.model.raw import Channel
from aupkeep.model.threshold import Threshold
from aupkeep.telemetry.detect.customer_classes import Classes, number
from aupkeep.telemetry.detect.engine import Watch
from aupkeep.telemetry.rows import Exporters
from aupkeep.telemetry.window.own_space import Own
from telemetry.detect.test_engine import scan

WHO = {"person": "ada", "reasons": "a week of watching"}
ALDER, CLINIC, NOBODYS = (number(ip_address(f"203.0.113.{n}")) for n in (10, 200, 30))


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
    found = Register().classes(tiered, ["gold", OTHERS])
    assert (found.at(ALDER), found.at(CLINIC), found.at(NOBODYS)) == ("gold", None, OTHERS)
    assert len(found) == 5
    early = dataclasses.replace(tiered, now=lambda: tiered.now() - timedelta(hours=2))
    assert Register().classes(early, ["gold"]).at(ALDER + 60) == "gold"
    assert len(Register().classes(tiered, ["gold"])) == 1


def test_the_inventory_is_read_now_and_then(tiered, monkeypatch):
    """At once for another class, and otherwise when the last answer is old."""
    read = []
    ranges = room._ranges
    monkeypatch.setattr(room, "_ranges", lambda *told: read.append(1) or ranges(*told))
    one = Register()
    assert one.classes(tiered, []) == Classes()
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
    udp = named("udp-flood")
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
        accept(tiered, named("udp-flood"), "per_second", 9000, of_class="glod", **WHO)


def test_what_was_accepted_before_classes(tmp_path):
    """What a file keeps without a class and an id holds for all."""
    old = {"detector": "udp-flood", "threshold": "per_second", "value": 3000.0, "words": "by ada"}
    known = {"own": [], "accepted": [list(old.values())], "contacts": []}
    (tmp_path / f"{FILE}.json").write_text(json.dumps(known))
    assert remembered(tmp_path) == Known(accepted=(Threshold(id="", **old),))


def test_from_a_persons_word_to_the_case(tiered):
    """A gold customer's scan is judged by the threshold of gold, and the case says so."""
    scanner = named("horizontal-scan")
    accept(tiered, scanner, "hosts", 500, **WHO)
    accept(tiered, scanner, "hosts", 40, of_class="gold", **WHO)
    known = ask(tiered, classes=Register().classes)
    assert remember(tiered.home.flows, known)
    assert remembered(tiered.home.flows) == known
    orders = orders_of(tiered.home, known)
    stands = orders.standing["horizontal-scan"]
    watch = Watch(Own(known.own), {"horizontal-scan": stands.rule})
    watch.classes = known.classes
    given = []
    lookout = Lookout(_Deaf(), None, given.append, clock=lambda: NOON_MS, evidence_rows=5)
    lookout.watch(watch, orders.standing, orders.policy)
    for holder in (ALDER, CLINIC):
        when = dict.fromkeys(("start", "end", "seen"), NOON_MS)
        watch.take(scan(50, src_lo=holder & 0xFFFF_FFFF, **when), NOON_MS)
    assert lookout.look() == 1
    (shown,) = lookout.hits
    assert (shown["address"], shown["class"]) == ("203.0.113.10", "gold")
    assert shown["thresholds"]["hosts"] == 40
    told = RawEnvelope(channel=Channel.DETECTOR, media_type=MEDIA_TYPE, sender="detector:x")
    (case,) = follow(tiered, receive(tiered, given[0], told).raw)
    (why,) = explain(tiered, case.reference)
    hosts = next(one for one in why["thresholds"] if one["name"] == "hosts")
    assert (why["class"], hosts["value"]) == ("gold", 40)
    assert hosts["by"] == "accepted by ada on 2026-03-01 for gold"


class _Deaf:
    """Nobody exports."""

    exporters = Exporters()


def test_hits_of_two_classes_are_two_documents(tiered):
    """Each document has one rule, under which all of its hits were seen."""
    accept(tiered, detector(), "attempts", 40, of_class="gold", **WHO)
    (one,) = accepted()
    standing = dataclasses.replace(stands(), classes={"gold": {"attempts": one}})
    given = []
    lookout = Lookout(_Deaf(), None, given.append, clock=lambda: NOON_MS, evidence_rows=5)
    lookout.watch(None, {HIT.detector: standing}, "p1")
    gold = dataclasses.replace(HIT, of_class="gold")
    lookout.tell(HIT.detector, [seen(HIT), seen(gold), seen(HIT)])
    rules = [json.loads(data)["rule"] for data in given]
    assert [(rule["class"], rule["thresholds"]) for rule in rules] == [
        (None, {"attempts": 10.0}),
        ("gold", {"attempts": 40.0}),
    ]
    assert rules[1]["sources"] == {"mode": "default", "attempts": one.words}
    assert write_hits(standing, "p1", [seen(gold)]) == given[1]


@pytest.mark.network
def test_the_collector_takes_it_over(opened, now_context, monkeypatch):
    """A class's threshold reaches the windows, which go on counting as they were."""
    station, errands = opened()
    station.step()
    watch = station._watch
    assert isinstance(watch, Eyes)
    one = Threshold(
        id="",
        detector="login-guessing",
        threshold="attempts",
        value=40,
        words="w",
        of_class="business",
    )
    monkeypatch.setattr("aupkeep.app.telemetry.tuning.thresholds.accepted", lambda: [one])
    errands._next_asked = 0
    errands.turn()
    station.step()
    assert station._watch is watch
    assert watch.rules["login-guessing"].classes == {"business": {"attempts": 40}}
    assert watch.classes.at(ALDER) == "business"
    (row,) = [x for x in station_told(station)["detectors"] if x["name"] == "login-guessing"]
    assert row["thresholds"][0]["classes"] == [{"class": "business", "value": 40, "by": "w"}]
