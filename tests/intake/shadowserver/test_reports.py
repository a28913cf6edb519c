"""Reports are read row by row, whatever they are called and whatever is new in them."""

import json

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import LONGEST_DETAIL, MOST_DETAILS, Role
from aupkeep.model.report import Reading, ReadingOutcome

HEAD = "timestamp,ip,protocol,port,hostname,tag,asn,geo,region,city"
ROW = "2026-03-01 12:00:00,192.0.2.1,tcp,23,,telnet,64512,ZZ,R,C"
TELNET = "2026-03-01-scan_telnet-asn.csv"


def report(text: str, name: str = TELNET) -> Reading:
    [(_, reading)] = read(text.encode(), name)
    return reading


def test_one_broken_row_of_ten_thousand_is_one_dead_row() -> None:
    rows = [ROW.replace("192.0.2.1", f"192.0.2.{n % 250}") for n in range(10_000)]
    rows[5_000] = rows[5_000].replace("192.0.2.", "no address ")
    reading = report("\n".join([HEAD, *rows]))
    assert len(reading.findings) == 9_999
    assert [one.row for one in reading.dead] == [5_002]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace("192.0.2.1", "192.0.2.0/24"), "found the prefix 192.0.2.0/24"),
        (ROW.replace("192.0.2.1", ""), "expected an address, found none"),
        (ROW.replace("12:00:00", "noon"), "a date with a time"),
        (ROW.replace("2026-03-01 12:00:00", "2026-02-31 12:00:00"), "a date with a time"),
        (ROW.replace(",23,", ",telnet,"), "a port from 0 to 65535"),
        (ROW + ",x", "10 cells, found 11"),
        (ROW.replace("ZZ,R", 'ZZ,"R'), "closed quotes"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(row: str, reason: str) -> None:
    reading = report(f"{HEAD}\n{row}\n{ROW}\n")
    assert [one.row for one in reading.dead] == [2]
    assert reason in reading.dead[0].reason
    assert [str(finding.subject) for finding in reading.findings] == ["192.0.2.1:23"]


@pytest.mark.parametrize(
    ("name", "container"),
    [
        ("2026-03-01-scan_telnet-asn.csv", "shadowserver"),
        ("2026-03-01-scan_telnet.csv", "shadowserver"),
        ("2026-03-01-scan_telnet-12-example-as64512-delayed.csv", "shadowserver"),
        ("reports.zip!2026-03-01-scan_telnet-asn.csv", "shadowserver"),
        ("copy of scan_telnet (2).csv", "shadowserver"),
        ("x", "shadowserver"),
        ("blocklist.csv", "shadowserver"),
    ],
)
def test_a_report_is_known_by_its_name_or_its_columns(name: str, container: str) -> None:
    reading = report(f"{HEAD}\n{ROW}\n", name)
    [found] = reading.findings
    assert reading.container == container
    if "blocklist" not in name:
        assert (found.kind, found.role) == ("vulnerability/open_service", Role.VULNERABLE)
        assert reading.reason is None


@pytest.mark.parametrize(
    "text",
    [
        "timestamp,ip,kind\n2026-03-01T12:00:00Z,192.0.2.1,spam\n",
        "timestamp;source ip;attack;target;note\n2026-03-01T12:00:00Z;192.0.2.1;ssh;;\n",
        "time,ip,asn,geo\n2026-03-01T12:00:00Z,192.0.2.1,64512,ZZ\n",
        "timestamp,src_ip,src_port,category,dst_ip\n2026-03-01T12:00:00Z,192.0.2.1,22,spam,\n",
        "timestamp,url,sender\n2026-03-01T12:00:00Z,http://a.example/,x\n",
    ],
)
def test_another_table_is_no_report(text: str) -> None:
    assert report(text, "2026-03-01-list-mine.csv").container == "csv"


def test_times_are_utc_to_the_second() -> None:
    [found] = report(f"{HEAD}\n{ROW}\n").findings
    assert found.at is not None
    assert (found.at.isoformat(), found.exact) == ("2026-03-01T12:00:00+00:00", 1.0)


def test_offsets_point_at_what_was_read() -> None:
    text = f"{HEAD}\n{ROW}\n{ROW.replace('192.0.2.1', '2001:db8::1').replace('tcp', '192.0.2.1')}\n"
    reading = report(text.replace("ZZ", '"Z ""Z"'))
    for finding in reading.findings:
        said = {
            name: reading.parts[part][start:end]
            for name, (part, start, end) in finding.offsets.items()
        }
        assert said == {
            "at": "2026-03-01 12:00:00",
            "address": str(finding.subject.address),
            "port": "23",
        }


def test_the_transport_is_the_rows_own() -> None:
    rows = [ROW.replace("tcp", said) for said in ("tcp", "UDP", "icmp", "gre", "")]
    reading = report("\n".join([HEAD, *rows]))
    assert [finding.transport for finding in reading.findings] == ["tcp", "udp", "icmp", None, None]
    assert reading.findings[3].details["protocol"] == "gre"


def test_an_unknown_type_is_read_and_remarked_on() -> None:
    reading = report(f"{HEAD}\n{ROW}\n", "2026-03-01-scan_toaster-asn.csv")
    [found] = reading.findings
    assert reading.outcome is ReadingOutcome.PARSED
    assert "report type scan_toaster is not known" in (reading.reason or "")
    assert (found.role, found.confidence) == (Role.VULNERABLE, 0.4)


@pytest.mark.parametrize(
    "name", ["event4_honeypot_ddos_mirror", "event6_ddos_victim", "event4_attack_target"]
)
def test_invariant_10_a_guess_about_an_attack_accuses_nobody(name: str) -> None:
    text = "timestamp,src_ip,src_asn,src_geo\n2026-03-01 12:00:00,192.0.2.1,64512,ZZ\n"
    [found] = report(text, f"2026-03-01-{name}-asn.csv").findings
    assert found.role is Role.VICTIM


def test_a_new_ip_version_of_a_known_type_is_that_type() -> None:
    text = "timestamp,src_ip,src_asn,src_geo\n2026-03-01 12:00:00,2001:db8::1,64512,ZZ\n"
    [found] = report(text, "2026-03-01-event6_honeypot_ddos_amp-asn.csv").findings
    assert found.role is Role.VICTIM


def test_an_unknown_column_is_kept_and_remarked_on() -> None:
    reading = report(f"{HEAD},toast_level\n{ROW},dark\n")
    [found] = reading.findings
    assert found.details["toast_level"] == "dark"
    assert "toast_level" in (reading.reason or "")


def test_details_are_bounded() -> None:
    names = [f"new_{n}" for n in range(60)]
    reading = report(f"{HEAD},{','.join(names)}\n{ROW},{','.join(['x' * 999] * 60)}\n")
    [found] = reading.findings
    assert len(found.details) <= MOST_DETAILS
    assert max(map(len, found.details.values())) == LONGEST_DETAIL


def test_what_the_source_says_besides_is_kept_where_it_says_more_than_where() -> None:
    [found] = report(f"{HEAD},banner\n{ROW},login:\n").findings
    assert found.details == {"report": "scan_telnet", "tag": "telnet", "banner": "login:"}


def test_a_list_of_objects_is_a_report_too() -> None:
    names = HEAD.split(",")
    row = dict(zip(names, ROW.split(","), strict=True))
    text = json.dumps([row, {**row, "ip": "192.0.2.2", "port": None}, {**row, "ip": "none"}])
    reading = report(text, "2026-03-01-scan_telnet-asn.json")
    assert [str(finding.subject) for finding in reading.findings] == ["192.0.2.1:23", "192.0.2.2"]
    assert [one.row for one in reading.dead] == [3]


@pytest.mark.parametrize("cut", [80, 200, 330])
def test_a_list_cut_short_gives_what_came_before(cut: int) -> None:
    row = dict(zip(HEAD.split(","), ROW.split(","), strict=True))
    text = json.dumps([row, row])[:cut]
    reading = report(text, "2026-03-01-scan_telnet-asn.json")
    assert len(reading.findings) + len(reading.dead) >= (cut > 200)
    assert reading.outcome in {ReadingOutcome.PARSED, ReadingOutcome.INBOX}


def test_other_tables_beside_a_report_are_read_too() -> None:
    parts = [(TELNET, f"{HEAD}\n{ROW}\n"), ("own.csv", "ip,kind\n192.0.2.9,spam\n")]
    leaves = "".join(
        f"--e\nContent-Type: text/csv; name={name}\n"
        f"Content-Disposition: attachment; filename={name}\n\n{text}\n"
        for name, text in parts
    )
    head = "From: a@reporter.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=e"
    reading = report(f"{head}\n\n{leaves}--e--\n", "1.eml")
    assert [finding.kind for finding in reading.findings] == [
        "vulnerability/open_service",
        "messaging/spam",
    ]
