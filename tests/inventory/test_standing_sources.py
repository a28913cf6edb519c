"""Every source that is asked reads its samples as written down, from a server on loopback."""

import json
import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.inventory import standing_source
from aupkeep.inventory.http_client import HttpClient
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.moments import show_moment
from inventory.json_server import serving

pytestmark = pytest.mark.network
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples" / "inventory"
MAPPINGS = ROOT / "src" / "aupkeep" / "inventory" / "mappings"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CASES = sorted(str(x.parent.relative_to(SAMPLES)) for x in SAMPLES.glob("*/*/sample.json"))


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


def look(kind, sample, server):
    """One look at the server as the sample says."""
    mapping = sample.get("mapping")
    options = SourceOptions(
        name="sample",
        customers=sample.get("customers", {}),
        options=sample.get("options", {}),
        mapping=tomllib.loads((MAPPINGS / f"{mapping}.toml").read_text()) if mapping else {},
    )
    client = HttpClient(server.origin + sample.get("url", "/"))
    return standing_source.standing_sources()[kind].open(options, client)(NOON)


@pytest.mark.parametrize("case", CASES)
def test_sample(case):
    """A sample gives exactly its expected rows; what it says of each row is in the file."""
    folder = SAMPLES / case
    sample = json.loads((folder / "sample.json").read_text("utf-8"))
    served = {name: sample.get(name, {}) for name in ("answers", "statuses", "headers")}
    with serving(**served) as server:
        reading = look(case.partition("/")[0], sample, server)
    found = {
        "rows": [plain(row) for row in reading.rows],
        "rejected": [{"row": row.row, "reason": row.reason} for row in reading.rejected],
        "unmapped": sorted(reading.unmapped),
    }
    expected = folder / "expected.json"
    if os.environ.get("AUPKEEP_ACCEPT"):
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(expected.read_text("utf-8"))


def test_every_kind_and_every_mapping_has_a_sample():
    """So that none is shipped that nobody has seen read."""
    assert {case.partition("/")[0] for case in CASES} == set(standing_source.standing_sources())
    named = {json.loads((SAMPLES / x / "sample.json").read_text()).get("mapping") for x in CASES}
    assert {file.stem for file in MAPPINGS.glob("*.toml")} <= named
