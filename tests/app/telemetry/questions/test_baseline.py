"""A week of flows proposes thresholds above what is usual here, class by class."""

import dataclasses
from datetime import timedelta
from ipaddress import ip_address

import numpy as np
import pytest

from aupkeep.app.telemetry.collector.detection_config import detector_named
from aupkeep.app.telemetry.collector.state_files import archive_folder
from aupkeep.app.telemetry.questions.baseline import MEASURES, baseline
from aupkeep.app.telemetry.tuning.thresholds import accept
from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Conflict, Missing
from aupkeep.telemetry.history.archive import Archive
from aupkeep.telemetry.rows import Exporters, empty, halves
from history_made import ALL

DAY = 24 * 3600 * 1000


def rows_at(at, packets, *, hosts=1, src="203.0.113.10", proto=17, dport=53, flags=0):
    """Rows of one second, to so many hosts."""
    rows = empty(hosts)
    rows["src_hi"], rows["src_lo"] = halves(ip_address(src))
    rows["dst_lo"] = int(ip_address("198.51.100.0")) + np.arange(hosts)
    rows["family"], rows["proto"], rows["sport"], rows["dport"] = 4, proto, 40_000, dport
    rows["packets"], rows["bytes"], rows["flags"], rows["sampling"] = (
        packets,
        packets * 60,
        flags,
        1,
    )
    rows["start"], rows["end"], rows["seen"] = at, at + 1000, at + 1000
    rows["has"] = int(ALL)
    return rows


@pytest.fixture
def week(furnished, now):
    """A desk whose archive holds eight days: 1,500 UDP packets a second once, a few SMTP peers."""
    start = int(now.at.timestamp() * 1000)
    archive = Archive(archive_folder(furnished.home, furnished.settings), patient=True, reserve=0)
    exporters = Exporters()
    exporters.number(ip_address("192.0.2.1"))
    for day in range(8, -1, -1):
        at = start - day * DAY - 60_000
        archive.append(rows_at(at, 15_000 if day == 3 else 100), exporters, at)
        archive.append(rows_at(at, 1, hosts=12, proto=6, dport=25, flags=27), exporters, at)
    archive.close()
    return furnished


def proposals_of(week):
    """The proposals of a week, by detector and threshold."""
    rows = as_json(baseline(week))
    return {(proposal["detector"], proposal["threshold"]): proposal for proposal in rows}


def test_a_week_proposes_more_than_is_usual(week):
    """Twice the usual peak of a class, where that is above the threshold; else nothing."""
    proposals = proposals_of(week)
    udp = proposals["udp-flood", "per_second"]
    assert (udp["now"], udp["by"], udp["proposes"]) == (2000, "default", 3000)
    (row,) = udp["classes"]
    assert (row["class"], row["addresses"], row["highest"]) == ("business", 1, 1500)
    assert proposals["smtp-burst", "servers"]["proposes"] is None
    assert proposals["syn-flood", "per_second"]["classes"] == []


def test_what_was_accepted_stands(week):
    """Once a person took it, the same week proposes nothing more."""
    accept(week, detector_named("udp-flood"), "per_second", 3000, person="ada", reasons="a week")
    proposals = proposals_of(week)
    udp = proposals["udp-flood", "per_second"]
    assert (udp["now"], udp["proposes"]) == (3000, None)
    assert udp["by"].startswith("accepted by ada")


def test_a_class_may_have_its_own(week):
    """What was accepted for a class is what its next proposal is held against, and no other's."""
    words = {"person": "ada", "reasons": "a week"}
    accept(week, detector_named("udp-flood"), "per_second", 2500, of_class="business", **words)
    proposals = proposals_of(week)
    udp = proposals["udp-flood", "per_second"]
    assert (udp["now"], udp["by"], udp["proposes"]) == (2000, "default", None)
    (row,) = udp["classes"]
    assert (row["now"], row["proposes"]) == (2500, 3000)
    assert row["by"] == "accepted by ada on 2026-03-01 for business"
    accept(week, detector_named("udp-flood"), "per_second", 3000, of_class="business", **words)
    (udp,) = [
        proposal for proposal in as_json(baseline(week)) if proposal["detector"] == "udp-flood"
    ]
    assert udp["classes"][0]["proposes"] is None


def test_less_than_a_week_proposes_nothing(week, now):
    """Six days are no seven days."""
    early = dataclasses.replace(week, now=lambda: now.at - timedelta(days=2))
    with pytest.raises(Conflict, match="expected 7 days of flows, found 6"):
        baseline(early)


def test_without_a_history(furnished):
    """Where no flows were ever kept there is nothing to learn from."""
    with pytest.raises(Missing):
        baseline(furnished)


@pytest.mark.parametrize(
    "measure", MEASURES, ids=lambda measure: f"{measure.detector}.{measure.threshold}"
)
def test_measures_are_of_thresholds_that_there_are(measure):
    """Each measure names a threshold of a shipped detector."""
    assert measure.threshold in detector_named(measure.detector).defaults
