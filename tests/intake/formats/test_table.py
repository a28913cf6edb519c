"""Tables become findings row by row; a broken row costs no other."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.finding import Role
from aupkeep.model.report import Reading, ReadingOutcome


def table(text: str, name: str = "list.csv") -> Reading:
    [(_, reading)] = read(text.encode(), name, "csv")
    return reading


def test_one_broken_row_of_ten_thousand_costs_one_row() -> None:
    rows = [f"192.0.2.{n % 250},2026-03-01T12:00:00Z,spam" for n in range(10_000)]
    rows[5_000] = '"192.0.2.1,broken'
    reading = table("ip,time,kind\n" + "\n".join(rows))
    assert len(reading.findings) == 9_999
    assert [one.row for one in reading.dead] == [5_002]


def test_a_dead_row_says_where_it_stands() -> None:
    text = 'ip,time,kind\n192.0.2.1,2026-03-01T12:00:00Z,spam\n"192.0.2.2\n\n",yesterday,spam\n'
    [dead] = (reading := table(text, "mine.csv")).dead
    assert dead.place is not None
    part, start, end = dead.place
    assert reading.parts[part][start:end] == '"192.0.2.2\n\n",yesterday,spam'
    assert dead.name == "mine.csv"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("300.0.0.1,2026-03-01T12:00:00Z,spam", "IPv4 or IPv6 address"),
        ("192.0.2.1,yesterday,spam", "a date with a time"),
        ("192.0.2.1,2026-03-01T12:00:00Z", "3 cells, found 2"),
        ("192.0.2.1,2026-03-01T12:00:00Z,spam,x", "3 cells, found 4"),
        (",2026-03-01T12:00:00Z,spam", "expected an address, url, domain or account"),
        ('"192.0.2.1', "closed quotes"),
        ("\uff11\uff19\uff12.0.2.1,2026-03-01T12:00:00Z,spam", "IPv4 or IPv6 address"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(row: str, reason: str) -> None:
    reading = table(f"ip,time,kind\n{row}\n192.0.2.2,2026-03-01T12:00:00Z,spam\n")
    assert [one.row for one in reading.dead] == [2]
    assert reason in reading.dead[0].reason
    assert [str(finding.subject) for finding in reading.findings] == ["192.0.2.2"]


@pytest.mark.parametrize(
    ("header", "row", "subject"),
    [
        ("Source IP;Source Port;Event Time", "192.0.2.1;22;2026-03-01T12:00:00Z", "192.0.2.1:22"),
        ("time\tsrc_ip", "2026-03-01T12:00:00Z\t2001:db8::1", "2001:db8::1"),
        ("srcip|ts|malware_family", "192.0.2.1|1772366400|x", "192.0.2.1"),
        ("url,timestamp", "http://a.example/x?y,2026-03-01T12:00:00Z", "http://a.example/x?y"),
        ("domain|date", "bad.example|2026-03-01", "bad.example"),
        ("account,time", "user@tenant.example,2026-03-01T12:00:00Z", "user@tenant.example"),
        ("\ufeffip,source.port,time", "192.0.2.1,80,1772366400", "192.0.2.1:80"),
        ("Ziel-IP;Angreifer-IP;Zeit", "198.51.100.9;192.0.2.1;2026-03-01T12:00:00Z", "192.0.2.1"),
        ("IP víctima,IP atacante", "198.51.100.9,192.0.2.1", "192.0.2.1"),
        ("IP주소,일시", "192.0.2.1,2026-03-01T12:00:00Z", "192.0.2.1"),
        ("# made by x\nip,time", '"192.0.2.1","2026-03-01T12:00:00Z"', "192.0.2.1"),
    ],
)
def test_columns_are_known_by_many_names(header: str, row: str, subject: str) -> None:
    reading = table(f"{header}\n{row}\n")
    [found] = reading.findings
    assert str(found.subject) == subject
    for name, place in found.offsets.items():
        text = reading.parts[place.part][place.start : place.end]
        if name not in {"at", "port"}:
            assert text == str(getattr(found.subject, name))


@pytest.mark.parametrize(
    ("kind", "name", "role"),
    [
        ("connection/login_attack", "connection/login_attack", Role.OFFENDER),
        ("intrusion-attempts:brute-force", "connection/login_attack", Role.OFFENDER),
        ("SSH Bruteforce", "connection/login_attack", Role.OFFENDER),
        ("Port Scan", "connection/port_scan", Role.OFFENDER),
        ("c2-server", "infrastructure/botnet", Role.CONTROLLER),
        ("botnet-drone", "connection/infected_host", Role.OFFENDER),
        ("open-resolver", "vulnerability/open_service", Role.VULNERABLE),
        ("ddos_amp", "protection/inbound_ddos", Role.VICTIM),
        ("amplification-ddos-victim", "protection/inbound_ddos", Role.VICTIM),
        ("DDoS victim", "protection/inbound_ddos", Role.VICTIM),
        ("CnC", "infrastructure/botnet", Role.CONTROLLER),
        ("purple", "law/unspecified", Role.OFFENDER),
        ("", "law/unspecified", Role.OFFENDER),
    ],
)
def test_kinds_and_roles(kind: str, name: str, role: Role) -> None:
    [found] = table(f"ip,time,kind\n192.0.2.1,2026-03-01T12:00:00Z,{kind}\n").findings
    assert (found.kind, found.role) == (name, role)


def test_a_column_of_malware_names_means_an_infected_machine() -> None:
    text = "ip,botname,lastseen\n192.0.2.1,purplebot,1772366400\n192.0.2.2,-,1772366400\n"
    first, second = table(text).findings
    assert (first.kind, second.kind) == ("connection/infected_host", "law/unspecified")


@pytest.mark.parametrize(
    "when",
    ["01.03.2026 12:00:00 UTC", "2026/03/01 12:00:00Z", "1772366400000", "134168400000000000"],
)
def test_times_are_read_in_the_forms_of_tables(when: str) -> None:
    [found] = table(f"ip,time\n192.0.2.1,{when}\n").findings
    assert found.at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_day_and_clock_of_two_columns_are_one_time() -> None:
    [found] = table("Datum;Uhrzeit;IP\n01.03.2026;12:00:30;192.0.2.1\n").findings
    assert (found.at, found.exact) == (datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC), 50_400.0)


def test_a_folder_is_no_title() -> None:
    [(_, reading)] = read(b"ip,n\n192.0.2.1,1\n", "spam/list.csv")
    assert reading.findings[0].kind == "law/unspecified"


def test_the_source_of_amplified_attacks_is_their_victim() -> None:
    text = "src_ip,timestamp\n192.0.2.1,2026-03-01T12:00:00Z\n"
    [found] = table(text, "2026-03-01-event4_honeypot_ddos_amp.csv").findings
    assert found.role is Role.VICTIM


@pytest.mark.parametrize(
    ("header", "exact"),
    [("ip,time", 50400.0), ("ip,time_utc", 1.0), ("ip,timestamp,asn,geo", 1.0)],
)
def test_a_time_without_a_zone_is_as_inexact_as_zones_are_wide(header: str, exact: float) -> None:
    row = "192.0.2.1,2026-03-01 12:00:00" + ",x" * (header.count(",") - 1)
    [found] = table(f"{header}\n{row}\n").findings
    assert found.exact == exact


def test_without_a_known_column_it_stands_in_the_inbox() -> None:
    reading = table("colour,size\nred,1\n")
    assert reading.outcome is ReadingOutcome.INBOX
    assert "a table with a header row" in (reading.reason or "")


@pytest.mark.parametrize("media", ["application/vnd.ms-excel", "application/x-csv", "text/csv"])
def test_a_table_is_known_by_its_name_whatever_its_media_type(media: str) -> None:
    mail = (
        f"From: a@reporter.example\nContent-Type: {media}; name=list.csv\n\n"
        "ip;time;type\n192.0.2.1;2026-03-01 10:00:00;ssh\n"
    )
    [(_, reading)] = read(mail.encode(), "t.eml")
    assert [finding.kind for finding in reading.findings] == ["connection/login_attack"]


@pytest.mark.parametrize(
    ("header", "row", "hour", "exact"),
    [
        ("ip,Time (CET)", "192.0.2.1,2026-03-01 10:00:00", 9, 1.0),
        ("ip,Timestamp [Europe/Oslo]", "192.0.2.1,2026-03-01 10:00:00", 9, 1.0),
        ("ip,time_cet", "192.0.2.1,2026-03-01 10:00:00", 9, 1.0),
        ("ip,Time (UTC+2)", "192.0.2.1,2026-03-01 10:00", 8, 60.0),
        ("ip;Datum;Uhrzeit (MEZ)", "192.0.2.1;01.03.2026;10:00:00", 9, 1.0),
        ("ip,time,time_zone", "192.0.2.1,2026-03-01 10:00:00,America/New_York", 15, 1.0),
        ("ip,Time (UTC),tz", "192.0.2.1,2026-03-01 10:00:00,+02:00", 8, 1.0),
        ("ip,time", "192.0.2.1,2026-03-01 10:00:00 CET", 9, 1.0),
        ("ip,time", "192.0.2.1,2026-07-01 10:00:00 Europe/Oslo", 8, 1.0),
        ("ip,Time (UTC)", "192.0.2.1,2026-03-01 10:00:00 EST", 15, 1.0),
        ("ip,Time (local)", "192.0.2.1,2026-03-01 10:00:00", 10, 50_400.0),
        ("ip,Time (UTC)", "192.0.2.1,2026-03-01 10:00:00 XQT", 10, 50_400.0),
        ("ip,Time (UTC),tz", "192.0.2.1,2026-03-01 10:00:00,Mars", 10, 50_400.0),
    ],
)
def test_a_table_says_the_zone_of_its_times(header: str, row: str, hour: int, exact: float) -> None:
    """Beside the time, else in a column, else in the name of the column of times."""
    [found] = table(f"{header}\n{row}\n").findings
    assert found.at is not None
    assert (found.at.hour, found.exact) == (hour, exact)


ATTACHED = """From: a@reporter.example
Subject: abuse report
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=edge

--edge

{words}
--edge
Content-Type: {media}; name={name}

{body}
--edge--
"""
JSON = '[{"src_ip": "192.0.2.1", "timestamp": "2026-03-01 10:00:00", "type": "ssh attack"%s}]'


@pytest.mark.parametrize(
    ("name", "body", "hour", "exact"),
    [
        ("a.csv", "ip,time\n192.0.2.1,2026-03-01 10:00:00\n", 9, 1.0),
        ("a.csv", "ip,time\n192.0.2.1,2026-03-01 10:00:00 XQT\n", 10, 50_400.0),
        ("a.csv", "ip,time_utc\n192.0.2.1,2026-03-01 10:00:00\n", 10, 1.0),
        ("a.json", JSON % "", 9, 1.0),
        ("a.json", JSON % ', "timezone": "Asia/Tokyo"', 1, 1.0),
        ("a.txt", "srcip=192.0.2.1 type=scan timestamp=2026-03-01T10:00:00\n", 9, 1.0),
    ],
)
def test_the_zone_that_a_mail_states_is_that_of_what_is_attached(
    name: str, body: str, hour: int, exact: float
) -> None:
    """It counts where neither the time nor the table says one."""
    media = {"csv": "text/csv", "json": "application/json", "txt": "text/plain"}
    words = "Alle Zeiten sind in Europe/Oslo angegeben."
    mail = ATTACHED.format(words=words, media=media[name[2:]], name=name, body=body)
    [(_, reading)] = read(mail.encode(), "t.eml")
    assert [(f.at and f.at.hour, f.exact) for f in reading.findings] == [(hour, exact)]


def test_a_table_in_prose_may_have_a_column_of_zones() -> None:
    """Its rows are read like those of an attached one."""
    text = (
        "SSH brute force.\n\nTime                | Time zone   | Source    | Target\n"
        "2026-03-01 10:00:00 | Europe/Oslo | 192.0.2.1 | 198.51.100.9\n"
    )
    mail = f"From: a@reporter.example\nSubject: report\n\n{text}"
    [(_, reading)] = read(mail.encode(), "t.eml")
    [found] = reading.findings
    assert found.at == datetime(2026, 3, 1, 9, tzinfo=UTC)
