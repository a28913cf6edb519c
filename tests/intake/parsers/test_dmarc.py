"""DMARC and TLS statistics accuse nobody, and say what they are about."""

import json

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import Reading, ReadingOutcome

RECORD = "<record><row><source_ip>192.0.2.1</source_ip><count>{}</count></row></record>"
DMARC = (
    '<feedback xmlns="{}"><report_metadata><org_name>Box</org_name></report_metadata>'
    "<policy_published><domain>hoster.example</domain></policy_published>{}</feedback>"
)


def dmarc(space: str = "", records: str = RECORD.format(3)) -> Reading:
    [(_, reading)] = read(DMARC.format(space, records).encode(), "r.xml")
    return reading


@pytest.mark.parametrize("space", ["", "urn:ietf:params:xml:ns:dmarc-2.0"])
def test_an_aggregate_report_is_ignored_with_what_it_is_about(space: str) -> None:
    reading = dmarc(space, RECORD.format(3) + RECORD.format(40) + RECORD.format("many"))
    assert (reading.outcome, reading.findings) == (ReadingOutcome.IGNORED, ())
    for word in ("hoster.example", "Box", "43 mails", "3 sources"):
        assert word in (reading.reason or "")


def test_a_prefix_changes_nothing() -> None:
    text = DMARC.format("", RECORD.format(3)).replace("<", "<d:").replace("<d:/", "</d:")
    [(_, reading)] = read(text.encode(), "r.xml")
    assert (reading.outcome, "3 mails" in (reading.reason or "")) == (ReadingOutcome.IGNORED, True)


def test_a_broken_aggregate_report_stands_in_the_inbox() -> None:
    assert dmarc(records="</feedback").outcome is ReadingOutcome.INBOX


def test_feedback_of_another_kind_is_no_aggregate_report() -> None:
    [(_, reading)] = read(b"<feedback><stars>5</stars></feedback>", "r.xml")
    assert reading.container is None


@pytest.mark.parametrize(
    ("policies", "outcome"),
    [
        ([{"policy": {"policy-domain": "hoster.example"}}], ReadingOutcome.IGNORED),
        ([{"policy": 7}, None], ReadingOutcome.IGNORED),
        ("none", ReadingOutcome.INBOX),
    ],
)
def test_tls_reports(policies: object, outcome: ReadingOutcome) -> None:
    value = {"report-id": "1", "organization-name": "Box", "policies": policies}
    [(_, reading)] = read(json.dumps(value).encode(), "r.json")
    assert (reading.outcome, reading.container) == (outcome, "dmarc")
