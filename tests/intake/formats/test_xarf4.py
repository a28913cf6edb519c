"""XARF is graded: odd fields are remarked on, only the useless is dead."""

import json
from typing import Any

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading, ReadingOutcome
from aupkeep.model.taxonomy import KINDS

WHO = {"org": "Reporter", "contact": "abuse@reporter.example", "domain": "reporter.example"}
SOUND = {
    "xarf_version": "4.2.0",
    "report_id": "0b7e2a52-6f0e-4d52-9a5e-0c6b6b8a7f11",
    "timestamp": "2026-03-01T12:00:00Z",
    "reporter": WHO,
    "sender": WHO,
    "source_identifier": "192.0.2.1",
    "category": "messaging",
    "type": "spam",
    "protocol": "smtp",
}
TYPES = {
    "connection": "ddos login_attack port_scan sql_injection infected_host reconnaissance scraping"
    " vulnerability_scan",
    "content": "phishing malware fraud brand_infringement csam csem exposed_data remote_compromise"
    " suspicious_registration",
    "copyright": "copyright cyberlocker link_site p2p ugc_platform usenet",
    "infrastructure": "botnet compromised_server",
    "messaging": "spam bulk_messaging",
    "reputation": "blocklist threat_intelligence",
    "vulnerability": "cve misconfiguration open_service",
}
PAIRS = [(category, name) for category, names in TYPES.items() for name in names.split()]


def xarf(**changed: Any) -> Reading:  # noqa: ANN401 - any JSON value
    report = {key: value for key, value in {**SOUND, **changed}.items() if value != "absent"}
    [(_, reading)] = read(json.dumps(report).encode(), "r.json")
    return reading


def test_a_sound_report_has_no_remark() -> None:
    reading = xarf()
    assert (reading.outcome, reading.reason) == (ReadingOutcome.PARSED, None)
    assert (reading.reporter, reading.reporter_name) == ("abuse@reporter.example", "Reporter")
    assert str(reading.findings[0].source) == "mail:?reporter.example"


def test_all_32_types_of_version_4_are_kinds() -> None:
    assert len(PAIRS) == 32
    for category, name in PAIRS:
        [found] = xarf(category=category, type=name).findings
        assert found.kind == f"{category}/{name}"
        assert found.kind in KINDS


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"report_id": "7"}, "report_id"),
        ({"report_id": "absent"}, "report_id"),
        ({"xarf_version": "absent"}, "xarf_version"),
        ({"sender": "absent"}, "sender"),
        ({"reporter": "absent"}, "reporter"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "2026-03-01T12:00:00"}, "a zone"),
        ({"source_port": 70000}, "source_port"),
        ({"source_port": "22"}, "source_port"),
        ({"confidence": 85}, "confidence"),
        ({"type": "new_type"}, "category/type"),
        ({"protocol": "absent"}, "protocol"),
        ({"first_seen": "earlier"}, "first_seen"),
        ({"first_seen": "2026-03-01T12:00:00Z", "last_seen": "2026-03-01T11:00:00Z"}, "before"),
        ({"destination_ip": "10.0.0"}, "destination_ip"),
        ({"tags": ["Spam"]}, "tags"),
        ({"evidence": [{"payload": "x"}]}, "evidence"),
        ({"reporter": {"contact": "abuse@reporter.example"}}, "reporter.org"),
    ],
)
def test_an_odd_field_is_remarked_on_and_lowers_the_confidence(
    changed: dict[str, Any], word: str
) -> None:
    reading = xarf(**changed)
    assert reading.outcome is ReadingOutcome.PARSED
    assert word in (reading.reason or "")
    assert reading.findings[0].confidence < xarf().findings[0].confidence


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"source_identifier": "absent"}, "source_identifier"),
        ({"source_identifier": "not a source"}, "source_identifier"),
        ({"source_identifier": 7}, "source_identifier"),
        ({"category": "absent", "type": "absent"}, "category and type"),
    ],
)
def test_a_report_without_a_source_or_a_kind_is_dead(changed: dict[str, Any], word: str) -> None:
    reading = xarf(**changed)
    assert (reading.outcome, len(reading.dead)) == (ReadingOutcome.INBOX, 1)
    assert word in reading.dead[0].reason


@pytest.mark.parametrize(
    ("source", "changed", "subject"),
    [
        ("2001:db8::1", {"source_port": 25}, "[2001:db8::1]:25"),
        ("::ffff:192.0.2.1", {}, "192.0.2.1"),
        ("bad.example", {}, "bad.example"),
        ("https://bad.example/x", {}, "https://bad.example/x"),
        ("user@tenant.example", {}, "user@tenant.example"),
        ("192.0.2.1", {"service_port": 53, "category": "vulnerability"}, "192.0.2.1:53"),
    ],
)
def test_sources(source: str, changed: dict[str, Any], subject: str) -> None:
    [found] = xarf(source_identifier=source, **changed).findings
    assert str(found.subject) == subject


@pytest.mark.parametrize(
    ("server", "role"),
    [("192.0.2.1:443", Role.CONTROLLER), ("198.51.100.1", Role.OFFENDER), (None, Role.OFFENDER)],
)
def test_only_the_server_itself_is_a_controller(server: str | None, role: Role) -> None:
    reading = xarf(category="infrastructure", type="botnet", c2_server=server)
    assert reading.findings[0].role is role


def test_one_bad_report_of_a_list_costs_no_other() -> None:
    data = json.dumps([SOUND, {"xarf_version": "4.2.0"}, SOUND]).encode()
    [(_, reading)] = read(data, "r.json")
    assert (len(reading.findings), [one.row for one in reading.dead]) == (2, [2])


def test_one_bad_line_costs_no_other() -> None:
    line = json.dumps(SOUND).encode()
    [(_, reading)] = read(b"\n".join([line, b'{"type": "a", "type": "b"}', line]), "r.jsonl")
    assert (len(reading.findings), [one.row for one in reading.dead]) == (2, [2])


def test_offsets_point_at_the_values_of_their_own_report() -> None:
    other = {**SOUND, "source_identifier": "198.51.100.77"}
    [(_, reading)] = read(json.dumps([SOUND, other]).encode(), "r.json")
    for finding in reading.findings:
        part, start, end = finding.offsets["address"]
        assert reading.parts[part][start:end] == str(finding.subject.address)
