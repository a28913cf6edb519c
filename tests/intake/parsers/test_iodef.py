"""IODEF: who is the offender, who the victim, and what an event inherits."""

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading, ReadingOutcome

SOURCE = (
    '<System category="source"><Node><Address category="ipv4-addr">192.0.2.7</Address></Node>'
    '<Service ip-protocol="17"><Port>53</Port></Service></System>'
)
TARGET = SOURCE.replace("source", "target").replace("192.0.2.7", "198.51.100.1")
SPACE = "urn:ietf:params:xml:ns:iodef-2.0"


def iodef(flow: str, *, event: str = "", incident: str = "", space: str = SPACE) -> Reading:
    document = (
        f'<IODEF-Document xmlns="{space}"><Incident purpose="reporting"><IncidentID>1</IncidentID>'
        f"{incident}<EventData>{event}<Flow>{flow}</Flow></EventData></Incident></IODEF-Document>"
    )
    [(_, reading)] = read(document.encode(), "i.xml")
    return reading


DETECTED = "<DetectTime>2026-03-01T10:00:00Z</DetectTime>"


def test_the_source_is_the_offender_and_the_target_its_other_side() -> None:
    reading = iodef(SOURCE + TARGET, incident=DETECTED)
    [found] = reading.findings
    assert (str(found.subject), found.role, found.transport) == (
        "192.0.2.7:53",
        Role.OFFENDER,
        "udp",
    )
    assert found.target
    assert str(found.target.address) == "198.51.100.1"
    assert str(found.at) == "2026-03-01 10:00:00+00:00"
    part, start, end = found.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.7"


@pytest.mark.parametrize(
    ("flow", "role"),
    [
        (TARGET, Role.VICTIM),
        (SOURCE.replace("<System ", '<System spoofed="yes" '), Role.VICTIM),
        (SOURCE.replace("source", "intermediate"), Role.VULNERABLE),
    ],
)
def test_a_system_that_is_no_source_is_accused_of_nothing(flow: str, role: Role) -> None:
    assert [finding.role for finding in iodef(flow).findings] == [role]


@pytest.mark.parametrize("category", ["sensor", "infrastructure"])
def test_the_senders_own_machines_are_no_subject(category: str) -> None:
    reading = iodef(SOURCE.replace("source", category))
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())


@pytest.mark.parametrize(
    ("assessment", "kind"),
    [
        ('<Impact type="dos"/>', "connection/ddos"),
        ('<Impact type="ext-value" ext-type="phishing"/>', "content/phishing"),
        ('<SystemImpact type="availability-service"/>', "connection/ddos"),
        ("<SystemImpact type='unknown'><Description>spam run</Description></SystemImpact>",
         "messaging/spam"),
        ('<Impact type="unknown"/>', "law/unspecified"),
    ],
)  # fmt: skip
def test_the_assessment_names_the_kind(assessment: str, kind: str) -> None:
    reading = iodef(
        SOURCE,
        incident=f"<Assessment>{assessment}</Assessment>",
        space="urn:ietf:params:xml:ns:iodef-1.0",
    )
    assert [finding.kind for finding in reading.findings] == [kind]


def test_an_inner_event_inherits_what_it_does_not_say() -> None:
    inner = (
        "<EventData><StartTime>2026-03-01T11:00:00+01:00</StartTime>"
        f"<Flow>{SOURCE.replace('192.0.2.7', '192.0.2.8')}</Flow></EventData>"
    )
    found = iodef(f"{SOURCE}</Flow>{inner}<Flow>", incident=DETECTED + DETECTED).findings
    assert [str(one.at)[11:16] for one in found] == ["10:00", "10:00"]
    assert [str(one.subject) for one in found] == ["192.0.2.7:53", "192.0.2.8:53"]


def test_the_time_of_the_report_is_not_the_time_of_the_event() -> None:
    reading = iodef(SOURCE, incident="<ReportTime>2026-03-01T12:00:00Z</ReportTime>")
    assert reading.findings[0].at is None


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ('<Address category="ipv4-net">192.0.2.0/24</Address>', "ipv4-net"),
        ("<Address>192.0.2.999</Address>", "192.0.2.999"),
        ("", "found none"),
    ],
)
def test_a_system_without_an_address_is_dead(address: str, word: str) -> None:
    reading = iodef(f'<System category="source"><Node>{address}</Node></System>')
    assert (reading.outcome, len(reading.dead)) == (ReadingOutcome.INBOX, 1)
    assert word in (reading.reason or "")


def test_a_document_type_is_refused() -> None:
    data = b'<!DOCTYPE x [<!ENTITY e "v">]><IODEF-Document><Incident/></IODEF-Document>'
    [(_, reading)] = read(data, "i.xml")
    assert (reading.outcome, "document type" in (reading.reason or "")) == (
        ReadingOutcome.INBOX,
        True,
    )
