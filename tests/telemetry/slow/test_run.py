"""What a slow detector finds becomes a hit that goes no further than it may."""

from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from aupkeep.model.errors import Invalid
from aupkeep.telemetry.detect.customer_classes import (
    CustomerClasses,
    address_number,
    threshold_sets,
)
from aupkeep.telemetry.detect.detector import DetectorRule, Mode
from aupkeep.telemetry.history.engine import number_of
from aupkeep.telemetry.history.parquet import ParquetHistory
from aupkeep.telemetry.history.retention import DAY
from aupkeep.telemetry.rows import RowField, Rows
from aupkeep.telemetry.slow.detector import slow_detectors
from aupkeep.telemetry.slow.run import chance, run_detector
from history_made import NOON, OURS, rows, stored

SCAN = slow_detectors()["slow-scan"]
OWN = [ip_network("192.0.2.0/24")]
END = NOON + DAY


def scan(**more: object) -> Rows:
    return rows(*(
        {"dst": f"198.51.{100 + number // 200}.{number % 200}", "dport": 22, "flags": 2,
         "start": NOON + number * 1000, **more}
        for number in range(120)
    ))  # fmt: skip


@pytest.fixture
def history(tmp_path: Path) -> ParquetHistory:
    stored(tmp_path, scan(), now=END)
    return ParquetHistory(tmp_path)


def test_a_hit_says_when_and_how_surely(history: ParquetHistory) -> None:
    (hit,) = run_detector(history, SCAN, END, OWN).hits
    assert (hit.address, hit.port, hit.transport) == (ip_address(OURS), 22, "tcp")
    assert (hit.at, hit.until) == (NOON, NOON + 119_000)
    assert (hit.evidence["hosts_seen"], hit.evidence["window_s"]) == (120, 86_400)
    assert (hit.evidence["sampling"], hit.evidence["chance"]) == (1, 1.0)


def test_a_rule_sets_mode_and_thresholds(history: ParquetHistory) -> None:
    (hit,) = run_detector(history, SCAN, END, OWN, rule=DetectorRule(mode=Mode.OBSERVE)).hits
    assert hit.mode == Mode.OBSERVE
    higher = DetectorRule(mode=Mode.ACT, thresholds={"hosts": 121})
    assert run_detector(history, SCAN, END, OWN, rule=higher).hits == []


def test_a_class_has_its_own_threshold(history: ParquetHistory) -> None:
    """The class of the address decides, whether its threshold is higher or lower."""
    number_ours = address_number(ip_address(OURS))
    gold = CustomerClasses([(number_ours, number_ours, "gold")])
    spared = DetectorRule(mode=Mode.ACT, classes={"gold": {"hosts": 121}})
    assert run_detector(history, SCAN, END, OWN, rule=spared, classes=gold).hits == []
    assert len(run_detector(history, SCAN, END, OWN, rule=spared).hits) == 1
    closer = DetectorRule(
        mode=Mode.ACT, thresholds={"hosts": 121}, classes={"gold": {"hosts": 100}}
    )
    (hit,) = run_detector(history, SCAN, END, OWN, rule=closer, classes=gold).hits
    assert hit.of_class == "gold"


@pytest.mark.parametrize(
    "wrong",
    [DetectorRule(mode=Mode.ACT, thresholds={"host": 1}),
     DetectorRule(mode=Mode.ACT, classes={"gold": {"host": 1}})],
)  # fmt: skip
def test_a_threshold_that_is_not_there_is_refused(
    history: ParquetHistory, wrong: DetectorRule
) -> None:
    with pytest.raises(Invalid):
        run_detector(history, SCAN, END, OWN, rule=wrong)


def test_unknown_sampling_goes_no_further_than_notify(tmp_path: Path) -> None:
    given = scan()
    given["has"][7] ^= int(RowField.SAMPLING)
    stored(tmp_path, given, now=END)
    (hit,) = run_detector(ParquetHistory(tmp_path), SCAN, END, OWN).hits
    assert (hit.mode, hit.evidence["sampling"]) == (Mode.NOTIFY, None)


def test_who_may_scan_is_only_counted(history: ParquetHistory) -> None:
    may = {"permitted": [(number_of(ip_address(OURS)), SCAN.kind)]}
    (hit,) = run_detector(history, SCAN, END, OWN, tables=may).hits
    assert hit.mode == Mode.OBSERVE


def test_what_is_outside_the_window_is_not_seen(history: ParquetHistory) -> None:
    assert run_detector(history, SCAN, NOON - 1, OWN).hits == []
    assert run_detector(history, SCAN, END + 3 * DAY, OWN).hits == []


def test_the_chance_falls_with_the_sampling() -> None:
    ((_, limits),) = threshold_sets(None, SCAN.defaults)
    assert chance(SCAN, limits, 1) == 1.0
    assert chance(SCAN, limits, 10) > chance(SCAN, limits, 100) > 0
    alone = replace(SCAN, scaled=False)
    assert chance(alone, limits, 100) < 1e-6
    assert chance(alone, limits, 2) < 1e-3 < chance(SCAN, limits, 2)  # none may be missed
