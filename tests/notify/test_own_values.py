"""Lines for the accused hold values of theirs and words of ours, and nothing else."""

import re
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Finding, Role
from aupkeep.model.origin import Origin, OriginChannel
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.notify.kind_names import NAMES
from aupkeep.notify.own_values import SERVICES, event_lines, own_subject, own_url

SAMPLES = Path(__file__).parents[1] / "samples"
WHEN = "2026-03-01 09:12:04 UTC"
AT = datetime(2026, 3, 1, 9, 12, 4, tzinfo=UTC)
MAIL = Origin(OriginChannel.MAIL, "cert.example", proven=True)
OWN = Origin(OriginChannel.TELEMETRY, "flows", proven=True)
WORDS = re.compile(r"[\w@.-]{4,}")


def code(data: bytes) -> str:
    """In base64, without the signs that end it."""
    return b64encode(data).decode().rstrip("=")


def finding(subject: Subject, kind: str = "connection/login_attack", **more) -> Finding:
    """A finding about a subject."""
    given = {"at": AT, "exact": 0.0, "source": MAIL, "confidence": 0.9, "role": Role.OFFENDER}
    return Finding(kind=kind, rsit="", subject=subject, **(given | more))


HOST = Subject(address=ip_address("203.0.113.7"), port=40022)


@pytest.mark.parametrize(
    ("told", "language", "line"),
    [
        (
            finding(HOST, target=Endpoint(address=ip_address("192.0.2.1"), port=22)),
            "en",
            f"{WHEN}, 203.0.113.7, port 40022, to SSH (port 22): Password guessing",
        ),
        (
            finding(HOST, count=312, exact=60.0, target=Endpoint(port=48213)),
            "nb",
            f"{WHEN} (± 60 s), 203.0.113.7, port 40022: Passordgjetting, 312 hendelser",
        ),
        (
            finding(HOST, at=None),
            "en",
            f"received {WHEN}, 203.0.113.7, port 40022: Password guessing",
        ),
        (
            finding(
                HOST,
                source=OWN,
                details={"window_s": "3", "syn_packets": "5", "peer host": "heron"},
                target=Endpoint(address=ip_address("192.0.2.1"), port=443),
            ),
            "en",
            f"{WHEN}, 203.0.113.7, port 40022, to HTTPS (port 443): 5 SYN packets in 3 s",
        ),
    ],
)
def test_invariant_10_a_line_is_built_from_typed_values(told, language, line):
    """The peer, a port known to nobody else, and a detail without words of ours are not in it."""
    assert event_lines(told, AT, language) == (line,)


@pytest.mark.parametrize(
    ("subject", "kind", "shown"),
    [
        (Subject(address=HOST.address, account="root"), "connection/login_attack", "203.0.113.7"),
        (Subject(address=HOST.address, domain="bank.example"), "content/phishing", "203.0.113.7"),
        (
            Subject(address=HOST.address, url="http://victim.example/admin"),
            "connection/sql_injection",
            "203.0.113.7",
        ),
        (
            Subject(address=HOST.address, url="http://shop.example/login"),
            "content/phishing",
            "203.0.113.7 (http://shop.example/login)",
        ),
        (Subject(domain="shop.example"), "content/phishing", "shop.example"),
        (Subject(account="me@shop.example"), "messaging/spam", "me@shop.example"),
    ],
)
def test_invariant_10_a_name_beside_an_address_may_be_the_victims(subject, kind, shown):
    """Only a page of content counts as the accused's beside their address."""
    assert own_subject(finding(subject, kind)) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x/y.php", "https://a.example/x/y.php"),
        ("https://joe:pw@a.example:8443/x?m=joe@b.example#joe", "https://a.example:8443/x?…"),
        ("https://a.example/joe%40b.example/x", "https://a.example/…/x"),
        ("https://a.example/am9lQGIuZXhhbXBsZQ==/x", "https://a.example/…/x"),
        ("https://a.example/am9lQGIuZXhhbXBsZQ/x", "https://a.example/…/x"),
        ("https://a.example/6a6f6540622e6578616d706c65/x", "https://a.example/…/x"),
        ("https://a.example/cert.example/x", "https://a.example/…/x"),
        ("https://a.example/u=77/x", "https://a.example/…/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://[2001:db8::1/x", ""),
        ("nothing", ""),
    ],
)
def test_invariant_10_a_page_without_what_may_name_a_victim(url, shown):
    """User, query, fragment, addresses and codes in the path are left out."""
    assert own_url(url, ["cert.example"]) == shown


@pytest.mark.parametrize(
    ("segment", "hidden"),
    [
        ("x" * 60, False),
        ("x" * 61, True),
        ("a%00b", True),
        ("a;b", True),
        ("cert", True),
        ("acertain", True),
        ("wap", False),
        ("XML", False),
        (code(b"a@b.cd"), True),
        (code(b"JohnSmit"), True),
        (code(b"JohnSmi"), False),
        (code(b"JohnSm"), False),
        (code(b"??>@b.de").replace("/", "%2F"), True),
        (urlsafe_b64encode(b"??>@b.d").decode().rstrip("="), True),
        ("abcdefghijkl", False),
        (b"JohnSmith".hex(), True),
        ("john@x", True),
        ("john%252540x", True),
        ("john(at)x", True),
        ("look-at-me", False),
        (code("Åse Bjørk".encode()), True),
        (code(b"CERT"), False),
        (code(b"a cert"), True),
        ("ottokar", True),
        ("the-Numbat.html", True),
        ("ottokars", False),
        ("joe", False),
    ],
)
def test_invariant_10_a_piece_of_a_path_that_could_name_somebody(segment, hidden):
    """Too long, unprintable, a secret, an address, or one of them in code; all else stays."""
    secrets = ["CERT", "wap", "joe.ottokar_numbat@b.example"]
    shown = own_url(f"https://a.example/{segment}/x", secrets)
    assert shown == f"https://a.example/{'…' if hidden else segment}/x"


def test_invariant_10_the_secrets_are_out_of_every_line():
    """The page of a finding too; who names nothing of theirs is not named."""
    page = finding(Subject(url="https://a.example/cert.example/x"), "content/phishing")
    assert own_subject(page, ["cert.example"]) == "https://a.example/…/x"
    (line,) = event_lines(page, AT, "en", ["cert.example"])
    assert "https://a.example/…/x" in line
    assert own_subject(finding(Subject())) == ""


@pytest.mark.parametrize(
    ("told", "english", "norwegian"),
    [
        (
            finding(HOST, at=None, count=2, target=Endpoint(port=22)),
            (
                f"received {WHEN}, 203.0.113.7, port 40022, to SSH (port 22):"
                " Password guessing, 2 events"
            ),
            (
                f"mottatt {WHEN}, 203.0.113.7, port 40022, til SSH (port 22):"
                " Passordgjetting, 2 hendelser"
            ),
        ),
        (
            finding(HOST, exact=7200.0, count=1234),
            f"{WHEN} (± 2 h), 203.0.113.7, port 40022: Password guessing, 1,234 events",
            f"{WHEN} (± 2 t), 203.0.113.7, port 40022: Passordgjetting, 1 234 hendelser",
        ),
        (
            finding(HOST, exact=1.0),
            f"{WHEN} (± 1 s), 203.0.113.7, port 40022: Password guessing",
            f"{WHEN} (± 1 s), 203.0.113.7, port 40022: Passordgjetting",
        ),
        (
            finding(HOST, exact=0.9),
            f"{WHEN}, 203.0.113.7, port 40022: Password guessing",
            f"{WHEN}, 203.0.113.7, port 40022: Passordgjetting",
        ),
        (
            finding(Subject(account="kari", port=25)),
            f"{WHEN}, kari: Password guessing",
            f"{WHEN}, kari: Passordgjetting",
        ),
        (
            finding(HOST, count=5, details={"window_s": "3", "tries": "5"}),
            f"{WHEN}, 203.0.113.7, port 40022: Password guessing, 5 events",
            f"{WHEN}, 203.0.113.7, port 40022: Passordgjetting, 5 hendelser",
        ),
        (
            finding(HOST, source=OWN, count=5, details={"tries": "5"}),
            f"{WHEN}, 203.0.113.7, port 40022: Password guessing, 5 events",
            f"{WHEN}, 203.0.113.7, port 40022: Passordgjetting, 5 hendelser",
        ),
        (
            finding(
                HOST,
                source=OWN,
                count=5,
                details={"window_s": "3", "packets": "1500", "of": "udp"},
            ),
            f"{WHEN}, 203.0.113.7, port 40022: 1,500 UDP packets in 3 s",
            f"{WHEN}, 203.0.113.7, port 40022: 1 500 UDP-pakker på 3 s",
        ),
        (
            finding(
                HOST,
                source=OWN,
                details={"window_s": "3", "packets": "5", "protocol": "icmp", "peer": "x"},
            ),
            f"{WHEN}, 203.0.113.7, port 40022: 5 ICMP packets in 3 s",
            f"{WHEN}, 203.0.113.7, port 40022: 5 ICMP-pakker på 3 s",
        ),
    ],
)
def test_a_line_in_both_languages(told, english, norwegian):
    """When, how exact, whose, what and how many; counts are our own detectors' alone."""
    assert event_lines(told, AT, "en") == (english,)
    assert event_lines(told, AT, "nb") == (norwegian,)


SENT = {
    "sent-subject": "Cheap pills",
    "sent-date": "2026-03-01T08:00:00Z",
    "sent-message-id": "<1@a.example>",
}


@pytest.mark.parametrize(
    ("maker", "details", "english", "norwegian"),
    [
        (
            "arf/1",
            SENT,
            (
                "the mail: subject “Cheap pills”, dated 2026-03-01 08:00:00 UTC,"
                " Message-ID <1@a.example>"
            ),
            (
                "e-posten: emne “Cheap pills”, datert 2026-03-01 08:00:00 UTC,"
                " Message-ID <1@a.example>"
            ),
        ),
        (
            "arf/1",
            {"sent-date": SENT["sent-date"]},
            "dated 2026-03-01 08:00:00 UTC",
            "datert 2026-03-01 08:00:00 UTC",
        ),
        (
            "arf",
            {"sent-message-id": "<1@a.example>", "sent-subject": ""},
            "Message-ID <1@a.example>",
            "Message-ID <1@a.example>",
        ),
        ("arf", {"sent-message-id": f"<{b'me@b.example'.hex()}@a.example>"}, None, None),
        ("arf/1", {}, None, None),
        ("json/1", SENT, None, None),
        ("", SENT, None, None),
    ],
)
def test_the_mail_that_a_complaint_is_about(maker, details, english, norwegian):
    """Subject, date and id, where a reader that hides recipients read them; else no second line."""
    told = finding(HOST, "messaging/spam", maker=maker, details=details)
    for language, expected in (("en", english), ("nb", norwegian)):
        assert event_lines(told, AT, language)[1:] == ((expected,) if expected else ())


def test_a_date_that_is_none_is_named():
    told = finding(HOST, "messaging/spam", maker="arf/1", details={"sent-date": "noon"})
    with pytest.raises(Invalid, match=r"^sent-date: "):
        event_lines(told, AT, "en")


@pytest.mark.slow
def test_invariant_10_no_sample_brings_a_word_of_its_own():
    """Of every sample we read, a line holds only the subject's value and words of ours."""
    ours = {
        word.lower() for pair in NAMES.values() for name in pair for word in WORDS.findall(name)
    }
    ours |= {"port", "events", "received", *(name.lower() for name in SERVICES.values())}
    ours |= {word for name in SERVICES.values() for word in WORDS.findall(name.lower())}
    ours |= {"mail", "subject", "dated", "message-id", "packets", "…"}
    read_findings = 0
    for path in sorted(SAMPLES.rglob("*")):
        if path.suffix not in {".eml", ".csv", ".json", ".xml"} or "expected" in path.name:
            continue
        for _, reading in read(path.read_bytes(), path.name):
            for told in reading.findings:
                read_findings += 1
                (line, *_sent) = event_lines(told, told.at or AT, "en")
                rest = line.lower().replace(own_subject(told).lower(), "")
                words = set(WORDS.findall(re.sub(r"[\d:-]{4,}", "", rest)))
                assert words <= ours, (path.name, line)
    assert read_findings > 300


def test_a_port_that_nobody_stated_is_not_told():
    """The reader of prose knows that sshd guards SSH, not at which port it listens there."""
    implied = finding(HOST, target=Endpoint(port=22), maker="text/1")
    (line,) = event_lines(implied, AT, "en")
    assert "to SSH:" in line
    assert "22" not in line.partition("SSH")[2]
    stated = finding(HOST, target=Endpoint(port=22), maker="text/1", offsets={"target.port": None})
    assert "to SSH (port 22)" in next(iter(event_lines(stated, AT, "en")))


@pytest.mark.parametrize(
    ("piece", "shown"),
    [("anna", False), ("anna-notes", False), ("network", True), ("example", True), ("ann", True)],
)
def test_of_an_address_the_words_before_its_sign_are_hidden(piece: str, *, shown: bool):
    """Four letters are enough; those of its domain alone name nobody."""
    url = f"https://shop.example/{piece}/x.php"
    assert own_url(url, ["anna@network.example"]) == (url if shown else url.replace(piece, "…"))
