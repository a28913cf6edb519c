"""A schema file teaches new report types and columns; it changes nothing that is known."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.reading import read
from aupkeep.intake.sandbox.pool import SandboxPool
from aupkeep.intake.shadowserver import schema
from aupkeep.model.errors import Unreadable
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading

CLASS, TYPE = "classification.taxonomy", "classification.type"
REPORTS = {
    "scan_toaster": {
        "fields": ["timestamp", "ip", "port", "protocol", "tag", "asn", "geo", "toast_level"],
        CLASS: "vulnerable",
        TYPE: "vulnerable-system",
    },
    "event4_toaster_c2": {
        "fields": ["timestamp", "src_ip", "src_port", "src_asn", "src_geo", "toast_command"],
        CLASS: "malicious-code",
        TYPE: "c2-server",
    },
    "event4_toaster_flood": {
        "fields": ["timestamp", "src_ip", "src_port", "src_asn", "src_geo", "toast_rate"],
        CLASS: "availability",
        TYPE: "ddos",
    },
    "event4_honeypot_ddos_amp": {"fields": ["timestamp", "src_ip"], CLASS: "other", TYPE: "other"},
}
INTELMQ = {
    "_meta": {"date_created": "2026-03-01T00:00:00Z"},
    "event_toaster": {
        "constant_fields": {CLASS: "intrusion-attempts", TYPE: "brute-force",
                            "protocol.transport": "tcp"},
        "required_fields": [["time.source", "timestamp", "add_UTC"], ["source.ip", "src_ip"]],
        "optional_fields": [["extra.", "toast_level"]],
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    schema.forget()


def report(name: str, text: str) -> Reading:
    [(_, reading)] = read(text.encode(), name)
    return reading


def scan(name: str = "2026-03-01-scan_toaster-asn.csv") -> Reading:
    return report(
        name,
        "timestamp,ip,port,protocol,tag,asn,geo,toast_level\n"
        "2026-03-01 12:00:00,192.0.2.7,4711,tcp,toaster,64512,ZZ,dark\n",
    )


@pytest.mark.parametrize("name", ["2026-03-01-scan_toaster-asn.csv", "unnamed"])
def test_a_learned_type_is_known_by_its_name_or_its_columns(name: str) -> None:
    assert "not known" in (scan(name).reason or "")
    schema.learn(json.dumps(REPORTS))
    reading = scan(name)
    [found] = reading.findings
    assert reading.reason is None
    assert (found.kind, found.role, found.rsit, found.confidence) == (
        "vulnerability/open_service",
        Role.VULNERABLE,
        "vulnerable:vulnerable-system",
        0.9,
    )


@pytest.mark.parametrize(
    ("name", "role", "kind"),
    [
        ("event4_toaster_c2", Role.CONTROLLER, "infrastructure/botnet"),
        ("event4_toaster_flood", Role.VICTIM, "protection/inbound_ddos"),
        ("event4_honeypot_ddos_amp", Role.VICTIM, "protection/inbound_ddos"),
    ],
)
def test_a_learned_type_has_the_role_of_its_classification(
    name: str, role: Role, kind: str
) -> None:
    schema.learn(json.dumps(REPORTS))
    text = "timestamp,src_ip,src_asn,src_geo\n2026-03-01 12:00:00,192.0.2.7,64512,ZZ\n"
    [found] = report(f"2026-03-01-{name}-asn.csv", text).findings
    assert (found.role, found.kind) == (role, kind)


@pytest.mark.parametrize("version", ["4", "6"])
def test_the_other_form_of_the_schema_teaches_as_well(version: str) -> None:
    assert schema.learn(json.dumps(INTELMQ)) == 2
    text = "timestamp,src_ip,src_asn,src_geo,toast_level\n2026-03-01 12:00:00,192.0.2.7,1,ZZ,x\n"
    reading = report(f"2026-03-01-event{version}_toaster-asn.csv", text)
    [found] = reading.findings
    assert (found.rsit, found.transport) == ("intrusion-attempts:brute-force", "tcp")
    assert reading.reason is None


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "7", '{"_meta": {}}', '{"x": 7}', '{"x": {"fields": 7}}',
        '{"x": {"fields": [7]}}', '{"x": {"required_fields": "ip"}}',
        '{"x": {"required_fields": [["a"]]}}', '{"x": {"fields": []}, "x": {"fields": ["ip"]}}',
    ],
)  # fmt: skip
def test_what_is_no_schema_is_refused_and_what_was_learned_stays(text: str) -> None:
    schema.learn(json.dumps(REPORTS))
    with pytest.raises(Unreadable):
        schema.learn(text)
    assert "scan_toaster" in schema.learned()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["fields", "constant_fields", "required_fields", CLASS, TYPE, "scan_x"]),
        inner, max_size=3,
    ),
)  # fmt: skip


@given(JSON)
def test_no_schema_whatever_it_holds_raises_anything_else(value: object) -> None:
    with suppress(Unreadable):
        types, columns = schema.read_schema(json.dumps(value))
        assert columns or not types


@pytest.mark.slow
def test_boxes_learn_at_their_start_and_again_when_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "reports.json"
    data = b"timestamp,ip,asn,geo\n2026-03-01 12:00:00,192.0.2.7,64512,ZZ\n"
    name = "2026-03-01-scan_toaster-asn.csv"

    def reason(box: SandboxPool) -> str:
        [(_, reading)] = box.read(data, name)
        assert reading.findings
        return reading.reason or ""

    with SandboxPool(size=1, schema=path) as box:
        assert "the schema could not be opened" in reason(box)
        path.write_text(json.dumps(REPORTS))
        assert reason(box) == ""
        path.write_text("no JSON")
        os.utime(path, ns=(1, 1))
        assert "the schema could not be read" in reason(box)
