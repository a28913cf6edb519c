"""Real reports and the publisher's schema, beside the checkout: what peers say, we say too."""

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aupkeep.intake.reading import read
from aupkeep.intake.shadowserver.columns import NAMES
from aupkeep.intake.shadowserver.schema import read_schema
from aupkeep.intake.shadowserver.types import types
from aupkeep.model.report import Reading

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
TESTS = sorted((CORPORA / "intelmq-shadowserver" / "shadowserver").glob("*.expected.json"))
SCHEMA = CORPORA / "shadowserver-report-schema"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/corpora is not here"),
]
VALUES = {
    "timestamp": "2026-03-01 12:00:00",
    "ip": "192.0.2.7",
    "src_ip": "192.0.2.8",
    "dst_ip": "198.51.100.9",
    "http_referer_ip": "192.0.2.5",
    "port": "8080",
    "src_port": "40000",
    "dst_port": "80",
    "protocol": "tcp",
    "url": "http://www.example.com/x",
    "website": "www.example.com",
    "request": "www.example.net",
    "email": "user@example.com",
    "username": "",
    "tag": "",
}
# Types that the publisher has moved since 2023 (its list of completed changes, 2024-01-29,
# 2024-02-06 and 2025-09-15); a report of any year counts as it did then.
MOVED = {
    "population_bgp", "population6_bgp", "population_msmq", "population6_msmq", "scan_couchdb",
    "scan_epmd", "scan_mysql", "scan6_mysql", "scan_postgres", "scan6_postgres", "scan_gtp",
    "scan_ssl_freak", "scan6_ssl_freak", "scan_ssl_poodle", "scan6_ssl_poodle",
    "event4_sinkhole_http_referer", "event6_sinkhole_http_referer",
}  # fmt: skip
BY_ROW = {"scan_exchange", "scan6_exchange"}


@cache
def schema(name: str) -> dict[str, Any]:
    """One of the publisher's files."""
    found: dict[str, Any] = json.loads((SCHEMA / name).read_text("utf-8"))
    return found


def names() -> list[str]:
    """Every type of the publisher's schema; those of our table where it is not here."""
    return list(schema("reports.json")) if SCHEMA.is_dir() else list(types())


def generated(kind: str) -> str:
    """Two rows with every column of a type."""
    columns = schema("reports.json")[kind]["fields"]
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows(
        [VALUES.get(column, f'said "{column}",\nor so') for column in columns] for _ in "ab"
    )
    return text.getvalue()


def reading_of(text: str, name: str) -> Reading:
    [(_, reading)] = read(text.encode(), name)
    return reading


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name.partition(".")[0])
@pytest.mark.parametrize("named", [True, False], ids=["by name", "by columns"])
def test_a_report_says_what_a_peer_reads_in_it(path: Path, named: bool) -> None:  # noqa: FBT001 - a case
    test = json.loads(path.read_text("utf-8"))
    name = test["inputs"][0]["report_meta"]["extra.file_name"] if named else "unnamed"
    data = (path.parent / test["inputs"][0]["file"]).read_text("utf-8")
    found = [
        {
            "source.ip": str(finding.subject.address) if finding.subject.address else None,
            "source.port": finding.subject.port,
            "time.source": finding.at.isoformat() if finding.at else None,
            "classification": finding.rsit,
            "protocol.transport": finding.transport,
        }
        for finding in reading_of(data, name).findings
    ]
    for expected in test["expected"]:
        event = expected["event"]
        event["classification"] = (
            f"{event['classification.taxonomy']}:{event['classification.type']}"
        )
        assert {key: event.get(key) for key in found[0]} in found


@pytest.mark.parametrize("kind", names())
def test_every_type_of_the_schema_is_read(kind: str) -> None:
    reading = reading_of(generated(kind), f"2026-03-01-{kind}-asn.csv")
    assert len(reading.findings) == 2 * len(types()[kind].sides)
    assert (reading.container, reading.dead, reading.reason) == ("shadowserver", (), None)


@pytest.mark.parametrize("kind", names())
def test_a_type_is_classified_as_the_publisher_does(kind: str) -> None:
    peers = schema("intelmq.json")
    said = peers.get(kind) or peers[kind.replace("event4_", "event_").replace("event6_", "event_")]
    constant = said["constant_fields"]
    theirs = f"{constant.get('classification.taxonomy')}:{constant.get('classification.type')}"
    ours = {meaning.rsit for _, meaning in types()[kind].sides}
    assert (theirs in ours) == (kind not in MOVED | BY_ROW)
    assert constant.get("protocol.transport") == types()[kind].transport


@pytest.mark.parametrize("name", ["reports.json", "intelmq.json"])
def test_the_publishers_own_files_teach(name: str) -> None:
    found, columns = read_schema((SCHEMA / name).read_text("utf-8"))
    assert found == {}
    assert len(columns) > 700


def test_no_column_of_the_schema_is_news() -> None:
    columns = {name for kind in schema("reports.json").values() for name in kind["fields"]}
    assert columns <= NAMES
