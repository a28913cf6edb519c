"""What the detection loop hands to the desk: in bounded documents, and a victim once an hour."""

import dataclasses
import json
from ipaddress import ip_address

import pytest

from app.telemetry.made import HIT, effective_rule
from aupkeep.app.telemetry.collector.detection_loop import TOGETHER, VICTIM_REST, DetectionLoop
from aupkeep.app.telemetry.collector.recent_rows import RecentRows
from aupkeep.app.telemetry.findings.read_hits import read_hits
from aupkeep.model.finding import Mode, Role
from aupkeep.telemetry.rows import Exporters, RowField, empty, halves


class Ears:
    """Nobody speaks."""

    exporters = Exporters()

    def poll(self, timeout_ms):
        """Nothing."""
        return ()


class Eyes:
    """Sees what it is told to see."""

    def __init__(self, *hits: object) -> None:
        self.hits = list(hits)

    def take(self, rows, now_ms) -> None:
        """Nothing."""

    def evaluate(self, now_ms):
        """Once."""
        hits, self.hits = self.hits, []
        return hits


@pytest.fixture
def handed():
    """The documents that were handed on."""
    return []


@pytest.fixture
def detection(handed):
    """A detection loop with a small memory."""
    return DetectionLoop(
        Ears(), None, handed.append, clock=lambda: HIT.at, evidence_rows=5, recent=RecentRows(64)
    )


def engine(detection, *hits: object):
    """Look once, with these hits in sight."""
    detection.use_engine(Eyes(*hits), {"login-guessing": effective_rule()}, "p1")
    return detection.evaluate()


def test_many_hits_are_several_documents(detection, handed):
    """None is too large to be read."""
    many = [
        dataclasses.replace(HIT, address=ip_address(f"203.0.113.{last}"))
        for last in range(1, 2 * TOGETHER + 2)
    ]
    assert engine(detection, *many) == len(many)
    assert [len(read_hits(data).findings) for data in handed] == [TOGETHER, TOGETHER, 1]


def test_a_victim_is_told_once_an_hour(detection, handed):
    """An attack that goes on does not fill the inbox; an offender is told each time."""
    victim = dataclasses.replace(HIT, role=Role.VICTIM, mode=Mode.NOTIFY)
    later = dataclasses.replace(victim, at=HIT.at + 60_000)
    engine(detection, victim)
    engine(detection, later)
    assert len(handed) == 1
    engine(detection, dataclasses.replace(victim, at=HIT.at + VICTIM_REST))
    engine(detection, HIT)
    engine(detection, dataclasses.replace(HIT, at=HIT.at + 60_000))
    assert len(handed) == 4
    assert len(detection.hits) == 5


@pytest.mark.parametrize("mode", [Mode.PROPOSE, Mode.ACT])
def test_an_attack_that_asks_for_protection_is_told_each_time(detection, handed, mode):
    """Its case must know that it goes on, so that what protects is lifted when it does not."""
    victim = dataclasses.replace(HIT, role=Role.VICTIM, mode=mode)
    engine(detection, victim)
    engine(detection, dataclasses.replace(victim, at=HIT.at + 60_000))
    assert len(handed) == 2


def rows(count, **fields):
    """Rows from the hit's address to its peer."""
    made = empty(count)
    made["src_hi"], made["src_lo"] = halves(HIT.address)
    made["dst_hi"], made["dst_lo"] = halves(HIT.peer)
    made["family"], made["proto"], made["dport"], made["sport"] = 4, 6, 22, range(count)
    made["seen"] = made["start"] = made["end"] = HIT.at
    made["has"] = int(
        RowField.SRC
        | RowField.DST
        | RowField.SPORT
        | RowField.DPORT
        | RowField.PROTO
        | RowField.SAMPLING
    )
    made["sampling"] = 100
    for name, value in fields.items():
        made[name] = value
    return made


def test_the_newest_rows_about_the_hit_are_at_hand():
    """Of a full ring the newest rows between the two, at that port; nobody else's, nothing old."""
    exporters = Exporters()
    exporters.number(ip_address("192.0.2.1"))
    ring = RecentRows(10)
    ring.take(rows(7))
    ring.take(rows(2, dport=80))
    ring.take(rows(3, sport=[50, 51, 52]))
    evidence = ring.around(HIT, exporters, 4)
    assert [flow.sport for flow in evidence] == [6, 50, 51, 52]
    ring.take(rows(10, seen=HIT.at - 120_000, end=HIT.at - 120_000))
    assert ring.around(HIT, exporters, 4) == []
    ring.take(rows(25))
    assert len(ring.around(HIT, exporters, 100)) == 10


def test_answers_to_the_address_are_rows_of_the_hit_too():
    """Both directions are kept: what was sent, and what came back."""
    exporters = Exporters()
    exporters.number(None)
    ring = RecentRows(10)
    back = rows(1)
    back["src_lo"], back["dst_lo"] = back["dst_lo"].copy(), back["src_lo"].copy()
    back["sport"], back["dport"] = 22, 40_000
    ring.take(back)
    (evidence,) = ring.around(HIT, exporters, 5)
    assert json.dumps(evidence).count("203.0.113.10") == 1
    assert (evidence.src, evidence.exporter) == ("198.51.100.9", None)


def test_forged_senders_are_the_rows_of_their_hit():
    """What came in at the customer's own interface from others; not what it sends as itself."""
    exporters = Exporters()
    number = exporters.number(ip_address("192.0.2.1"))
    ring, has = (
        RecentRows(10),
        int(RowField.SRC | RowField.DST | RowField.SAMPLING | RowField.INPUT),
    )
    forged = rows(2, src_lo=int(ip_address("198.51.100.77")), input=7, exporter=number, has=has)
    ring.take(forged)
    ring.take(rows(1, input=7, exporter=number, has=has))
    ring.take(rows(1, src_lo=int(ip_address("198.51.100.78")), input=8, has=has))
    one = dataclasses.replace(HIT, detector="spoofed-source", peer=None, port=None)
    evidence = ring.forged(one, [(ip_address("192.0.2.1"), 7)], exporters, 5)
    assert {flow.src for flow in evidence} == {"198.51.100.77"}
    assert len(evidence) == 2
