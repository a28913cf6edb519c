"""A mail handed over to a ticket system: beside our words, or as it came with our reference."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from email.utils import format_datetime

import pytest

from aupkeep.model.errors import Invalid
from aupkeep.model.notice import NoticeKind
from aupkeep.notify.mail import as_it_came, compose
from notify.letters import notice

SENDER = "abuse@aupkeep.example"
TICKET = replace(
    notice(), kind=NoticeKind.TICKET, recipient="queue@tickets.example", attached=None,
    facts={"reference": "K7QF-2M9X"},
)  # fmt: skip
MAIL = b"From: soc@cert.example\nsubject: guessing\r\n\r\nfrom 203.0.113.10\rport 22\n"
CAME = b"From: soc@cert.example\r\nsubject: guessing\r\n\r\nfrom 203.0.113.10\r\nport 22\r\n"
DATE = format_datetime(TICKET.made_at).encode()
RESENT = (
    b"Resent-From: abuse@aupkeep.example\r\n"
    b"Resent-To: queue@tickets.example\r\n"
    b"Resent-Date: " + DATE + b"\r\n"
    b"Resent-Message-ID: <n1@aupkeep.example>\r\n"
    b"X-Loop: abuse@aupkeep.example\r\n"
    b"X-Aupkeep-Ticket: K7QF-2M9X\r\n"
)


def sent(original, ticket=TICKET):
    """Our mail with the original in it, and the part that holds it."""
    data = compose(ticket, sender=SENDER, sender_name="Desk", original=original)
    mail = message_from_bytes(data, policy=default)
    assert mail["X-Aupkeep-Ticket"] == ticket.facts.get("reference", "")
    words, part = mail.iter_parts()
    assert words.get_content().split() == ticket.text.split()
    assert part.get_content_disposition() == "attachment"
    assert part.get_filename() == "original.eml"
    return data, part


def test_it_goes_beside_our_words_as_a_mail():
    """Byte for byte but for its line ends, and nothing of it is coded."""
    data, part = sent(MAIL)
    assert part.get_content_type() == "message/rfc822"
    head = (
        b'\r\n--=-n1-=\r\nContent-Type: message/rfc822\r\n'
        b'Content-Disposition: attachment; filename="original.eml"\r\n'
    )  # fmt: skip
    assert head + b"\r\n" + CAME in data.replace(b"MIME-Version: 1.0\r\n\r\nFrom", b"\r\nFrom")
    assert data.rstrip().endswith(b"--=-n1-=--")
    assert b"X-Aupkeep-Ticket: K7QF-2M9X\r\n" in data


@pytest.mark.parametrize(
    "original",
    [
        MAIL + "på norsk".encode(),
        MAIL + b"a\0b",
        MAIL + b"x" * 999,
    ],
    ids=["letters", "nought", "long"],
)
def test_what_may_not_travel_as_it_is_goes_as_a_file(original):
    data, part = sent(original)
    assert part.get_content_type() == "application/octet-stream"
    assert part.get_content() == original
    assert b"Content-Type: application/octet-stream\r\n" in data


def test_a_line_may_have_998_octets():
    _, part = sent(MAIL + b"x" * 998)
    assert part.get_content_type() == "message/rfc822"


def test_a_ticket_without_a_reference_says_so():
    sent(MAIL, replace(TICKET, facts={}))


@pytest.mark.parametrize(
    ("original", "rest"),
    [
        (MAIL, CAME.replace(b"subject:", b"subject: [K7QF-2M9X]")),
        (
            b"X: 1\nSubject: a\nSubject: b\n\nSubject: c\n\nd",
            b"X: 1\r\nSubject: [K7QF-2M9X] a\r\nSubject: b\r\n\r\nSubject: c\r\n\r\nd",
        ),
        (b"X: 1\n\nSubject: c", b"Subject: [K7QF-2M9X]\r\nX: 1\r\n\r\nSubject: c"),
        (b"X: 1", b"Subject: [K7QF-2M9X]\r\nX: 1\r\n\r\n"),
    ],
    ids=["subject", "two", "none", "head alone"],
)
def test_as_it_came_with_the_reference_in_its_subject(original, rest):
    """Whoever sent it, and the whole of it, stay; what we add stands before it."""
    assert as_it_came(TICKET, original, SENDER) == RESENT + rest


def test_it_is_resent_by_and_to_an_address():
    for ticket, sender in ((TICKET, "nobody"), (replace(TICKET, recipient="a b"), SENDER)):
        with pytest.raises(Invalid) as refused:
            as_it_came(ticket, MAIL, sender)
        assert str(refused.value).startswith("sender" if sender == "nobody" else "recipient")
    odd = replace(TICKET, facts={"reference": "K7\r\nBcc: x@y.example"})
    assert b"\r\nBcc:" not in as_it_came(odd, MAIL, SENDER)
