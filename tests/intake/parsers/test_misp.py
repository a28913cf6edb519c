"""MISP events: the attributes that are meant for detection are claims."""

import json
from typing import Any

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import Reading, ReadingOutcome


def misp(*attributes: dict[str, Any], **event: Any) -> Reading:  # noqa: ANN401 - any JSON value
    value = {"Event": {"info": "x", "Attribute": list(attributes), **event}}
    [(_, reading)] = read(json.dumps(value).encode(), "e.json")
    return reading


def attribute(type_: str, value: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return {"type": type_, "value": value, "to_ids": True, "timestamp": "1772355600", **more}


@pytest.mark.parametrize(
    ("type_", "value", "subject"),
    [
        ("ip-src", "192.0.2.7", "192.0.2.7"),
        ("ip-dst|port", "2001:db8::7|443", "[2001:db8::7]:443"),
        ("url", "http://tenant.example/x", "http://tenant.example/x"),
        ("domain|ip", "Tenant.example|192.0.2.7", "tenant.example"),
        ("email-src", "u@tenant.example", "u@tenant.example"),
    ],
)
def test_an_attribute_is_a_claim(type_: str, value: str, subject: str) -> None:
    reading = misp(attribute(type_, value), attribute("md5", "0" * 32))
    assert [str(finding.subject) for finding in reading.findings] == [subject]
    assert reading.dead == ()


def test_what_is_not_for_detection_is_believed_less() -> None:
    reading = misp(attribute("ip-src", "192.0.2.7"), attribute("ip-src", "192.0.2.8", to_ids=False))
    first, second = reading.findings
    assert first.confidence > second.confidence


def test_a_deleted_attribute_claims_nothing() -> None:
    reading = misp(attribute("ip-src", "192.0.2.7", deleted=True))
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())


def test_one_broken_attribute_costs_no_other() -> None:
    reading = misp(attribute("ip-src", "192.0.2.0/24"), attribute("ip-src", "192.0.2.8"))
    assert (len(reading.findings), [one.row for one in reading.dead]) == (1, [1])
