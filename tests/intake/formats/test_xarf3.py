"""XARF v1 to v3: what contradicts its own version is no claim, what is merely odd costs belief."""

import json
from copy import deepcopy
from typing import Any

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading, ReadingOutcome

REPORTER = {
    "ReporterOrg": "Reporter",
    "ReporterOrgDomain": "reporter.example",
    "ReporterOrgEmail": "abuse@reporter.example",
}
SPAM = {
    "ReportClass": "Activity",
    "ReportType": "Spam",
    "Date": "2026-03-01T12:00:00Z",
    "SourceIp": "192.0.2.9",
    "SourcePort": 41000,
}
LEAK = {
    "ReportClass": "Activity",
    "ReportType": "PotentiallyCompromisedAccount",
    "Date": "2026-03-01T12:00:00Z",
    "Account": {"AccountEmail": "user@tenant.example"},
    "AttackerIp": "192.0.2.8",
    "DestinationIp": "198.51.100.4",
    "DestinationPort": 993,
}
CVSS = {"Version": "3.1", "Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}


def xarf(body: Any = SPAM, version: object = "3", **top: Any) -> Reading:  # noqa: ANN401 - any JSON
    report = {"Version": version, "ReporterInfo": REPORTER, "Disclosure": True, "Report": body}
    report.update(top)
    report = {key: value for key, value in report.items() if value != "absent"}
    [(_, reading)] = read(json.dumps(report).encode(), "r.json")
    return reading


def changed(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    body = {**deepcopy(SPAM), **fields}
    return {key: value for key, value in body.items() if value != "absent"}


@pytest.mark.parametrize("version", ["1", "2", "3", "alpha", "development", "3.0.0"])
def test_a_sound_report_has_no_remark(version: str) -> None:
    reading = xarf(version=version)
    assert (reading.outcome, reading.reason, reading.dead) == (ReadingOutcome.PARSED, None, ())
    [found] = reading.findings
    assert (found.kind, str(found.subject)) == ("messaging/spam", "192.0.2.9:41000")
    assert reading.reporter == "abuse@reporter.example"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"Date": "soon"}, "Date"),
        ({"Date": "absent"}, "Date"),
        ({"SourceIp": "absent"}, "SourceIp"),
        ({"SourceIp": "192.0.2"}, "SourceIp"),
        ({"SourcePort": 70000}, "SourcePort"),
        ({"SourcePort": "ssh"}, "SourcePort"),
        ({"ReportClass": "absent"}, "ReportClass"),
        ({"ReportClass": "Conduct"}, "ReportClass"),
        ({"ReportType": "absent"}, "ReportType"),
        ({"ReportType": ["Spam"]}, "ReportType"),
        ({"ReportType": "OpenService"}, "ServiceName"),
        ({"ReportType": "Phishing", "ReportClass": "Content"}, "SourceUrl"),
        ({"ReportType": "Copyright", "ReportClass": "Content"}, "InfringedMaterial"),
        ({"ReportType": "Harassment"}, "Harasser"),
        ({"ReportType": "PotentiallyCompromisedAccount", "Account": {}}, "Account"),
        ({"DestinationPort": [25, "smtp"]}, "DestinationPort"),
        ({"DestinationIp": 7}, "DestinationIp"),
        ({"ByteCount": "lots"}, "ByteCount"),
        ({"FirstSeen": "earlier"}, "FirstSeen"),
        ({"Samples": {}}, "Samples"),
        ({"Samples": [{"ContentType": "text/plain"}]}, "Samples"),
        ({"Samples": [{"ContentType": "a/b", "Payload": "x", "Base64Encoded": "y"}]}, "Samples"),
        ({"SmtpMailFromAddress": "nobody"}, "SmtpMailFromAddress"),
        ({"TransportProtocol": "sctp"}, "TransportProtocol"),
        ({"CVE": "CVE-soon-1"}, "CVE"),
        ({"CVSS": {**CVSS, "Version": "2"}}, "CVSS"),
        ({"FileHash": {"HashValue": "00", "HashAlgorithm": "crc32"}}, "FileHash"),
        ({"Custom": {"count": [5]}}, "Custom"),
        ({"Ongoing": "yes"}, "Ongoing"),
        ({"ASN": 0}, "ASN"),
    ],
)
def test_a_contradiction_leaves_no_claim(fields: dict[str, Any], word: str) -> None:
    reading = xarf(changed(**fields))
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())
    assert (reading.reason or "").startswith("not valid XARF 3: ")
    assert word in (reading.reason or "")


@pytest.mark.parametrize(
    ("top", "word"),
    [
        ({"ReporterInfo": []}, "expected Version"),
        ({"Report": "absent"}, "expected Version"),
        ({"ReporterInfo": {}}, "ReporterOrgEmail"),
        ({"ReporterInfo": {**REPORTER, "ReporterOrgDomain": "no host name"}}, "ReporterOrgDomain"),
        ({"ReporterInfo": {**REPORTER, "Salary": 1}}, "Salary"),
        ({"OnBehalfOf": "a friend"}, "OnBehalfOf"),
        ({"OnBehalfOf": {"ComplainantOrg": "Someone"}}, "ComplainantOrgEmail"),
        ({"InternalProcessing": {"EventTags": ["a", 9]}}, "InternalProcessing"),
        ({"Version": "9"}, "Version"),
    ],
)
def test_who_reports_is_held_to_the_rules_too(top: dict[str, Any], word: str) -> None:
    reading = xarf(**top)
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())
    assert word in (reading.reason or "")


@pytest.mark.parametrize(
    ("fields", "top", "word"),
    [
        ({"SourcePort": "41000"}, {}, "SourcePort"),
        ({"ReporterCaseID": 12}, {}, "ReporterCaseID"),
        ({"ReporterNotes": None}, {}, "ReporterNotes"),
        ({"Samples": []}, {}, "Samples"),
        ({"Date": "2026-03-01 12:00:00"}, {}, "Date"),
        ({"ReportType": "Rudeness"}, {}, "ReportType"),
        ({"ReportType": "Copyright", "InfringedMaterial": "A Film"}, {}, "ReportClass"),
        ({"SourceUrl": "tenant.example/x"}, {}, "SourceUrl"),
        ({"FirstSeen": "2026-03-01"}, {}, "FirstSeen"),
        ({}, {"OnBehalfOf": None}, "OnBehalfOf"),
        (
            {},
            {
                "ReporterInfo": {
                    "ReporterContactName": "A Person",
                    "ReporterContactEmail": "a@b.example",
                }
            },
            "ReporterType",
        ),
        ({}, {"Disclosure": "absent"}, "Disclosure"),
        ({}, {"version": 3}, "Version"),
        ({}, {"ReporterInfo": {**REPORTER, "ReporterOrg": "EX"}}, "ReporterOrg"),
    ],
)
def test_an_oddity_is_remarked_on_and_lowers_the_confidence(
    fields: dict[str, Any], top: dict[str, Any], word: str
) -> None:
    reading = xarf(changed(**fields), **top)
    assert (reading.outcome, word in (reading.reason or "")) == (ReadingOutcome.PARSED, True)
    assert reading.findings[0].confidence < xarf().findings[0].confidence


def test_of_address_and_url_one_is_enough() -> None:
    body = changed(ReportClass="Content", ReportType="Phishing", SourceIp="unknown")
    reading = xarf({**body, "SourceUrl": "https://tenant.example/x"})
    assert [str(finding.subject) for finding in reading.findings] == ["https://tenant.example/x"]
    assert "SourceIp" in (reading.reason or "")


def test_a_leaked_account_is_a_victim_and_who_tries_it_an_offender() -> None:
    account, attack = xarf(LEAK).findings
    assert (str(account.subject), account.role) == ("user@tenant.example", Role.VICTIM)
    assert (str(attack.subject), attack.role) == ("192.0.2.8", Role.OFFENDER)
    assert attack.target == account.target


def test_a_machine_that_asks_for_a_malwares_name_is_infected() -> None:
    [found] = xarf(changed(ReportType="Malware", RpzDomain="bad.example")).findings
    assert (found.kind, found.details["RpzDomain"]) == ("connection/infected_host", "bad.example")


def test_content_malware_needs_its_url_before_version_3() -> None:
    body = changed(ReportType="Malware", ReportClass="Content")
    assert [xarf(body, version).outcome for version in ("1", "2", "3")] == [
        ReadingOutcome.INBOX,
        ReadingOutcome.INBOX,
        ReadingOutcome.PARSED,
    ]
