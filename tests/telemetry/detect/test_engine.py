"""The watch: what it is given, what it tells, and what it does with clocks that lie."""

from ipaddress import ip_address, ip_network

import numpy as np
import pytest

from aupkeep.model.errors import Invalid
from aupkeep.telemetry.detect.customer_classes import CustomerClasses, address_number
from aupkeep.telemetry.detect.detector import DetectorRule, Mode
from aupkeep.telemetry.detect.engine import DetectionEngine
from aupkeep.telemetry.rows import RowField, Rows, empty
from aupkeep.telemetry.window.own_slots import OwnSlots
from history_made import ALL

T = 1_770_000_000_000  # ms
OURS = int(ip_address("192.0.2.7"))
OURS_NUMBER = address_number(ip_address("192.0.2.7"))
THEIRS = int(ip_address("198.51.100.0"))
SYN = 2


def tries(count: int, *, step: int = 10, **fields: object) -> Rows:
    """One SYN each, `step` ms apart, from our address; `fields` say the rest."""
    rows = empty(count)
    when = T + step * np.arange(count)
    common = {"family": 4, "proto": 6, "packets": 1, "bytes": 40, "flags": SYN, "sampling": 1}
    common |= {"has": int(ALL), "src_lo": OURS, "sport": 40000 + np.arange(count) % 20000}
    for name, value in {**common, "start": when, "end": when, "seen": when, **fields}.items():
        rows[name] = value
    return rows


def scan(count: int = 50, **fields: object) -> Rows:
    """The same port of so many hosts."""
    return tries(count, dst_lo=THEIRS + np.arange(count), dport=22, **fields)


def flood(count: int = 2000, **fields: object) -> Rows:
    """One host's port, a SYN each millisecond."""
    return tries(count, **{"step": 1, "dst_lo": THEIRS, "dport": 443, **fields})


def watch(**rules: DetectorRule) -> DetectionEngine:
    own = OwnSlots([ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")])
    return DetectionEngine(own, {name.replace("_", "-"): rule for name, rule in rules.items()})


def test_tells_a_scan_while_its_window_is_open():
    engine = watch()
    engine.take(scan(), T + 600)
    (hit,) = engine.evaluate(T + 600)
    assert (hit.detector, str(hit.address), hit.port) == ("horizontal-scan", "192.0.2.7", 22)
    assert hit.evidence["hosts"] == pytest.approx(50, rel=0.1)
    assert hit.evidence["sampling"] == 1
    assert hit.evidence["chance"] == 1.0
    assert hit.mode is Mode.PROPOSE


def test_tells_a_flood_of_syn_with_its_target():
    engine = watch()
    engine.take(flood(), T + 2000)
    (hit,) = engine.evaluate(T + 2000)
    assert (hit.detector, str(hit.peer), hit.port) == ("syn-flood", "198.51.100.0", 443)
    assert hit.mode is Mode.ACT


def test_unknown_sampling_never_goes_beyond_notify():
    """A rule that says act does not change that."""
    engine = watch(syn_flood=DetectorRule(mode=Mode.ACT))
    engine.take(flood(has=int(ALL & ~RowField.SAMPLING)), T + 2000)
    (hit,) = engine.evaluate(T + 2000)
    assert hit.mode is Mode.NOTIFY
    assert hit.evidence["sampling"] is None


def test_a_rule_sets_mode_and_thresholds():
    engine = watch(horizontal_scan=DetectorRule(mode=Mode.OBSERVE, thresholds={"hosts": 60}))
    engine.take(scan(50), T)
    assert engine.evaluate(T) == []
    engine.take(scan(90), T)
    assert [hit.mode for hit in engine.evaluate(T)] == [Mode.OBSERVE]


@pytest.mark.parametrize("holds", [None, "gold", "tin"])
def test_a_class_has_its_own_thresholds(holds):
    """Whoever is of no class, or of one without its own thresholds, is judged as all are."""
    rule = DetectorRule(
        mode=Mode.OBSERVE, thresholds={"hosts": 40}, classes={"gold": {"hosts": 60}}
    )
    engine = watch(horizontal_scan=rule)
    engine.classes = CustomerClasses([(OURS_NUMBER, OURS_NUMBER, holds)] if holds else ())
    engine.take(scan(50), T)
    assert [hit.of_class for hit in engine.evaluate(T)] == ([] if holds == "gold" else [None])
    engine.take(scan(90), T)
    assert [hit.of_class for hit in engine.evaluate(T)] == (["gold"] if holds == "gold" else [])


def test_the_same_subject_is_told_once_within_its_cooldown():
    engine = watch()
    engine.take(scan(), T)
    assert len(engine.evaluate(T)) == 1
    assert engine.evaluate(T + 1000) == []
    engine.take(scan(seen=T + 310_000, end=T + 310_000, start=T + 310_000), T + 310_000)
    assert len(engine.evaluate(T + 310_000)) == 1


def test_what_may_now_act_is_told_again():
    """The first look at a flood sees too little to act on; the next one is not kept silent."""
    engine = watch()
    engine.take(flood(400), T + 400)
    assert [hit.mode for hit in engine.evaluate(T + 400)] == [Mode.PROPOSE]
    assert engine.evaluate(T + 600) == []
    later = flood(1600, seen=T + 2000, start=T + 2000, end=T + 2000)
    engine.take(later, T + 2000)
    assert [hit.mode for hit in engine.evaluate(T + 2000)] == [Mode.ACT]
    assert engine.evaluate(T + 2200) == []


def test_refuses_rules_of_what_it_does_not_have():
    with pytest.raises(Invalid, match="expected a detector"):
        watch(nothing=DetectorRule(mode=Mode.ACT))
    for rule in ({"thresholds": {"nothing": 1}}, {"classes": {"gold": {"nothing": 1}}}):
        with pytest.raises(Invalid, match="expected thresholds"):
            watch(syn_flood=DetectorRule(mode=Mode.ACT, **rule))


def test_a_clock_that_falls_back_far_begins_anew():
    engine = watch()
    engine.take(scan(), T)
    engine.take(scan(5), T - 86_400_000)
    assert engine.evaluate(T - 86_400_000) == []
    assert engine.lost["jumps"] == 1


def test_rows_that_come_long_after_their_flow_are_counted_apart():
    engine = watch()
    engine.take(scan(seen=T + 400_000), T + 400_000)
    assert engine.evaluate(T + 400_000) == []
    assert engine.lost["late"] == 50


def test_what_is_not_ours_is_counted_and_nothing_else():
    engine = watch()
    engine.take(scan(src_lo=THEIRS + 200), T)
    assert engine.evaluate(T) == []
    assert engine.lost["foreign"] == 50


def test_memory_is_within_512_mib_at_65536_addresses():
    assert DetectionEngine(OwnSlots([ip_network("10.0.0.0/16")]), {}).bytes < 512 << 20
