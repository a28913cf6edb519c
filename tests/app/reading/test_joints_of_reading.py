"""From the door to case or inbox: victims, attackers' text, zones, letters, ticket systems."""

from datetime import UTC, datetime

import pytest

from app.reading.test_words_alone import letter, waiting
from app.steps import arrive, vouch
from aupkeep.app.deciding.case_records import find_case
from aupkeep.model.finding import Role
from aupkeep.model.inquiry import InquiryState
from aupkeep.model.ladder import Evidence
from aupkeep.store import case_filter, cases, inquiries, reports
from aupkeep.store.case_filter import CaseFilter

LOG = "Mar  1 10:11:12 mx "


def subjects(case):
    """What the claims of a case are about."""
    return {str(claim.finding.subject.address) for claim in cases.claims(case.id)}


def newest():
    """The findings of the newest report in the inbox."""
    return reports.inbox(limit=50)[-1].reading.findings


@pytest.mark.parametrize(
    "words",
    [
        "Your customer 203.0.113.200 is under a DDoS attack right now.",
        "Kunden deres på 203.0.113.200 er under DDoS-angrep.",
        "Votre client 203.0.113.200 subit une attaque DDoS.",
        "203.0.113.200 steht unter DDoS-Beschuss.",
    ],
)
def test_prose_about_victims(furnished, words):
    """Who is attacked gets no case against him."""
    assert arrive(furnished, letter(words, subject="DDoS")) == []
    assert {finding.role for finding in newest()} <= {Role.VICTIM}


@pytest.mark.parametrize(
    "words",
    [
        "Your server 203.0.113.200 is abused as an NTP amplifier in DDoS attacks.",
        "Ihr Server 203.0.113.200 wird als Verstärker für DDoS-Angriffe missbraucht.",
        "Su servidor 203.0.113.200 se utiliza como amplificador DNS en ataques DDoS.",
        "Serveren deres 203.0.113.200 har en åpen NTP-tjeneste som brukes til DDoS.",
    ],
)
def test_amplifiers_are_vulnerable(furnished, words):
    """What reflects a flood is open, not hostile."""
    (case,) = arrive(furnished, letter(words, subject="DDoS"))
    (claim,) = cases.claims(case.id)
    assert (claim.finding.kind, claim.finding.role) == (
        "vulnerability/open_service",
        Role.VULNERABLE,
    )


@pytest.mark.parametrize(
    "line",
    [
        LOG + "haproxy[9]: 198.51.100.9:40 [01/Mar/2026:10:11:12.000] web web/<NOSRV> "
        '0/-1/-1/-1/0 403 200 - - PR-- 1/1/0/0/0 0/0 {203.0.113.200} "GET / HTTP/1.1"',
        (
            "2026/03/01 10:11:12 [error] 9#9: *1 access forbidden by rule, client: 198.51.100.9, "
            'server: x, request: "GET /client: 203.0.113.200 HTTP/1.1", host: "x"'
        ),
        (
            "1772359872.123 10 198.51.100.9 TCP_DENIED/403 3900 GET "
            "http://203.0.113.200/client=203.0.113.200 - HIER_NONE/- text/html"
        ),
        "2026-03-01 10:11:12 myapp[9]: rejected ip=203.0.113.200 ip=198.51.100.9 attack",
        LOG + "sshd[9]: Invalid user admin from 203.0.113.200 from 198.51.100.9 port 4022",
        LOG + "customd[9]: peer 198.51.100.9: bad greeting: hello from 203.0.113.200",
        LOG + "customd[9]: 198.51.100.9 unknown command HELP from 203.0.113.200",
        LOG + 'customd[9]: unknown command "HELP from 203.0.113.200"',
    ],
)
def test_text_that_attackers_write(furnished, line):
    """A path, a header or a name never names the peer; of two candidates nobody is accused."""
    assert arrive(furnished, letter(f"Please see this log of an attack.\r\n\r\n{line}")) == []


@pytest.mark.parametrize(
    ("stated", "hour"),
    [("Europe/Oslo", 10), ("norsk tid", 10), ("PKT", 6), ("GMT+5:30", 5)],
)
def test_time_in_a_zone_of_words(furnished, stated, hour):
    """IANA names, a country's time and abbreviations are read."""
    line = f"2026-03-01 11:00:00 {stated} 203.0.113.200 brute force"
    arrive(furnished, letter(line, subject="SSH brute force"))
    found = [finding for report in reports.inbox(limit=9) for finding in report.reading.findings]
    found += [
        claim.finding
        for case in case_filter.page(CaseFilter(), limit=9)
        for claim in cases.claims(case.id)
    ]
    minute = 30 if ":" in stated else 0
    assert {f.at for f in found} == {datetime(2026, 3, 1, hour, minute, tzinfo=UTC)}


@pytest.mark.parametrize(
    "words",
    [
        "You disabled my URL http://203.0.113.200/shop because of a copyright complaint.",
        "Sie haben meine Seite http://203.0.113.200/ wegen Urheberrecht gesperrt.",
        "How do I file a copyright notice about a page such as http://203.0.113.200/x ?",
        "Thank you for removing the phishing page http://203.0.113.200/x so quickly.",
    ],
)
def test_counter_letters(furnished, words):
    """Who contests, asks or thanks accuses nobody."""
    assert arrive(furnished, letter(words, subject="Copyright")) == []
    assert inquiries.count(InquiryState.OPEN) or waiting()


def test_originals_beside_copies(furnished):
    """The real site beside the copy is no offender."""
    words = (
        "The phishing page http://198.51.100.7/login imitates our real site "
        "https://203.0.113.200/login."
    )
    assert arrive(furnished, letter(words, subject="Phishing")) == []


def test_a_ticket_system_proves_nothing_of_the_originator(furnished):
    """Under the desk's own address the word is the originator's, and nobody is proven."""
    log = f"{LOG}sshd[9]: Failed password for root from 203.0.113.200 port 4711 ssh2"
    data = letter(f"All times are UTC.\r\n\r\n{log}", domain="aupkeep.example")
    data = data.replace(b"Night shift <soc@", b'"bob@reporter.example via Desk" <abuse@')
    (case,) = arrive(furnished, data)
    (claim,) = cases.claims(case.id)
    assert str(claim.finding.source) == "mail:?reporter.example"
    assert find_case(case.reference).level is Evidence.E0


RECORD = "IP address: 203.0.113.200\r\nSource port: 40022\r\nTime: {time}\r\n"


@pytest.mark.parametrize(
    ("words", "time"),
    [
        ("All times are in Europe/Oslo.", "2026-03-01 11:50:00"),
        ("Toutes les heures sont exprimées en UTC+1.", "2026-03-01 11:50:00"),
    ],
)
def test_a_zone_stated_for_the_whole_mail(furnished, words, time):
    """It is that of the times without one."""
    text = f"SSH brute force. {words}\r\n\r\n{RECORD.format(time=time)}"
    (case,) = arrive(furnished, letter(text, subject="SSH brute force"))
    (claim,) = cases.claims(case.id)
    assert (claim.finding.at, claim.finding.exact) == (datetime(2026, 3, 1, 10, 50, tzinfo=UTC), 1)


def test_two_resellers_of_one_feed_are_one_source(furnished):
    """Each in words of its own; somebody who saw another second of it is the second source."""
    vouch(furnished, "mail:a.example", "mail:b.example", "mail:c.example")

    def told(domain, words, time) -> Evidence:
        text = f"{words}\r\n\r\n{RECORD.format(time=time)}"
        (case,) = arrive(furnished, letter(text, subject="SSH brute force", domain=domain))
        return find_case(case.reference).level

    assert told("a.example", "Hi, brute force.", "2026-03-01 10:50:00 UTC") is Evidence.E1
    assert told("b.example", "Feed row below.", "2026-03-01T11:50:00+01:00") is Evidence.E1
    assert told("c.example", "We saw it.", "2026-03-01 10:55:07 UTC") is Evidence.E2
