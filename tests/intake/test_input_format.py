"""What bytes are, when nobody says: a log may begin with a bracket and is no JSON report."""

import pytest

from aupkeep.intake.input_format import InputFormat, detect_format, is_json_log
from aupkeep.intake.reading import read

EVE = b'{"timestamp":"2026-03-01T10:00:00Z","event_type":"alert","src_ip":"192.0.2.66"}\n'


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b'{"a": 1}', InputFormat.XARF),
        (b'[\n  {"a": 1}]', InputFormat.XARF),
        (b"{}", InputFormat.XARF),
        (b'[2026-03-01 10:00:00] "x" failed', InputFormat.TEXT),
        (b'[Sun Mar 01 10:00:00 2026] [error] [client 192.0.2.66] "x"', InputFormat.TEXT),
        (b'[**] [1:1:1] "x" [**]', InputFormat.TEXT),
    ],
)  # fmt: skip
def test_a_bracket_alone_makes_no_json(data, form):
    """JSON goes on as JSON does behind its first bracket; the lines of a log do not."""
    assert detect_format(data) is form


def test_a_log_of_json_events_is_read_as_a_log():
    """Events on lines of their own are evidence, one by one."""
    ((_, reading),) = read(EVE * 2, "eve.json")
    assert reading.container == "text"
    assert {str(finding.subject.address) for finding in reading.findings} == {"192.0.2.66"}


@pytest.mark.parametrize(
    "data",
    [
        b'{"Version":"3","ReporterInfo":{},"Report":{"src_ip":"192.0.2.66"}}',
        b'{"xarf_version":"4.0.0","message":"x","source_identifier":"192.0.2.66"}',
        b'{"type":"bundle","objects":[],"message":"192.0.2.66"}',
        b'[{"src_ip":"192.0.2.66"}]',
        b'{"a":1}',
    ],
)
def test_a_broken_report_is_no_log(data):
    """JSON that means to be a report is not read for its addresses when it is refused."""
    assert not is_json_log(data)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("To: the Copyright Agent. My page was taken down.", InputFormat.TEXT),
        ("From: Ada Example\nTo: the host\n\nDear desk,", InputFormat.TEXT),
        ("To: abuse@hoster.example\n\nx", InputFormat.MAIL),
        ("Subject: hello\n\nx", InputFormat.MAIL),
    ],
)
def test_the_head_of_a_letter_is_no_mails(text: str, form: InputFormat) -> None:
    assert detect_format(text.encode()) is form
