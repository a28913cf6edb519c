"""Our own table of report types: each gives its finding, in the right role."""

import pytest

from aupkeep.intake.reading import read
from aupkeep.intake.shadowserver.types import CLOCK, SHAPES, ReportType, retired, types
from aupkeep.model.finding import Finding, Role
from aupkeep.model.report import Reading
from aupkeep.model.taxonomy import KINDS

VALUES = {
    CLOCK: "2026-03-01 12:00:00",
    "ip": "192.0.2.7",
    "src_ip": "192.0.2.8",
    "dst_ip": "192.0.2.9",
    "http_referer_ip": "192.0.2.10",
    "url": "http://www.example.com/x",
    "http_referer": "http://www.example.net/",
    "website": "www.example.org",
    "request": "www.example.org",
    "http_host": "www.example.com",
    "username": "user@example.com",
    "email": "",
    "tag": "",
    "protocol": "tcp",
}
PORTS = {"port": "8080", "src_port": "40000", "dst_port": "53"}
ADDRESSLESS = {
    "compromised_account": "user@example.com",
    "ransomware_victim": "www.example.org",
    "sandbox_dns": "www.example.org",
}


def columns_of(kind: ReportType) -> list[str]:
    """The columns that our table knows of a type."""
    fields = [column for shape, _ in kind.sides for column in SHAPES[shape].values()]
    return list(dict.fromkeys([CLOCK, *fields, *sorted(kind.marks), "tag", "asn", "geo"]))


def report(name: str, columns: list[str], **said: str) -> Reading:
    """A report of one row; `said` are values other than the usual ones."""
    row = [said.get(column, VALUES.get(column, PORTS.get(column, "x"))) for column in columns]
    text = ",".join(columns) + "\n" + ",".join(row) + "\n"
    [(_, reading)] = read(text.encode(), name)
    return reading


def findings(name: str, **said: str) -> tuple[Finding, ...]:
    """What one row of a type says."""
    columns = list(dict.fromkeys([*columns_of(types()[name]), *said]))
    return report(f"2026-03-01-{name}-asn.csv", columns, **said).findings


def test_there_are_170_types() -> None:
    assert len(types()) == 170


@pytest.mark.parametrize("kind", types().values(), ids=lambda kind: kind.name)
def test_each_type_gives_a_finding_for_each_party_it_names(kind: ReportType) -> None:
    found = findings(kind.name)
    assert [(one.role, one.kind, one.rsit) for one in found] == [
        (meaning.role, meaning.kind, meaning.rsit) for _, meaning in kind.sides
    ]
    for one, (shape, _) in zip(found, kind.sides, strict=True):
        column = SHAPES[shape].get("address")
        if column:
            assert str(one.subject.address) == VALUES[column]
        else:
            assert str(one.subject) == ADDRESSLESS[kind.name]


@pytest.mark.parametrize("kind", types().values(), ids=lambda kind: kind.name)
def test_each_types_own_columns_tell_it_from_those_that_mean_another_thing(
    kind: ReportType,
) -> None:
    columns = columns_of(kind)
    tag = kind.hints[0] if kind.hints else kind.stem
    found = report("unnamed.csv", columns, tag=tag).findings
    expected = kind
    if len(kind.sides) == 1 and kind.marks >= {"dst_network", "attack", "duration"}:
        expected = types()["event4_honeypot_ddos_target"]  # the three cannot be told apart
        expected = kind if found[0].role is kind.sides[0][1].role else expected
    assert found[0].rsit == expected.sides[0][1].rsit
    assert found[0].role is expected.sides[0][1].role


@pytest.mark.parametrize(
    ("name", "address", "role", "kind"),
    [
        ("event4_honeypot_ddos_amp", "192.0.2.8", Role.VICTIM, "protection/inbound_ddos"),
        ("event4_honeypot_ddos_target", "192.0.2.9", Role.VICTIM, "protection/inbound_ddos"),
        ("event4_honeypot_ddos_target", "192.0.2.8", Role.CONTROLLER, "connection/ddos"),
        ("event4_honeypot_ddos", "192.0.2.8", Role.CONTROLLER, "connection/ddos"),
        ("event4_ddos_participant", "192.0.2.8", Role.OFFENDER, "connection/ddos"),
        ("event4_honeypot_brute_force", "192.0.2.8", Role.OFFENDER, "connection/login_attack"),
        ("event6_sinkhole", "192.0.2.8", Role.OFFENDER, "connection/infected_host"),
        ("event4_sinkhole_http_referer", "192.0.2.10", Role.OFFENDER, "content/remote_compromise"),
        ("event4_ip_spoofer", "192.0.2.8", Role.VULNERABLE, "vulnerability/misconfiguration"),
        ("scan_post_exploitation_framework", "192.0.2.7", Role.CONTROLLER, "infrastructure/botnet"),
        ("scan6_dns", "192.0.2.7", Role.VULNERABLE, "vulnerability/open_service"),
        ("device_id", "192.0.2.7", Role.VULNERABLE, "reputation/threat_intelligence"),
    ],
)
def test_a_role_is_that_of_the_column_the_report_is_about(
    name: str, address: str, role: Role, kind: str
) -> None:
    found = {
        (str(finding.subject.address), finding.role, finding.kind) for finding in findings(name)
    }
    assert (address, role, kind) in found


def test_invariant_10_a_victims_report_accuses_nobody_at_its_address() -> None:
    for name in ("event4_honeypot_ddos_amp", "compromised_account", "ransomware_victim"):
        assert {finding.role for finding in findings(name)} == {Role.VICTIM}


@pytest.mark.parametrize(
    ("name", "said", "kind", "rsit"),
    [
        ("scan_exchange", {"tag": "exchange;webshell"}, "infrastructure/compromised_server",
         "intrusions:system-compromise"),
        ("scan_exchange", {"tag": "exchange;cve-2021-26855"}, "vulnerability/cve",
         "vulnerable:infected-system"),
        ("scan_smb", {"smb_implant": "Y"}, "infrastructure/compromised_server",
         "vulnerable:vulnerable-system"),
        ("scan_smb", {"smb_implant": "N"}, "vulnerability/open_service",
         "vulnerable:vulnerable-system"),
        ("scan_http", {"tag": "http;device-implant"}, "infrastructure/compromised_server",
         "other:other"),
        ("event4_honeypot_http_scan", {"vulnerability_id": "CVE-2021-26855"},
         "connection/vulnerability_scan", "information-gathering:scanner"),
        ("event4_honeypot_http_scan", {"vulnerability_id": ""}, "connection/port_scan",
         "information-gathering:scanner"),
    ],
)  # fmt: skip
def test_a_row_can_mean_more_than_its_type(
    name: str, said: dict[str, str], kind: str, rsit: str
) -> None:
    [found] = findings(name, **said)
    assert (found.kind, found.rsit) == (kind, rsit)


def test_every_meaning_is_a_kind_of_the_taxonomy() -> None:
    assert all(meaning.kind in KINDS for kind in types().values() for _, meaning in kind.sides)


@pytest.mark.parametrize("name", sorted(retired()))
@pytest.mark.parametrize("column", ["ip", "src_ip"])
def test_reports_that_are_no_longer_made_are_read_with_their_meaning(
    name: str, column: str
) -> None:
    reading = report(f"2015-01-01-{name}-asn.csv", [CLOCK, column, "asn", "geo"])
    [found] = reading.findings
    assert (found.kind, found.role) == (retired()[name].kind, retired()[name].role)
    assert reading.reason is None


def test_a_name_without_its_family_is_a_scan() -> None:
    [found] = report("2015-01-01-memcached-asn.csv", [CLOCK, "ip", "asn", "geo"]).findings
    assert (found.kind, found.role) == ("vulnerability/open_service", Role.VULNERABLE)
