"""Feedback reports: every type ends in what it means, and a source that is guessed says so."""

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading, ReadingOutcome

HOPS = (
    "Received: from mx (mx [10.0.0.5]) by store; Sun, 1 Mar 2026 12:00:02 +0000\n"
    "Received: from box (box [192.0.2.7]) by mx; Sun, 1 Mar 2026 12:00:00 +0000\n"
    "Received: from liar ([203.0.113.9]) by box; Sun, 1 Mar 2026 11:00:00 +0000\n"
)


def arf(*fields: str, hops: str = HOPS) -> Reading:
    data = (
        "From: fbl@mailbox.example\nContent-Type: multipart/report; boundary=b\n\n--b\n"
        "Content-Type: message/feedback-report\n\n" + "\n".join(fields) + "\n--b\n"
        f"Content-Type: message/rfc822\n\n{hops}From: a@tenant.example\nSubject: Hi\n\nx\n--b--\n"
    )
    [(_, reading)] = read(data.encode(), "arf.eml")
    return reading


IP = "Source-IP: 192.0.2.1"


@pytest.mark.parametrize(
    ("type_", "kind", "role"),
    [
        ("abuse", "messaging/spam", Role.OFFENDER),
        ("ABUSE", "messaging/spam", Role.OFFENDER),
        ("fraud", "content/phishing", Role.OFFENDER),
        ("virus", "content/malware", Role.OFFENDER),
        ("opt-out", "messaging/bulk_messaging", Role.OFFENDER),
        ("opt-out-list", "messaging/bulk_messaging", Role.OFFENDER),
        ("other", "law/unspecified", Role.OFFENDER),
        ("new-type", "law/unspecified", Role.OFFENDER),
        ("auth-failure", "vulnerability/misconfiguration", Role.VULNERABLE),
    ],
)
def test_each_type_is_a_kind(type_: str, kind: str, role: Role) -> None:
    [found] = arf(f"Feedback-Type: {type_}", IP).findings
    assert (found.kind, found.role) == (kind, role)
    assert found.details["original-subject"] == "Hi"


@pytest.mark.parametrize("type_", ["not-spam", "Miscategorized"])
def test_no_spam_is_no_claim_and_no_work(type_: str) -> None:
    reading = arf(f"Feedback-Type: {type_}", IP)
    assert (reading.outcome, reading.findings) == (ReadingOutcome.IGNORED, ())
    assert "192.0.2.1" in (reading.reason or "")


@pytest.mark.parametrize(
    "fields", [("Feedback-Type: abuse",), ("Feedback-Type: abuse", "Source-IP: unknown")]
)
def test_a_missing_source_is_what_the_reporters_server_saw(fields: tuple[str, ...]) -> None:
    reading = arf(*fields)
    [found] = reading.findings
    assert (str(found.subject), found.confidence) == ("192.0.2.7", 0.63)
    assert "Source-IP" in (reading.reason or "")
    part, start, end = found.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.7"


def test_without_a_source_and_without_hops_it_is_dead() -> None:
    reading = arf("Feedback-Type: abuse", hops="")
    assert (reading.outcome, len(reading.dead)) == (ReadingOutcome.INBOX, 1)


def test_the_first_of_repeated_fields_is_read() -> None:
    reading = arf("Feedback-Type: abuse", IP, IP, "Feedback-Type: virus", "Arrival-Date: never",
                  "Received-Date: Sun, 1 Mar 2026 10:00:00 +0000")  # fmt: skip
    [found] = reading.findings
    assert (str(found.subject), str(found.at)) == ("192.0.2.1", "2026-03-01 10:00:00+00:00")


@pytest.mark.parametrize(("said", "count"), [("12", 12), ("many", 1), ("9" * 5000, 10**6)])
def test_incidents_are_counted(said: str, count: int) -> None:
    [found] = arf("Feedback-Type: abuse", IP, f"Incidents: {said}").findings
    assert found.count == count


@pytest.mark.parametrize("field", ["Incidents: 0", "Source-IP: 192.0.2.2"])
def test_of_no_incident_and_of_two_sources_nobody_is_accused(field: str) -> None:
    assert not arf("Feedback-Type: abuse", IP, field).findings


def test_a_fraud_accuses_the_urls_it_leads_to() -> None:
    uris = [f"Reported-URI: https://tenant.example/{n}" for n in (1, 2, 1)]
    reading = arf("Feedback-Type: fraud", IP, *uris, "Reported-URI: mailto:a@b.example")
    assert [str(finding.subject) for finding in reading.findings] == [
        "192.0.2.1",
        "https://tenant.example/1",
        "https://tenant.example/2",
    ]


def test_urls_in_a_spam_report_are_told_and_accused_of_nothing() -> None:
    [found] = arf("Feedback-Type: abuse", IP, "Reported-URI: https://tenant.example/1").findings
    assert found.details["reported-uri"] == "https://tenant.example/1"


OUT = (
    "Received: from out.{name} ({seen}[198.51.100.9]) by mx.service.example;"
    " Sun, 1 Mar 2026 12:00:02 +0000\n"
    "Received: from box (box [192.0.2.7]) by {below}; Sun, 1 Mar 2026 12:00:00 +0000\n"
)
OURS = "mailbox.example"


@pytest.mark.parametrize(
    ("seen", "below", "address"),
    [
        (f"out.{OURS} ", f"out.{OURS}", "192.0.2.7"),
        (f"out.{OURS} ", "elsewhere.example", None),
        ("", f"out.{OURS}", None),
        ("other.example ", f"out.{OURS}", None),
    ],
)
def test_the_reporters_own_relay_is_never_the_source(
    seen: str, below: str, address: str | None
) -> None:
    reading = arf("Feedback-Type: abuse", hops=OUT.format(name=OURS, seen=seen, below=below))
    assert [str(finding.subject.address) for finding in reading.findings] == (
        [address] if address else []
    )


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("192.0.2.1:4711", "192.0.2.1:4711"),
        ("[2001:db8::1]:4711", "[2001:db8::1]:4711"),
        ("[IPv6:2001:db8::1]", "2001:db8::1"),
    ],
)
def test_a_port_may_stand_beside_the_address(written: str, subject: str) -> None:
    [found] = arf("Feedback-Type: abuse", f"Source-IP: {written}").findings
    assert str(found.subject) == subject


def test_an_arrival_may_be_written_as_rfc_3339() -> None:
    [found] = arf("Feedback-Type: abuse", IP, "Arrival-Date: 2026-03-01T12:00:00Z").findings
    assert found.at is not None
    assert found.at.isoformat() == "2026-03-01T12:00:00+00:00"
