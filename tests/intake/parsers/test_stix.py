"""STIX bundles: what a pattern asks for is claimed, what it excludes is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.formats.stix_pattern import pattern_values, tokens
from aupkeep.intake.reading import read
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading, ReadingOutcome

NUMBER = "5b7ab9dc-1e0f-4a49-9a1d-5d6f1d5a000"
PATTERN = "[ipv4-addr:value = '192.0.2.7']"


def bundle(*objects: dict[str, Any]) -> Reading:
    whole = {"type": "bundle", "id": f"bundle--{NUMBER}0", "objects": list(objects)}
    [(_, reading)] = read(json.dumps(whole).encode(), "b.json")
    return reading


def indicator(pattern: str = PATTERN, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return {
        "type": "indicator",
        "id": f"indicator--{NUMBER}1",
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": "2026-03-01T10:00:00Z",
        **more,
    }


@pytest.mark.parametrize(
    ("pattern", "subjects"),
    [
        (PATTERN, ["192.0.2.7"]),
        ("[ipv6-addr:value='2001:db8::7/128']", ["2001:db8::7"]),
        ("[url:value = 'http://a.example/x' OR url:value = 'http://a.example/y']",
         ["http://a.example/x", "http://a.example/y"]),
        ("[domain-name:value IN ('a.example', 'B.example.')]", ["a.example", "b.example"]),
        ("[email-addr:value = 'u@a.example']", ["u@a.example"]),
        (f"({PATTERN} AND [url:value = 'http://a.example']) WITHIN 5 MINUTES",
         ["192.0.2.7", "http://a.example"]),
        ("[network-traffic:dst_ref.value = '192.0.2.7' AND network-traffic:dst_port = 80]",
         ["192.0.2.7:80"]),
        (("[network-traffic:src_ref.value = '192.0.2.7' AND network-traffic:src_port = 9 AND"
         " network-traffic:dst_ref.value = '198.51.100.1']"), ["192.0.2.7:9"]),
    ],
)  # fmt: skip
def test_what_a_pattern_asks_for_is_claimed(pattern: str, subjects: list[str]) -> None:
    reading = bundle(indicator(pattern))
    assert [str(finding.subject) for finding in reading.findings] == subjects
    assert {str(finding.at) for finding in reading.findings} == {"2026-03-01 10:00:00+00:00"}


@pytest.mark.parametrize(
    "pattern",
    [
        "[ipv4-addr:value != '192.0.2.7']",
        "[NOT ipv4-addr:value = '192.0.2.7']",
        "[ipv4-addr:value LIKE '192.0.2.%']",
        "[ipv4-addr:value ISSUBSET '192.0.2.0/24']",
        "[ipv4-addr:value = '192.0.2.0/24']",
        "[file:hashes.MD5 = '192.0.2.7']",
        "ipv4-addr:value = '192.0.2.7'",
        "[ipv4-addr:value = ",
        "",
    ],
)
def test_what_a_pattern_does_not_ask_for_is_no_claim(pattern: str) -> None:
    reading = bundle(indicator(pattern))
    assert (reading.outcome, reading.findings, len(reading.dead)) == (ReadingOutcome.INBOX, (), 1)


@pytest.mark.parametrize("more", [{"revoked": True}, {"indicator_types": ["benign"]}])
def test_an_indicator_that_is_taken_back_claims_nothing(more: dict[str, Any]) -> None:
    reading = bundle(indicator(**more))
    assert (reading.outcome, reading.findings, reading.dead) == (ReadingOutcome.INBOX, (), ())


@pytest.mark.parametrize(
    ("more", "kind", "role"),
    [
        ({"labels": ["phishing"]}, "content/phishing", Role.OFFENDER),
        ({"indicator_types": ["compromised"]}, "infrastructure/compromised_server", Role.OFFENDER),
        ({"name": "SSH brute force"}, "connection/login_attack", Role.OFFENDER),
        ({"kill_chain_phases": [{"phase_name": "command-and-control"}]},
         "infrastructure/botnet", Role.CONTROLLER),
        ({}, "reputation/threat_intelligence", Role.OFFENDER),
    ],
)  # fmt: skip
def test_kinds(more: dict[str, Any], kind: str, role: Role) -> None:
    [found] = bundle(indicator(**more)).findings
    assert (found.kind, found.role) == (kind, role)


def test_a_relation_names_the_kind() -> None:
    reading = bundle(
        indicator(),
        {"type": "malware", "id": f"malware--{NUMBER}2", "name": "Thing"},
        {"type": "relationship", "relationship_type": "indicates",
         "source_ref": f"indicator--{NUMBER}1", "target_ref": f"malware--{NUMBER}2"},
    )  # fmt: skip
    assert reading.findings[0].kind == "content/malware"


def test_objects_of_version_2_0_stand_inside_the_observation() -> None:
    seen = {"0": {"type": "ipv4-addr", "value": "192.0.2.7"}, "1": {"type": "file"}}
    observed = {"type": "observed-data", "id": f"observed-data--{NUMBER}3", "objects": seen,
                "last_observed": "2026-03-01T10:00:00Z", "number_observed": 4}  # fmt: skip
    [found] = bundle(observed).findings
    assert (str(found.subject), found.count, found.confidence) == ("192.0.2.7", 4, 0.4)


def test_equal_values_are_pointed_out_in_their_own_object() -> None:
    reading = bundle(indicator(), indicator(PATTERN.replace("192.0.2.7", "192.0.2.8")))
    first, second = (finding.offsets for finding in reading.findings)
    assert first["address"] < first["at"] < second["address"] < second["at"]


def test_one_broken_object_costs_no_other() -> None:
    reading = bundle(indicator("["), indicator())
    assert (len(reading.findings), [one.row for one in reading.dead]) == (1, [1])


@given(st.text(alphabet="[]()='\\ANDOR:.value!<>,\n ipv4-addr*0", max_size=300))
def test_no_pattern_breaks_the_tokenizer(pattern: str) -> None:
    assert sum(len(token.text) for token in tokens(pattern)) <= len(pattern)
    assert all(
        isinstance(value, str)
        for pattern_value in pattern_values(pattern)
        for _, value in pattern_value.values
    )
