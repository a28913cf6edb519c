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
    "Isto é um teste.", "Dette er en prøve af vores system.", "*** TEST ***",
    "Dette er kun en øvelse, ikke et virkelig angrep.", "Wir testen unser Meldesystem.",
    "Ceci n'est qu'un test.", "Questo è un messaggio di prova.", "This report is fictitious.",
    "Diese Nachricht dient nur zu Testzwecken.", "Melding sendt som ledd i en øvelse.",
    "Det här meddelandet är ett test.", "Ta wiadomość jest testem.", "Not a real incident.",
    "Our system is being tested: please disregard the following.",
]  # fmt: skip


@pytest.mark.parametrize("said", DRILLS)
def test_what_a_test_shows_is_no_evidence(said):
    """A drill or an example: a person reads its lines and records, its files stay allegations."""
    rows = ("a.csv", f"ip,type,time\n192.0.2.66,port scan,{AT}\n")
    found = [*findings(f"{said}\n\n{LINE}"), *findings(f"{said}\n\n{LOG}")]
    found += findings(said, file=rows)
    assert [finding.words_alone for finding in found] == [True]


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
        "We run a honeypot for testing purposes.",
        "Penetration test traffic, not ordered by us.",
        "The latest attack was no test.",
    ],
)
def test_a_test_by_others_and_a_sample_of_a_log_are_evidence(said):
    (finding,) = findings(f"{said}\n\n{LOG}")
    assert not finding.words_alone


SIDES = [
    ("Source", "Destination"), ("Scanner IP", "Scanned host"), ("Source address", "IP"),
    ("Offending IP", "Detected by"), ("IP", "Sensor"), ("Abusive host", "Affected host"),
    ("Angreifer", "Betroffenes System"), ("Fra", "Til"), ("Angriper", "Rammet server"),
    ("Avsändare", "Mottagare"), ("Dader", "Slachtoffer"), ("Da", "A"),
    ("Mittente", "Destinatario"), ("Indirizzo attaccante", "Indirizzo colpito"), ("Od", "Do"),
    ("Abuser", "Reporter IP"), ("IP (attacker)", "IP (victim)"),
    ("Napastnik", "Ofiara"), ("Origine", "Cible"), ("Origen", "Destino"), ("Origem", "Alvo"),
]  # fmt: skip


def accused(text, **more):
    return [str(found.subject) for found in findings(text, **more)]


@pytest.mark.parametrize(("came", "hit"), SIDES)
def test_a_record_accuses_the_side_its_field_calls_the_source(came, hit):
    """Whatever the other field is called, and whichever stands first."""
    record = [f"{came}: 192.0.2.66", f"{hit}: 198.51.100.9"]
    for fields in (record, record[::-1]):
        text = "\n".join([*fields, "Type: port scan", f"Time: {AT}"])
        assert accused(text) == ["192.0.2.66"]


@pytest.mark.parametrize(
    "text",
    [
        "Host: 192.0.2.66\nIP: 198.51.100.9\nType: port scan",
        "Left: 192.0.2.66\nRight: 198.51.100.9\nType: brute force",
        "Source: 192.0.2.66\nClient: 198.51.100.9\nType: brute force",
        f"a=192.0.2.66 b=198.51.100.9 type=portscan time={AT}",
        f"host=198.51.100.9 ip=192.0.2.66 type=bruteforce time={AT}",
        f"Port scans:\n\nHost | IP | Time\n198.51.100.9 | 192.0.2.66 | {AT}",
        f"Port scans:\n\nSource | Client | Time\n198.51.100.9 | 192.0.2.66 | {AT}",
    ],
)
def test_of_two_that_may_have_come_nobody_is_accused(text):
    """Two fields, columns or names that say no side, or both the same one."""
    assert accused(text) == []


TWICE = "{0}: 192.0.2.66\n{1}: 198.51.100.9"
ONE_EVENT = [
    TWICE.format("Source", "Source") + f"\nType: port scan\nTime: {AT}\nTarget port: 22",
    f"Source: 192.0.2.66\nType: port scan\nSource: 198.51.100.9\nTarget port: 22\nTime: {AT}",
    TWICE.format("IP address", "IP address") + f"\nType: port scan\nTime: {AT}",
    TWICE.format("Quelle", "Quelle") + f"\nZeit: {AT}\nArt: Portscan",
    f"src=192.0.2.66 src=198.51.100.9 type=portscan time={AT}",
    f'{{"src_ip": ["192.0.2.66", "198.51.100.9"], "type": "portscan", "time": "{AT}"}}',
]


@pytest.mark.parametrize("text", ONE_EVENT)
def test_one_event_with_two_values_accuses_nobody(text):
    """One record that gives two addresses under one name does not say which of them came."""
    assert accused(text) == []


def test_nor_does_one_row_or_object_with_two_values():
    """In a file of rows, of pairs, or of objects."""
    two = ["192.0.2.66", "198.51.100.9"]
    rows = f"ip,ip,type,time\n{two[0]},{two[1]},scan,{AT}\n192.0.2.67,192.0.2.67,scan,{AT}\n"
    assert accused("x", file=("a.csv", rows)) == ["192.0.2.67"]
    pairs = f"src={two[0]} src={two[1]} type=portscan time={AT}\nsrc=192.0.2.67 type=portscan\n"
    assert accused("x", file=("a.log", pairs)) == ["192.0.2.67"]
    for source in (two, [{"ip": who} for who in two]):
        assert accused("x", file=("a.json", record(ip=None, source=source))) == []


LISTS = [
    f"Source: 192.0.2.66\nTime: {AT}\nSource: 198.51.100.9\nTime: {AT}\nType: port scan",
    TWICE.format("Attacker 1", "Attacker 2") + f"\nType: port scan\nTime: {AT}",
    f"Port scans:\n\n{TWICE.format('IP', 'IP')}",
    f"Port scans:\n- IP: 192.0.2.66 port 22 {AT}\n- IP: 198.51.100.9 port 23 {AT}",
    f"Port scan\n\nSource: 192.0.2.66\nTime: {AT}\n\nSource: 198.51.100.9\nTime: {AT}",
]


@pytest.mark.parametrize("text", LISTS)
def test_a_list_accuses_each(text):
    """Each in a record, a row, or a numbered field of its own."""
    who = {str(found.subject.address) for found in findings(text)}
    assert who == {"192.0.2.66", "198.51.100.9"}


def test_the_two_families_of_one_machine_are_both_its_own():
    dual = "Source IPv4: 192.0.2.66\nSource IPv6: 2001:db8::1\nType: port scan"
    assert accused(dual) == ["192.0.2.66", "2001:db8::1"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ip": "198.51.100.9", "attacker_ip": "192.0.2.66"}, ["192.0.2.66"]),
        ({"host": {"ip": "198.51.100.9"}, "source": {"ip": "192.0.2.66"}}, ["192.0.2.66"]),
        ({"ip": "192.0.2.66", "source": "honeypot"}, ["192.0.2.66"]),
        ({"ip": "192.0.2.66", "attacker_ip": "192.0.2.66"}, ["192.0.2.66"]),
        ({"src_ip": "192.0.2.66", "attacker_ip": "198.51.100.9"}, []),
        ({"destination": {"ip": "192.0.2.66"}}, []),
    ],
)
def test_a_name_that_says_the_source_outranks_a_plain_one(fields, expected):
    """In an object and in a row alike; two such names that differ accuse nobody."""
    said = {"type": "brute-force", "time": AT, **fields}
    assert accused("x", file=("a.json", json.dumps(said))) == expected
    flat = {
        (f"{name}_ip" if isinstance(value, dict) else name): value["ip"]
        if isinstance(value, dict)
        else value
        for name, value in said.items()
    }
    rows = f"{','.join(flat)}\n{','.join(flat.values())}\n"
    assert accused("x", file=("a.csv", rows)) == expected


SPOKEN = [
    "Brute force attack from 192.0.2.66 at 2026-03-01 10:00 UTC.",
    "Port scan from 192.0.2.66, 2026-03-01 10:00 UTC",
    "Spam von 192.0.2.66, 01.03.2026 10:00 Uhr MEZ",
    "Skanowanie portów z 192.0.2.66 dnia 2026-03-01 10:00 UTC",
    "Possible brute force (maybe 192.0.2.66, port 22, 2026-03-01 10:00 UTC)",
    "2026-03-01 10:00 UTC: somebody at 192.0.2.66 sent spam, says my friend.",
    "Attacker: some guy told me 192.0.2.66 did brute force on 2026-03-01 10:00 UTC",
    "Note: brute force, 192.0.2.66 port 22 seen 2026-03-01 10:00 UTC",
]


@pytest.mark.parametrize("text", SPOKEN)
def test_a_sentence_is_no_evidence_whatever_time_it_states(text):
    (found,) = findings(text)
    assert found.words_alone


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.66 port scan 2026-03-01 10:00:00 UTC",
        "192.0.2.66:4711, SSH brute force, 2026-03-01 10:00 UTC",
        "Attacker: 192.0.2.66, brute force, 2026-03-01 10:00 UTC",
        LOG,
    ],
)
def test_a_row_a_record_and_a_line_of_a_log_are(text):
    (found,) = findings(text)
    assert not found.words_alone
