"""Records in JSON and in lines: names that speak for themselves are read, all others are left."""

import json
from typing import Any

import pytest

from aupkeep.intake.formats.named_values import flat
from aupkeep.intake.reading import read
from aupkeep.model.report import Reading, ReadingOutcome

EVENT = {"ip": "192.0.2.7", "type": "phishing", "time": "2026-03-01T10:00:00Z"}


def records(value: Any, name: str = "r.json") -> Reading:  # noqa: ANN401 - any JSON value
    [(_, reading)] = read(json.dumps(value).encode(), name)
    return reading


@pytest.mark.parametrize(
    "value",
    [
        EVENT,
        [EVENT],
        {"status": "OK", "data": [EVENT]},
        {"source.ip": "192.0.2.7", "classification.type": "phishing", "time.source": EVENT["time"]},
        {"src": {"ip": "192.0.2.7"}, "attack": "phishing", "timestamp": EVENT["time"]},
        {"SourceIp": "192.0.2.7", "Category": "Phishing", "Timestamp": EVENT["time"]},
        {"data": {"event": {**EVENT}}},
        {"address": [{"ip": "192.0.2.7"}], "category": "phishing", "time": EVENT["time"]},
        {"ip": 3221225991, "type": "phishing", "time": EVENT["time"]},
    ],
)
def test_names_that_speak_for_themselves(value: Any) -> None:  # noqa: ANN401 - any JSON value
    reading = records(value)
    assert reading.container == "json"
    [found] = reading.findings
    assert (str(found.subject), found.kind) == ("192.0.2.7", "content/phishing")
    assert str(found.at) == "2026-03-01 10:00:00+00:00"


@pytest.mark.parametrize(
    "value",
    [
        [{"email": "u@tenant.example", "event": "bounce", "reason": "550 user unknown"}],
        [{"ip": "192.0.2.7", "event": "delivered", "timestamp": 1772355600}],
        {"name": "a", "value": 1},
        [1, 2, 3],
        [],
    ],
)
def test_what_does_not_say_that_it_is_abuse_is_left_to_a_person(value: Any) -> None:  # noqa: ANN401 - any JSON value
    reading = records(value)
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())


def test_the_file_may_say_that_it_is_an_alert() -> None:
    [found] = records([{"ip": "192.0.2.7", "event": "x"}], "threat-alert.json").findings
    assert (found.kind, found.confidence) == ("law/unspecified", 0.35)


def test_one_broken_record_costs_no_other() -> None:
    reading = records(
        [EVENT, {"ip": "nobody", "type": "spam"}, 7, {**EVENT, "time": "soon"}, EVENT]
    )
    assert (len(reading.findings), [one.row for one in reading.dead]) == (2, [2, 3, 4])


def test_equal_values_are_pointed_out_in_their_own_record() -> None:
    reading = records([EVENT, EVENT])
    first, second = (finding.offsets for finding in reading.findings)
    assert max(first.values()) < min(second.values())


def test_what_no_name_is_known_for_is_told() -> None:
    [found] = records({**EVENT, "family": "example", "nested": {"depth": {"x": "y"}}}).findings
    assert found.details == {"family": "example", "nested.depth.x": "y"}


def test_flattening_is_bounded() -> None:
    wide: dict[str, Any] = {f"k{n}": {"a": n} for n in range(10_000)}
    deep: dict[str, Any] = {}
    for _ in range(200):
        deep = {"a": deep}
    assert len(flat(wide)) <= 120
    assert flat(deep) == {}


@pytest.mark.parametrize(
    "line",
    [
        "srcip=192.0.2.7 type=phishing timestamp=1772359200",
        'srcip="192.0.2.7" type="phishing" timestamp="1772359200"',
        "srcip=192.0.2.7|type=phishing|timestamp=1772359200",
        "srcip=192.0.2.7, type=phishing; timestamp=1772359200",
    ],
)
def test_lines_of_pairs(line: str) -> None:
    [(_, reading)] = read(f"{line}\n{line}\n".encode(), "events.txt")
    assert (reading.container, len(reading.findings)) == ("pairs", 2)
    assert {str(finding.subject) for finding in reading.findings} == {"192.0.2.7"}
    part, start, end = reading.findings[1].offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.7"
    assert start > len(line)


def test_the_log_of_a_firewall_is_left_to_those_who_know_it() -> None:
    line = b"kernel: IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.1 PROTO=TCP SPT=4 DPT=22\n"
    [(_, reading)] = read(line * 3, "fw.log")
    assert reading.container != "pairs"
