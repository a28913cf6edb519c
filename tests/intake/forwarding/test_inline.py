"""A report passed on in a text is read as its reporter writes, and as a claim of the sender."""

import pytest

from aupkeep.intake.reading import read
from aupkeep.model.report import Reading, ReadingOutcome

BLOCK = (
    "IP:             192.0.2.7\nURL:            http://www.tenant.example/x\n"
    "Tested on:      2026-03-01 12:00:04 +0200\nResult:         CYSC.PHISH\n"
)
HEAD = (
    "From: Reports <abuse-reports@cyscon.de>\nDate: Sun, 1 Mar 2026 12:01:00 +0200\n"
    "Subject: Malicious content\nTo: abuse@hoster.example\n\n"
)
TRANSLATED = (
    "Von: Reports <abuse-reports@cyscon.de>\nGesendet: Sonntag, 1. März 2026 12:01\n"
    "An: abuse@hoster.example\nBetreff: Malicious content\n\n"
)
ARROWS = "".join(f"> {line}\n" for line in (HEAD + BLOCK).split("\n"))


def passed(text: str, subject: str = "Fwd: Malicious content", more: str = "") -> Reading:
    mail = (
        f"From: Kari <kari@hoster.example>\nTo: abuse@hoster.example\nSubject: {subject}\n{more}"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}"
    )
    [(_, reading)] = read(mail.encode(), "p.eml", "mail")
    return reading


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (f"Please look.\n\n---------- Forwarded message ---------\n{HEAD}{BLOCK}", "Fwd: Bad"),
        (f"Please look.\n\nBegin forwarded message:\n\n{HEAD}{BLOCK}", "look"),
        (f"Bitte prüfen!\n\n________________________________\n{TRANSLATED}{BLOCK}", "WG: Bad"),
        (f"See below\n\n{HEAD}{BLOCK}", "VS: Bad"),
        (f"See below\n\n-------- Forwarded Message --------\n{ARROWS}", "Fwd: Bad"),
    ],
)
def test_the_words_are_read_as_the_reporter_writes(text: str, subject: str) -> None:
    reading = passed(text, subject)
    [found] = reading.findings
    assert (str(found.subject.address), found.kind) == ("192.0.2.7", "content/phishing")
    assert found.at is not None
    assert found.at.isoformat() == "2026-03-01T10:00:04+00:00"
    assert str(found.source) == "mail:?hoster.example"
    assert (reading.reason or "").startswith("a report passed on by the sender")


def test_the_offsets_point_into_the_mail_as_it_came() -> None:
    reading = passed(f"Please look.\n\n-- Forwarded message --\n{HEAD}{BLOCK}")
    place = reading.findings[0].offsets["address"]
    text = f"Please look.\n\n-- Forwarded message --\n{HEAD}{BLOCK}"
    assert text[place.start : place.end] == "192.0.2.7"


@pytest.mark.parametrize(
    ("subject", "more"),
    [
        ("Re: Malicious content", "In-Reply-To: <1@hoster.example>\n"),
        ("Re: [K7QF-2M9X] Malicious content", ""),
    ],
)
def test_a_reply_that_quotes_a_report_is_not_passed_on(subject: str, more: str) -> None:
    reading = passed(f"We fixed it.\n\n{HEAD}{BLOCK}", subject, more)
    assert "passed on" not in (reading.reason or "")


def test_what_comes_back_to_its_writer_is_not_passed_on() -> None:
    text = f"Hm?\n\n-- Forwarded message --\n{HEAD}{BLOCK}".replace(
        "abuse-reports@cyscon.de", "abuse@hoster.example"
    )
    assert "passed on" not in (passed(text).reason or "")


def test_an_unknown_writer_is_read_as_any_text() -> None:
    text = f"Hm?\n\n-- Forwarded message --\n{HEAD}{BLOCK}".replace("cyscon.de", "other.example")
    reading = passed(text)
    assert reading.outcome is ReadingOutcome.PARSED
    assert "passed on" not in (reading.reason or "")
