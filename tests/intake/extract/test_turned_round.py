"""Records and tables that accuse nobody: what is over, asked for leave, or was hit."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.intake.extract.match_kinds import mail_kind
from aupkeep.intake.times import written_time
from aupkeep.model.finding import Finding, Role
from aupkeep.model.origin import parse_origin

SOURCE = parse_origin("mail:?a.example")
SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORD = "IP: 203.0.113.10\nType: port scan\nTime: 2026-03-01T11:00:00Z"


def _found(text: str) -> list[Finding]:
    return extract([text], source=SOURCE, sent_at=SENT).findings


@pytest.mark.parametrize(
    "text",
    [
        f"{RECORD}\nStatus: resolved",
        f"{RECORD}\nCurrent status: no longer listed",
        f"Ticket: 4711\nState: closed\n{RECORD}",
        f"{RECORD}\nStatus: behoben",
        "IP | Kind | Last seen | Status\n203.0.113.10 | spam | 2026-03-01 11:00 UTC | delisted",
        "victim_ip,attack,start\n203.0.113.10,udp flood,2026-03-01T11:00:00Z",
        "Protected IP;Attack;Start\n203.0.113.10;SYN flood;2026-03-01T11:00:00Z",
        "IP atacada: 203.0.113.10\nTipo: DDoS\nHora: 2026-03-01T11:00:00Z",
        "User-Agent: curl from 203.0.113.10\nType: brute force\nTime: 2026-03-01T11:00:00Z",
    ],
)
def test_what_is_over_or_was_hit_is_no_claim(text):
    """A record says itself that it is over, and a column or a label who was hit."""
    assert _found(text) == []


@pytest.mark.parametrize(
    "said",
    [
        "We want to test from our machine. Is this allowed?",
        "You blocked my address by mistake.",
        "Before I got this server, was it used for spam?",
        "This is a test of our alerts.",
        "Please whitelist our monitoring.",
    ],
)
def test_a_record_below_words_that_turn_it_round_shows_nothing(said):
    """What such a mail states waits for a person, as its words do."""
    assert all(finding.words_alone for finding in _found(f"{said}\n\n{RECORD}"))


@pytest.mark.parametrize(
    "said",
    [
        "We saw a port scan. Do you know why?",
        "Please stop this.",
        "If you have questions, write to us.",
        "Can you look into it?",
        "Why do you get this mail?",
    ],
)
def test_a_record_below_a_report_is_evidence(said):
    """A claim, a request, or a word about the mail itself takes nothing from a record."""
    (finding,) = _found(f"{said}\n\n{RECORD}")
    assert not finding.words_alone


@pytest.mark.parametrize(
    "text",
    [
        "ip,attack,time\n203.0.113.10,CLDAP amplification,2026-03-01T11:00:00Z",
        "Source: 203.0.113.10\nAttack: DDoS (memcached reflection)\nTime: 2026-03-01T11:00:00Z",
        "2026-03-01T11:00:00Z UDP 203.0.113.10:53 -> 198.51.100.7:4444 DNS amplification",
    ],
)
def test_what_reflects_a_flood_is_vulnerable(text):
    """Amplification, in a line, a row or a record: the machine is open, and attacks nobody."""
    (finding,) = _found(text)
    assert (finding.kind, finding.role) == ("vulnerability/open_service", Role.VULNERABLE)


@pytest.mark.parametrize(
    "text",
    [
        "Den åpne DNS-resolveren 203.0.113.10 ble brukt i et DDoS-angrep mot oss.",
        "O resolver DNS aberto 203.0.113.10 participa num DDoS.",
    ],
)
def test_an_open_resolver_attacks_nobody(text):
    """In prose too."""
    assert all(finding.role is not Role.OFFENDER for finding in _found(text))


def test_words_that_begin_with_a_choice_are_found():
    """`(?:ntp|dns) reflect` begins with no letter of its own."""
    assert mail_kind("", ["DDoS by memcached reflection"]) == ("vulnerability/open_service", 0.6)


@pytest.mark.parametrize("minus", "-\u2212\u2010\u2011\u2013")
def test_a_minus_may_be_typeset(minus):
    """Five hours behind UTC, however the sign is written; never UTC."""
    (finding,) = _found(RECORD.replace("T11:00:00Z", f" 11:00:00 UTC{minus}5"))
    assert (finding.at, finding.exact) == (datetime(2026, 3, 1, 16, tzinfo=UTC), 1.0)
    assert written_time(f"2026-03-01 11:00:00{minus}05:00") == (finding.at, 1.0)
