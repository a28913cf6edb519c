"""XARF of every version is found in every way that it is sent."""

import base64
import gzip
import io
import json
import quopri
import zipfile
from collections.abc import Callable

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import ReadingOutcome

WHO = {"org": "Reporter", "contact": "abuse@reporter.example", "domain": "reporter.example"}
V4 = {
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
OLD = {
    "ReporterInfo": {
        "ReporterOrg": "Reporter",
        "ReporterOrgDomain": "reporter.example",
        "ReporterOrgEmail": "abuse@reporter.example",
    },
    "Disclosure": True,
    "Report": {
        "ReportClass": "Activity",
        "ReportType": "Spam",
        "Date": "2026-03-01T12:00:00Z",
        "SourceIp": "192.0.2.1",
    },
}
REPORTS = {"4": V4, **{version: {"Version": version, **OLD} for version in ("1", "2", "3")}}
HEAD = b"From: abuse@reporter.example\nSubject: XARF\nMIME-Version: 1.0\n"


def part(media: str, encoding: str, body: bytes) -> bytes:
    return f"--e\nContent-Type: {media}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body


def mixed(*parts: bytes, media: str = "multipart/mixed") -> bytes:
    return (
        HEAD + f"Content-Type: {media}; boundary=e\n\n".encode() + b"\n".join(parts) + b"\n--e--\n"
    )


def packed(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("report.json", data)
    return out.getvalue()


TEXT = part("text/plain", "7bit", b"A report is attached.\n")
FEEDBACK = part(
    "message/feedback-report", "7bit", b"Feedback-Type: xarf\nUser-Agent: a/1\nVersion: 1\n"
)
WAYS: dict[str, Callable[[bytes], bytes]] = {
    "bare": lambda data: data,
    "with a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "in UTF-16": lambda data: data.decode().encode("utf-16"),
    "in gzip": gzip.compress,
    "in zip": packed,
    "as the body": lambda data: HEAD + b"Content-Type: application/json\n\n" + data,
    "as text": lambda data: HEAD + b"\n" + data,
    "as a feedback report": lambda data: mixed(
        TEXT,
        FEEDBACK,
        part("application/json; name=xarf.json", "base64", base64.encodebytes(data)),
        media="multipart/report; report-type=feedback-report",
    ),
    "in multipart/mixed": lambda data: mixed(
        TEXT,
        part("application/json; name=xarf.json", "quoted-printable", quopri.encodestring(data)),
    ),
    "as an unnamed file": lambda data: mixed(
        TEXT, part("application/octet-stream; name=a.json", "base64", base64.encodebytes(data))
    ),
    "in gzip attached": lambda data: mixed(
        TEXT,
        part("application/gzip; name=a.json.gz", "base64", base64.encodebytes(gzip.compress(data))),
    ),
    "in an attached mail": lambda data: mixed(
        TEXT,
        part("message/rfc822", "7bit", HEAD + b"Content-Type: application/json\n\n" + data),
    ),
    "in an attached mail in base64": lambda data: mixed(
        TEXT,
        part(
            "message/rfc822",
            "base64",
            base64.encodebytes(HEAD + b"Content-Type: application/json\n\n" + data),
        ),
    ),
}


@pytest.mark.parametrize("version", REPORTS)
@pytest.mark.parametrize("way", WAYS)
def test_every_version_arrives_by_every_way(version: str, way: str) -> None:
    data = WAYS[way](json.dumps(REPORTS[version]).encode())
    [(_, reading)] = read(data, "report")
    assert (reading.outcome, reading.container, reading.dead) == (ReadingOutcome.PARSED, "xarf", ())
    [found] = reading.findings
    assert (found.kind, str(found.subject)) == ("messaging/spam", "192.0.2.1")
    place, start, end = found.offsets["address"]
    assert reading.parts[place][start:end] == "192.0.2.1"


def letter(above: str, below: str = "", head: bytes = HEAD, version: str = "3") -> bytes:
    report = json.dumps(REPORTS[version], indent=2)
    return head + b"Content-Type: text/plain\n\n" + f"{above}{report}{below}".encode()


@pytest.mark.parametrize("version", REPORTS)
def test_a_report_below_words_is_read(version: str) -> None:
    data = letter("Dear desk,\n{no json}\nplease see:\n\n", "\n\nRegards\n", version=version)
    [(_, reading)] = read(data, "x.eml")
    [found] = reading.findings
    assert (reading.container, found.kind) == ("xarf", "messaging/spam")
    part, start, end = found.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.1"


@pytest.mark.parametrize(
    "data",
    [
        letter("We fixed it.\n\n", head=HEAD + b"In-Reply-To: <1@hoster.example>\n"),
        letter("We fixed it.\n\n-----Original Message-----\n"),
        letter("We fixed it.\n> "),
    ],
)
def test_a_report_that_a_letter_quotes_is_not_read(data: bytes) -> None:
    [(_, reading)] = read(data, "x.eml")
    assert reading.container != "xarf"


def test_what_is_no_report_in_a_list_costs_its_own_row_alone() -> None:
    """A list may hold anything; the report beside is read."""
    body = json.dumps(["192.0.2.9", 7, V4]).encode()
    data = mixed(part("application/json; name=xarf.json", "7bit", body))
    [(_, reading)] = read(data, "x.eml")
    assert [str(finding.subject.address) for finding in reading.findings] == ["192.0.2.1"]
    assert [row.row for row in reading.dead] == [1, 2]
