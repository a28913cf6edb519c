"""A log without a mail is told as it stands; in a mail an address of nobody's accuses nobody."""

from aupkeep.intake.reading import read
from aupkeep.model.report import ReadingOutcome

LINE = (
    b"2026-03-01T10:11:12Z gate sshd[9]: Failed password for root from 127.0.0.1 port 4711 ssh2\n"
)
MAIL = b"From: soc@cert.example\nSubject: brute force\nDate: Sun, 1 Mar 2026 12:00:00 +0000\n\n"


def test_a_bare_log_is_told_as_it_stands() -> None:
    ((_, reading),) = read(LINE, "auth.log", "text")
    (found,) = reading.findings
    assert str(found.subject) == "127.0.0.1:4711"
    assert found.confidence <= 0.2


def test_in_a_mail_nobody_is_accused() -> None:
    ((_, reading),) = read(MAIL + LINE, "report.eml")
    assert reading.findings == ()
    assert reading.outcome is ReadingOutcome.INBOX
