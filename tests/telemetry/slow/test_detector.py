"""A slow detector's file is read, or refused with the reason."""

import pytest

from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Role
from aupkeep.model.taxonomy import KINDS
from aupkeep.telemetry.detect.detector import Mode
from aupkeep.telemetry.slow.detector import read, slow_detectors

TEXT = """-- name: one
-- version: 2
-- kind: connection/port_scan
-- role: offender
-- direction: out
-- mode: notify
-- window: 3600
-- cooldown: 60
-- group: src, dst
-- chance: hosts of 3 packets
-- says: One of our addresses
--   does it.
-- minimum: much
-- threshold hosts = 20.5: so many
--
-- Why, in words.
SELECT src AS address FROM flows -- of the window
HAVING count(*) >= {hosts:BIGINT} AND {since:BIGINT} < 1
"""


def test_a_file_says_all_of_a_detector() -> None:
    slow_detector = read(TEXT, "one.sql")
    assert (slow_detector.name, slow_detector.version, slow_detector.mode, slow_detector.role) == (
        "one",
        2,
        Mode.NOTIFY,
        Role.OFFENDER,
    )
    assert slow_detector.says == "One of our addresses does it."
    assert dict(slow_detector.defaults) == {"hosts": (20.5, "so many")}
    assert (slow_detector.group, slow_detector.window) == (("src", "dst"), 3600)
    assert (slow_detector.counted, slow_detector.packets_each, slow_detector.scaled) == (
        "hosts",
        3,
        True,
    )
    assert slow_detector.sql.startswith("SELECT")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("-- name: one\n", "", "name"),
        ("{hosts:BIGINT}", "20", "hosts"),
        ("{hosts:BIGINT}", "{peers:BIGINT}", "peers"),
        ("hosts of 3 packets", "hosts", "chance"),
        ("-- mode: notify", "-- mode: shout", "shout"),
        ("-- window: 3600", "-- window: an hour", "hour"),
    ],
)
def test_a_file_with_something_missing_is_refused_by_name(old: str, new: str, word: str) -> None:
    with pytest.raises(Invalid, match=rf"one\.sql.*{word}"):
        read(TEXT.replace(old, new), "one.sql")


@pytest.mark.parametrize("name", sorted(slow_detectors()))
def test_a_shipped_detector_is_of_a_kind_and_never_acts(name: str) -> None:
    slow_detector = slow_detectors()[name]
    assert slow_detector.kind in KINDS
    assert slow_detector.mode != Mode.ACT, "nobody saw it happen: a day has passed"
