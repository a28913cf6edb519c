"""What says of itself that it is no accusation accuses nobody, in every format."""

import json
from email.message import EmailMessage

import pytest

from aupkeep.intake.reading import read

AT = "2026-03-01T11:00:00Z"
LINE = f"src=192.0.2.66 dst=198.51.100.9 type=portscan time={AT}"
LOG = "Mar  1 10:00:00 mx sshd[9]: Failed password for test from 192.0.2.66 port 4711 ssh2"


def findings(text, *, subject="Abuse report", file=None):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@reporter.example", "abuse@p.example", subject
    mail["Date"] = "Sun, 01 Mar 2026 12:00:00 +0000"
    mail.set_content(text)
    if file:
        name, body = file
        mail.add_attachment(body, filename=name)
    return [found for _, reading in read(mail.as_bytes(), "x.eml") for found in reading.findings]


def record(**fields):
    return json.dumps({"ip": "192.0.2.66", "type": "port scan", "time": AT, **fields})


COUNTS = ["Count", "Attempts", "Number of events", "Hits", "Anzahl", "Antall forsøk",
          "Antal försök", "Nombre de tentatives", "Aantal pogingen", "Numero di tentativi",
          "Liczba prób",
          "Número de intentos", "Número de tentativas", "Failed logins", "event_count"]  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_of_no_event_nobody_is_accused(name):
    """A record, a table, a file of rows and a line that say 0 tell that nothing happened."""
    assert not findings(f"IP: 192.0.2.66\nType: brute force\nTime: {AT}\n{name}: 0")
    table = f"Source IP | {name} | Time\n192.0.2.66 | 0 | {AT}\n192.0.2.67 | 12 | {AT}"
    assert [str(f.subject) for f in findings(f"Brute force:\n\n{table}")] == ["192.0.2.67"]
    rows = f"ip,type,{name},time\n192.0.2.66,scan,0,{AT}\n192.0.2.67,scan,3,{AT}\n"
    assert [str(f.subject) for f in findings("x", file=("a.csv", rows))] == ["192.0.2.67"]
    assert not findings("x", file=("a.json", record(**{name: 0})))


@pytest.mark.parametrize(
    "text",
    [
        f"src=192.0.2.66 type=portscan events=0 time={AT}",
        f"192.0.2.66 (0 attempts, 0 bans) port scan {AT}",
        "Mar  1 10:00:00 mx logwatch: 192.0.2.66: 0 failed logins",
    ],
)
def test_a_line_of_no_event_accuses_nobody(text):
    assert not findings(text)


@pytest.mark.parametrize("field", ["Count: 10", "Packet loss: 0", "Retry count: 0", "Port: 0"])
def test_what_is_counted_beside_takes_nothing(field):
    """Ten events, or 0 of what is no event, leave the claim as it is."""
    assert findings(f"IP: 192.0.2.66\nType: brute force\nTime: {AT}\n{field}")


def test_one_address_on_both_sides_accuses_nobody():
    """Such a record does not say who did it."""
    both = record(ip=None, source_ip="192.0.2.66", destination_ip="192.0.2.66")
    assert not findings("x", file=("a.json", both))


DRILLS = [
    "This is a test.", "This is only a test mail.", "This is an example of our report format.",
    "Exercise, exercise, exercise.", "Example:", "Dette er en test.",
    "Dette er bare en testmelding.", "Eksempel på en melding fra oss:", "Dies ist ein Test.",
    "Übung: bitte nicht reagieren.",
    "Ceci est un test.", "Exemple de rapport :", "Dit is een oefening.", "Det här är ett test.",
    "Questa è un'esercitazione.", "To tylko test.", "Przykład zgłoszenia:", "Esto es una prueba.",
    "Isto é um teste.", "Dette er en prøve af vores system.",
    "Our system is being tested: please disregard the following.",
]  # fmt: skip


@pytest.mark.parametrize("said", DRILLS)
def test_what_a_test_shows_is_no_evidence(said):
    """A drill or an example: its lines, records and files stay allegations until a person looks."""
    rows = ("a.csv", f"ip,type,time\n192.0.2.66,port scan,{AT}\n")
    found = [*findings(f"{said}\n\n{LINE}"), *findings(f"{said}\n\n{LOG}")]
    found += findings(said, file=rows)
    assert len(found) == 3
    assert all(finding.words_alone for finding in found)


@pytest.mark.parametrize(
    "subject", ["[TEST] abuse report", "Test mail, please ignore", "ØVELSE: angrep"]
)
def test_a_title_says_so_too(subject):
    assert all(finding.words_alone for finding in findings(LINE, subject=subject))


@pytest.mark.parametrize(
    "said",
    [
        "This is not a test.",
        "We saw a port scan. Penetration test? We did not order one.",
        "Your host tested our passwords.",
        "For example your customer scanned us here:",
        "Sample of log lines:",
        "This is an example of the lines we saw:",
        "Dies ist kein Test.",
        "Your customer is brute forcing us. Example:",
    ],
)
def test_a_test_by_others_and_a_sample_of_a_log_are_evidence(said):
    (finding,) = findings(f"{said}\n\n{LOG}")
    assert not finding.words_alone
