"""Which recipient a mail of ours did not reach, why, and whether for good."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aupkeep.intake.mail.delivery_failures import permanent, reason_of, status_in
from aupkeep.intake.mail.dsn import dsn_failures
from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.reading import read
from aupkeep.model.correspondence import FailureReason as Why
from aupkeep.model.report import ReadingOutcome
from timing import assert_growth

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "sisimai-set-of-emails"
STATED = """\
From: MAILER-DAEMON@relay.example
To: abuse@aupkeep.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

The mail could not be delivered.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {first}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {why}

Final-Recipient: rfc822; second@alder.example
Action: failed
Status: 5.2.2

--x--
"""
PROSE = """\
From: Mail Delivery System <postmaster@relay.example>
Return-Path: <>
To: abuse@aupkeep.example
Subject: {subject}

{body}

------ This is a copy of the message, including all the headers. ------

Return-Path: <abuse@aupkeep.example>
From: abuse@aupkeep.example
To: noc@alder.example
Subject: Your server

550 is not a reason here.
"""


def stated(action: str = "failed", status: str = "5.1.1", why: str = "550 no such user") -> bytes:
    mail = STATED.format(first="noc@alder.example", action=action, status=status, why=why)
    return mail.encode()


def test_every_recipient_of_a_report_is_named() -> None:
    failures = dsn_failures(read_mail(stated()))
    assert failures is not None
    assert [
        (failure.recipient, failure.reason, failure.status, failure.permanent)
        for failure in failures
    ] == [
        ("noc@alder.example", Why.USER_UNKNOWN, "5.1.1", True),
        ("second@alder.example", Why.MAILBOX_FULL, "5.2.2", True),
    ]


def test_delay_is_told_from_failure_of_the_other_recipient() -> None:
    failures = dsn_failures(read_mail(stated("delayed", "4.4.7", "450 try later")))
    assert failures is not None
    assert [failure.delayed for failure in failures] == [True, False]


@pytest.mark.parametrize(
    ("subject", "body", "reason", "delayed"),
    [
        ("failure notice", "<noc@alder.example>:\n552 mailbox is full", Why.MAILBOX_FULL, False),
        ("Mail delivery failed", "  noc@alder.example\n    Unrouteable address",
         Why.USER_UNKNOWN, False),
        ("Undeliverable: x", "noc@alder.example\nrejected: spam content", Why.SPAM, False),
        ("Warning: message delayed", "noc@alder.example: 451 host down", Why.OTHER, True),
        ("Mail delivery notification",
         "Not yet delivered to noc@alder.example. We will keep trying. No action is required.",
         Why.OTHER, True),
    ],
)  # fmt: skip
def test_prose_of_a_server_is_read(subject: str, body: str, reason: Why, delayed: bool) -> None:  # noqa: FBT001 - a table's column
    failures = dsn_failures(read_mail(PROSE.format(subject=subject, body=body).encode()))
    assert failures is not None
    [one] = failures
    assert (one.recipient, one.delayed) == ("noc@alder.example", delayed)
    assert delayed or one.reason is reason


@pytest.mark.parametrize("action", ["delivered", "failed", "delayed"])
def test_one_failure_among_others_is_a_bounce(action: str) -> None:
    [(_, reading)] = read(stated(action), "x.eml")
    assert reading.outcome is ReadingOutcome.BOUNCE


@pytest.mark.parametrize(
    ("action", "says"), [("delayed", "no failure yet"), ("relayed", "delivered to noc@")]
)
def test_delay_or_success_alone_is_no_bounce(action: str, says: str) -> None:
    alone = stated(action).replace(b"Action: failed", f"Action: {action}".encode())
    [(_, reading)] = read(alone, "x.eml")
    assert reading.outcome is ReadingOutcome.IGNORED
    assert says in (reading.reason or "")


@pytest.mark.parametrize(
    ("why", "status", "reason"),
    [
        ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown", "", Why.USER_UNKNOWN),
        ("552 5.2.2 mailbox full", "", Why.MAILBOX_FULL),
        ("552 message size exceeds limit", "", Why.TOO_BIG),
        ("host or domain name not found", "", Why.HOST_UNKNOWN),
        ("550 5.7.1 client host blocked using bl.example", "", Why.BLOCKED),
        ("550 5.7.26 DMARC policy of the sender", "", Why.UNPROVEN),
        ("554 rejected as spam", "", Why.SPAM),
        ("450 greylisted", "", Why.RATE),
        ("connection timed out", "", Why.NETWORK),
        ("envelope expired", "", Why.EXPIRED),
        ("account is disabled", "", Why.DISABLED),
        ("mail loop detected", "", Why.LOOP),
        ("relaying denied", "", Why.POLICY),
        ("virus found", "", Why.VIRUS),
        ("", "5.1.1", Why.USER_UNKNOWN),
        ("", "4.4.7", Why.EXPIRED),
        ("", "5.9.9", Why.OTHER),
        ("", "", Why.OTHER),
    ],
)
def test_reason_by_words_then_by_code(why: str, status: str, reason: Why) -> None:
    assert reason_of(why, status) is reason


@pytest.mark.parametrize(
    ("status", "why", "last"),
    [("5.1.1", "", True), ("4.2.2", "", False), ("", "550 no", True), ("", "421 no", False),
     ("", "no", None), ("", "port 5500", None)],
)  # fmt: skip
def test_permanence_by_code(status: str, why: str, last: bool | None) -> None:  # noqa: FBT001 - a table's column
    assert permanent(status, why) is last


def test_status_that_says_more_is_preferred() -> None:
    assert status_in("5.0.0 host said 550 5.7.1 no") == "5.7.1"


@given(st.binary(max_size=300), st.text(max_size=100))
def test_no_report_breaks_the_reader(noise: bytes, words: str) -> None:
    dsn_failures(read_mail(stated() + noise))
    dsn_failures(read_mail(PROSE.format(subject="failure notice", body=words).encode()))
    reason_of(words, words)


@pytest.mark.parametrize("unit", ["<a@b.example>\n", "550 ", "ip ", "the recipient is ", "from a "])
def test_twice_the_text_takes_about_twice_the_time(unit: str) -> None:
    def work(size: int) -> None:
        body = unit * (size // len(unit))
        dsn_failures(read_mail(PROSE.format(subject="failure notice", body=body).encode()))
        reason_of(body)

    assert_growth(work, 10_000)


@pytest.mark.corpora
@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpora is not here")
def test_dialects_of_many_servers_name_recipient_and_reason() -> None:
    """Of the real reports almost all name somebody, and most a reason in a class."""
    found = [
        failure
        for path in sorted((CORPUS / "maildir").rglob("*host-*.eml"))
        for failure in read(path.read_bytes(), path.name)[0][1].failures
    ]
    assert len(found) > 300
    assert sum(one.recipient is not None for one in found) >= 0.98 * len(found)
    assert sum(one.reason is not Why.OTHER for one in found) >= 0.85 * len(found)
