"""Every source that is asked reads its samples as written down, from a server on loopback."""

import json
import os
import tomllib
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.inventory import standing_source
from aupkeep.inventory.history import exclusive
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import show_moment
from inventory.json_server import serving

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples" / "inventory"
MAPPINGS = ROOT / "src" / "aupkeep" / "inventory" / "mappings"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CASES = sorted(str(x.parent.relative_to(SAMPLES)) for x in SAMPLES.glob("*/*/sample.json"))
LOCAL = {name for name, item in standing_source.standing_sources().items() if item.local}


def plain(row):
    """A row as JSON."""
    return {
        "prefix": str(row.prefix),
        "ports": [row.port_from, row.port_to],
        "customer": row.customer,
        "resource": row.resource,
        "kind": "pool" if row.pool else "router" if row.router else "customer",
        "since": row.since and show_moment(row.since),
        "renewed": row.renewed and show_moment(row.renewed),
    }


def plain_span(span):
    """A part of a history as JSON."""
    return {
        "prefix": str(span.prefix),
        "ports": [span.port_from, span.port_to],
        "customer": span.customer,
        "resource": span.resource,
        "from": show_moment(span.start),
        "until": span.end and show_moment(span.end),
    }


def plain_history(history):
    """A history as JSON, as it would go on record."""
    by_prefix = defaultdict(list)
    for span in history.spans:
        by_prefix[str(span.prefix)].append(span)
    return {
        "spans": [plain_span(x) for name in sorted(by_prefix) for x in exclusive(by_prefix[name])],
        "ends": [[str(x.prefix), x.port_from, x.customer, show_moment(x.at)] for x in history.ends],
        "since": history.since and show_moment(history.since),
    }


def lay_files(folder, files):
    """Write a sample's files; what follows a `+` at a line's beginning was not written to its end.

    They are a minute apart, in their order.
    """
    for number, (name, lines) in enumerate(files.items()):
        half = "".join(line[1:] for line in lines if line.startswith("+"))
        whole = "".join(f"{line}\n" for line in lines if not line.startswith("+"))
        (folder / name).write_text(whole + half, "utf-8")
        (folder / name).chmod(0o700 if whole.startswith("#!") else 0o600)
        os.utime(folder / name, (number * 60, number * 60))


def look(kind, sample, origin, folder):
    """One look at a server there, or at the files, as the sample says."""
    lay_files(folder, sample.get("files", {}))
    mapping = sample.get("mapping")
    options = SourceOptions(
        name="sample",
        customers=sample.get("customers", {}),
        options={
            name: value.replace("{folder}", str(folder)) if isinstance(value, str) else value
            for name, value in sample.get("options", {}).items()
        },
        mapping=tomllib.loads((MAPPINGS / f"{mapping}.toml").read_text()) if mapping else {},
        folder=folder,
    )
    client = HttpClient(origin + sample.get("url", "/"))
    return standing_source.standing_sources()[kind].open(options, client)(NOON)


def marked(case):
    """A sample of files needs no server."""
    network = [] if case.partition("/")[0] in LOCAL else [pytest.mark.network]
    return pytest.param(case, marks=network)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_sample(case, tmp_path):
    """A sample gives exactly its expected rows; what it says of each row is in the file."""
    folder, kind = SAMPLES / case, case.partition("/")[0]
    sample = json.loads((folder / "sample.json").read_text("utf-8"))
    served = {name: sample.get(name, {}) for name in ("answers", "statuses", "headers")}
    if kind in LOCAL:
        reading = look(kind, sample, "http://localhost", tmp_path)
    else:
        with serving(**served) as server:
            reading = look(kind, sample, server.origin, tmp_path)
    found = {
        "rows": [plain(row) for row in reading.rows],
        "rejected": [{"row": row.row, "reason": row.reason} for row in reading.rejected],
        "unmapped": sorted(reading.unmapped),
    }
    if reading.history is not None:
        found["history"] = plain_history(reading.history)
    expected = folder / "expected.json"
    if os.environ.get("AUPKEEP_ACCEPT"):
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


def test_every_kind_and_every_mapping_has_a_sample():
    """So that none is shipped that nobody has seen read."""
    assert {case.partition("/")[0] for case in CASES} == set(standing_source.standing_sources())
    named = {json.loads((SAMPLES / x / "sample.json").read_text()).get("mapping") for x in CASES}
    assert {file.stem for file in MAPPINGS.glob("*.toml")} <= named


@pytest.mark.parametrize("seconds", [0, 1, standing_source.LONGEST])
def test_a_length_of_time(seconds):
    """In seconds, from nought up to a year; what is not set has its default."""
    options = SourceOptions(name="x", options={"every": seconds})
    assert standing_source.seconds_option(options, "every", 7).total_seconds() == seconds
    assert standing_source.seconds_option(options, "other", 7).total_seconds() == 7


@pytest.mark.parametrize("value", [-1, standing_source.LONGEST + 1, True, 1.0, "1"])
def test_no_length_of_time(value):
    options = SourceOptions(name="x", options={"every": value})
    with pytest.raises(Invalid) as caught:
        standing_source.seconds_option(options, "every", 7)
    words = "option every: expected seconds from 0 to 31622400, found another value"
    assert str(caught.value) == words


def test_a_text():
    """What is not set has its default; another type is told."""
    options = SourceOptions(name="x", options={"path": "a", "zone": 7})
    assert standing_source.text_option(options, "path") == "a"
    assert standing_source.text_option(options, "form", "detail") == "detail"
    with pytest.raises(Invalid) as caught:
        standing_source.text_option(options, "zone")
    assert str(caught.value) == "option zone: expected text, found another type"
