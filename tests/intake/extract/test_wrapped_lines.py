"""Lines that a mail client broke, or before which grep wrote a file's name, are read whole."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.model.origin import parse_origin

SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SSHD = "Mar  1 10:00:00 mx sshd[9]: Failed password for root from 192.0.2.66 port 4711 ssh2"


def found(text):
    return extract([text], source=parse_origin("mail:?a.example"), sent_at=SENT).findings


BROKEN = [
    (
        "Mar  1 10:00:00 mx sshd[9]: Failed password for invalid user administrator\n"
        "from 192.0.2.66 port 4711 ssh2"
    ),
    (
        "Mar  1 10:00:00 mx dovecot: imap-login: Disconnected: Inactivity (auth failed, 3\n"
        "attempts in 10 secs): user=<a@b.example>, method=PLAIN, rip=192.0.2.66,\n"
        "lip=198.51.100.9, session=<x>"
    ),
    (
        "> 2026-03-01 10:00:00 dovecot_plain authenticator failed for ([198.51.100.9])\n"
        "> [192.0.2.66]:4711 I=[198.51.100.9]:587: 535 Incorrect authentication data"
    ),
    (
        "Mar  1 10:00:00 198.51.100.9 postfix/smtpd[9]: warning: host.example[192.0.2.66]:\n"
        "SASL LOGIN authentication failed: UGFzc3dvcmQ6"
    ),
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_line_is_one(text):
    """The words on one line and the address on the next make one claim, with the time of both."""
    (one,) = found(text)
    assert str(one.subject.address) == "192.0.2.66"
    assert one.kind == "connection/login_attack"
    assert one.at is not None
    assert text[slice(*one.offsets["address"][1:])] == "192.0.2.66"


def test_the_next_claim_is_no_part_of_a_line():
    """A line that is whole is not joined with another claim below it."""
    line = "Mar  1 10:00:00 mx sshd[9]: Failed password for root from 192.0.2.66"
    for further in ("spam from 192.0.2.9", "# host: 192.0.2.9", "-- 192.0.2.9"):
        assert str(found(f"{line}\n{further}")[0].subject.address) == "192.0.2.66"


def test_lines_of_a_log_stay_apart():
    """Each line of a log is its own claim."""
    other = SSHD.replace("192.0.2.66", "192.0.2.7").replace("10:00:00", "10:00:01")
    assert [str(one.subject.address) for one in found(f"{SSHD}\n{other}\n")] == [
        "192.0.2.66",
        "192.0.2.7",
    ]


@pytest.mark.parametrize("name", ["/var/log/auth.log:", "auth.log.1.gz:", "/var/log/secure:12:"])
def test_the_name_of_a_file_stands_before_no_line(name):
    """A line found by grep is read as if its file's name did not stand before it."""
    (one,) = found(name + SSHD)
    (plain,) = found(SSHD)
    moved = {
        key: (part, a + len(name), b + len(name)) for key, (part, a, b) in plain.offsets.items()
    }
    assert one.offsets == moved
    assert (one.kind, one.subject, one.at) == (plain.kind, plain.subject, plain.at)


def test_a_visitor_of_a_log_with_a_name_before_it_comes_first():
    """An access log found by grep begins with its client still."""
    line = '192.0.2.66 - - [01/Mar/2026:10:00:00 +0100] "GET /.env HTTP/1.1" 404 1 "-" "x"'
    (one,) = found(f"/var/log/nginx/access.log:{line}")
    assert (str(one.subject.address), one.kind) == ("192.0.2.66", "connection/vulnerability_scan")


def test_the_host_that_logged_is_not_accused():
    """A syslog line whose host is an address, and which names no other, accuses nobody."""
    assert not found("Mar  1 10:00:00 198.51.100.9 sshd[9]: Failed password for root (10 times)")
