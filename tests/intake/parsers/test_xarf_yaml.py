"""X-ARF is read line by line: quoted, tagged, listed or in bulk; its YAML executes nothing."""

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import Reading, ReadingOutcome

FIELDS = {
    "Reported-From": "reports@guard.example",
    "Category": "abuse",
    "Report-Type": "login-attack",
    "Date": "2026-03-01T10:00:00Z",
    "Source-Type": "ipv4",
    "Source": "192.0.2.7",
    "Report-ID": "1@guard.example",
}


def yaml(**changed: str) -> str:
    fields = {**FIELDS, **{name.replace("_", "-"): value for name, value in changed.items()}}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def mail(
    *reports: str, letter: str = "See below.", head: str = "X-ARF: Yes", more: str = ""
) -> Reading:
    parts = "".join(
        f'--e\nContent-Type: text/plain; name="report.txt"\n\n{report}\n' for report in reports
    )
    data = (
        f"From: r@guard.example\nSubject: report\n{head}\nContent-Type: multipart/mixed;"
        f" boundary=e\n\n--e\n\n{letter}\n{parts}{more}--e--\n"
    )
    [(_, reading)] = read(data.encode(), "x.eml")
    return reading


@pytest.mark.parametrize(
    "source",
    [
        "192.0.2.7",
        "'192.0.2.7'",
        '"192.0.2.7"   # the attacker',
        "!!str 192.0.2.7",
        "&a !!python/object:os.system 192.0.2.7",
        "[192.0.2.7]",
        "\n  - 192.0.2.7",
        "|\n  192.0.2.7",
    ],
)
def test_every_way_of_writing_a_value_is_the_same_claim(source: str) -> None:
    reading = mail(yaml(Source=source))
    assert (reading.container, reading.dead) == ("x-arf", ())
    [found] = reading.findings
    assert (str(found.subject), found.kind) == ("192.0.2.7", "connection/login_attack")
    part, start, end = found.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.7"


@pytest.mark.parametrize("source", ["*a", "nobody", "{a: b}", "nobody, 192.0.2.8"])
def test_a_source_that_is_none_is_dead(source: str) -> None:
    reading = mail(yaml(Source=source))
    assert (reading.outcome, reading.findings) == (ReadingOutcome.INBOX, ())


@pytest.mark.parametrize(
    "reading",
    [
        lambda: mail(yaml(Source="[192.0.2.7, 192.0.2.8]")),
        lambda: mail(yaml() + yaml(Source="192.0.2.8")),
        lambda: mail(yaml(), yaml(Source="192.0.2.8")),
        lambda: mail(yaml(), head="X-XARF: BULK", more=TABLE),
    ],
    ids=["list", "documents", "parts", "table"],
)
def test_a_bulk_report_gives_each_claim(reading: object) -> None:
    assert callable(reading)
    found = reading().findings
    assert [str(one.subject) for one in found] == ["192.0.2.7", "192.0.2.8"]
    assert {one.kind for one in found} == {"connection/login_attack"}


TABLE = "--e\nContent-Type: text/csv; name=more.csv\n\nSource;Port\n192.0.2.8;22\n"


def test_one_broken_row_of_a_bulk_table_costs_no_other() -> None:
    more = TABLE + "nobody;22\n192.0.2.9;22\n"
    reading = mail(yaml(), head="X-XARF: BULK", more=more)
    assert [str(finding.subject) for finding in reading.findings] == [
        "192.0.2.7",
        "192.0.2.8",
        "192.0.2.9",
    ]
    assert [one.row for one in reading.dead] == [3]


def test_what_a_row_leaves_out_is_as_the_report_says() -> None:
    _, row = mail(yaml(), head="X-XARF: BULK", more=TABLE).findings
    assert (str(row.at), row.offsets) == ("2026-03-01 10:00:00+00:00", {})


@pytest.mark.parametrize(
    ("letter", "address"),
    [
        ("It is at http://tenant.example/x [192.0.2.9] now", "192.0.2.9"),
        ("It is served from IP address 192.0.2.9.", "192.0.2.9"),
        ("http://tenant.example/x [192.0.2.9] and http://a.example/ [192.0.2.8]", "None"),
        ("We are at 192.0.2.9", "None"),
    ],
)
def test_a_url_gets_the_one_address_that_the_letter_names(letter: str, address: str) -> None:
    reading = mail(yaml(Source="http://tenant.example/x", Category="fraud"), letter=letter)
    [found] = reading.findings
    assert (found.subject.url, str(found.subject.address)) == ("http://tenant.example/x", address)


def test_an_encrypted_report_stands_in_the_inbox() -> None:
    data = (
        b"From: r@guard.example\nX-XARF: SECURE\nContent-Transfer-Encoding: base64\n"
        b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nMIIB\n"
    )
    [(_, reading)] = read(data, "x.eml")
    assert (reading.outcome, "encrypted" in (reading.reason or "")) == (ReadingOutcome.INBOX, True)


@pytest.mark.parametrize(
    ("source", "subjects"),
    [
        ("192.0.2.7:4711", ["192.0.2.7:4711"]),
        ("[2001:db8::7]:4711", ["[2001:db8::7]:4711"]),
        ("192.0.2.7/32", ["192.0.2.7"]),
        ("2001:db8::7/128", ["2001:db8::7"]),
        ("192.0.2.7, 192.0.2.8", ["192.0.2.7", "192.0.2.8"]),
    ],
)
def test_a_source_with_a_port_or_company_is_read(source: str, subjects: list[str]) -> None:
    assert [str(finding.subject) for finding in mail(yaml(Source=source)).findings] == subjects
