"""Messages of many programs: who is accused, who is not, and whom no forged name can accuse."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.extract.findings import extract
from aupkeep.model.origin import parse_origin
from intake.extract.acted import offender

HERE = Path(__file__).parent
SENT = datetime(2026, 3, 2, 12, tzinfo=UTC)
BAD = {"192.0.2.66", "2001:db8::66"}


def rows(name):
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def accused(text, title="", sent_at=SENT):
    found = extract(
        [text], source=parse_origin("mail:?a.example"), sent_at=sent_at, title=title, local=True
    )
    return {str(finding.subject.address) for finding in found.findings}


@pytest.mark.parametrize("line", rows("dialects.txt"))
def test_the_offender_is_accused(line):
    """A message of a program names the one who came, never the server, the sensor or a user."""
    spot = offender(line)
    assert spot is not None or "failed to log on" in line
    assert spot is None or str(spot.address) in BAD
    assert accused(line) <= BAD
    assert accused(line)


@pytest.mark.parametrize("line", rows("dialects.txt"))
def test_a_log_needs_no_date_of_the_mail(line):
    """A raw file without a mail around it is read as well as one inside a mail."""
    assert accused(line, sent_at=None) == accused(line)


@pytest.mark.parametrize("line", rows("routine.txt"))
def test_ordinary_work_accuses_nobody(line):
    """What a service writes about everybody it serves is no claim."""
    assert offender(line) is None
    assert accused(line) == set()


def test_a_mail_that_says_what_happened_needs_no_more_of_its_log():
    """The same lines are evidence where the mail itself says what the address did."""
    line = "Mar  1 10:00:00 mx postfix/smtpd[9]: A1B2C3: client=host.example[192.0.2.66]"
    assert accused(f"You sent us spam, see the log.\n\n{line}\n") == {"192.0.2.66"}


def test_the_title_makes_ordinary_lines_evidence():
    """Where the subject names the address, its ordinary lines tell when it came."""
    line = "Mar  1 10:00:00 mx postfix/smtpd[9]: connect from host.example[192.0.2.66]"
    (found,) = extract(
        [line], source=parse_origin("mail:?a.example"), sent_at=SENT, title="Spam from 192.0.2.66"
    ).findings
    assert found.at is not None


OWN_DOING = [
    "mx postfix/smtp[9]: A1: to=<a@b.example>, relay=b.example[192.0.2.66]:25, status=sent (OK)",
    "mx postfix/lmtp[9]: A1: to=<a@b.example>, relay=192.0.2.66[192.0.2.66]:24, status=sent (OK)",
    "mx sm-mta[9]: x01: to=<a@b.example>, mailer=esmtp, relay=b.example [192.0.2.66], stat=Sent",
    "ns named[9]: error (connection refused) resolving 'b.example/A/IN': 192.0.2.66#53",
    "mx dhclient[9]: bound to 192.0.2.66 -- renewal in 1800 seconds.",
    "mx named[9]: listening on IPv4 interface eth0, 192.0.2.66#53",
]


@pytest.mark.parametrize("line", OWN_DOING)
def test_what_the_server_did_itself_is_never_evidence(line):
    """Whom a server called, and where it listens, is accused in no mail."""
    assert accused(f"You sent us spam, see the log.\n\nMar  1 10:00:00 {line}\n") == set()


def test_a_line_without_a_word_of_trouble_takes_the_kind_of_its_mail():
    """What the program is for says nothing where its line tells of no trouble."""
    line = "Mar  1 10:00:00 mx postfix/smtpd[9]: connect from host.example[192.0.2.66]"
    (found,) = extract(
        [f"We saw a brute force attack on our logins, see the log.\n\n{line}\n"],
        source=parse_origin("mail:?a.example"),
        sent_at=SENT,
    ).findings
    assert found.kind == "connection/login_attack"


def test_who_was_served_beside_an_attacker_is_not_accused():
    """One attacker in a log accuses no visitor of the same log."""
    text = (
        "Mar  1 10:00:00 mx sshd[9]: Connection from 203.0.113.5 port 4711 on 198.51.100.9 port "
        "22\n"
        "Mar  1 10:00:01 mx sshd[9]: Accepted publickey for git from 203.0.113.5 port 4711 ssh2\n"
        "Mar  1 10:00:02 mx sshd[9]: Failed password for root from 192.0.2.66 port 4711 ssh2\n"
    )
    assert accused(text, title="brute force") == {"192.0.2.66"}


FORGED = st.sampled_from(
    ["from 198.51.100.9", "x from 198.51.100.9 port 22", "from 198.51.100.9 port 22 ssh2",
     "rhost=198.51.100.9", "user from 198.51.100.9 ", "198.51.100.9", "a from 2001:db8::9 port 1",
     "root]: from 198.51.100.9", "] [client 198.51.100.9]", "SRC=198.51.100.9"]
)  # fmt: skip
PORT = st.integers(1024, 65535)
SSHD = [
    "Failed password for {user} from 192.0.2.66 port {port} ssh2",
    "Failed password for invalid user {user} from 192.0.2.66 port {port} ssh2",
    "Invalid user {user} from 192.0.2.66 port {port}",
    "Connection closed by invalid user {user} 192.0.2.66 port {port} [preauth]",
    "Connection closed by authenticating user {user} 192.0.2.66 port {port} [preauth]",
    "Connection reset by invalid user {user} 192.0.2.66 port {port} [preauth]",
    "Disconnected from invalid user {user} 192.0.2.66 port {port} [preauth]",
    "error: maximum authentication attempts exceeded for {user} from 192.0.2.66 port {port} ssh2",
    "Received disconnect from 192.0.2.66 port {port}:11: {user} [preauth]",
    "Bad protocol version identification '{user}' from 192.0.2.66 port {port}",
    "Unable to negotiate with 192.0.2.66 port {port}: no match. Their offer: {user} [preauth]",
]
OTHERS = [
    "dropbear[9]: Bad password attempt for '{user}' from 192.0.2.66:{port}",
    "postfix/smtpd[9]: warning: unknown[192.0.2.66]: SASL LOGIN authentication failed: x",
    "postfix/smtpd[9]: NOQUEUE: reject: RCPT from x[192.0.2.66]: 554 5.7.1 <{user}>: Relay access",
    "postfix/smtpd[9]: NOQUEUE: reject: HELO from x[192.0.2.66]: 504 5.5.2 x; helo=<{user}>",
    "dovecot: imap-login: Aborted login (auth failed): user=<{user}>, rip=192.0.2.66, lip=x",
    "wordpress(a.example)[9]: Authentication failure for {user} from 192.0.2.66",
]


@pytest.mark.parametrize("message", SSHD)
@pytest.mark.parametrize("stamp", ["Mar  1 10:00:00 mx", "2026-03-01T10:00:00+01:00 mx"])
@given(user=FORGED, port=PORT)
def test_no_user_name_accuses_another_at_sshd(stamp, message, user, port):
    """Whatever a client of sshd calls itself, the address that the daemon saw is accused."""
    assert accused(f"{stamp} sshd[9]: {message.format(user=user, port=port)}") == {"192.0.2.66"}


NAMED = [
    (
        "sshd[9]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh "
        "ruser= rhost=192.0.2.66  user={user}"
    ),
    (
        "vsftpd[9]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp "
        "ruser={user} rhost=192.0.2.66  user={user}"
    ),
    "proftpd[9]: srv (h.example[192.0.2.66]) - USER {user} (Login failed): Incorrect password",
    "pure-ftpd: (?@192.0.2.66) [WARNING] Authentication failed for user [{user}]",
    "roundcube: IMAP Error: Login failed for {user} from 192.0.2.66. AUTHENTICATE PLAIN: failed",
    "imapd: LOGIN FAILED, user={user}, ip=[::ffff:192.0.2.66]",
    "pvedaemon[9]: authentication failure; rhost=192.0.2.66 user={user} msg=no such user",
    "sogod [9]: SOGoRootPage Login from '192.0.2.66' for user '{user}' might not have worked",
    "x: Username or password is incorrect. Try again. IP: 192.0.2.66. Username: {user}.",
    'x: Authentication attempt from 192.0.2.66 for user "{user}" failed.',
    "system,error,critical login failure for user {user} from 192.0.2.66 via ssh",
    "gitea[9]: [I] Failed authentication attempt for {user} from 192.0.2.66:4711: no such user",
    "gitlab: Failed Login: username={user} ip=192.0.2.66",
    "screensharingd[9]: Authentication: FAILED :: User Name: {user} :: Viewer Address: 192.0.2.66",
    "httpd[9]: [client 192.0.2.66:4711] AH01618: user {user} not found: /private",
]


@pytest.mark.parametrize("message", NAMED)
@given(user=FORGED)
def test_what_stands_in_a_name_accuses_nobody_else(message, user):
    """An address in a name gives way to the one that the program wrote itself."""
    got = accused(f"Mar  1 10:00:00 mx {message.format(user=user)}")
    assert got <= {"192.0.2.66"}


@pytest.mark.parametrize("message", OTHERS)
@given(user=FORGED.filter(lambda name: "=" not in name), port=PORT)
def test_no_user_name_accuses_another(message, user, port):
    """Nor does a name given to other services, as long as it does not write their own fields."""
    line = f"Mar  1 10:00:00 mx {message.format(user=user, port=port)}"
    assert accused(line) == {"192.0.2.66"}


@pytest.mark.parametrize(("who", "line"), [row.split("\t") for row in rows("forged.tsv")])
def test_only_the_own_field_of_an_unknown_program_names_the_peer(who, line):
    """What stands where a peer may write accuses nobody; two that may be the peer are nobody.

    Behind words that no program is known to write an address is no more than an allegation.
    """
    found = extract(
        [line], source=parse_origin("mail:?a.example"), sent_at=SENT, title="attack", local=True
    ).findings
    told = {(str(finding.subject.address), finding.words_alone) for finding in found}
    expected = {"peer": {("192.0.2.66", False)}, "words": {("192.0.2.66", True)}, "nobody": set()}
    assert told == expected[who]
