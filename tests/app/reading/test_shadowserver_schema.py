"""The operator's schema file reaches the reader through the settings."""

import io
import json
from pathlib import Path

import pytest

from aupkeep.app.reading.parse import parse_paths

SCHEMA = {"scan_toaster": {"fields": ["timestamp", "ip", "asn", "geo", "toast_level"]}}
TABLE = "timestamp,ip,asn,geo,toast_level\n2026-03-01 12:00:00,192.0.2.7,64512,ZZ,dark\n"


@pytest.mark.slow
@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "in the home"])
def test_a_type_of_the_operators_schema_is_known(
    absolute: bool,  # noqa: FBT001 - a case
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`[intake] shadowserver_schema` teaches the boxes of `aupkeep parse`."""
    monkeypatch.setenv("AUPKEEP_HOME", str(tmp_path))
    report = tmp_path / "2026-03-01-scan_toaster-asn.csv"
    report.write_text(TABLE)
    [before] = parse_paths([str(report)], "auto", io.BytesIO())
    assert "scan_toaster is not known" in before.reason
    file = tmp_path / "reports.json"
    file.write_text(json.dumps(SCHEMA))
    named = file if absolute else file.name
    (tmp_path / "aupkeep.toml").write_text(f'[intake]\nshadowserver_schema = "{named}"\n')
    [after] = parse_paths([str(report)], "auto", io.BytesIO())
    assert after.reason is None
    assert len(after.findings) == 1
